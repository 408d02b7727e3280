"""
Attempts of a run: counted, fenced off from one another, going on where the last one stopped.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from builders.rosters import MONDAY, small_week
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week, estimated_problem

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict
from carecoord.kernel.page import PageRequest
from carecoord.planning.homecare.naive import naive
from carecoord.rosters.apply import PlanDraft, draft_of
from carecoord.rosters.commands import PinVisit
from carecoord.rosters.domain import MAX_ATTEMPTS, ProgressPoint, RequestRun
from carecoord.rosters.service import execution
from carecoord.rosters.service.boards import board_of_week, get_roster, list_rosters
from carecoord.rosters.service.pins import pin_visit
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, request_run

ON_MONDAY = text("UPDATE roster_stop SET on_date = :monday WHERE visit_id = :visit_id")


async def queued(uow: UnitOfWork, actor: Actor) -> UUID:
    """A run of the small week."""
    await small_week(uow, actor)
    return (await request_run(uow, actor, RequestRun(first_day=MONDAY))).id


async def a_draft(uow: UnitOfWork, actor: Actor, run_id: UUID) -> PlanDraft:
    """The naive plan of a run."""
    problem = estimated_problem(await execution.gather(uow, actor, await get_run(uow, actor, run_id)))
    return draft_of(problem, naive(problem))


async def claimed(uow: UnitOfWork, actor: Actor, run_id: UUID) -> execution.Claim:
    """One more attempt."""
    claim = await execution.claim_run(uow, actor, run_id)
    assert claim is not None
    return claim


async def test_a_worker_thought_dead_cannot_overwrite_its_successor(uow: UnitOfWork, actor: Actor) -> None:
    """Once a second attempt has claimed the run, the first one can write nothing."""
    run_id = await queued(uow, actor)
    draft = await a_draft(uow, actor, run_id)
    late = await claimed(uow, actor, run_id)
    current = await claimed(uow, actor, run_id)

    for write in (
        execution.tell(uow, late, None),
        execution.save_best(uow, late, draft.solution),
        execution.save_draft(uow, late, draft),
        execution.finish_run(uow, late, draft, draft.figures),
        execution.release_run(uow, late),
    ):
        with pytest.raises(Conflict, match="taken up elsewhere"):
            await write
    before = (await list_rosters(uow, actor, PageRequest())).total
    await execution.finish_run(uow, current, draft, draft.figures)

    assert before == 0
    assert (await list_rosters(uow, actor, PageRequest())).total == 1
    assert (await get_run(uow, actor, run_id)).state == "done"


async def test_an_attempt_goes_on_where_the_last_one_died(uow: UnitOfWork, actor: Actor) -> None:
    """Problem, best plan and search time of the first attempt are there for the second."""
    run_id = await queued(uow, actor)
    first = await claimed(uow, actor, run_id)
    await execution.save_problem(uow, first, b"problem", [])
    await execution.save_best(uow, first, b"plan")
    point = ProgressPoint(attempt=1, elapsed_ms=4000, unserved={"vital": 1}, soft_cents=900, phase="search")
    await execution.tell(uow, first, point)

    second = await claimed(uow, actor, run_id)

    assert (second.problem, second.solution) == (b"problem", b"plan")
    assert second.spent_ms == 4000
    assert second.run.attempts == 2
    assert second.run.best is not None
    assert (second.run.best.unserved, second.run.best.soft_cents) == ({"vital": 1}, 900)


async def test_a_run_that_kills_its_workers_is_given_up(uow: UnitOfWork, actor: Actor) -> None:
    """Three starts without an end: the fourth is refused and the run failed."""
    run_id = await queued(uow, actor)
    for _ in range(MAX_ATTEMPTS):
        await claimed(uow, actor, run_id)

    fourth = await execution.claim_run(uow, actor, run_id)

    failed = await get_run(uow, actor, run_id)
    assert fourth is None
    assert (failed.state, failed.failure, failed.attempts) == ("failed", "attempts_exhausted", 3)


async def test_a_draft_told_twice_stays_one_roster(uow: UnitOfWork, actor: Actor) -> None:
    """The first plan of a search and its last one are the same roster, with the last one's stops."""
    run_id = await queued(uow, actor)
    draft = await a_draft(uow, actor, run_id)
    claim = await claimed(uow, actor, run_id)
    one_stop = msgspec.structs.replace(draft, stops=draft.stops[:1])

    first = await execution.save_draft(uow, claim, one_stop)
    last = await execution.finish_run(uow, claim, draft, draft.figures)

    board = await board_of_week(uow, actor, MONDAY, roster_id=last)
    assert first == last
    assert len(board.stops) == 27


async def test_the_past_comes_from_what_was_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The week after a published one knows its worked days, its hours, and that it is covered."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        roster = await get_roster(uow, actor, roster_id)
        await publish(uow, actor, roster_id, roster.version)
        board = await board_of_week(uow, actor, MONDAY)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY + timedelta(days=7)))

        given = await execution.gather(uow, actor, run)

    worked = {(day.aide_id, day.on_date) for day in given.past.days}
    assert worked == {(stop.aide_id, stop.on_date) for stop in board.stops}
    assert given.past.covered == {MONDAY + timedelta(days=k) for k in range(7)}
    assert sum(day.work_s for day in given.past.days) == sum(total.work_s for total in board.totals)
    assert len(given.visits) == 22
    assert {met.person_id for met in given.continuity} == set(board.people)


async def test_what_a_coordinator_fixed_is_planned_so(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A pin on an aide binds the next plan."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        stop = (await board_of_week(uow, actor, MONDAY, roster_id=roster_id)).stops[0]
        await pin_visit(uow, actor, stop.visit_id, PinVisit(aide_ids=[stop.aide_id]))
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY))

        problem = estimated_problem(await execution.gather(uow, actor, run))

    (pinned,) = [visit for visit in problem.visits if visit.pin is not None]
    assert (pinned.id, pinned.pin and pinned.pin.workers) == (stop.visit_id.hex, [stop.aide_id.hex])


async def test_a_visit_served_outside_the_period_is_not_planned_twice(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A published week that moved Tuesday's visit to Monday leaves nothing to plan for it on Tuesday."""
    roster_id = await drafted_week(engine, actor, clock)
    tuesday = MONDAY + timedelta(days=1)
    async with open_uow(engine, actor, clock=clock) as uow:
        roster = await get_roster(uow, actor, roster_id)
        await publish(uow, actor, roster_id, roster.version)
        stops = (await board_of_week(uow, actor, MONDAY)).stops
        visit_id = next(stop.visit_id for stop in stops if stop.on_date == tuesday)
        await uow.session.execute(ON_MONDAY, {"visit_id": visit_id, "monday": MONDAY})
        run = await request_run(uow, actor, RequestRun(first_day=tuesday, day_count=1))

        given = await execution.gather(uow, actor, run)

    problem = estimated_problem(given)
    assert visit_id in given.served_elsewhere
    assert visit_id.hex not in {visit.id for visit in problem.visits}
    assert len(problem.visits) == len(given.visits) - 1
