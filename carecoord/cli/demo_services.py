"""
Meals and rides of the demonstration: planned and published after each other, so that they fit together.

Meals come first, as many visits wait for them; home help is planned around them; rides go around the visits.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.demo.services import association_id
from carecoord.identity.permissions import system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Unavailable
from carecoord.meals.rounds_domain import RequestMealRun
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.service.round_runs import get_meal_run, request_rounds, runs_of_day
from carecoord.meals.service.rounds import publish_rounds
from carecoord.rides.service.boards import board_of_day, publish_day
from carecoord.rides.service.runs import apply_run, get_run, request_run
from carecoord.settings import Settings

MEALS_S, RIDES_S = 2, 2
"""Time of each search; days are planned side by side by the worker."""

POLL_S = 0.3
WAIT_S = 240.0
"""Longest wait for one day: the first start of a solver may compile its kernels."""

Alive = Callable[[], None]
"""Raises when the worker has ended."""


async def plan_meals(engine: AsyncEngine, days: list[date], alive: Alive) -> int:
    """Plan and publish the rounds of the days that have none; how many days were planned."""
    actor = system_actor(association_id())
    asked: dict[date, UUID] = {}
    for on in days:
        async with open_uow(engine, actor) as uow:
            runs = await runs_of_day(uow, actor, on)
            if any(run.published_at is not None for run in runs) or not await deliveries_due(uow, actor, on):
                continue
            run = await request_rounds(uow, actor, RequestMealRun(deliver_on=on, seconds=MEALS_S))
            asked[on] = run.id

    async def state(uow: UnitOfWork, run_id: UUID) -> tuple[bool, str]:
        run = await get_meal_run(uow, actor, run_id)
        return run.is_active, run.failure or run.state

    async def finish(uow: UnitOfWork, run_id: UUID, _on: date) -> None:
        await publish_rounds(uow, actor, run_id)

    return await _all(engine, actor, asked, alive, (state, finish))


async def plan_rides(engine: AsyncEngine, settings: Settings, days: list[date], alive: Alive) -> int:
    """Plan the rides of the days that are not published yet, and tell volunteers; how many days."""
    actor = system_actor(association_id())
    asked: dict[date, UUID] = {}
    for on in days:
        async with open_uow(engine, actor) as uow:
            board = await board_of_day(uow, actor, on, settings)
            if not board.legs or (board.plan is not None and board.plan.published_at is not None):
                continue
            asked[on] = await request_run(uow, actor, on, seconds=RIDES_S)

    async def state(uow: UnitOfWork, run_id: UUID) -> tuple[bool, str]:
        run = await get_run(uow, actor, run_id)
        return run.is_active, run.failure or run.state

    async def finish(uow: UnitOfWork, run_id: UUID, on: date) -> None:
        board = await board_of_day(uow, actor, on, settings)
        await apply_run(
            uow, actor, run_id, version=board.plan.version if board.plan else 0, settings=settings
        )
        planned = await board_of_day(uow, actor, on, settings)
        if planned.plan is not None:
            await publish_day(uow, actor, on, version=planned.plan.version)

    return await _all(engine, actor, asked, alive, (state, finish))


State = Callable[[UnitOfWork, UUID], Awaitable[tuple[bool, str]]]
Finish = Callable[[UnitOfWork, UUID, date], Awaitable[None]]


async def _all(
    engine: AsyncEngine, actor: Actor, asked: dict[date, UUID], alive: Alive, steps: tuple[State, Finish]
) -> int:
    """Wait for every run and publish each as it ends; how many were."""
    async with asyncio.TaskGroup() as tasks:
        waiting = [
            tasks.create_task(_one(engine, actor, (on, run_id), alive, steps)) for on, run_id in asked.items()
        ]
    return sum(task.result() for task in waiting)


async def _one(
    engine: AsyncEngine,
    actor: Actor,
    asked: tuple[date, UUID],
    alive: Alive,
    steps: tuple[State, Finish],
) -> bool:
    on, run_id = asked
    state, finish = steps
    waited = 0.0
    while waited < WAIT_S:
        async with open_uow(engine, actor, read_only=True) as uow:
            is_active, how = await state(uow, run_id)
        if not is_active:
            break
        alive()
        await asyncio.sleep(POLL_S)
        waited += POLL_S
    if is_active or how not in ("done", "published"):
        raise Unavailable("plan_failed", f"{on.isoformat()} : le calcul a échoué ({how})")
    try:
        async with open_uow(engine, actor) as uow:
            await finish(uow, run_id, on)
    except Conflict:
        # Somebody changed that day meanwhile, in a demonstration that is in use: it stays as they left it.
        return False
    return True


def alive_of(
    process: subprocess.Popen[bytes], refuse: Callable[[subprocess.Popen[bytes], str], None]
) -> Alive:
    """A check that the worker still runs."""

    def check() -> None:
        refuse(process, "le programme de calcul s'est arrêté")

    return check
