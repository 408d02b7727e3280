"""
One start of one job: counted, limited in time, retried or given up.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import msgspec
from pgqueuer.domain.errors import RetryRequested
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.jobs import runs
from carecoord.jobs.spec import JobContext, JobEntry
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import Clock
from carecoord.kernel.errors import DomainError
from carecoord.settings import Settings

log = logging.getLogger(__name__)

TAKEN_OVER = "job_taken_over"
FINAL = frozenset({"not_found", "refused", "invalid"})
"""Meanings of errors that the same payload would meet again."""


class JobFailed(Exception):
    """A job is given up; its text is a code, never data."""


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a start failed; `is_final` when another one would fail the same way."""

    code: str
    is_final: bool = False


class Runner(msgspec.Struct, frozen=True, kw_only=True):
    """
    What all jobs of one worker share.

    Args:
        stopping: the worker is asked to stop: handlers may return early.
        expired: the time given to stop is over: handlers are cut short.
    """

    engine: AsyncEngine
    settings: Settings
    clock: Clock
    stopping: asyncio.Event
    expired: asyncio.Event


async def execute(runner: Runner, entry: JobEntry, job_id: int, raw_payload: bytes | None) -> None:
    """
    Run a job once.

    Raises:
        RetryRequested: it is to be started again, after a failure or because the worker stops.
        JobFailed: it is given up.
    """
    payload = msgspec.json.decode(raw_payload or b"", type=entry.spec.payload)
    actor = Actor(organisation_id=payload.organisation_id)
    async with open_uow(runner.engine, actor, clock=runner.clock) as uow:
        attempt = await runs.record_start(uow, job_id, entry.spec.name, payload.organisation_id)
    context = JobContext(
        job_id=job_id,
        attempt=attempt,
        actor=actor,
        engine=runner.engine,
        settings=runner.settings,
        clock=runner.clock,
        stopping=runner.stopping,
    )
    if attempt > entry.spec.attempts:
        # Every start so far has killed its worker: it is never started again.
        await _give_up(context, entry, payload, "crashed")
    failure = await _attempt(runner, context, entry, payload)
    if failure is None:
        await _note(context, "done")
    elif failure.code == TAKEN_OVER:
        log.warning("job %d %s: taken over by another worker", job_id, entry.spec.name)
    elif failure.is_final or attempt >= entry.spec.attempts:
        await _give_up(context, entry, payload, failure.code)
    else:
        await _note(context, "waiting", failure.code)
        raise RetryRequested(delay=timedelta(seconds=entry.spec.retry_delay_s), reason=failure.code)


async def _attempt(runner: Runner, context: JobContext, entry: JobEntry, payload: Any) -> Failure | None:
    """Run the handler; return why it failed, or None."""
    handling = asyncio.ensure_future(entry.handler(context, payload))
    expiring = asyncio.ensure_future(runner.expired.wait())
    try:
        await asyncio.wait(
            {handling, expiring}, timeout=entry.spec.timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
        if handling.done() and not handling.cancelled() and handling.exception() is None:
            return None
        if runner.stopping.is_set():
            await _cut_short(handling)
            async with open_uow(context.engine, context.actor, clock=context.clock) as uow:
                await runs.take_start_back(uow, context.job_id, context.attempt)
            raise RetryRequested(delay=timedelta(0), reason="worker stopped")
        if not handling.done():
            return Failure(code="timeout")
        return _failure(context, entry, handling)
    finally:
        expiring.cancel()
        await _cut_short(handling)


def _failure(context: JobContext, entry: JobEntry, handling: asyncio.Future[None]) -> Failure:
    error = handling.exception() if not handling.cancelled() else asyncio.CancelledError()
    if isinstance(error, DomainError):
        log.warning("job %d %s failed: %s", context.job_id, entry.spec.name, error.code)
        return Failure(code=error.code, is_final=error.meaning in FINAL)
    log.error("job %d %s failed", context.job_id, entry.spec.name, exc_info=error)
    return Failure(code=type(error).__name__)


async def _cut_short(handling: asyncio.Future[None]) -> None:
    handling.cancel()
    await asyncio.wait({handling})
    if not handling.cancelled():
        # Looked at, so that asyncio does not report it a second time.
        handling.exception()


async def _give_up(context: JobContext, entry: JobEntry, payload: Any, failure: str) -> None:
    if entry.give_up is not None:
        await entry.give_up(context, payload, failure)
    await _note(context, "given_up", failure)
    raise JobFailed(f"{entry.spec.name}: {failure}")


async def _note(context: JobContext, state: str, failure: str | None = None) -> None:
    async with open_uow(context.engine, context.actor, clock=context.clock) as uow:
        await runs.record_end(uow, context.job_id, context.attempt, state, failure)
