"""
Repairing a day by its pages, without a script: form, repairs, choice, calls, undo, stale rounds.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from builders.rosters import MONDAY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.visitors import Visitor, VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rosters.commands import MoveVisit
from carecoord.rosters.domain import RosterStop, RuleBreach
from carecoord.rosters.service.boards import board_of_day, get_roster
from carecoord.rosters.service.moves import apply_move
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.repairs import get_repair
from carecoord.rosters.store import repairs as store

WEDNESDAY = MONDAY + timedelta(days=2)
FORM = "/tournees/reparer"


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """The small week, dealt out naively and published."""
    made = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
    return made


@pytest.fixture
async def visitor(visitor_of: VisitorOf) -> Visitor:
    """A coordinator."""
    return await visitor_of("coordinator")


async def stops_of(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> list[RosterStop]:
    """Wednesday's stops, in order of time."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_day(uow, actor, WEDNESDAY)
    return sorted(board.stops, key=lambda stop: (stop.starts_at, stop.seat))


def absence(stop: RosterStop, **changes: str) -> dict[str, str]:
    """What is typed when an aide does not come."""
    typed = {
        "jour": WEDNESDAY.isoformat(),
        "quoi": "absent",
        "heure": "07:10",
        "aide": str(stop.aide_id),
        "motif": "sickness",
        "tolerance": "15",
    }
    return {**typed, **changes}


async def test_an_absence_becomes_a_repair_that_is_made_called_and_undone(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor: Visitor
) -> None:
    """The whole way by forms alone: first repair at once, chosen, calls ticked off, taken back."""
    before = await stops_of(engine, actor, clock)
    form = await visitor.get(f"{FORM}?jour={WEDNESDAY.isoformat()}&aide={before[0].aide_id}")
    asked = await visitor.post(FORM, absence(before[0]))
    address = asked.headers["location"]
    shown = await visitor.get(address)
    chosen = await visitor.post(f"{address}/appliquer", {"choix": "first"})
    done = await visitor.get(address)
    call = re.search(r'action="([^"]+/appels/[^"]+)"', done.text)
    assert call is not None
    ticked = await visitor.post(call.group(1), {"fait": "oui"})
    called = await visitor.get(address)
    undone = await visitor.post(f"{address}/annuler", {})
    after = await visitor.get(address)

    assert form.status_code == 200
    assert "Que se passe-t-il" in form.text
    assert (asked.status_code, chosen.status_code, ticked.status_code, undone.status_code) == (303,) * 4
    assert "Première réparation" in shown.text
    assert "Rien ne change avant 7" in shown.text
    assert "Qui prévenir, le plus urgent d’abord" in done.text
    assert "Décocher" in called.text
    assert "Cette réparation a été annulée" in after.text
    restored = await stops_of(engine, actor, clock)
    assert [(s.visit_id, s.aide_id) for s in restored] == [(s.visit_id, s.aide_id) for s in before]


async def test_a_repair_of_rounds_that_changed_offers_to_be_worked_out_again(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor: Visitor
) -> None:
    """A move in between: the choice is refused with a button that asks for the same on the new rounds."""
    before = await stops_of(engine, actor, clock)
    lonely = [s for s in before if sum(o.visit_id == s.visit_id for o in before) == 1]
    address = (await visitor.post(FORM, absence(lonely[0]))).headers["location"]
    async with open_uow(engine, actor, clock=clock) as uow:
        version = (await get_roster(uow, actor, roster_id)).version
        other = next(stop for stop in lonely if stop.aide_id == lonely[0].aide_id)
        await apply_move(uow, actor, roster_id, MoveVisit(version=version, visit_id=other.visit_id))
    refused = await visitor.post(f"{address}/appliquer", {"choix": "first"})
    page = await visitor.get(address)
    again = await visitor.post(f"{address}/refaire", {})

    assert refused.status_code == 409
    assert "Calculer de nouveau" in refused.text
    assert "Les tournées ont changé depuis" in page.text
    assert "Faire cette réparation" not in page.text
    assert again.status_code == 303
    assert again.headers["location"] != address


