"""
What a job is: its name, queue, payload, retry rule and time limit; and what its handler gets.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.jobs.tables import JobRunRow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import Clock
from carecoord.kernel.errors import Conflict
from carecoord.settings import Settings

ORDINARY = "ordinary"
SOLVER = "solver"
QUEUES = (ORDINARY, SOLVER)


class Payload(Protocol):
    """What every payload holds at least; identifiers only, never personal data."""

    @property
    def organisation_id(self) -> UUID:
        """Whose rows the job reaches."""
        ...


P = TypeVar("P", bound=Payload)


class JobSpec(msgspec.Struct, Generic[P], frozen=True, kw_only=True):
    """
    One kind of job.

    Args:
        name: `feature.verb`, stable: jobs already queued carry it.
        payload: struct with `organisation_id` and identifiers.
        queue: `ordinary`, or `solver` for work that takes a whole core.
        attempts: how often it is started at most, crashes included.
        timeout_s: a start that lasts longer is cut short and counts as failed.
        retry_delay_s: wait before the next start after a failure.
    """

    name: str
    payload: type[P]
    queue: str = ORDINARY
    attempts: int = 3
    timeout_s: int = 300
    retry_delay_s: int = 5

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z_]+\.[a-z_]+", self.name) or self.queue not in QUEUES:
            raise ValueError(f"job {self.name!r} on queue {self.queue!r}")


class JobContext(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a handler gets besides its payload.

    Args:
        job_id: number given by the queue.
        attempt: which start this is, from 1.
        actor: the system, within the payload's organisation.
        stopping: set when the worker is asked to stop; a handler that ends by raising
            or being cut short then is started again elsewhere, without counting.
    """

    job_id: int
    attempt: int
    actor: Actor
    engine: AsyncEngine
    settings: Settings
    clock: Clock
    stopping: asyncio.Event

    @asynccontextmanager
    async def open_uow(self) -> AsyncIterator[UnitOfWork]:
        """
        A unit of work that commits only while this start is still the current one.

        A worker thought dead may wake up after another took its job: it gets `Conflict`
        here, so the two never write over each other.

        Raises:
            Conflict: another worker has started the same job since.
        """
        async with open_uow(self.engine, self.actor, clock=self.clock) as uow:
            # Shared lock: the next start, which updates this row, waits until we have committed.
            statement = (
                select(JobRunRow.attempts).where(JobRunRow.job_id == self.job_id).with_for_update(read=True)
            )
            if await uow.session.scalar(statement) != self.attempt:
                raise Conflict("job_taken_over", f"job {self.job_id} was started again elsewhere")
            yield uow


Handler = Callable[[JobContext, Any], Awaitable[None]]
GiveUp = Callable[[JobContext, Any, str], Awaitable[None]]


class JobEntry(msgspec.Struct, frozen=True, kw_only=True):
    """
    A line of the table in `carecoord.wiring.jobs`.

    Args:
        spec: the job.
        handler: `(context, payload)`.
        give_up: `(context, payload, failure)`, called once when the last start has failed,
            so that the feature can tell the person who asked.
    """

    spec: JobSpec[Any]
    handler: Handler
    give_up: GiveUp | None = None
