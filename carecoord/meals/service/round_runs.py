"""
Planning runs of meal rounds as a coordinator sees them: request, follow, stop.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.meals.round_orders import PLAN_MEALS, PlanMeals
from carecoord.meals.rounds_domain import (
    SECONDS_MAX,
    SECONDS_MIN,
    MealRun,
    RepairFacts,
    RequestMealRun,
    RequestRepair,
)
from carecoord.meals.store import round_runs as store

SEED_MAX = 2**31 - 1
DAY_S = 86_400


async def request_rounds(uow: UnitOfWork, actor: Actor, command: RequestMealRun) -> MealRun:
    """
    Ask for the rounds of a day; a worker takes it up once this is committed.

    Raises:
        Refused: the actor lacks `meal:plan`.
        Invalid: budget or seed out of bounds; all are listed.
        Conflict: a run of that day is not over.
    """
    actor.require(MEAL_PLAN)
    if defects := _defects(command):
        raise Invalid(defects)
    await store.lock_requests(uow.session, actor.organisation_id)
    active = await store.active_on(uow.session, command.deliver_on)
    if active is not None:
        raise Conflict("run_active", "the rounds of that day are being planned", run_id=str(active))
    run = await store.add_run(uow.session, actor.organisation_id, actor.account_id, command)
    await defer(uow, PLAN_MEALS, PlanMeals(organisation_id=actor.organisation_id, run_id=run.id))
    record(uow, Tag.MEAL_RUN_REQUESTED, run.id, {"on": run.deliver_on.isoformat(), "seconds": run.seconds})
    return run


async def request_repair(uow: UnitOfWork, actor: Actor, command: RequestRepair) -> MealRun:
    """
    Ask for a repair of the published rounds of a day; nothing changes until it is published.

    Raises:
        Refused: the actor lacks `meal:plan`.
        Invalid: nobody and nothing drops out, or an hour or budget out of bounds; all are listed.
        Conflict: a run of that day is not over.
    """
    actor.require(MEAL_PLAN)
    asked = RequestMealRun(deliver_on=command.deliver_on, seconds=command.seconds)
    defects = _defects(asked)
    if not command.away and not command.broken:
        defects.append(Defect(code="nobody_away", where="away", why="nobody and nothing drops out"))
    if not 0 <= command.at_s < DAY_S:
        defects.append(Defect(code="time_outside", where="at_s", why="is not an hour of the day"))
    if defects:
        raise Invalid(defects)
    await store.lock_requests(uow.session, actor.organisation_id)
    active = await store.active_on(uow.session, command.deliver_on)
    if active is not None:
        raise Conflict("run_active", "the rounds of that day are being planned", run_id=str(active))
    facts = RepairFacts(at_s=command.at_s, away=command.away, broken=command.broken)
    run = await store.add_run(uow.session, actor.organisation_id, actor.account_id, asked, facts)
    await defer(uow, PLAN_MEALS, PlanMeals(organisation_id=actor.organisation_id, run_id=run.id))
    record(uow, Tag.MEAL_RUN_REQUESTED, run.id, {"on": run.deliver_on.isoformat(), "repair": True})
    return run


async def stop_rounds(uow: UnitOfWork, actor: Actor, run_id: UUID) -> MealRun:
    """
    Stop early and keep the best rounds found; a run that no worker has taken up is cancelled.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `meal:plan`.
        Conflict: the run is over.
    """
    actor.require(MEAL_PLAN)
    run = await store.run_by_id(uow.session, run_id, lock=True)
    if run is None:
        raise _missing(run_id)
    if run.state == "queued":
        await store.change_run(uow.session, run_id, state="cancelled", ended_at=uow.now)
    elif run.state == "running":
        await store.change_run(uow.session, run_id, state="stopping")
    elif run.state != "stopping":
        raise Conflict("run_over", "the rounds are already made or given up", state=run.state)
    record(uow, Tag.MEAL_RUN_STOPPED, run_id)
    return await get_meal_run(uow, actor, run_id)


async def get_meal_run(uow: UnitOfWork, actor: Actor, run_id: UUID) -> MealRun:
    """
    One run.

    Raises:
        NotFound: no such run.
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    run = await store.run_by_id(uow.session, run_id)
    if run is None:
        raise _missing(run_id)
    return run


async def runs_of_day(uow: UnitOfWork, actor: Actor, on: date) -> list[MealRun]:
    """
    Runs of a day, newest first.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.runs_of_day(uow.session, on)


def _missing(run_id: UUID) -> NotFound:
    return NotFound("run_missing", f"no meal run {run_id}")


def _defects(command: RequestMealRun) -> list[Defect]:
    bounds = [
        ("seconds", command.seconds, SECONDS_MIN, SECONDS_MAX),
        ("seed", command.seed, 0, SEED_MAX),
    ]
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
