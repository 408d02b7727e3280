"""
The job that plans a period: gather, ask for travel, solve in a child process, keep the result.

The worker stays free while the child solves. Whatever dies on the way, the run keeps its
problem and its best plan, and the next attempt goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
import time

from carecoord.jobs.process import followed, run_in_child
from carecoord.jobs.spec import JobContext
from carecoord.kernel.errors import Conflict, Invalid, Unavailable
from carecoord.rosters.asking import Asked, matrices_of, travel_used
from carecoord.rosters.assemble import assemble, modes_of, places_of
from carecoord.rosters.documents import pack_problem, unpack_problem
from carecoord.rosters.domain import ProgressPoint
from carecoord.rosters.messages import SOLVE, SolveNews, SolveOrder, SolveOutcome
from carecoord.rosters.orders import PlanRosters
from carecoord.rosters.part_tasks import divide
from carecoord.rosters.parts import PLACES_MAX, TerritoryDocument, is_divided
from carecoord.rosters.service import execution
from carecoord.rosters.service.execution import Claim
from carecoord.rosters.service.parts import has_parts

log = logging.getLogger(__name__)

TICK_S = 1.0
"""How often the database hears of progress, and the worker of a wish to stop."""

KEEP_EVERY_S = 10.0
"""At most one improved plan is stored in this time."""

LEAST_SECONDS = 5.0
"""Search time left to an attempt that takes up a run whose budget is spent."""

AFTER_SEARCH_S = 1200
"""Longest time for causes, figures and the naive plan after the search."""

PATIENCE_S = 90.0
"""How long the end of a run waits for a database that does not answer."""


async def plan_period(context: JobContext, payload: PlanRosters) -> None:
    """
    Work through one run, or divide it into parts that go on as jobs of their own.

    Raises:
        Unavailable: the child died or the worker is asked to stop; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        # Divided by an attempt before: its parts are jobs of their own, and this one has nothing left to do.
        if await has_parts(uow, payload.run_id):
            return
        claim = await execution.claim_run(uow, context.actor, payload.run_id)
    if claim is None:
        return
    try:
        problem = await _problem(context, claim)
        if problem is None:
            return
        outcome = await _solve(context, claim, problem)
        await _finish(context, claim, outcome)
    except Invalid as error:
        # The same input would fail again: no further attempt.
        log.warning("planning run %s: %s", claim.run.id, error)
        await _fail(context, claim, error.code)
    except Conflict as error:
        if error.code != "run_taken_over":
            raise
        log.warning("planning run %s was taken up elsewhere: leaving it", claim.run.id)


async def give_up(context: JobContext, payload: PlanRosters, failure: str) -> None:
    """The last attempt failed: say so to whoever asked."""
    async with context.open_uow() as uow:
        await execution.fail_run(uow, payload.run_id, failure)


async def _problem(context: JobContext, claim: Claim) -> bytes | None:
    """The problem that an attempt before left, if it is planned in one piece; else a new one."""
    if claim.problem is not None:
        found = await asyncio.to_thread(unpack_problem, claim.problem)
        if not is_divided(found, context.settings.solver_whole_visits):
            return claim.problem
    return await _prepare(context, claim)


async def _prepare(context: JobContext, claim: Claim) -> bytes | None:
    """Read the input, ask for travel times, keep the problem; None for a period that goes on in parts."""
    async with context.open_uow() as uow:
        given = await execution.gather(uow, context.actor, claim.run)
    places = places_of(given)
    bare = assemble(given, places, {})
    divided = is_divided(bare, context.settings.solver_whole_visits)
    if divided and len(places.points) > PLACES_MAX:
        await divide(context, claim, TerritoryDocument(problem=bare, communes=places.communes))
        return None
    owners = [(kind, owner.hex) for kind, owner in places.owners]
    asked = Asked(points=places.points, communes=places.communes, modes=modes_of(given), owners=owners)
    matrices = await matrices_of(context, asked)
    whole = assemble(given, places, matrices)
    problem = await asyncio.to_thread(pack_problem, whole)
    travel = [travel_used(mode, matrix, owners) for mode, matrix in matrices.items()]
    async with context.open_uow() as uow:
        await execution.save_problem(uow, claim, problem, travel)
    if divided:
        await divide(context, claim, TerritoryDocument(problem=whole, communes=places.communes))
        return None
    return problem


