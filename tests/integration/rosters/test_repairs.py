"""
Repairs of a published day on a real database, searched by a real child process.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from builders.rosters import MONDAY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week, job_context
from support.statements import counted

from carecoord.audit.reader import last_entry
from carecoord.audit.tags import Tag
from carecoord.careplans.service import visits_by_id
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rosters.commands import MoveVisit, PinVisit
from carecoord.rosters.domain import Roster, RosterStop, RuleBreach
from carecoord.rosters.repair_messages import RepairDay
from carecoord.rosters.repair_tasks import repair_day
from carecoord.rosters.repairs import ApplyRepair, RepairEvent, RequestRepair
from carecoord.rosters.service.boards import board_of_day, get_roster
from carecoord.rosters.service.moves import apply_move
from carecoord.rosters.service.pins import pin_visit
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.repair_applying import apply_repair, may_undo, undo_repair
from carecoord.rosters.service.repair_execution import claim_repair
from carecoord.rosters.service.repairs import get_repair, mark_call, request_repair, stop_repair
from carecoord.rosters.store import repairs as store
from carecoord.workforce.domain import DeclareAbsence
from carecoord.workforce.service import absences_between, declare_absence

WEDNESDAY = MONDAY + timedelta(days=2)
SEVEN_TEN = local_instant(WEDNESDAY, 430)


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """The small week, dealt out naively and published."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
    return roster_id


async def day_of(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> tuple[Roster, list[RosterStop]]:
    """The roster and Wednesday's stops, in order of time."""
    async with open_uow(engine, actor, clock=clock) as uow:
        roster = await get_roster(uow, actor, roster_id)
        board = await board_of_day(uow, actor, WEDNESDAY)
    return roster, sorted(board.stops, key=lambda stop: (stop.starts_at, stop.seat))


def lonely(stops: list[RosterStop]) -> RosterStop:
    """The first stop of a visit for one aide."""
    return next(stop for stop in stops if sum(other.visit_id == stop.visit_id for other in stops) == 1)


def absent(roster: Roster, aide_id: UUID, **changes: object) -> RequestRepair:
    """An aide who does not come on Wednesday."""
    event = RepairEvent(kind="absent", aide_id=aide_id, from_at=SEVEN_TEN)
    made = RequestRepair(version=roster.version, on_date=WEDNESDAY, at=SEVEN_TEN, events=[event])
    return msgspec.structs.replace(made, **changes)


async def test_a_sick_aide_s_day_is_repaired_applied_and_undone(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, tmp_path: Path
) -> None:
    """First repair at once, searched ones by a child, rounds, absence and calls in one go, then all back."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    aide = lonely(before).aide_id
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, aide))
    await repair_day(
        await job_context(engine, actor, clock, tmp_path, job_id=7),
        RepairDay(organisation_id=actor.organisation_id, repair_id=asked.id),
    )
    async with open_uow(engine, actor, clock=clock) as uow:
        found = await get_repair(uow, actor, asked.id)
        done = await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="small"))
        again = await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="small"))
    _, after = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        away = await absences_between(uow, actor, SEVEN_TEN, SEVEN_TEN + timedelta(hours=1), aide)
        ticked = await mark_call(uow, actor, asked.id, done.calls[0].id, is_made=True)
        mine = await may_undo(uow, actor, done, await get_roster(uow, actor, roster_id))
    async with open_uow(engine, actor, clock=clock) as uow:
        undone = await undo_repair(uow, actor, asked.id)
        gone = await absences_between(uow, actor, SEVEN_TEN, SEVEN_TEN + timedelta(hours=1), aide)
    _, restored = await day_of(engine, actor, clock, roster_id)

    assert [proposal.breadth for proposal in asked.proposals] == ["first"]
    assert found.state == "done"
    assert found.proposals[0].breadth == "first"
    assert "small" in {proposal.breadth for proposal in found.proposals}
    assert done.state == again.state == "applied"
    assert not [stop for stop in after if stop.aide_id == aide]
    assert [absence.kind for absence in away] == ["sickness"]
    assert done.calls
    assert aide not in {call.who for call in done.calls}
    assert (ticked.calls[0].called_by, ticked.calls[0].called_at is not None) == (actor.account_id, True)
    assert mine
    assert undone.state == "undone"
    assert gone == []
    assert [(s.visit_id, s.aide_id, s.starts_at) for s in restored] == [
        (s.visit_id, s.aide_id, s.starts_at) for s in before
    ]


async def test_a_repair_of_rounds_that_changed_since_is_refused(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Optimistic lock: a move between looking and choosing makes the repair stale, and nothing is done."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    stop = lonely(before)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, stop.aide_id))
    async with open_uow(engine, actor, clock=clock) as uow:
        take_off = MoveVisit(version=roster.version, visit_id=stop.visit_id)
        await apply_move(uow, actor, roster_id, take_off)
    with pytest.raises(Conflict) as refused:
        async with open_uow(engine, actor, clock=clock) as uow:
            await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first"))
    assert refused.value.code == "repair_stale"


async def test_a_promised_hour_stays_even_where_its_aide_is_away(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """The visit goes to somebody else at the promised hour, or is left to the coordinator."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    stop = lonely(before)
    async with open_uow(engine, actor, clock=clock) as uow:
        await pin_visit(
            uow, actor, stop.visit_id, PinVisit(starts_at=stop.starts_at, on_date=WEDNESDAY, promised=True)
        )
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, stop.aide_id))
    (first,) = asked.proposals
    (change,) = [item for item in first.changes if item.visit_id == stop.visit_id]
    assert change.after == [] or change.after_at == stop.starts_at


