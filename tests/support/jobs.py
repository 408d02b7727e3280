"""
Jobs that tests register: they leave traces in the audit table of their organisation.
"""

from __future__ import annotations

import asyncio
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.jobs.process import run_in_child
from carecoord.jobs.spec import SOLVER, JobContext, JobEntry, JobSpec
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Invalid, Unavailable

NEW_TRACE = text(
    "INSERT INTO audit_entry (id, organisation_id, tag) VALUES (gen_random_uuid(), :organisation_id, :tag)"
)
TRACES = text("SELECT tag FROM audit_entry ORDER BY created_at, tag")


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Payload of the test jobs."""

    organisation_id: UUID
    seconds: float = 0.0


MARK = JobSpec(name="test.mark", payload=Task)
SLOW = JobSpec(name="test.slow", payload=Task, queue=SOLVER, attempts=3)
FLAKY = JobSpec(name="test.flaky", payload=Task, attempts=3, retry_delay_s=0)
HOPELESS = JobSpec(name="test.hopeless", payload=Task, attempts=3, retry_delay_s=0)
ENDLESS = JobSpec(name="test.endless", payload=Task, attempts=1, timeout_s=1)
POISON = JobSpec(name="test.poison", payload=Task, attempts=2, retry_delay_s=0)


async def trace(uow: UnitOfWork, tag: str) -> None:
    """Leave a trace in this transaction."""
    assert uow.actor is not None
    await uow.session.execute(NEW_TRACE, {"organisation_id": uow.actor.organisation_id, "tag": tag})


async def traces(engine: AsyncEngine, actor: Actor) -> list[str]:
    """The traces an organisation has."""
    async with open_uow(engine, actor) as uow:
        return list((await uow.session.execute(TRACES)).scalars())


async def traced(engine: AsyncEngine, actor: Actor, tag: str, *, timeout_s: float = 20) -> None:
    """Wait for a trace, or fail."""
    async with asyncio.timeout(timeout_s):
        found = await traces(engine, actor)
        while tag not in found:
            await asyncio.sleep(0.05)
            found = await traces(engine, actor)


async def mark(context: JobContext, _payload: Task) -> None:
    """Leave one trace."""
    async with context.open_uow() as uow:
        await trace(uow, "job:mark")


async def slow(context: JobContext, payload: Task) -> None:
    """Start, work for long in a child process, and leave the second trace at the very end."""
    async with context.open_uow() as uow:
        await trace(uow, f"slow:start{context.attempt}")
    await run_in_child("support.children:sleep", payload.seconds, timeout_s=60)
    async with context.open_uow() as uow:
        await trace(uow, f"slow:end{context.attempt}")


async def flaky(context: JobContext, _payload: Task) -> None:
    """Fail twice, then succeed; what the failed starts wrote is undone."""
    async with context.open_uow() as uow:
        await trace(uow, f"flaky:{context.attempt}")
        if context.attempt < 3:
            raise Unavailable("not_yet", "try again")


async def hopeless(_context: JobContext, _payload: Task) -> None:
    """Refuse its payload for good."""
    raise Invalid([], code="bad_payload")


async def endless(_context: JobContext, _payload: Task) -> None:
    """Never end."""
    await asyncio.sleep(3600)


async def poison(context: JobContext, _payload: Task) -> None:
    """Do what a handler never should: raise something that is no domain error."""
    raise ZeroDivisionError(context.attempt)


async def tell(context: JobContext, _payload: Task, failure: str) -> None:
    """Leave a trace of a job that is given up."""
    async with context.open_uow() as uow:
        await trace(uow, f"given_up:{failure}")


ENTRIES = (
    JobEntry(spec=MARK, handler=mark),
    JobEntry(spec=SLOW, handler=slow, give_up=tell),
    JobEntry(spec=FLAKY, handler=flaky, give_up=tell),
    JobEntry(spec=HOPELESS, handler=hopeless, give_up=tell),
    JobEntry(spec=ENDLESS, handler=endless, give_up=tell),
    JobEntry(spec=POISON, handler=poison, give_up=tell),
)
