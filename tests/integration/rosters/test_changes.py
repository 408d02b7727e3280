"""
Boards, moves, pins and publication on a real database.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from builders.rosters import MONDAY, line
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted

from carecoord.careplans.service import upsert_lines
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Conflict, Invalid, NotFound, Refused
from carecoord.rosters.commands import MoveVisit, PinVisit
from carecoord.rosters.domain import Board, RosterStop
from carecoord.rosters.service.boards import (
    aide_week,
    board_of_day,
    board_of_week,
    get_roster,
    person_week,
)
from carecoord.rosters.service.moves import apply_move, preview_move
from carecoord.rosters.service.pins import pin_visit, unpin_visit
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.undo import undo_move
from carecoord.rosters.store.past import continuity

WEDNESDAY = MONDAY + timedelta(days=2)
SATURDAY = MONDAY + timedelta(days=5)
NINE = local_instant(MONDAY, 540)
AT_ONCE = text("UPDATE roster_stop SET starts_at = :at, ends_at = :until WHERE on_date = :day")


@pytest.fixture
async def roster_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """A draft of the small week, dealt out naively."""
    return await drafted_week(engine, actor, clock)


async def published(uow: UnitOfWork, actor: Actor, roster_id: UUID) -> None:
    """Publish a draft as it is."""
    await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)


def single(board: Board) -> RosterStop:
    """A stop of a visit for one aide, on Saturday, when there is but one visit."""
    return next(stop for stop in board.stops if stop.on_date == SATURDAY)


def afternoon(board: Board) -> RosterStop:
    """Wednesday's only visit of the afternoon, for one aide, allowed from 14 h to 16 h."""
    return next(
        stop
        for stop in board.stops
        if stop.on_date == WEDNESDAY and board.visits[stop.visit_id].tier == "comfort"
    )


def other_aide(board: Board, stop: RosterStop) -> UUID:
    """The aide who does not make this stop."""
    return next(aide.id for aide in board.aides if aide.id != stop.aide_id)


async def test_without_any_plan_a_board_shows_aides_and_nothing_else(uow: UnitOfWork, actor: Actor) -> None:
    """Nothing planned is a board without roster, not an error."""
    board = await board_of_day(uow, actor, MONDAY)

    assert (board.rosters, board.stops, board.unserved) == ([], [], [])


