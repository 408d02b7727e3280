"""
Rounds of meals and vigilance by their pages, without a script.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meal_rounds import DAY, PEOPLE, a_meal_fleet, drafted_rounds
from support.statements import counted
from support.visitors import Visitor, VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.rounds_domain import DeliveryRound
from carecoord.meals.service.papers import temperature_register
from carecoord.meals.service.rounds import publish_rounds, rounds_of
from carecoord.meals.store import rounds as store
from carecoord.vigilance.service.cases import waiting_cases

DAY_PAGE = f"/repas/tournees?jour={DAY.isoformat()}"


@pytest.fixture
async def run_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """Rounds of a day, calculated."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor)
    return await drafted_rounds(engine, actor, clock)


@pytest.fixture
async def rounds(engine: AsyncEngine, actor: Actor, clock: FixedClock, run_id: UUID) -> list[DeliveryRound]:
    """The same, published."""
    async with open_uow(engine, actor, clock=clock) as uow:
        return await publish_rounds(uow, actor, run_id)


@pytest.fixture
async def visitor(visitor_of: VisitorOf) -> Visitor:
    """A coordinator."""
    return await visitor_of("coordinator")


async def test_a_day_is_asked_for_looked_at_and_published(visitor: Visitor, run_id: UUID) -> None:
    """The run's page compares with rounds by hand; publishing leads to the rounds of the day."""
    before = await visitor.get(DAY_PAGE)
    assert before.status_code == 200
    assert "Pas de tournée publiée ce jour" in before.text
    asked = await visitor.post("/repas/tournees", {"jour": DAY.isoformat(), "secondes": "15"})
    assert asked.status_code == 303
    following = await visitor.get(asked.headers["location"])
    assert "Le calcul attend" in following.text
    status = (await visitor.get(asked.headers["location"] + "/etat")).json()
    assert (status["state"], status["progress"]) == ("queued", None)
    stopped = await visitor.post(asked.headers["location"] + "/arreter")
    assert stopped.status_code == 303
    page = await visitor.get(f"/repas/tournees/calcul/{run_id}")
    assert "Comparé à des tournées faites à la main" in page.text
    published = await visitor.post(f"/repas/tournees/calcul/{run_id}/publier")
    assert published.headers["location"] == DAY_PAGE
    after = await visitor.get(DAY_PAGE)
    assert "Karim Benali" in after.text
    assert "Changements depuis la publication" not in after.text
    again = await visitor.post(f"/repas/tournees/calcul/{run_id}/publier")
    assert again.status_code == 409
    assert "Rien n’est publié" in again.text


async def test_a_driver_tells_a_door_in_one_tap(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, clock: FixedClock, rounds: list[DeliveryRound]
) -> None:
    """Handed leads to the next door; absent destroys the meal and opens a case."""
    item = rounds[0]
    page = await visitor.get(f"/repas/tournee/{item.id}")
    assert page.status_code == 200
    first, second = item.stops[:2]
    told = await visitor.post(f"/repas/tournee/{item.id}/arret/{first.id}", {"issue": "handed"})
    assert told.headers["location"] == f"/repas/tournee/{item.id}#arret-{second.id}"
    await visitor.post(f"/repas/tournee/{item.id}/arret/{second.id}", {"issue": "absent"})
    async with open_uow(engine, actor, clock=clock) as uow:
        stops = {s.id: s for r in await rounds_of(uow, actor, DAY) for s in r.stops}
        (case,) = await waiting_cases(uow, actor)
    assert (stops[first.id].state, stops[second.id].state, stops[second.id].destroyed) == (
        "handed",
        "absent",
        1,
    )
    assert case.person_id == second.person_id
    wrong = await visitor.post(f"/repas/tournee/{item.id}/arret/{first.id}", {"issue": "volé"})
    assert wrong.status_code == 422


