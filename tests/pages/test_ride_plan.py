"""
Pages of the driver side: volunteers, vehicles, shuttles, the day of rides, its plan, its repair.
"""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from builders.drivers import a_driver
from builders.rides import TUESDAY, Service, an_ask, ride_service
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.service.answers import answer_live, place_legs
from carecoord.rides.service.drivers import all_vehicles
from carecoord.rides.service.requests import book
from carecoord.rides.store import days as store
from carecoord.settings import Settings

DAY = f"/transport/jour?jour={TUESDAY}"


class Placed:
    """A day with one request placed: its driver, its ways, its service."""

    def __init__(self, driver: UUID, legs: list[UUID], service: Service) -> None:
        self.driver = driver
        self.legs = legs
        self.service = service


@pytest.fixture
async def placed(engine: AsyncEngine, actor: Actor, clock: FixedClock, settings: Settings) -> Placed:
    """A volunteer near by drives the only request of Tuesday, there and back."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await ride_service(uow, actor)
        driver = await a_driver(uow, actor)
        request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())
        answer = await answer_live(uow, actor, request.legs, settings)
        await place_legs(uow, actor, request.legs, answer, settings)
        return Placed(driver, [leg.id for leg in request.legs], service)


@pytest.fixture
def settings(app: object) -> Settings:
    """Those of the application."""
    found = app.state.settings  # type: ignore[attr-defined]  # a Litestar
    assert isinstance(found, Settings)
    return found


def hidden(text: str, action: str) -> dict[str, str]:
    """Hidden fields of the form that is sent to an address."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', text, re.DOTALL)
    assert form is not None, text
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1])
    return {name: value for name, value in found if name != "_csrf_token"}


async def test_the_day_shows_who_drives_whom(visitor_of: VisitorOf, placed: Placed) -> None:
    """The volunteer has a lane and a sheet; nobody is without driver; figures count both ways."""
    visitor = await visitor_of("coordinator")
    text = (await visitor.get(DAY)).text
    assert "Jean Morel" in text
    assert "Denise Chevallier" in text
    assert "Sans chauffeur (0)" in text
    assert "2 / 2" in text


async def test_statements_of_the_day(visitor_of: VisitorOf, engine: AsyncEngine, placed: Placed) -> None:
    """A ride or a volunteer more costs no statement more."""
    visitor = await visitor_of("coordinator")
    await visitor.get(DAY)
    with counted(engine) as sent:
        answer = await visitor.get(DAY)
    assert answer.status_code == 200
    # frame 5; ways, stays, purposes, volunteers and hours, absences, vehicles, shuttles, bonds, pairs apart,
    # bookings, time given, tours and trips, travel, plan: 16; runs, people, requests and their ways: 4.
    assert len(sent) == 25, "\n".join(sent)


async def test_a_reader_plans_nothing(visitor_of: VisitorOf, placed: Placed) -> None:
    """Who may only read sees the day without forms, and is refused what changes it."""
    visitor = await visitor_of("reader")
    text = (await visitor.get(DAY)).text
    assert "Jean Morel" in text
    assert "Calculer" not in text
    refused = await visitor.post("/transport/jour/planifier", {"jour": str(TUESDAY), "secondes": "10"})
    assert refused.status_code == 403


async def test_another_organisation_sees_none_of_it(ccas_visitor_of: VisitorOf, placed: Placed) -> None:
    """Its day is empty, its volunteers are none, a known address leads nowhere."""
    visitor = await ccas_visitor_of("manager")
    assert "Morel" not in (await visitor.get(DAY)).text
    assert "Morel" not in (await visitor.get("/transport/benevoles")).text
    assert (await visitor.get(f"/transport/benevoles/{placed.driver}")).status_code == 404
    assert (await visitor.get(f"/transport/trajets/{placed.legs[0]}")).status_code in (403, 404)