async def test_a_board_costs_the_same_statements_for_a_day_and_a_week(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Nine statements, whatever the number of stops."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await published(uow, actor, roster_id)
        with counted(engine) as day:
            one = await board_of_day(uow, actor, MONDAY)
        with counted(engine) as week:
            seven = await board_of_week(uow, actor, MONDAY)

    assert len(day) == len(week) == 9
    assert (len(one.stops), len(seven.stops)) == (5, 27)


async def test_totals_of_an_aide_add_up_her_rounds(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Services of the week: 17 h alone, 5 half hours for two; the rest of work is travel and waits."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        figures = (await get_roster(uow, actor, roster_id)).figures

    assert sum(total.service_s for total in board.totals) == 17 * 3600 + 10 * 1800
    assert sum(total.work_s for total in board.totals) == figures.work_s
    assert sum(total.travel_m for total in board.totals) == figures.distance_m


async def test_a_person_and_an_aide_see_their_own_week(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """The person's visits alone; the aide's rounds with the colleague of visits for two."""
    async with open_uow(engine, actor, clock=clock) as uow:
        whole = await board_of_week(uow, actor, MONDAY)
        pair = next(stop for stop in whole.stops if stop.seat == 1)
        person_id = whole.visits[pair.visit_id].person_id

        hers = await aide_week(uow, actor, pair.aide_id, MONDAY)
        theirs = await person_week(uow, actor, person_id, MONDAY)

    assert {visit.person_id for visit in theirs.visits.values()} == {person_id}
    # five visits alone and five by two
    assert len(theirs.stops) == 15
    assert {stop.aide_id for stop in hers.stops if stop.visit_id == pair.visit_id} == {
        aide.id for aide in whole.aides
    }
    assert [total.aide_id for total in hers.totals] == [pair.aide_id]


async def test_a_move_is_priced_then_made(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Giving an afternoon visit to the other aide: told first, then stored with a new version."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        stop, version = afternoon(board), board.rosters[0].version
        command = MoveVisit(
            version=version,
            visit_id=stop.visit_id,
            aide_ids=[other_aide(board, stop)],
            starts_at=local_instant(WEDNESDAY, 900),
            reason="elle la connaît",
        )
        preview = await preview_move(uow, actor, roster_id, command)
        unchanged = await board_of_week(uow, actor, MONDAY)

        roster = await apply_move(uow, actor, roster_id, command)
        after = await board_of_week(uow, actor, MONDAY)

    assert (preview.allowed, preview.starts_at, preview.on_date) == (True, command.starts_at, WEDNESDAY)
    assert unchanged.stops == board.stops
    moved = afternoon(after)
    assert (moved.aide_id, moved.starts_at) == (command.aide_ids[0], command.starts_at)
    assert roster.version == version + 1
    assert roster.figures.cost_cents == board.rosters[0].figures.cost_cents + preview.soft_delta_cents
    assert len(after.stops) == 27


async def test_a_move_against_a_blocking_rule_is_refused(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """A start outside the window: told in the preview, refused when made, nothing changed."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        stop = single(board)
        command = MoveVisit(
            version=board.rosters[0].version,
            visit_id=stop.visit_id,
            aide_ids=[stop.aide_id],
            starts_at=local_instant(SATURDAY, 900),
            reason="tant pis",
        )

        preview = await preview_move(uow, actor, roster_id, command)
        with pytest.raises(Invalid) as caught:
            await apply_move(uow, actor, roster_id, command)

    assert not preview.allowed
    assert caught.value.code == "move_blocked"
    assert [defect.code for defect in caught.value.defects] == ["window"]


async def test_a_move_by_somebody_who_looked_too_early_is_refused(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Two coordinators cannot overwrite each other unseen."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        command = MoveVisit(
            version=board.rosters[0].version, visit_id=single(board).visit_id, reason="absente"
        )
        await apply_move(uow, actor, roster_id, command)

        with pytest.raises(Conflict, match="changed"):
            await apply_move(uow, actor, roster_id, command)


async def test_a_visit_taken_off_can_be_put_back(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """It is listed as taken off, then served again, at the best start found."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        stop = single(board)
        off = MoveVisit(version=board.rosters[0].version, visit_id=stop.visit_id, reason="absente")
        roster = await apply_move(uow, actor, roster_id, off)
        without = await board_of_day(uow, actor, SATURDAY)
        back = MoveVisit(
            version=roster.version, visit_id=stop.visit_id, aide_ids=[stop.aide_id], reason="revenue"
        )

        await apply_move(uow, actor, roster_id, back)
        again = await board_of_day(uow, actor, SATURDAY)

    assert (without.stops, [item.cause for item in without.unserved]) == ([], ["taken_off"])
    assert ([item.visit_id for item in again.stops], again.unserved) == ([stop.visit_id], [])


async def test_a_visit_for_two_needs_two(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """One aide alone at a visit for two breaks the rule of teams."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        pair = next(stop for stop in board.stops if stop.seat == 1)
        command = MoveVisit(
            version=board.rosters[0].version, visit_id=pair.visit_id, aide_ids=[pair.aide_id], reason="seule"
        )

        preview = await preview_move(uow, actor, roster_id, command)

    assert not preview.allowed
    assert "team" in {breach.rule for breach in preview.breaches}


async def test_a_pin_follows_a_move_by_hand(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Moving a pinned visit fixes it at its new place; taking it off lifts the pin."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        stop = afternoon(board)
        other = other_aide(board, stop)
        await pin_visit(uow, actor, stop.visit_id, PinVisit(aide_ids=[stop.aide_id], reason="habitude"))
        to_other = MoveVisit(
            version=board.rosters[0].version, visit_id=stop.visit_id, aide_ids=[other], reason="absente"
        )

        roster = await apply_move(uow, actor, roster_id, to_other)
        moved = await board_of_day(uow, actor, WEDNESDAY)
        off = MoveVisit(version=roster.version, visit_id=stop.visit_id, reason="annulée")
        taken = await apply_move(uow, actor, roster_id, off)
        without = await board_of_day(uow, actor, WEDNESDAY)
        await undo_move(uow, actor, roster_id, taken.version)
        again = await board_of_day(uow, actor, WEDNESDAY)

    assert [(pin.aide_ids, pin.starts_at, pin.reason) for pin in moved.pins] == [([other], None, "absente")]
    assert roster.figures.blocking == {}
    assert without.pins == []
    assert [pin.aide_ids for pin in again.pins] == [[other]]


async def test_every_defect_of_a_pin_is_told(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Three aides for a visit for one, one of them unknown, on a day it does not allow."""
    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_week(uow, actor, MONDAY)
        stop = single(board)
        command = PinVisit(
            aide_ids=[stop.aide_id, other_aide(board, stop), UUID(int=9)], on_date=MONDAY + timedelta(days=30)
        )

        with pytest.raises(Invalid) as caught:
            await pin_visit(uow, actor, stop.visit_id, command)

    assert [defect.code for defect in caught.value.defects] == [
        "pin_aides",
        "aide_missing",
        "day_not_allowed",
    ]


async def test_rounds_that_break_a_blocking_rule_are_not_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Whatever wrote the stops, the checker has the last word: all of Monday at one instant."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await uow.session.execute(AT_ONCE, {"at": NINE, "until": NINE + timedelta(hours=1), "day": MONDAY})

        with pytest.raises(Invalid) as caught:
            await published(uow, actor, roster_id)

    assert caught.value.code == "roster_breaks_rules"
    assert "travel_time" in {defect.code for defect in caught.value.defects}


async def test_publishing_replaces_and_counts_faces_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """A second plan of the same week takes the place of the first, in continuity too."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await published(uow, actor, roster_id)
        first = await continuity(uow.session)
    second_id = await drafted_week(engine, actor, clock, with_records=False)
    async with open_uow(engine, actor, clock=clock) as uow:
        before = await board_of_week(uow, actor, MONDAY)
        await published(uow, actor, second_id)
        states = [(await get_roster(uow, actor, one)).state for one in (roster_id, second_id)]
        second = await continuity(uow.session)

    assert (before.rosters[0].id, before.has_draft) == (roster_id, second_id)
    assert states == ["replaced", "published"]
    assert sum(met.visits for met in first) == sum(met.visits for met in second) == 27
    for person_id in {met.person_id for met in second}:
        assert sum(met.share for met in second if met.person_id == person_id) == pytest.approx(1)


async def test_publishing_a_day_keeps_the_rest_of_the_week(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Monday comes from the latest plan, Tuesday from the week's."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await published(uow, actor, roster_id)
    clock.advance(timedelta(hours=1))
    day_id = await drafted_week(engine, actor, clock, with_records=False, day_count=1)
    async with open_uow(engine, actor, clock=clock) as uow:
        await published(uow, actor, day_id)

        board = await board_of_week(uow, actor, MONDAY)

    sources = {stop.on_date: stop.roster_id for stop in board.stops}
    assert sources[MONDAY] == day_id
    assert {sources[MONDAY + timedelta(days=k)] for k in range(1, 7)} == {roster_id}
    assert len(board.stops) == 27


async def test_a_published_roster_is_not_published_again(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """Only a draft is."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await published(uow, actor, roster_id)
        with pytest.raises(Conflict, match="only a draft"):
            await published(uow, actor, roster_id)


async def test_a_visit_cancelled_since_leaves_the_rest_as_it_is(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, roster_id: UUID
) -> None:
    """A line changed after planning: the stored plan can still be moved and published."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_lines(uow, actor, [line("L9", person_reference="P2", weekdays=[2])])
        board = await board_of_week(uow, actor, MONDAY)
        command = MoveVisit(
            version=board.rosters[0].version, visit_id=single(board).visit_id, reason="absente"
        )

        roster = await apply_move(uow, actor, roster_id, command)
        await publish(uow, actor, roster_id, roster.version)

    assert roster.figures.unserved["important"] == 1


async def test_permissions_and_unknown_rosters(uow: UnitOfWork, actor: Actor) -> None:
    """A reader changes nothing; what does not exist is not found."""
    reader = Actor(
        organisation_id=actor.organisation_id, role="reader", permissions=frozenset({"roster:read"})
    )
    command = MoveVisit(version=1, visit_id=UUID(int=5))

    with pytest.raises(Refused):
        await apply_move(uow, reader, UUID(int=4), command)
    with pytest.raises(Refused):
        await publish(uow, reader, UUID(int=4), 1)
    with pytest.raises(NotFound):
        await apply_move(uow, actor, UUID(int=4), command)
    with pytest.raises(NotFound):
        await unpin_visit(uow, actor, UUID(int=5))
