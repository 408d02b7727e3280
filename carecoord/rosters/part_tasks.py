"""
The jobs of a period in parts: plan one part, stitch a stage; and the division that begins it.

Any number of workers take the parts side by side. Each part is a job like any other: one that
dies is started again from its best plan, and whoever ends the last part of a stage
asks for the stitching.
"""

from __future__ import annotations

import asyncio
import logging
import time

import msgspec

from carecoord.jobs.process import followed, run_in_child
from carecoord.jobs.spec import JobContext
from carecoord.kernel.errors import Conflict, Invalid, Unavailable
from carecoord.kernel.geo import Point
from carecoord.kernel.ids import new_id
from carecoord.rosters.asking import Asked, matrices_of, travel_used
from carecoord.rosters.assemble import matrix_of
from carecoord.rosters.domain import BestSoFar
from carecoord.rosters.orders import PlanPart, StitchParts
from carecoord.rosters.part_messages import (
    DIVIDE,
    SOLVE_PART,
    STITCH,
    CutPart,
    DivideOrder,
    PartNews,
    PartOrder,
    PartResult,
    StitchOrder,
    StitchResult,
)
from carecoord.rosters.parts import (
    BORDER_SHARE,
    BORDERS,
    SECTORS,
    PartDocument,
    TerritoryDocument,
    pack,
    target_of,
    unpack,
)
from carecoord.rosters.service import execution
from carecoord.rosters.service import parts as service
from carecoord.rosters.service.execution import Claim
from carecoord.rosters.service.parts import PartClaim, PartFigures
from carecoord.rosters.store.parts import NewPart
from carecoord.travel.domain import Mode

log = logging.getLogger(__name__)

TICK_S = 1.0
KEEP_EVERY_S = 10.0
"""At most one improved plan of a part is stored in this time."""

QUICK_S = 2.0
"""Search time of a part that had not begun when somebody asked to stop."""

CHILD_S = 1500
"""Longest time for dividing, stitching, causes and figures."""


async def divide(context: JobContext, claim: Claim, territory: TerritoryDocument) -> None:
    """
    Cut a period into sectors and ask for each of them; the run goes on in these jobs.

    Raises:
        Invalid: the problem has defects.
    """
    packed = await asyncio.to_thread(pack, territory)
    target = target_of(territory.problem, context.settings.solver_whole_visits)
    found: list[CutPart] = await run_in_child(
        DIVIDE,
        DivideOrder(territory=packed, target=target),
        timeout_s=CHILD_S,
        memory_mib=context.settings.solver_memory_mib,
    )
    async with context.open_uow() as uow:
        await service.divide(uow, claim, packed, _new(found))


def _new(parts: list[CutPart]) -> list[NewPart]:
    return [
        NewPart(id=new_id(), index=part.index, visits=part.visits, aides=part.aides, document=part.document)
        for part in parts
    ]


