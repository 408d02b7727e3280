"""
The job that plans the rounds of a day: gather, ask for travel, solve in a child process, keep the result.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import Any

import msgspec

from carecoord.jobs.process import followed, run_in_child
from carecoord.jobs.spec import JobContext
from carecoord.kernel.errors import Conflict, Invalid, Unavailable
from carecoord.kernel.geo import Density
from carecoord.meals.round_assemble import MealPlaces, assemble_rounds, meal_places
from carecoord.meals.round_messages import (
    REPAIR,
    SOLVE,
    RepairOrder,
    RepairOutcome,
    RoundsNews,
    RoundsOrder,
    RoundsOutcome,
    RoundsPlan,
)
from carecoord.meals.round_orders import PlanMeals
from carecoord.meals.rounds_domain import RepairFacts, RunPoint
from carecoord.meals.service import round_execution as execution
from carecoord.meals.service.round_execution import Claim
from carecoord.planning.meals.codec import pack
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import Mode, TravelMatrix
from carecoord.travel.store import DatabaseCache

log = logging.getLogger(__name__)

TICK_S = 0.5
"""How often the database hears of progress, and the child of a wish to stop."""

AFTER_SEARCH_S = 300
"""Longest time for causes, figures and the naive plan after the search."""


async def plan_meals(context: JobContext, payload: PlanMeals) -> None:
    """
    Work through one run.

    Raises:
        Unavailable: the child died or the worker is asked to stop; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        claim = await execution.claim_meal_run(uow, context.actor, payload.run_id)
    if claim is None:
        return
    try:
        if claim.run.situation is not None:
            await _repair(context, claim, claim.run.situation)
            return
        problem = claim.problem or await _prepare(context, claim)
        outcome = await _solve(context, claim, problem)
        async with context.open_uow() as uow:
            await execution.finish_meal_run(uow, claim, outcome.plan, outcome.naive)
    except Invalid as error:
        # The same input would fail again: no further attempt.
        log.warning("meal run %s: %s", claim.run.id, error)
        await give_up(context, payload, error.code)
    except Conflict as error:
        if error.code != "run_taken_over":
            raise
        log.warning("meal run %s was taken up elsewhere: leaving it", claim.run.id)


async def give_up(context: JobContext, payload: PlanMeals, failure: str) -> None:
    """The last attempt failed: say so to whoever asked."""
    async with context.open_uow() as uow:
        await execution.fail_meal_run(uow, payload.run_id, failure)


async def _prepare(context: JobContext, claim: Claim) -> bytes:
    """Read the input, ask for travel times, keep the problem."""
    async with context.open_uow() as uow:
        given, compared_on = await execution.gather_rounds(uow, context.actor, claim.run.deliver_on)
    places = meal_places(given)
    travel = await travel_between(context, places)
    problem = await asyncio.to_thread(pack, assemble_rounds(given, places, travel))
    async with context.open_uow() as uow:
        await execution.save_problem(uow, claim, problem, compared_on, _travel_used(travel))
    return problem


async def _repair(context: JobContext, claim: Claim, facts: RepairFacts) -> None:
    """Redistribute the published rounds of the day without those who drop out."""
    async with context.open_uow() as uow:
        problem, plan = await execution.standing_rounds(uow, context.actor, claim.run.deliver_on)
        await execution.save_problem(uow, claim, problem, None, {})
    order = RepairOrder(
        problem=problem,
        plan=plan,
        seconds=float(claim.run.seconds),
        seed=claim.run.seed,
        at_s=facts.at_s,
        away=[item.hex for item in facts.away],
        broken=[item.hex for item in facts.broken],
    )
    outcome: RepairOutcome = await run_in_child(
        REPAIR,
        order,
        timeout_s=claim.run.seconds + AFTER_SEARCH_S,
        memory_mib=context.settings.solver_memory_mib,
    )
    done = msgspec.structs.replace(facts, changes=outcome.changes)
    async with context.open_uow() as uow:
        await execution.finish_repair(uow, claim, outcome.plan, done)


async def travel_between(context: JobContext, places: MealPlaces) -> TravelMatrix:
    """Travel by car between the places of a day."""
    travel = open_travel(context.settings)
    try:
        return await travel.matrix(
            places.points,
            Mode.CAR,
            densities=[Density.SUBURBAN] * len(places.points),
            cache=_ShortCache(context),
        )
    finally:
        await travel.aclose()


class _ShortCache:
    """The database cache of matrices in transactions of their own: none stays open while a server thinks."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    async def get(self, key: str) -> bytes | None:
        """The packed answer, or None."""
        async with self._context.open_uow() as uow:
            return await DatabaseCache(uow).get(key)

    async def put(self, key: str, matrix: TravelMatrix, mode: Mode) -> None:
        """Keep an answer."""
        async with self._context.open_uow() as uow:
            await DatabaseCache(uow).put(key, matrix, mode)


def _travel_used(travel: TravelMatrix) -> dict[str, Any]:
    return {"provider": travel.provider, "pairs": travel.pairs, "fallback_pairs": travel.fallback_pairs}


class _Listener:
    """Keeps the news of the child until the database is told."""

    def __init__(self) -> None:
        self.curve: deque[RunPoint] = deque(maxlen=execution.CURVE_MOST)
        self.plan: RoundsPlan | None = None

    def hear(self, news: RoundsNews) -> None:
        """Called for each message of the child, in order."""
        last = self.curve[-1] if self.curve else None
        better = last is None or (news.point.left, news.point.warnings, news.point.soft_cents) != (
            last.left, last.warnings, last.soft_cents
        )  # fmt: skip
        if better or news.plan is not None:
            self.curve.append(news.point)
        self.plan = news.plan or self.plan


async def _solve(context: JobContext, claim: Claim, problem: bytes) -> RoundsOutcome:
    listener, stop = _Listener(), asyncio.Event()
    order = RoundsOrder(
        problem=problem, seconds=float(claim.run.seconds), seed=claim.run.seed, start=claim.solution
    )
    work = run_in_child(
        SOLVE,
        order,
        timeout_s=claim.run.seconds + AFTER_SEARCH_S,
        memory_mib=context.settings.solver_memory_mib,
        on_message=listener.hear,
        stop=stop,
    )
    outcome: RoundsOutcome = await followed(work, _follow(context, claim, listener, stop))
    return outcome


async def _follow(context: JobContext, claim: Claim, listener: _Listener, stop: asyncio.Event) -> None:
    """
    Twice a second: news to the database, a wish to stop to the child.

    Raises:
        Conflict: another attempt has taken the run up.
        Unavailable: `worker_stopping`: the best rounds are stored and the run given back.
    """
    while True:
        await asyncio.sleep(TICK_S)
        leaving = context.stopping.is_set()
        plan = listener.plan
        try:
            async with context.open_uow() as uow:
                if await execution.tell(uow, claim, list(listener.curve), plan):
                    stop.set()
                if leaving:
                    await execution.release_meal_run(uow, claim)
        except Unavailable as error:
            # The search goes on without the database; it is told at the next turn.
            log.warning("meal run %s: %s", claim.run.id, error)
            continue
        listener.plan = None if listener.plan is plan else listener.plan
        if leaving:
            raise Unavailable("worker_stopping", "the worker is asked to stop")
