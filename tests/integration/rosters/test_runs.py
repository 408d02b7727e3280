"""
From a request to a draft, on a real database and a real child process.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from builders.rosters import MONDAY, small_week
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import job_context

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from carecoord.kernel.page import PageRequest
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.orders import PlanRosters
from carecoord.rosters.service.boards import board_of_week, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, progress, request_run, stop_run
from carecoord.rosters.tasks import give_up, plan_period

OVERRIDE = text("UPDATE organisation SET regime_overrides = '{\"no_such_limit\": 1}' WHERE id = :id")


async def requested(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, *, seconds: int = 5
) -> tuple[PlanningRun, PlanRosters]:
    """A run of the small week, with the payload of its job."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=seconds))
    return run, PlanRosters(organisation_id=actor.organisation_id, run_id=run.id)


async def test_a_requested_run_ends_as_a_draft_that_can_be_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A week is planned by a child process, kept with its figures, and published."""
    run, payload = await requested(engine, actor, clock)

    await plan_period(await job_context(engine, actor, clock, tmp_path), payload)

    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
        points = await progress(uow, actor, run.id)
        (draft,) = (await list_rosters(uow, actor, PageRequest())).items
        published = await publish(uow, actor, draft.id, draft.version)
        board = await board_of_week(uow, actor, MONDAY)
    assert (done.state, done.failure, done.roster_id) == ("done", None, draft.id)
    assert points
    assert [used.provider for used in done.travel] == ["great_circle"]
    assert draft.figures.unserved == {"vital": 0, "important": 0, "comfort": 0}
    assert draft.figures.visits == 22
    assert draft.figures.blocking == {}
    assert done.naive is not None
    assert done.naive.visits == 22
    assert published.state == "published"
    # 17 visits for one aide and 5 for two
    assert len(board.stops) == 27


async def test_a_run_is_stopped_early_and_keeps_its_best_plan(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A first plan is shown while the search goes on; stopping ends it long before its budget."""
    run, payload = await requested(engine, actor, clock, seconds=600)
    job = asyncio.create_task(plan_period(await job_context(engine, actor, clock, tmp_path), payload))

    async with asyncio.timeout(240):
        while True:
            await asyncio.sleep(0.5)
            async with open_uow(engine, actor, clock=clock) as uow:
                running = await get_run(uow, actor, run.id)
            if running.roster_id is not None:
                break
    async with open_uow(engine, actor, clock=clock) as uow:
        early = await board_of_week(uow, actor, MONDAY)
        with pytest.raises(Conflict, match="still being made"):
            await publish(uow, actor, early.rosters[0].id, early.rosters[0].version)
    async with open_uow(engine, actor, clock=clock) as uow:
        await stop_run(uow, actor, run.id)
    async with asyncio.timeout(60):
        await job

    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
        final = await board_of_week(uow, actor, MONDAY)
    assert running.state == "running"
    assert early.stops
    assert done.state == "done"
    assert done.roster_id == running.roster_id
    assert len(final.stops) == 27


async def test_a_worker_that_leaves_gives_the_run_back_with_its_best_plan(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """The start is not counted, and the next worker goes on from the plan that was stored."""
    run, payload = await requested(engine, actor, clock, seconds=600)
    context = await job_context(engine, actor, clock, tmp_path)
    job = asyncio.create_task(plan_period(context, payload))
    async with asyncio.timeout(240):
        while not context.stopping.is_set():
            await asyncio.sleep(0.5)
            async with open_uow(engine, actor, clock=clock) as uow:
                if (await get_run(uow, actor, run.id)).roster_id is not None:
                    context.stopping.set()

    with pytest.raises(Unavailable, match="asked to stop"):
        await job

    async with open_uow(engine, actor, clock=clock) as uow:
        left = await get_run(uow, actor, run.id)
        await stop_run(uow, actor, run.id)
    await plan_period(await job_context(engine, actor, clock, tmp_path, job_id=2), payload)
    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
    assert (left.state, left.attempts) == ("running", 0)
    assert left.best is not None
    assert (done.state, done.attempts, done.roster_id) == ("done", 1, left.roster_id)


async def test_a_run_that_cannot_be_planned_fails_with_its_reason(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A threshold of the employer that does not exist: no second attempt would help."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        await uow.session.execute(OVERRIDE, {"id": actor.organisation_id})
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY))
    payload = PlanRosters(organisation_id=actor.organisation_id, run_id=run.id)

    await plan_period(await job_context(engine, actor, clock, tmp_path), payload)

    async with open_uow(engine, actor, clock=clock) as uow:
        failed = await get_run(uow, actor, run.id)
    assert (failed.state, failed.failure) == ("failed", "invalid_input")
    assert failed.ended_at == clock.now()


async def test_giving_up_tells_why(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """After its last attempt a run is failed with the code of the failure."""
    run, payload = await requested(engine, actor, clock)

    await give_up(await job_context(engine, actor, clock, tmp_path), payload, "child_memory")

    async with open_uow(engine, actor, clock=clock) as uow:
        failed = await get_run(uow, actor, run.id)
        with pytest.raises(Conflict):
            await stop_run(uow, actor, run.id)
    assert (failed.state, failed.failure) == ("failed", "child_memory")


async def test_what_was_cancelled_in_the_queue_is_not_planned(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """The job of a cancelled run ends at once."""
    run, payload = await requested(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await stop_run(uow, actor, run.id)

    await plan_period(await job_context(engine, actor, clock, tmp_path), payload)

    async with open_uow(engine, actor, clock=clock) as uow:
        cancelled = await get_run(uow, actor, run.id)
    assert (cancelled.state, cancelled.attempts) == ("cancelled", 0)


async def test_a_request_out_of_bounds_lists_its_defects(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Days and seconds at once."""
    async with open_uow(engine, actor, clock=clock) as uow:
        with pytest.raises(Invalid) as caught:
            await request_run(uow, actor, RequestRun(first_day=MONDAY, day_count=0, seconds=1))

    assert [defect.where for defect in caught.value.defects] == ["day_count", "seconds"]


async def test_another_organisation_has_no_such_run(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """Neither read nor stopped from elsewhere."""
    run, _ = await requested(engine, actor, clock)

    async with open_uow(engine, other_actor, clock=clock) as uow:
        for use in (get_run, stop_run, progress):
            with pytest.raises(NotFound):
                await use(uow, other_actor, run.id)
