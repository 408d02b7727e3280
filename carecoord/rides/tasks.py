"""
The job that plans a day of rides: measure, gather, solve in a child process, keep the result.
"""

from __future__ import annotations

import asyncio
import logging

from carecoord.jobs.process import followed, run_in_child
from carecoord.jobs.spec import JobContext
from carecoord.kernel.errors import Conflict, Invalid, Unavailable
from carecoord.rides.orders import MEASURE, SOLVE, PlanRides, RideNews, RideOrder, RideOutcome
from carecoord.rides.service import runs
from carecoord.rides.service.runs import Claim

log = logging.getLogger(__name__)

TICK_S = 1.0
"""How often the database hears of progress, and the worker of a wish to stop."""

AFTER_SEARCH_S = 300
MEASURE_S = 120.0


async def plan_day(context: JobContext, payload: PlanRides) -> None:
    """
    Work through one run.

    Raises:
        Unavailable: the child died or the worker is asked to stop; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        claim = await runs.claim_run(uow, payload.run_id)
    if claim is None:
        return
    try:
        await _measure(context, claim)
        async with context.open_uow() as uow:
            problem, start = await runs.prepare(uow, context.actor, claim, context.settings)
        order = RideOrder(problem=problem, start=start, seconds=claim.run.seconds, seed=claim.run.seed)
        outcome = await _solve(context, claim, order)
        async with context.open_uow() as uow:
            await runs.finish_run(uow, claim, outcome)
    except Invalid as error:
        # The same input would fail again: no further attempt.
        log.warning("ride planning run %s: %s", claim.run.id, error)
        async with context.open_uow() as uow:
            await runs.fail_run(uow, claim.run.id, error.code)
    except Conflict as error:
        if error.code != "run_taken_over":
            raise
        log.warning("ride planning run %s was taken up elsewhere: leaving it", claim.run.id)


async def give_up(context: JobContext, payload: PlanRides, failure: str) -> None:
    """The last attempt failed: say so to whoever asked."""
    async with context.open_uow() as uow:
        await runs.fail_run(uow, payload.run_id, failure)


async def _measure(context: JobContext, claim: Claim) -> None:
    """Ask the road network for every way of the day; without an answer what is known stays."""
    async with context.open_uow() as uow:
        points = await runs.points_to_measure(uow, context.actor, claim.run.on)
    if not points:
        return
    try:
        document = await run_in_child(MEASURE, (context.settings, points), timeout_s=MEASURE_S)
    except Unavailable as error:
        log.warning("ride planning run %s: ways are not measured: %s", claim.run.id, error)
        return
    async with context.open_uow() as uow:
        await runs.save_ways(uow, context.actor, claim.run.on, document)


async def _solve(context: JobContext, claim: Claim, order: RideOrder) -> RideOutcome:
    stop = asyncio.Event()
    heard: list[RideNews] = []
    work = run_in_child(
        SOLVE,
        order,
        timeout_s=order.seconds + AFTER_SEARCH_S,
        memory_mib=context.settings.solver_memory_mib,
        on_message=heard.append,
        stop=stop,
    )
    outcome: RideOutcome = await followed(work, _follow(context, claim, heard, stop))
    return outcome


async def _follow(context: JobContext, claim: Claim, heard: list[RideNews], stop: asyncio.Event) -> None:
    """
    Once a second: news to the database, a wish to stop to the child.

    Raises:
        Conflict: another attempt has taken the run up.
        Unavailable: `worker_stopping`: the run is given back.
    """
    while True:
        await asyncio.sleep(TICK_S)
        leaving = context.stopping.is_set()
        try:
            async with context.open_uow() as uow:
                if await runs.tell(uow, claim, list(heard)):
                    stop.set()
                if leaving:
                    await runs.release_run(uow, claim)
        except Unavailable as error:
            # The search goes on without the database; it is told at the next turn.
            log.warning("ride planning run %s: %s", claim.run.id, error)
            continue
        if leaving:
            raise Unavailable("worker_stopping", "the worker is asked to stop")