async def test_temperatures_at_loading_and_at_the_door(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """2,9 is good, 4 to be watched, 5,1 refused; words are asked again."""
    item = rounds[0]
    path = f"/repas/tournee/{item.id}/temperature"
    loading = {"depart": "0", "arret": "", "chaine": "cold"}
    for value, verdict in (("2,9", "conforme"), ("4", "à surveiller"), ("5.1", "à refuser")):
        answer = await visitor.post(path, {**loading, "degres": value})
        assert answer.status_code == 303
        assert f">{verdict}</span>" in (await visitor.get(f"/repas/tournee/{item.id}")).text
    door = await visitor.post(path, {**loading, "arret": str(item.stops[0].id), "degres": "2"})
    assert door.headers["location"].endswith(f"#arret-{item.stops[0].id}")
    wrong = await visitor.post(path, {**loading, "degres": "froid"})
    assert wrong.status_code == 422
    assert "Écrivez une température" in wrong.text


async def test_the_sheet_on_paper_and_as_pdf(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """Every door is on the sheet; the PDF is one, and its name tells nobody's."""
    item = max(rounds, key=lambda one: len(one.stops))
    sheet = await visitor.get(f"/repas/tournee/{item.id}/feuille")
    assert sheet.text.count("Mme Odette") == len(item.stops)
    pdf = await visitor.post(f"/repas/tournee/{item.id}/feuille.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf.headers["content-disposition"] == f'inline; filename="feuille-de-route-{DAY}.pdf"'


async def test_the_register_of_temperatures(
    visitor: Visitor, engine: AsyncEngine, rounds: list[DeliveryRound]
) -> None:
    """A month costs as many statements as a day; every reading is in the file; wrong days are told."""
    item = rounds[0]
    loading = {"depart": "0", "arret": "", "chaine": "cold"}
    await visitor.post(f"/repas/tournee/{item.id}/temperature", {**loading, "degres": "2,9"})
    link = (await visitor.get(DAY_PAGE)).text
    page = await visitor.get("/repas/temperatures")
    with counted(engine) as one_day:
        await visitor.post("/repas/temperatures/releves.xlsx", {"du": str(DAY), "au": str(DAY)})
    month = {"du": str(DAY - timedelta(days=20)), "au": str(DAY + timedelta(days=10))}
    with counted(engine) as many_days:
        book = await visitor.post("/repas/temperatures/releves.xlsx", month)
    paper = await visitor.post("/repas/temperatures/releves.pdf", month)
    turned = await visitor.post("/repas/temperatures/releves.pdf", {"du": str(DAY), "au": "2026-01-01"})
    far = await visitor.post("/repas/temperatures/releves.pdf", {"du": "2026-01-01", "au": "2026-12-31"})

    cells = [cell.value for row in load_workbook(io.BytesIO(book.content)).active for cell in row]
    assert 'href="/repas/temperatures"' in link
    assert "registre à montrer" in page.text
    assert len(one_day) == len(many_days)
    assert "2,9 °C" in [str(cell).replace("\u202f", " ").replace("\xa0", " ") for cell in cells]
    assert paper.content.startswith(b"%PDF")
    assert (turned.status_code, far.status_code) == (422, 422)
    assert "La fin doit venir après le début" in turned.text
    assert "92 jours au plus" in far.text


async def test_a_repair_loses_no_reading(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, clock: FixedClock, rounds: list[DeliveryRound]
) -> None:
    """What was measured on a round that a repair replaced stays in the register, once."""
    first, second = rounds[0], rounds[1]
    for item in (first, second):
        fields = {"depart": "0", "arret": "", "chaine": "cold", "degres": "2"}
        await visitor.post(f"/repas/tournee/{item.id}/temperature", fields)
    async with open_uow(engine, actor, clock=clock) as uow:
        (known,) = await store.readings_of(uow.session, [first.id])
        store.copy_reading(uow.session, known, first.id, actor.organisation_id)
        await store.set_state(uow.session, [second.id], "replaced")

    async with open_uow(engine, actor, clock=clock) as uow:
        register = await temperature_register(uow, actor, DAY, DAY)

    assert sorted(item.round_id for item in register.readings) == sorted([first.id, second.id])


async def test_a_case_is_called_about_and_closed(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """What waits says whom to call; the journal keeps the call; closing takes it off the list."""
    item = rounds[0]
    await visitor.post(f"/repas/tournee/{item.id}/arret/{item.stops[0].id}", {"issue": "absent"})
    waiting = await visitor.get("/vigilance")
    found = re.search(r"/vigilance/[0-9a-f-]{36}", waiting.text)
    assert found is not None
    case = found.group()
    assert "Appeler la personne" in waiting.text
    missing = await visitor.post(f"{case}/appel", {"qui": "person"})
    assert missing.status_code == 422
    await visitor.post(f"{case}/appel", {"qui": "person", "reponse": "no_answer", "note": "Messagerie"})
    page = await visitor.get(case)
    assert "Messagerie" in page.text
    assert "Appeler un proche" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    closed = await visitor.post(f"{case}/clore", {"issue": "well", "version": version.group(1)})
    assert closed.headers["location"] == "/vigilance"
    assert "Rien à traiter" in (await visitor.get("/vigilance")).text
    late = await visitor.post(f"{case}/appel", {"qui": "ccas", "reponse": "reached"})
    assert "déjà clos" in late.text


async def test_a_repair_is_asked_for(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """Nobody chosen is asked again; a driver chosen leads to the proposal's page."""
    page = await visitor.get(f"/repas/tournees/reparer?jour={DAY.isoformat()}")
    assert "Karim Benali" in page.text
    nobody = await visitor.post("/repas/tournees/reparer", {"jour": DAY.isoformat(), "heure": "08:40"})
    assert nobody.status_code == 422
    assert "Choisissez au moins un chauffeur" in nobody.text
    asked = await visitor.post(
        "/repas/tournees/reparer",
        {"jour": DAY.isoformat(), "heure": "08:40", "chauffeurs": str(rounds[0].driver_id)},
    )
    assert asked.status_code == 303
    assert (await visitor.get(asked.headers["location"])).status_code == 200


async def test_vehicles_and_drivers_are_added_and_changed(visitor: Visitor, run_id: UUID) -> None:
    """A vehicle that holds nothing is refused; a driver is changed under her own name."""
    vehicle = {"nom": "Partner", "froid": "0", "chaud": "0", "chargement": "10", "actif": "oui"}
    refused = await visitor.post("/repas/vehicules/nouveau", vehicle)
    assert refused.status_code == 422
    added = await visitor.post("/repas/vehicules/nouveau", {**vehicle, "froid": "24"})
    assert added.headers["location"] == "/repas/vehicules"
    fleet = await visitor.get("/repas/vehicules")
    assert "Partner" in fleet.text
    driver = re.search(r"/repas/chauffeurs/[0-9a-f-]{36}", fleet.text)
    assert driver is not None
    page = await visitor.get(driver.group())
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    changed = await visitor.post(
        driver.group(),
        {
            "version": version.group(1), "prenom": "Karim", "nom": "Benali-Roy", "debut": "07:30",
            "fin": "13:00", "departs": "2", "jours": ["0", "1"], "actif": "oui",
        },
    )  # fmt: skip
    assert changed.status_code == 303
    assert "Benali-Roy" in (await visitor.get("/repas/vehicules")).text


async def test_places_for_a_new_subscriber(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """A person by number gets places with hour and price; an unknown number is asked again."""
    found = await visitor.get(f"/repas/places?jour={DAY}&personne=M-000&de=09:30&a=12:30")
    assert found.status_code == 200
    assert "Coût ajouté" in found.text
    unknown = await visitor.get(f"/repas/places?jour={DAY}&personne=nobody")
    assert unknown.status_code == 422
    assert "Aucune personne n’a ce numéro" in unknown.text
    none = await visitor.get(f"/repas/places?jour={DAY}&personne=M-000&de=06:00&a=06:10")
    assert "Aucune place ce jour-là" in none.text


async def test_the_api_reads_and_tells(visitor: Visitor, rounds: list[DeliveryRound]) -> None:
    """Rounds of a day, an outcome, a temperature, open cases."""
    listed = (await visitor.get(f"/api/v1/meals/rounds?on={DAY}")).json()
    assert [item["id"] for item in listed] == [str(item.id) for item in rounds]
    assert (await visitor.get(f"/api/v1/meals/rounds/changes?on={DAY}")).json()["all"] == []
    assert (await visitor.get("/api/v1/vigilance/cases")).json() == []
    assert (await visitor.get(f"/api/v1/meals/runs/{rounds[0].run_id}")).json()["state"] == "done"


async def test_who_may_not_plan_sees_and_tells_all_the_same(
    visitor_of: VisitorOf, rounds: list[DeliveryRound]
) -> None:
    """A reader sees rounds and may note nothing."""
    reader = await visitor_of("reader")
    page = await reader.get(f"/repas/tournee/{rounds[0].id}")
    assert page.status_code == 200
    assert 'name="issue"' not in page.text
    told = await reader.post(
        f"/repas/tournee/{rounds[0].id}/arret/{rounds[0].stops[0].id}", {"issue": "handed"}
    )
    assert told.status_code == 403
    assert sum(len(item.stops) for item in rounds) == PEOPLE
