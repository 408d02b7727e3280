"""
People and team: found by name, told whole; an absence is declared with every defect at once.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from builders.rosters import aide_command, person, small_week
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import VisitorOf

from carecoord.beneficiaries.service import upsert_people
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.territory.service import load_communes
from carecoord.workforce.domain import Absence
from carecoord.workforce.service import absences_between, all_aides, upsert_aides


@pytest.fixture
async def week(engine: AsyncEngine, actor: Actor) -> None:
    """Three people and two aides."""
    async with open_uow(engine, actor) as uow:
        await small_week(uow, actor)


async def test_people_are_found_whatever_accents_and_capitals(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor
) -> None:
    """A name is found without its accents; the commune is named, the phone can be dialled."""
    odette = msgspec.structs.replace(person("P1"), last_name="Élouard", phone="+33199001234")
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await upsert_people(uow, actor, [odette, person("P2")])
    visitor = await visitor_of("reader")

    page = await visitor.get("/personnes?q=ELOUARD")

    assert "Mme Élouard Odette" in page.text
    assert "1 rue des Vallées, 91800 Brunoy" in page.text
    assert 'href="tel:+33199001234"' in page.text
    assert "Berthier" not in page.text


async def test_people_come_by_pages_of_fifty(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor
) -> None:
    """A long list says how long it is and leads on; the search follows from page to page."""
    async with open_uow(engine, actor) as uow:
        await upsert_people(uow, actor, [person(f"P{number}") for number in range(1, 121)])
    visitor = await visitor_of("reader")

    second = await visitor.get("/personnes?q=berthier&page=2")
    beyond = await visitor.get("/personnes?page=9")

    assert "51 à 100 sur\u202f120\u202fpersonnes" in second.text
    assert 'href="/personnes?q=berthier&amp;page=1"' in second.text
    assert 'href="/personnes?q=berthier&amp;page=3"' in second.text
    assert "Cette page de la liste est vide" in beyond.text


async def test_empty_lists_say_what_to_do(visitor_of: VisitorOf) -> None:
    """Without anybody yet, the page leads to the import; for a reader it says who can do it."""
    coordinator, reader = await visitor_of("coordinator"), await visitor_of("reader")

    assert 'href="/importer">Importer un fichier' in (await coordinator.get("/personnes")).text
    assert 'href="/importer"' not in (await reader.get("/personnes")).text
    assert "Aucune aide pour l’instant" in (await coordinator.get("/equipe")).text
    assert "Personne ne correspond à « zz »" in (await reader.get("/personnes?q=zz")).text


async def test_what_is_typed_is_never_markup(visitor_of: VisitorOf) -> None:
    """A search for markup is shown as text."""
    page = await (await visitor_of("reader")).get("/personnes?q=%3Cscript%3E")

    assert "<script>" not in page.text.split("<main", 1)[1]
    assert "&lt;script&gt;" in page.text


async def test_an_absence_is_declared_for_whole_days(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, week: None
) -> None:
    """Days without hours last from midnight to midnight in Paris; the team page shows them."""
    visitor = await visitor_of("coordinator")
    async with open_uow(engine, actor) as uow:
        aide = (await all_aides(uow, actor))[0]

    answer = await visitor.post(
        "/equipe/absences",
        {
            "aide": str(aide.id),
            "du": "2026-11-24",
            "au": "2026-11-25",
            "debut": "",
            "fin": "",
            "motif": "leave",
        },
    )
    page = await visitor.get(answer.headers["location"])

    # midnight in Paris is 23 hours UTC in winter; the second day is included
    assert await _absences(engine, actor) == [
        (datetime(2026, 11, 23, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC), "leave")
    ]
    assert "congé du mar. 24 novembre au mer. 25 novembre" in page.text
    assert "L’absence est enregistrée." in page.text


async def test_an_absence_between_two_hours(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, week: None
) -> None:
    """An absence of a morning keeps its hours."""
    visitor = await visitor_of("coordinator")
    async with open_uow(engine, actor) as uow:
        aide = (await all_aides(uow, actor))[0]

    fields = {"aide": str(aide.id), "du": "2026-11-24", "au": "2026-11-24", "motif": "training"}
    answer = await visitor.post("/equipe/absences", {**fields, "debut": "09:00", "fin": "12:30"})
    page = await visitor.get("/equipe")

    assert answer.status_code == 303
    assert "formation le mar. 24 novembre, 9\u202fh\u202f00 à 12\u202fh\u202f30" in page.text


async def test_every_defect_of_an_absence_is_told_at_once(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, week: None
) -> None:
    """Nothing is recorded, and what was typed is kept."""
    visitor = await visitor_of("coordinator")

    nothing = await visitor.post("/equipe/absences", {"aide": "", "du": "hier", "au": "", "motif": "grève"})
    async with open_uow(engine, actor) as uow:
        aide = (await all_aides(uow, actor))[0]
    fields = {"aide": str(aide.id), "motif": "leave"}
    backwards = await visitor.post("/equipe/absences", {**fields, "du": "2026-11-25", "au": "2026-11-24"})

    assert nothing.status_code == backwards.status_code == 422
    for field in ("aide", "du", "au", "motif"):
        assert f'id="erreur-{field}"' in nothing.text, field
    assert 'value="hier"' in nothing.text
    assert "La fin doit venir après le début." in backwards.text
    assert await _absences(engine, actor) == []


async def test_an_absence_known_already_is_not_recorded_twice(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, week: None
) -> None:
    """The same form sent again is told so."""
    visitor = await visitor_of("coordinator")
    async with open_uow(engine, actor) as uow:
        aide = (await all_aides(uow, actor))[0]
    fields = {"aide": str(aide.id), "du": "2026-11-24", "au": "2026-11-24", "motif": "leave"}

    await visitor.post("/equipe/absences", fields)
    again = await visitor.post("/equipe/absences", fields)

    assert again.status_code == 422
    assert "Cette absence est déjà enregistrée" in again.text
    assert len(await _absences(engine, actor)) == 1


async def test_an_aide_of_others_cannot_be_declared_absent(
    visitor_of: VisitorOf, engine: AsyncEngine, other_actor: Actor
) -> None:
    """An aide of another organisation does not exist here."""
    async with open_uow(engine, other_actor) as uow:
        await upsert_aides(uow, other_actor, [aide_command("A1")])
        theirs = (await all_aides(uow, other_actor))[0]
    visitor = await visitor_of("coordinator")

    fields = {"aide": str(theirs.id), "du": "2026-11-24", "au": "2026-11-24", "motif": "leave"}
    answer = await visitor.post("/equipe/absences", fields)

    assert answer.status_code == 404
    assert await _absences(engine, other_actor) == []


async def _absences(engine: AsyncEngine, actor: Actor) -> list[tuple[datetime, datetime, str]]:
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    async with open_uow(engine, actor) as uow:
        found: list[Absence] = await absences_between(uow, actor, start, end)
    return [(item.starts_at, item.ends_at, item.kind) for item in found]