class Listener:
    """
    Keeps the latest news of the child until the database is told.
    """

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._point: ProgressPoint | None = None
        self._solution: bytes | None = None
        self._kept_at = -KEEP_EVERY_S
        self._first: SolveNews | None = None

    def hear(self, news: SolveNews) -> None:
        """Called for each message of the child, in order."""
        self._point = ProgressPoint(
            attempt=self._claim.run.attempts,
            elapsed_ms=news.elapsed_ms,
            unserved=news.unserved,
            soft_cents=news.soft_cents,
            phase=news.phase,
        )
        self._solution = news.solution or self._solution
        if news.draft is not None:
            self._first = news

    async def write(self, context: JobContext, *, at_once: bool = False) -> bool:
        """
        Tell the database what is new.

        Args:
            at_once: store the best plan even when one was stored a moment ago.

        Returns:
            Whether somebody asked to stop.
        """
        point, first = self._point, self._first
        is_due = at_once or time.monotonic() - self._kept_at >= KEEP_EVERY_S
        solution = self._solution if is_due else None
        async with context.open_uow() as uow:
            if first is not None and first.draft is not None:
                await execution.save_draft(uow, self._claim, first.draft)
            if solution is not None:
                await execution.save_best(uow, self._claim, solution)
            is_wanted = await execution.tell(uow, self._claim, point)
        # Only now is it known to be stored; what came meanwhile waits for the next turn.
        self._point = None if self._point is point else self._point
        self._first = None if self._first is first else self._first
        if solution is not None:
            self._kept_at = time.monotonic()
            self._solution = None if self._solution is solution else self._solution
        return is_wanted


async def _solve(context: JobContext, claim: Claim, problem: bytes) -> SolveOutcome:
    seconds = max(LEAST_SECONDS, claim.run.seconds - claim.spent_ms / 1000)
    listener = Listener(claim)
    stop = asyncio.Event()
    work = run_in_child(
        SOLVE,
        SolveOrder(problem=problem, seconds=seconds, seed=claim.run.seed, start=claim.solution),
        timeout_s=seconds + AFTER_SEARCH_S,
        memory_mib=context.settings.solver_memory_mib,
        on_message=listener.hear,
        stop=stop,
    )
    outcome: SolveOutcome = await followed(work, _follow(context, claim, listener, stop))
    return outcome


async def _follow(context: JobContext, claim: Claim, listener: Listener, stop: asyncio.Event) -> None:
    """
    Once a second: news to the database, a wish to stop to the child.

    Raises:
        Conflict: another attempt has taken the run up.
        Unavailable: `worker_stopping`: the best plan is stored and the run given back.
    """
    while True:
        await asyncio.sleep(TICK_S)
        leaving = context.stopping.is_set()
        try:
            if await listener.write(context, at_once=leaving):
                stop.set()
            if leaving:
                async with context.open_uow() as uow:
                    await execution.release_run(uow, claim)
        except Unavailable as error:
            # The search goes on without the database; it is told at the next turn.
            log.warning("planning run %s: %s", claim.run.id, error)
            continue
        if leaving:
            raise Unavailable("worker_stopping", "the worker is asked to stop")


async def _finish(context: JobContext, claim: Claim, outcome: SolveOutcome) -> None:
    """Store the end of a run, waiting for the database when it does not answer."""
    deadline = time.monotonic() + PATIENCE_S
    is_stored = False
    while not is_stored:
        try:
            async with context.open_uow() as uow:
                await execution.finish_run(uow, claim, outcome.draft, outcome.naive)
            is_stored = True
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(2 * TICK_S)


async def _fail(context: JobContext, claim: Claim, failure: str) -> None:
    async with context.open_uow() as uow:
        await execution.fail_run(uow, claim.run.id, failure)