async def test_absence_then_repair(
    visitor_of: VisitorOf, placed: Placed, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """An absence noted by page offers the repair, which says whom to call and is then done."""
    async with open_uow(engine, actor, clock=clock) as uow:
        other = await a_driver(uow, actor, "Petit")
    visitor = await visitor_of("coordinator")
    day = str(TUESDAY)
    done = await visitor.post(f"/transport/benevoles/{placed.driver}/absences", {"du": day, "au": day})
    assert done.status_code == 303
    assert "Réparer la journée" in (await visitor.get(DAY)).text
    text = (await visitor.get(f"/transport/jour/reparer?jour={TUESDAY}")).text
    assert "Jean Morel" in text
    assert "Jean Petit" in text
    sent = await visitor.post("/transport/jour/reparer", hidden(text, "/transport/jour/reparer"))
    assert sent.status_code == 303
    async with open_uow(engine, actor, clock=clock) as uow:
        tours = await store.tours(uow.session, TUESDAY, TUESDAY)
    assert [tour.volunteer_id for tour in tours] == [other]


async def test_a_ride_is_given_by_page(
    visitor_of: VisitorOf, placed: Placed, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Who could drive is listed with a price; a stale page changes nothing."""
    async with open_uow(engine, actor, clock=clock) as uow:
        other = await a_driver(uow, actor, "Petit")
    visitor = await visitor_of("agent")
    path = f"/transport/trajets/{placed.legs[0]}"
    text = (await visitor.get(path)).text
    assert "le plus simple" in text
    stale = await visitor.post(path, {"benevole": str(other), "version": "0"})
    assert stale.status_code == 409
    fields = hidden(text, path)
    done = await visitor.post(path, {"benevole": str(other), "version": fields["version"]})
    assert done.status_code == 303
    assert "Jean Petit" in (await visitor.get(DAY)).text


async def test_a_volunteers_own_day(visitor_of: VisitorOf, placed: Placed) -> None:
    """Stops in order with telephone; a ride is marked done there, and taken back."""
    visitor = await visitor_of("agent")
    path = f"/transport/jour/{placed.driver}?jour={TUESDAY}"
    text = (await visitor.get(path)).text
    assert text.index("monte") < text.index("descend")
    fields = {"trajet": str(placed.legs[0]), "benevole": str(placed.driver), "jour": str(TUESDAY)}
    await visitor.post("/transport/jour/etat", {**fields, "etat": "done"})
    assert "fait" in (await visitor.get(path)).text
    await visitor.post("/transport/jour/etat", {**fields, "etat": "planned"})
    assert ">fait<" not in (await visitor.get(path)).text


async def test_who_travels_with_whom(
    visitor_of: VisitorOf, placed: Placed, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A wish about a volunteer is a fault of the plan as it stands; riding alone is noted; both go again."""
    visitor = await visitor_of("agent")
    path = "/transport/affinites"
    nobody = await visitor.post(path, {"personne": "Zzz", "lien": "alone"})
    assert nobody.status_code == 422
    wish = {"personne": "Chevallier", "lien": "refused", "benevole": str(placed.driver)}
    assert (await visitor.post(path, wish)).status_code == 303
    await visitor.post(path, {"personne": "Chevallier", "lien": "alone"})
    text = (await visitor.get(path)).text
    assert "ne voyage pas avec" in text
    assert text.count("Denise Chevallier") == 2
    assert "ne voyagent pas ensemble" in (await visitor.get(DAY)).text
    person = str(placed.service.person_id)
    for kind, other in (("refused", str(placed.driver)), ("apart", person)):
        await visitor.post(f"{path}/retirer", {"personne": person, "autre": other, "lien": kind})
    assert "Rien n’est noté" in (await visitor.get(path)).text


async def test_papers(visitor_of: VisitorOf, placed: Placed) -> None:
    """Round sheet and statement are files; a month to come is empty; the scale is doubtful."""
    visitor = await visitor_of("coordinator")
    sheet = await visitor.post(f"/transport/jour/{placed.driver}/feuille", {"jour": str(TUESDAY)})
    assert sheet.content[:5] == b"%PDF-"
    path = f"/transport/benevoles/{placed.driver}/kilometres"
    assert "Aucune tournée" in (await visitor.get(f"{path}?mois=2026-12")).text
    assert "Barème à vérifier" in (await visitor.get(f"{path}?mois=2026-12")).text
    assert (await visitor.post(f"{path}/pdf", {"mois": "2026-12"})).content[:5] == b"%PDF-"
    assert (await visitor.post(f"{path}/xlsx", {"mois": "2026-12"})).content[:2] == b"PK"
    missing = await visitor.post(f"/transport/jour/{placed.driver}/feuille", {"jour": "2026-12-05"})
    assert missing.status_code == 404


async def test_a_run_is_asked_for_and_stopped(visitor_of: VisitorOf, placed: Placed) -> None:
    """Its page follows it; asking twice leads to the same one; it can be stopped before it begins."""
    visitor = await visitor_of("coordinator")
    asked = await visitor.post("/transport/jour/planifier", {"jour": str(TUESDAY), "secondes": "10"})
    again = await visitor.post("/transport/jour/planifier", {"jour": str(TUESDAY), "secondes": "10"})
    path = asked.headers["location"]
    assert again.headers["location"] == path
    assert (await visitor.get(f"{path}/etat")).json()["state"] == "queued"
    await visitor.post(f"{path}/arreter", {})
    assert "Calcul annulé" in (await visitor.get(path)).text


async def test_volunteer_form(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A vehicle, then a volunteer with hours; what is wrong is told field by field."""
    visitor = await visitor_of("coordinator")
    vehicle = await visitor.post(
        "/transport/vehicules", {"nom": "Clio", "places": "4", "fauteuils": "0", "puissance": "5"}
    )
    assert vehicle.status_code == 303
    too_many = await visitor.post("/transport/vehicules", {"nom": "Car", "places": "9", "fauteuils": "0"})
    assert too_many.status_code == 422
    assert "R3133-2" in too_many.text
    async with open_uow(engine, actor, clock=clock) as uow:
        (known,) = await all_vehicles(uow, actor)
    fields = {
        "prenom": "Anne", "nom": "Roux", "insee": "91016", "latitude": "48.31", "longitude": "2,0",
        "vehicule": str(known.id), "heures": "4:30", "km": "120", "matin1": "8h30-12h",
        "soir1": "14:00-17:30",
    }  # fmt: skip
    wrong = await visitor.post("/transport/benevoles", {**fields, "matin1": "demain", "km": "5000"})
    assert wrong.status_code == 422
    done = await visitor.post("/transport/benevoles", fields)
    assert done.status_code == 303
    text = (await visitor.get(done.headers["location"].split("?")[0])).text
    assert 'value="8:30-12:00"' in text
    assert 'value="14:00-17:30"' in text
    assert "Anne" in (await visitor.get("/transport/benevoles")).text


async def test_a_shuttle_and_its_riders(
    visitor_of: VisitorOf, placed: Placed, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A shuttle to the market takes somebody who goes there anyway; cancelled, it is gone."""
    async with open_uow(engine, actor, clock=clock) as uow:
        other = await a_driver(uow, actor, "Petit")
        vehicles = {item.label: item.id for item in await all_vehicles(uow, actor)}
    visitor = await visitor_of("coordinator")
    fields = {
        "nom": "Marché du mardi", "jour": str(TUESDAY), "lieu": str(placed.service.market.id),
        "benevole": str(other), "vehicule": str(vehicles["Voiture de M. Petit"]),
        "depart": "09:00", "arrivee": "10:00", "retour": "11:30", "fin": "12:45",
    }  # fmt: skip
    wrong = await visitor.post("/transport/navettes", {**fields, "retour": "09:30"})
    assert wrong.status_code == 422
    assert (await visitor.post("/transport/navettes", fields)).status_code == 303
    text = (await visitor.get("/transport/navettes")).text
    join = re.search(r'action="(/transport/navettes/[^"]+/voyageurs)"', text)
    request = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>Mme Chevallier', text)
    assert join is not None
    assert request is not None
    joined = await visitor.post(join[1], {"demande": request[1]})
    assert joined.status_code == 303
    async with open_uow(engine, actor, clock=clock) as uow:
        (tour,) = await store.tours(uow.session, TUESDAY, TUESDAY)
    assert (tour.volunteer_id, len(tour.trips)) == (other, 2)
    assert tour.shuttle_id is not None
    await visitor.post(join[1].replace("voyageurs", "annuler"), {})
    assert "Aucune navette à venir" in (await visitor.get("/transport/navettes")).text
