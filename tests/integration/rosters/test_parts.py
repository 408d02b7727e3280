"""
A period planned in parts, on a real database, with the real handlers and child processes.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from builders.rosters import MONDAY, small_week
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import job_context

from carecoord.db.uow import open_uow
from carecoord.jobs.spec import JobContext
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.page import PageRequest
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.orders import PlanPart, PlanRosters, StitchParts
from carecoord.rosters.part_tasks import give_up_part, plan_part, stitch
from carecoord.rosters.service.boards import list_rosters
from carecoord.rosters.service.parts import parts_of_run
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, request_run, stop_run
from carecoord.rosters.tasks import plan_period

WAITING = text("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")
TERRITORY_BYTES = text("SELECT coalesce(length(territory), 0) FROM planning_run WHERE id = :run")
PART_BYTES = text(
    "SELECT sum(length(document) + coalesce(length(solution), 0) + coalesce(length(outcome), 0))"
    " FROM planning_part WHERE run_id = :run"
)
FORGET = text("DELETE FROM pgqueuer")


async def divided(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, home: Path
) -> tuple[PlanningRun, JobContext]:
    """A run of the small week, divided into sectors of about two visits each."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=5))
    context = await job_context(engine, actor, clock, home)
    context = msgspec.structs.replace(
        context, settings=msgspec.structs.replace(context.settings, solver_whole_visits=4)
    )
    await orders(engine)
    await plan_period(context, PlanRosters(organisation_id=actor.organisation_id, run_id=run.id))
    return run, context


async def orders(engine: AsyncEngine) -> list[tuple[str, bytes]]:
    """What the queue holds; taken off it."""
    async with engine.begin() as connection:
        found = [(name, payload) for name, payload in await connection.execute(WAITING)]
        await connection.execute(FORGET)
    return found


async def carry_out(engine: AsyncEngine, context: JobContext) -> list[str]:
    """Do what the queue holds, as a worker would; gives the names of the jobs."""
    found = await orders(engine)
    for name, payload in found:
        if name == "rosters.plan_part":
            await plan_part(context, msgspec.json.decode(payload, type=PlanPart))
        elif name == "rosters.stitch_parts":
            await stitch(context, msgspec.json.decode(payload, type=StitchParts))
    return [name for name, _ in found]


async def kept_bytes(engine: AsyncEngine, actor: Actor, run: PlanningRun) -> tuple[int, int]:
    """Bytes of the run's territory, and of the documents and plans of its parts."""
    async with open_uow(engine, actor) as uow:
        territory = await uow.session.scalar(TERRITORY_BYTES, {"run": run.id})
        return territory or 0, await uow.session.scalar(PART_BYTES, {"run": run.id}) or 0


async def test_a_period_in_parts_ends_as_one_draft_that_can_be_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Sectors, then stitching, then borders, then one draft with every visit and figures."""
    run, context = await divided(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        sectors = await parts_of_run(uow, actor, run.id)

    names = [await carry_out(engine, context) for _ in range(4)]

    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
        parts = await parts_of_run(uow, actor, run.id)
        (draft,) = (await list_rosters(uow, actor, PageRequest())).items
        published = await publish(uow, actor, draft.id, draft.version)
    assert len(sectors) == 2
    assert sum(part.visits for part in sectors) == 22
    assert names[0] == ["rosters.plan_part"] * 2
    assert names[1] == ["rosters.stitch_parts"]
    assert set(names[2]) == {"rosters.plan_part"}
    assert names[3] == ["rosters.stitch_parts"]
    assert {part.state for part in parts} == {"done"}
    assert {part.stage for part in parts} == {0, 1}
    assert (done.state, done.phase, done.failure, done.roster_id) == ("done", "done", None, draft.id)
    assert draft.figures.visits == 22
    assert draft.figures.blocking == {}
    assert done.naive is not None
    assert done.naive.visits == 22
    assert published.state == "published"
    assert await kept_bytes(engine, actor, run) == (0, 0)


async def test_stopping_keeps_every_sector_and_skips_the_borders(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Sectors that had not begun get a quick plan; the stitched plan is legal and the run is over."""
    run, context = await divided(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        await stop_run(uow, actor, run.id)

    names = [await carry_out(engine, context) for _ in range(2)]

    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
        (draft,) = (await list_rosters(uow, actor, PageRequest())).items
    assert names == [["rosters.plan_part"] * 2, ["rosters.stitch_parts"]]
    assert await orders(engine) == []
    assert (done.state, done.roster_id) == ("done", draft.id)
    assert draft.figures.visits == 22
    assert draft.figures.blocking == {}


async def test_the_job_that_divided_may_run_again_without_harm(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Killed after it divided the run, it is started again by the queue: nothing is divided twice."""
    run, context = await divided(engine, actor, clock, tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        before = await parts_of_run(uow, actor, run.id)

    await plan_period(context, PlanRosters(organisation_id=actor.organisation_id, run_id=run.id))

    async with open_uow(engine, actor, clock=clock) as uow:
        after = await parts_of_run(uow, actor, run.id)
        now = await get_run(uow, actor, run.id)
    assert after == before
    assert (now.state, now.phase, now.attempts) == ("running", "sectors", 1)


async def test_two_attempts_at_one_part_and_only_the_second_counts(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A worker thought dead leaves its part to the one that took it over."""
    run, context = await divided(engine, actor, clock, tmp_path)
    (_, payload), *_ = await orders(engine)
    order = msgspec.json.decode(payload, type=PlanPart)
    late = asyncio.create_task(plan_part(context, order))
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(0.1)
            async with open_uow(engine, actor, clock=clock) as uow:
                if any(part.state == "running" for part in await parts_of_run(uow, actor, run.id)):
                    break

    await plan_part(context, order)
    await late

    async with open_uow(engine, actor, clock=clock) as uow:
        (part,) = [p for p in await parts_of_run(uow, actor, run.id) if p.id == order.part_id]
    assert (part.state, part.attempts) == ("done", 2)
    assert part.best is not None


async def test_a_part_given_up_fails_its_run(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Three crashes of one sector: the run says why, and the other sectors end without writing."""
    run, context = await divided(engine, actor, clock, tmp_path)
    (_, first), *_ = found = await orders(engine)

    await give_up_part(context, msgspec.json.decode(first, type=PlanPart), "crashed")
    for _, payload in found[1:]:
        await plan_part(context, msgspec.json.decode(payload, type=PlanPart))

    async with open_uow(engine, actor, clock=clock) as uow:
        failed = await get_run(uow, actor, run.id)
        parts = await parts_of_run(uow, actor, run.id)
    assert (failed.state, failed.failure) == ("failed", "crashed")
    assert await kept_bytes(engine, actor, run) == (0, 0)
    assert {part.state for part in parts} == {"queued"}
    assert await orders(engine) == []


async def test_another_organisation_sees_no_parts(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """Parts belong to one organisation."""
    run, _ = await divided(engine, actor, clock, tmp_path)

    async with open_uow(engine, other_actor, clock=clock) as uow:
        assert await parts_of_run(uow, other_actor, run.id) == []
