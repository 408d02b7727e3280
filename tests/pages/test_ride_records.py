"""
What answers rest on, by page: proofs, destinations, rules, communes, figures, return to the prefect.
"""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from builders.rides import TUESDAY, Service, a_driver, an_ask, ride_service
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.service.records import get_terms, list_places, list_zones, rights_of
from carecoord.rides.service.requests import book, mark_legs
from carecoord.settings import Settings


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> Service:
    """An association with destinations, one driver and one person."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_driver(uow, actor)
        return await ride_service(uow, actor)


@pytest.fixture
async def ride(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, service: Service, settings: Settings
) -> None:
    """A ride to the market and back, today, done."""
    async with open_uow(engine, actor, clock=clock) as uow:
        today = an_ask(service, on=TUESDAY.replace(month=11, day=23), distance_m=12_000)
        request = await book(uow, actor, today, settings, form_key=uuid4())
        await mark_legs(uow, actor, [leg.id for leg in request.legs], "done")


@pytest.fixture
def settings(tmp_path: object) -> Settings:
    """No road network."""
    return Settings(home=tmp_path, roads_folder=tmp_path)  # type: ignore[arg-type] # a path


async def test_a_proof_is_recorded_from_the_passenger_page(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """What was shown, when, until when; a date to come is refused beside its field."""
    visitor = await visitor_of("agent")
    path = f"/transport/personnes/{service.person_id}"
    proof = {"base": "css", "preuve": "attestation CPAM", "vu": "2026-11-20", "valable": "2027-11-19"}

    wrong = await visitor.post(f"{path}/droit", {**proof, "vu": "2027-11-20"})
    done = await visitor.post(f"{path}/droit", proof)
    page = await visitor.get(path)

    assert (wrong.status_code, done.status_code) == (422, 303)
    assert 'id="erreur-vu"' in wrong.text
    assert "attestation CPAM" in page.text
    assert "19/11/2027" in page.text
    async with open_uow(engine, actor) as uow:
        assert [right.criterion for right in await rights_of(uow, actor, service.person_id)] == ["css"]


async def test_how_a_person_travels(visitor_of: VisitorOf, service: Service) -> None:
    """Saved once, and taken up by the form of a ride; an old page changes nothing."""
    visitor = await visitor_of("agent")
    path = f"/transport/personnes/{service.person_id}/voyage"
    fields = {"fatigue": "frail", "accompagnants": "1", "fauteuil": "oui", "version": "0"}

    first = await visitor.post(path, fields)
    stale = await visitor.post(path, fields)

    form = await visitor.get(f"/transport/demande?personne={service.person_id}")

    assert (first.status_code, stale.status_code) == (303, 409)
    assert '<option value="1" selected>avec une personne' in form.text
    assert 'name="fauteuil" value="oui" checked' in form.text


async def test_destinations_are_added_and_changed(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """At the centre of its commune without a geocoder; a name twice is refused; put aside, not gone."""
    visitor = await visitor_of("agent")
    fields = {"nom": "Club du lundi", "motif": "leisure", "adresse": "2 place de l’Église", "cp": "91150"}

    several = await visitor.post("/transport/destinations", {**fields, "cp": "00000"})
    done = await visitor.post("/transport/destinations", {**fields, "commune": "91223"})
    twice = await visitor.post("/transport/destinations", {**fields, "commune": "91223"})
    async with open_uow(engine, actor) as uow:
        club = next(item for item in await list_places(uow, actor) if item.label == "Club du lundi")
    gone = await visitor.post(
        f"/transport/destinations/{club.id}", {**fields, "cp": "", "version": "1", "actif": ""}
    )
    page = await visitor.get("/transport/destinations")

    assert (several.status_code, done.status_code, twice.status_code) == (422, 303, 422)
    assert (club.insee, club.quality) == ("91223", "commune")
    assert gone.status_code == 303
    assert "n’est plus proposée" in page.text


async def test_a_hub_needs_somebody_who_says_so(visitor_of: VisitorOf, service: Service) -> None:
    """A box ticked without a source opens no destination."""
    visitor = await visitor_of("agent")
    fields = {"nom": "Gare d’Angerville", "motif": "station", "cp": "91670", "pole": "oui"}

    answer = await visitor.post("/transport/destinations", fields)

    assert answer.status_code == 422
    assert 'id="erreur-source"' in answer.text


async def test_rules_of_the_service(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """Texts with article and date; a price above the ceiling is refused; a commune is noted once."""
    visitor = await visitor_of("administrator")
    terms = {"regime": "tus", "centimes": "33", "version": "0", "rna": "W911000001", "wait_max_min": "60"}

    dear = await visitor.post("/transport/regles/service", terms)
    saved = await visitor.post("/transport/regles/service", {**terms, "centimes": "25"})
    zone = {"cp": "91410", "commune": "91200", "petite": "oui", "source": "liste du ministère"}
    noted = await visitor.post("/transport/regles/communes", zone)
    public = await visitor.post("/transport/regles/organisation", {"forme": "public"})
    refused = await (await visitor_of("agent")).post("/transport/regles/organisation", {"forme": "company"})
    page = await visitor.get("/transport/regles")

    assert (dear.status_code, saved.status_code, noted.status_code) == (422, 303, 303)
    assert "article R3133-3 du code des transports" in page.text
    assert "0,32" in page.text
    assert public.status_code == 303
    assert refused.status_code == 403
    async with open_uow(engine, actor) as uow:
        kept = await get_terms(uow, actor)
        assert (kept.cents_per_km, kept.habits, kept.facts.rna) == (25, {"wait_max_min": 60}, "W911000001")
        assert (await list_zones(uow, actor))["91200"].is_small


async def test_figures_and_return(visitor_of: VisitorOf, service: Service, ride: None) -> None:
    """One request, satisfied; two trips of twelve kilometres told to the prefect, in PDF and XLSX."""
    visitor = await visitor_of("reader")

    figures = await visitor.get("/transport/chiffres")
    wrong = await visitor.get("/transport/chiffres?du=2026-12-01&au=2026-01-01")
    page = await visitor.get("/transport/chiffres/prefet/2026")
    pdf = await visitor.post("/transport/chiffres/prefet/2026/pdf")
    book_of_year = await visitor.post("/transport/chiffres/prefet/2026/xlsx")
    future = await visitor.get("/transport/chiffres/prefet/2031")

    assert "1 sur 1" in figures.text
    assert "Au dénominateur" in figures.text
    assert wrong.status_code == 422
    assert re.search(r"Trajets réalisés</th>\s*<td[^>]*>2<", page.text)
    assert "1er mars 2027" in page.text
    assert pdf.content.startswith(b"%PDF")
    sheet = load_workbook(BytesIO(book_of_year.content)).active
    values = {row[1]: row[2] for row in sheet.iter_rows(values_only=True) if row[1]}
    assert values["Trajets réalisés"] == "2"
    assert values["Distance moyenne d’un trajet"] == "12,0\u202fkm"
    assert future.status_code == 404


@pytest.mark.parametrize(
    "path", ["/transport", "/transport/destinations", "/transport/regles", "/transport/chiffres"]
)
async def test_another_organisation_sees_none_of_it(
    ccas_visitor_of: VisitorOf, service: Service, ride: None, path: str
) -> None:
    """Neither person, nor place, nor commune."""
    page = await (await ccas_visitor_of("agent")).get(path)

    assert page.status_code == 200
    for name in ("Chevallier", "Angerville", "Étampes"):
        assert name not in page.text