async def test_a_cancelled_visit_leaves_the_rounds_for_good(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Applying also cancels the dated visit, so that no later plan brings it back."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    stop = lonely(before)
    command = RequestRepair(
        version=roster.version,
        on_date=WEDNESDAY,
        at=SEVEN_TEN,
        events=[RepairEvent(kind="cancelled", visit_id=stop.visit_id)],
    )
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, command)
        done = await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first"))
        visits = await visits_by_id(uow, actor, {stop.visit_id})
    _, after = await day_of(engine, actor, clock, roster_id)
    assert done.state == "applied"
    assert stop.visit_id not in {item.visit_id for item in after}
    assert visits[stop.visit_id].status == "cancelled"


async def test_nothing_happened_and_unknown_visits_are_told_at_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """All defects of the request come together, and nothing is recorded."""
    roster, _ = await day_of(engine, actor, clock, roster_id)
    empty = RequestRepair(version=roster.version, on_date=WEDNESDAY, at=SEVEN_TEN, events=[])
    odd = [RepairEvent(kind="overrun", visit_id=UUID(int=9)), RepairEvent(kind="absent", aide_id=UUID(int=8))]
    with pytest.raises(Invalid) as nothing:
        async with open_uow(engine, actor, clock=clock) as uow:
            await request_repair(uow, actor, roster_id, empty)
    with pytest.raises(Invalid) as unknown:
        async with open_uow(engine, actor, clock=clock) as uow:
            command = RequestRepair(version=roster.version, on_date=WEDNESDAY, at=SEVEN_TEN, events=odd)
            await request_repair(uow, actor, roster_id, command)
    assert [defect.code for defect in nothing.value.defects] == ["nothing_happened"]
    assert [defect.code for defect in unknown.value.defects] == [
        "visit_not_placed",
        "out_of_bounds",
        "aide_missing",
    ]


async def test_a_search_that_no_worker_took_up_stops_at_once_and_statements_are_counted(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Stopping keeps the first repair; reading a repair takes the same two statements however long it is."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, lonely(before).aide_id))
        stopped = await stop_repair(uow, actor, asked.id)
    async with open_uow(engine, actor, clock=clock) as uow:
        with counted(engine) as statements:
            await get_repair(uow, actor, asked.id)
    assert stopped.state == "done"
    assert len(stopped.proposals) == 1
    assert len(statements) == 2


async def test_nobody_is_sent_to_work_in_an_absence_that_takes_no_visit_away(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """An aide whose visits were taken off before she was absent gets none of the sick aide's."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    sick = lonely(before).aide_id
    away = next(stop.aide_id for stop in before if stop.aide_id != sick)
    async with open_uow(engine, actor, clock=clock) as uow:
        for stop in before:
            if stop.aide_id == away:
                version = (await get_roster(uow, actor, roster_id)).version
                await apply_move(uow, actor, roster_id, MoveVisit(version=version, visit_id=stop.visit_id))
        await declare_absence(uow, actor, whole_wednesday(away))
        roster = await get_roster(uow, actor, roster_id)
        asked = await request_repair(uow, actor, roster_id, absent(roster, sick))
    assert [event.aide_id for event in asked.events] == [sick]
    assert asked.proposals[0].changes
    assert away not in {aide for change in asked.proposals[0].changes for aide in change.after}


@pytest.mark.parametrize("what", ["promise", "absence", "hour"])
async def test_what_happens_after_the_repair_was_asked_for_makes_it_stale(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID, what: str
) -> None:
    """A promise, an absence of who would come, or a visit that should have begun: nothing is done then."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    sick = lonely(before).aide_id
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, sick))
    change = next(item for item in asked.proposals[0].changes if item.after and item.after_at)
    later = clock
    async with open_uow(engine, actor, clock=clock) as uow:
        if what == "promise":
            promise = PinVisit(starts_at=change.before_at, on_date=WEDNESDAY, promised=True)
            await pin_visit(uow, actor, change.visit_id, promise)
        elif what == "absence":
            await declare_absence(uow, actor, whole_wednesday(change.after[0]))
        else:
            assert change.after_at is not None
            later = FixedClock(change.after_at + timedelta(minutes=1))
    with pytest.raises(Conflict) as refused:
        async with open_uow(engine, actor, clock=later) as uow:
            await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first"))
    assert refused.value.code == "repair_stale"


