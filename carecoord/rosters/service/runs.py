"""
Planning runs as a coordinator sees them: request, follow, stop.
"""

from __future__ import annotations

from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.rosters.domain import (
    DAYS_MAX,
    SECONDS_MAX,
    SECONDS_MIN,
    PlanningRun,
    ProgressPoint,
    RequestRun,
    last_day,
)
from carecoord.rosters.orders import PLAN_ROSTERS, PlanRosters
from carecoord.rosters.store import runs as store

SEED_MAX = 2**31 - 1
WEIGHT_MAX = 1000
PERSONS_MAX = 100_000


async def request_run(uow: UnitOfWork, actor: Actor, command: RequestRun) -> PlanningRun:
    """
    Ask for the plan of a period; a worker takes it up once this is committed.

    Raises:
        Refused: the actor lacks `roster:plan`.
        Invalid: period, budget or seed out of bounds; all are listed.
        Conflict: a run on some of these days is not over.
    """
    actor.require("roster:plan")
    if defects := _defects(command):
        raise Invalid(defects)
    await store.lock_requests(uow.session, actor.organisation_id)
    last = last_day(command.first_day, command.day_count)
    active = await store.active_overlapping(uow.session, command.first_day, last)
    if active is not None:
        raise Conflict("run_active", "a plan of some of these days is being made", run_id=str(active))
    run = await store.add_run(uow.session, actor.organisation_id, actor.account_id, command)
    await defer(uow, PLAN_ROSTERS, PlanRosters(organisation_id=actor.organisation_id, run_id=run.id))
    record(uow, Tag.RUN_REQUESTED, run.id, {"days": run.day_count, "seconds": run.seconds})
    return run


async def stop_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> PlanningRun:
    """
    Stop early and keep the best plan found; a run that no worker has taken up is cancelled.

    Asking again while it stops changes nothing.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `roster:plan`.
        Conflict: the run is over.
    """
    actor.require("roster:plan")
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise _missing(run_id)
    if run.state == "queued":
        await store.change_run(uow.session, run_id, state="cancelled", ended_at=uow.now)
    elif run.state == "running":
        await store.change_run(uow.session, run_id, state="stopping")
    elif run.state != "stopping":
        raise Conflict("run_over", "the plan is already made or given up", state=run.state)
    record(uow, Tag.RUN_STOPPED, run_id)
    return await get_run(uow, actor, run_id)


async def get_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> PlanningRun:
    """
    One run.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    run = await store.run_by_id(uow.session, run_id)
    if run is None:
        raise _missing(run_id)
    return run


async def list_runs(uow: UnitOfWork, actor: Actor, page: PageRequest) -> PageResult[PlanningRun]:
    """
    Runs, newest first.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    return await store.list_runs(uow.session, page)


async def progress(uow: UnitOfWork, actor: Actor, run_id: UUID) -> list[ProgressPoint]:
    """
    Best cost over time, oldest attempt first.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `roster:read`.
    """
    await get_run(uow, actor, run_id)
    return await store.progress_of(uow.session, run_id)


def _missing(run_id: UUID) -> NotFound:
    return NotFound("run_missing", f"no planning run {run_id}")


def _defects(command: RequestRun) -> list[Defect]:
    bounds = [
        ("day_count", command.day_count, 1, DAYS_MAX),
        ("seconds", command.seconds, SECONDS_MIN, SECONDS_MAX),
        ("seed", command.seed, 0, SEED_MAX),
    ]
    if command.keep is not None:
        bounds.append(("keep.weight_percent", command.keep.weight_percent, 0, WEIGHT_MAX))
        bounds.append(("keep.persons_max", command.keep.persons_max or 0, 0, PERSONS_MAX))
    return [
        Defect(
            code="out_of_bounds",
            where=name,
            why=f"{value} is not in {low}..{high}",
            fix=f"give a number from {low} to {high}",
            args={"value": value, "low": low, "high": high},
        )
        for name, value, low, high in bounds
        if not low <= value <= high
    ]