async def test_a_form_left_empty_says_what_is_missing(roster_id: UUID, visitor: Visitor) -> None:
    """No aide chosen; nothing recorded either."""
    typed = {"jour": WEDNESDAY.isoformat(), "heure": "07:10", "tolerance": "15"}
    no_aide = await visitor.post(FORM, {**typed, "quoi": "absent"})
    nothing = await visitor.post(FORM, {**typed, "quoi": "known"})
    assert (no_aide.status_code, nothing.status_code) == (422, 422)
    assert "Choisissez une aide" in no_aide.text
    assert "Dites ce qui se passe" in nothing.text


async def test_a_repair_that_breaks_a_rule_asks_why(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor: Visitor
) -> None:
    """The field is there; sent empty nothing is done and the page says so; with a reason it is made."""
    stops = await stops_of(engine, actor, clock)
    asked = await visitor.post(FORM, absence(stops[0]))
    address = asked.headers["location"]
    async with open_uow(engine, actor, clock=clock) as uow:
        repair = await get_repair(uow, actor, UUID(address.rsplit("/", 1)[1]))
        broken = RuleBreach(rule="daily_rest", severity="warn", on_date=WEDNESDAY)
        first = msgspec.structs.replace(repair.proposals[0], law=[broken])
        await store.change_repair(uow.session, repair.id, proposals=[msgspec.to_builtins(first)])

    page = await visitor.get(address)
    bare = await visitor.post(f"{address}/appliquer", {"choix": "first", "motif-first": ""})
    made = await visitor.post(f"{address}/appliquer", {"choix": "first", "motif-first": "Grippe"})

    assert 'name="motif-first"' in page.text
    assert bare.status_code == 422
    assert "Dites pourquoi" in bare.text
    assert "La réparation n’est pas faite" in bare.text
    assert made.status_code == 303
    assert made.headers["location"] == f"{address}#appels"


async def test_all_that_is_wrong_with_a_form_is_told_at_once(roster_id: UUID, visitor: Visitor) -> None:
    """Two limits out of bounds, each under its own field."""
    typed = {"jour": WEDNESDAY.isoformat(), "heure": "07:10", "quoi": "known"}
    answer = await visitor.post(FORM, {**typed, "tolerance": "500", "personnes": "900"})
    assert answer.status_code == 422
    assert "Donnez un nombre de 0 à 120." in answer.text
    assert "Donnez un nombre de 0 à 500." in answer.text


async def test_an_absence_declared_leads_to_the_repair_of_its_day(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor: Visitor
) -> None:
    """One more button of the form: recorded, then the first repair, without another form between."""
    (stop, *_) = await stops_of(engine, actor, clock)
    declared = await visitor.post(
        "/equipe/absences",
        {
            "aide": str(stop.aide_id),
            "du": WEDNESDAY.isoformat(),
            "au": WEDNESDAY.isoformat(),
            "motif": "sickness",
            "suite": "reparer",
        },
    )
    repair = await visitor.get(declared.headers["location"])
    asked = await visitor.post(FORM, {"jour": WEDNESDAY.isoformat(), "quoi": "known", "heure": "07:10"})
    assert declared.status_code == 303
    assert "Première réparation" in repair.text
    assert " est absente." in repair.text
    assert asked.status_code == 303


async def test_a_promised_hour_is_marked_on_the_page_of_the_visit(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor: Visitor
) -> None:
    """One button; the page says so afterwards, and offers it no more."""
    (stop, *_) = await stops_of(engine, actor, clock)
    marked = await visitor.post(f"/tournees/visite/{stop.visit_id}/promettre", {})
    page = await visitor.get(f"/tournees/visite/{stop.visit_id}")
    assert marked.status_code == 303
    assert "heure promise" in page.text
    assert "Marquer l’heure comme promise" not in page.text


async def test_a_reader_sees_repairs_and_makes_none(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, visitor_of: VisitorOf
) -> None:
    """The page without buttons; the form is refused."""
    coordinator, reader = await visitor_of("coordinator"), await visitor_of("reader")
    (stop, *_) = await stops_of(engine, actor, clock)
    address = (await coordinator.post(FORM, absence(stop))).headers["location"]
    page, form = await reader.get(address), await reader.get(FORM)
    assert page.status_code == 200
    assert "Faire cette réparation" not in page.text
    assert form.status_code == 403