async def test_rounds_that_others_replaced_on_a_day_are_neither_repaired_nor_changed(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """A later plan published for that day alone: the old rounds do not count there any more."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    sick = lonely(before).aide_id
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, sick))
    async with open_uow(engine, actor, clock=clock) as uow:
        await uow.session.execute(
            text(
                "INSERT INTO roster (id, organisation_id, first_day, day_count, state, published_at, version,"
                " figures) SELECT gen_random_uuid(), organisation_id, :day, 1, 'published',"
                " published_at + interval '1 hour', 1, figures FROM roster WHERE id = :id"
            ),
            {"day": WEDNESDAY, "id": roster_id},
        )
    codes = []
    for doing in ("apply", "ask"):
        with pytest.raises(Conflict) as refused:
            async with open_uow(engine, actor, clock=clock) as uow:
                if doing == "apply":
                    await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first"))
                else:
                    await request_repair(uow, actor, roster_id, absent(roster, sick))
        codes.append(refused.value.code)
    assert codes == ["repair_stale", "roster_replaced"]


async def test_a_search_that_was_to_stop_when_its_worker_died_is_over(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """The second attempt does not search again: the first repair holds."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, lonely(before).aide_id))
        await claim_repair(uow, asked.id)
        await stop_repair(uow, actor, asked.id)
        again = await claim_repair(uow, asked.id)
        found = await get_repair(uow, actor, asked.id)
    assert again is None
    assert (found.state, len(found.proposals)) == ("done", 1)


async def test_a_double_click_asks_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """The same rounds and situation give the repair already there; another situation gives another."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    aide = lonely(before).aide_id
    async with open_uow(engine, actor, clock=clock) as uow:
        one = await request_repair(uow, actor, roster_id, absent(roster, aide))
    async with open_uow(engine, actor, clock=clock) as uow:
        two = await request_repair(uow, actor, roster_id, absent(roster, aide))
        other = await request_repair(uow, actor, roster_id, absent(roster, aide, people_max=3))
    assert two.id == one.id
    assert other.id != one.id


async def test_documents_are_forgotten_after_the_day_and_nothing_is_made_of_them(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """The day before its date a repair is whole; once its day is over for good only its figures stay."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, lonely(before).aide_id))
        await store.forget_documents(uow.session, WEDNESDAY)
        kept = await store.document_of(uow.session, asked.id)
        await store.forget_documents(uow.session, WEDNESDAY + timedelta(days=1))
        gone = await store.document_of(uow.session, asked.id)
    with pytest.raises(Conflict) as refused:
        async with open_uow(engine, actor, clock=clock) as uow:
            await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first", reason="Grippe"))
    assert kept
    assert gone is None
    assert refused.value.code == "repair_stale"


async def test_nobody_is_called_for_a_repair_taken_back(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Its list of calls stays as a record and takes no more ticks."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, lonely(before).aide_id))
        done = await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first", reason="Grippe"))
    async with open_uow(engine, actor, clock=clock) as uow:
        await undo_repair(uow, actor, asked.id)
    with pytest.raises(Conflict) as refused:
        async with open_uow(engine, actor, clock=clock) as uow:
            await mark_call(uow, actor, asked.id, done.calls[0].id, is_made=True)
    assert refused.value.code == "repair_over"


async def test_a_rule_is_not_broken_without_a_reason(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """As for a move by hand: the reason is asked for, and kept with what was done."""
    roster, before = await day_of(engine, actor, clock, roster_id)
    async with open_uow(engine, actor, clock=clock) as uow:
        asked = await request_repair(uow, actor, roster_id, absent(roster, lonely(before).aide_id))
        broken = RuleBreach(rule="daily_rest", severity="warn", on_date=WEDNESDAY)
        first = msgspec.structs.replace(asked.proposals[0], law=[broken])
        await store.change_repair(uow.session, asked.id, proposals=[msgspec.to_builtins(first)])
    with pytest.raises(Invalid) as refused:
        async with open_uow(engine, actor, clock=clock) as uow:
            await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first", reason=" "))
    async with open_uow(engine, actor, clock=clock) as uow:
        done = await apply_repair(uow, actor, asked.id, ApplyRepair(breadth="first", reason="Grippe"))
        entry = await last_entry(uow, Tag.REPAIR_APPLIED, {"roster": str(roster_id)})
    assert refused.value.code == "reason_missing"
    assert [defect.args["on_date"] for defect in refused.value.defects] == [WEDNESDAY.isoformat()]
    assert done.state == "applied"
    assert entry is not None
    assert entry.note == "Grippe"


def whole_wednesday(aide_id: UUID) -> DeclareAbsence:
    """An aide who is away all day."""
    return DeclareAbsence(
        aide_id=aide_id,
        starts_at=local_instant(WEDNESDAY, 0),
        ends_at=local_instant(WEDNESDAY + timedelta(days=1), 0),
        kind="training",
    )
