"""
The job that searches the repairs of a day in a child process.
"""

from __future__ import annotations

import asyncio
import logging

from carecoord.jobs.process import followed, run_in_child
from carecoord.jobs.spec import JobContext
from carecoord.kernel.errors import Invalid, Unavailable
from carecoord.rosters.repair_messages import (
    SEARCH,
    SECONDS,
    RepairDay,
    RepairNews,
    RepairOrder,
    RepairOutcome,
)
from carecoord.rosters.service import repair_execution as execution

log = logging.getLogger(__name__)

TICK_S = 0.5
"""How often the database hears of progress, and the child of a wish to stop."""

AFTER_SEARCH_S = 60
"""Longest time for start, compilation and judging, on a slow machine."""


async def repair_day(context: JobContext, payload: RepairDay) -> None:
    """
    Search the repairs of one request; nothing when it is over already.

    Raises:
        Unavailable: the child died or the worker is asked to stop; the queue starts the job again.
    """
    async with context.open_uow() as uow:
        document = await execution.claim_repair(uow, payload.repair_id)
    if document is None:
        return
    stop = asyncio.Event()
    phase: list[str] = []

    def hear(news: RepairNews) -> None:
        phase.append(news.breadth)

    work = run_in_child(
        SEARCH,
        RepairOrder(document=document, seconds=SECONDS),
        timeout_s=SECONDS + AFTER_SEARCH_S,
        memory_mib=context.settings.solver_memory_mib,
        on_message=hear,
        stop=stop,
    )
    try:
        outcome: RepairOutcome = await followed(work, _follow(context, payload, phase, stop))
    except Invalid as error:
        log.warning("repair %s: %s", payload.repair_id, error.code)
        await give_up(context, payload, error.code)
        return
    async with context.open_uow() as uow:
        await execution.finish_repair(uow, payload.repair_id, outcome.proposals)


async def give_up(context: JobContext, payload: RepairDay, failure: str) -> None:
    """The last attempt failed: say so; the first repair still holds."""
    async with context.open_uow() as uow:
        await execution.fail_repair(uow, payload.repair_id, failure)


async def _follow(context: JobContext, payload: RepairDay, phase: list[str], stop: asyncio.Event) -> None:
    """Progress to the database, a wish to stop to the child; ends only by raising."""
    told = ""
    while True:
        await asyncio.sleep(TICK_S)
        if context.stopping.is_set():
            raise Unavailable("worker_stopping", "the worker is asked to stop")
        try:
            async with context.open_uow() as uow:
                news = phase[-1] if phase and phase[-1] != told else None
                if await execution.tell(uow, payload.repair_id, news):
                    stop.set()
                told = news or told
        except Unavailable as error:
            # The search goes on without the database; it is told at the next turn.
            log.warning("repair %s: %s", payload.repair_id, error)
