"""
Offer a slot by page: a person, a question, places with their price, one taken or gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted
from support.visitors import Visitor, VisitorOf

from carecoord.beneficiaries.service import get_person, person_ids
from carecoord.careplans.service import interventions_of_person
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.standing import RESIDENTS

TUESDAY = (MONDAY + timedelta(days=1)).isoformat()
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
QUESTION = {
    "voir": "1",
    "aide": "Ménage",
    "duree": "60",
    "rythme": "une",
    "premier": TUESDAY,
    "debut": "10:00",
    "fin": "13:00",
    "souhait": "10:30",
}
NEW_ADDRESS = {"cp": "91800", "adresse": "3 rue Haute", **QUESTION}


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Each test begins without plans kept by another."""
    RESIDENTS.clear()
    yield
    RESIDENTS.clear()


@pytest.fixture
async def person(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """Somebody of a published small week."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
        return (await person_ids(uow, actor, ["P1"]))["P1"]


async def asked(visitor: Visitor, person: UUID) -> tuple[str, dict[str, str]]:
    """The page with places, and the fields of its form, those of the first place chosen."""
    page = await visitor.post("/creneaux", {"personne": str(person), **QUESTION})
    fields = {name: value for name, value in HIDDEN.findall(page.text) if name != "_csrf_token"}
    return page.text, {**fields, "choix": "0"}


async def test_a_person_is_searched_then_places_come_with_their_price(
    visitor_of: VisitorOf, person: UUID
) -> None:
    """Name, question, places: minutes of travel, continuity and hours in one line."""
    visitor = await visitor_of("coordinator")

    found = await visitor.post("/creneaux", {"recherche": "berthier 1"})
    chosen = await visitor.get(f"/creneaux?personne={person}")
    text, _ = await asked(visitor, person)

    assert f"/creneaux?personne={person}" in found.text
    assert "Voir les places" in chosen.text
    assert "meilleures places" in text
    assert "restantes au contrat" in text
    assert text.count("Retenir cette place") >= 2


async def test_addresses_of_the_page_name_nobody(visitor_of: VisitorOf, person: UUID) -> None:
    """Every form sends its fields in the body; a name or an address typed into the URL is not read."""
    visitor = await visitor_of("coordinator")

    pages = [
        await visitor.get("/creneaux?recherche=berthier&cp=91800&adresse=3+rue+Haute&nom=Maurel"),
        await visitor.post("/creneaux", {"recherche": "berthier"}),
        await visitor.post("/creneaux", NEW_ADDRESS),
    ]

    for page in pages:
        forms = re.findall(r'<form[^>]* action="/creneaux[^>]*>', page.text)
        assert forms
        assert all('method="post"' in form for form in forms)
    assert "Haute" not in pages[0].text
    assert "Maurel" not in pages[0].text
    assert set(re.findall(r'href="/creneaux\?([a-z]+)=[0-9a-f-]{36}"', pages[1].text)) == {"personne"}


async def test_a_question_needs_the_token_of_the_form(visitor_of: VisitorOf, person: UUID) -> None:
    """A search sent by another site is refused like any other form."""
    visitor = await visitor_of("coordinator")

    answer = await visitor.client.post("/creneaux", data={"recherche": "berthier"})

    assert answer.status_code == 403


async def test_a_place_is_taken_by_form(
    visitor_of: VisitorOf, person: UUID, engine: AsyncEngine, actor: Actor
) -> None:
    """The board of the day follows; line and stop exist; the same form sent again creates nothing more."""
    visitor = await visitor_of("coordinator")
    _, fields = await asked(visitor, person)

    answer = await visitor.post("/creneaux", fields)
    again = await visitor.post("/creneaux", fields)

    async with open_uow(engine, actor) as uow:
        lines = await interventions_of_person(uow, actor, person)
        board = await board_of_week(uow, actor, MONDAY)
    new = [line for line in lines if line.label == "Ménage"]
    assert (answer.status_code, again.status_code) == (303, 303)
    assert answer.headers["location"].startswith(f"/tournees?jour={TUESDAY}")
    assert len(new) == 1
    assert sum(board.visits[stop.visit_id].intervention_id == new[0].id for stop in board.stops) == 1


async def test_a_place_gone_is_told_with_fresh_ones(visitor_of: VisitorOf, person: UUID) -> None:
    """Somebody else took it: nothing is recorded, and the page shows the places of now."""
    visitor = await visitor_of("coordinator")
    _, fields = await asked(visitor, person)
    await visitor.post("/creneaux", fields)

    answer = await visitor.post("/creneaux", {**fields, "numero": "autre"})

    assert answer.status_code == 409
    assert "Cette place n’est plus libre" in answer.text
    assert "Retenir cette place" in answer.text


async def test_defects_of_a_question_are_told_together(visitor_of: VisitorOf, person: UUID) -> None:
    """A weekly rhythm without a day, no hour, no number: each under its field."""
    visitor = await visitor_of("coordinator")

    wrong = {"rythme": "semaine", "premier": "demain", "debut": "x", "fin": "12:00", "duree": "a"}
    page = await visitor.post("/creneaux", {"personne": str(person), "voir": "1", **wrong})

    assert page.status_code == 422
    for sentence in ("Choisissez au moins un jour.", "Ce n’est pas une date.", "Écrivez une heure"):
        assert sentence in page.text


async def test_a_new_address_is_offered_places_and_recorded_with_the_one_taken(
    visitor_of: VisitorOf, person: UUID, engine: AsyncEngine, actor: Actor
) -> None:
    """The commune of the postcode is enough to see places; taking one asks for a name and records it."""
    visitor = await visitor_of("coordinator")
    page = await visitor.post("/creneaux", NEW_ADDRESS)
    fields = {name: value for name, value in HIDDEN.findall(page.text) if name != "_csrf_token"}

    nameless = await visitor.post("/creneaux", {**fields, "choix": "0"})
    taken = await visitor.post(
        "/creneaux", {**fields, "choix": "0", "nom": "Maurel", "prenom": "Jeanne", "civilite": "Mme"}
    )

    async with open_uow(engine, actor) as uow:
        board = await board_of_week(uow, actor, MONDAY)
    assert "Brunoy" in page.text
    assert nameless.status_code == 422
    assert taken.status_code == 303
    assert "Maurel" in {one.last_name for one in board.people.values()}


async def test_a_number_that_somebody_has_never_writes_over_her_record(
    visitor_of: VisitorOf, person: UUID, engine: AsyncEngine, actor: Actor
) -> None:
    """A hidden number changed by hand to one that a person has: her name and address stay."""
    visitor = await visitor_of("coordinator")
    page = await visitor.post("/creneaux", NEW_ADDRESS)
    fields = {name: value for name, value in HIDDEN.findall(page.text) if name != "_csrf_token"}
    async with open_uow(engine, actor) as uow:
        before = await get_person(uow, actor, person)
    number = before.reference.removeprefix("P")

    await visitor.post(
        "/creneaux",
        {**fields, "numero": number, "choix": "0", "nom": "Maurel", "prenom": "Jeanne", "civilite": "Mme"},
    )

    async with open_uow(engine, actor) as uow:
        after = await get_person(uow, actor, person)
    assert before.reference == f"P{number}"
    assert after == before


async def test_an_agent_sees_places_without_names_and_takes_none(visitor_of: VisitorOf, person: UUID) -> None:
    """The desk tells hours on the telephone; aides' names and the button stay with the provider."""
    visitor = await visitor_of("agent")

    text, fields = await asked(visitor, person)
    answer = await visitor.post("/creneaux", fields)

    assert "avec une aide" in text
    assert "Amina" not in text
    assert "Retenir cette place" not in text
    assert answer.status_code == 403


async def test_statements_of_the_page(visitor_of: VisitorOf, person: UUID, engine: AsyncEngine) -> None:
    """With the plan kept, a question costs the same however large the plan is."""
    visitor = await visitor_of("coordinator")
    await asked(visitor, person)

    with counted(engine) as sent:
        await asked(visitor, person)

    # frame 5; person; eleven of the offers; aides, their hours; people who give way; the roster’s period
    assert len(sent) == 21, "\n".join(sent)