async def plan_part(context: JobContext, payload: PlanPart) -> None:
    """
    Plan one part.

    Raises:
        Unavailable: the child died or the worker is asked to stop; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        claim = await service.claim_part(uow, payload.part_id)
    if claim is None:
        return
    try:
        document = await _with_matrices(context, claim)
        result = await _solve(context, claim, document)
        async with context.open_uow() as uow:
            figures = PartFigures(best=result.best, naive=result.naive)
            await service.finish_part(uow, context.actor, claim, result.outcome, figures)
    except Invalid as error:
        log.warning("part %s of planning run %s: %s", claim.part.id, claim.run.id, error)
        async with context.open_uow() as uow:
            await execution.fail_run(uow, claim.run.id, error.code)
    except Conflict as error:
        if error.code != "run_taken_over":
            raise
        log.warning("part %s of planning run %s: leaving it", claim.part.id, claim.run.id)


async def give_up_part(context: JobContext, payload: PlanPart, failure: str) -> None:
    """The last attempt at a part failed: the run has failed."""
    async with context.open_uow() as uow:
        await execution.fail_run(uow, payload.run_id, failure)


async def _with_matrices(context: JobContext, claim: PartClaim) -> bytes:
    """The document of a part; travel times are asked for once where the run has none."""
    document = await asyncio.to_thread(unpack, claim.document, PartDocument)
    if document.problem.matrices:
        return claim.document
    modes = [mode for mode in Mode if mode.value in {w.mode for w in document.problem.workers}]
    points = [Point(lat=place.lat or 0.0, lon=place.lon or 0.0) for place in document.problem.places]
    answers = await matrices_of(context, Asked(points=points, communes=document.communes, modes=modes))
    whole = msgspec.structs.replace(
        document,
        problem=msgspec.structs.replace(
            document.problem, matrices=[matrix_of(mode, answer) for mode, answer in answers.items()]
        ),
    )
    packed = await asyncio.to_thread(pack, whole)
    async with context.open_uow() as uow:
        used = [travel_used(mode, answer, None) for mode, answer in answers.items()]
        await service.keep_document(uow, claim, packed, used)
    return packed


async def _solve(context: JobContext, claim: PartClaim, document: bytes) -> PartResult:
    share = BORDER_SHARE if claim.part.stage == BORDERS else 1 - BORDER_SHARE
    seconds = QUICK_S if claim.is_stopping else max(QUICK_S, share * claim.run.seconds)
    listener = _Listener()
    stop = asyncio.Event()
    order = PartOrder(
        document=document,
        seconds=seconds,
        seed=claim.run.seed + claim.part.index,
        start=claim.solution,
        with_naive=claim.part.stage == SECTORS,
    )
    work = run_in_child(
        SOLVE_PART,
        order,
        timeout_s=seconds + CHILD_S,
        memory_mib=context.settings.solver_memory_mib,
        on_message=listener.hear,
        stop=stop,
    )
    outcome: PartResult = await followed(work, _follow(context, claim, listener, stop))
    return outcome


class _Listener:
    """Keeps the latest news of the child until the database is told."""

    def __init__(self) -> None:
        self._news: PartNews | None = None
        self._kept_at = -KEEP_EVERY_S

    def hear(self, news: PartNews) -> None:
        """Called for each message of the child, in order."""
        self._news = news

    async def write(self, context: JobContext, claim: PartClaim, *, at_once: bool = False) -> bool:
        """Tell the database what is new; says whether somebody asked to stop."""
        due = at_once or time.monotonic() - self._kept_at >= KEEP_EVERY_S
        news = self._news if due else None
        best: BestSoFar | None = None if news is None else news.best
        async with context.open_uow() as uow:
            wanted = await service.tell_part(uow, claim, best, None if news is None else news.solution)
        if news is not None:
            self._kept_at = time.monotonic()
            self._news = None if self._news is news else self._news
        return wanted


async def _follow(context: JobContext, claim: PartClaim, listener: _Listener, stop: asyncio.Event) -> None:
    """
    Once a second: news to the database, a wish to stop to the child.

    Raises:
        Conflict: another attempt has the part, or the run is over.
        Unavailable: `worker_stopping`: the best plan is stored and the part given back.
    """
    while True:
        await asyncio.sleep(TICK_S)
        leaving = context.stopping.is_set()
        try:
            if await listener.write(context, claim, at_once=leaving):
                stop.set()
            if leaving:
                async with context.open_uow() as uow:
                    await service.release_part(uow, claim)
        except Unavailable as error:
            # The search goes on without the database; it is told at the next turn.
            log.warning("part %s: %s", claim.part.id, error)
            continue
        if leaving:
            raise Unavailable("worker_stopping", "the worker is asked to stop")


async def stitch(context: JobContext, payload: StitchParts) -> None:
    """
    Put the parts of a stage together: border parts are asked for next, or the run ends.

    Raises:
        Unavailable: the child died; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        stage = await service.claim_stage(uow, context.actor, payload.run_id, payload.stage)
    if stage is None:
        return
    result: StitchResult = await run_in_child(
        STITCH,
        StitchOrder(
            territory=stage.territory,
            sectors=stage.sectors,
            borders=stage.borders,
            with_borders=payload.stage == SECTORS and not stage.is_stopping,
        ),
        timeout_s=CHILD_S,
        memory_mib=context.settings.solver_memory_mib,
    )
    try:
        async with context.open_uow() as uow:
            if result.borders:
                await service.open_borders(uow, stage, result.draft, _new(result.borders))
            else:
                await service.end_parts(uow, stage, result.draft)
    except Conflict as error:
        if error.code != "run_taken_over":
            raise
        log.warning("planning run %s was taken up elsewhere: leaving it", payload.run_id)


async def give_up_stitching(context: JobContext, payload: StitchParts, failure: str) -> None:
    """The last attempt at stitching failed: the run has failed."""
    async with context.open_uow() as uow:
        await execution.fail_run(uow, payload.run_id, failure)
