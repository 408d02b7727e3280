"""
Record a job in the caller's transaction: it exists if, and only if, the change is committed.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from carecoord.db.uow import UnitOfWork
from carecoord.jobs.spec import JobSpec, P
from carecoord.kernel.errors import Refused


async def defer(
    uow: UnitOfWork,
    spec: JobSpec[P],
    payload: P,
    *,
    delay_s: int = 0,
    key: str | None = None,
    priority: int = 0,
) -> int | None:
    """
    Record a job; a worker starts it once the unit of work has committed.

    Args:
        spec: which job.
        payload: its organisation must be the actor's.
        delay_s: not before so many seconds.
        key: while a job with the same key waits or runs, no second one is recorded.
        priority: higher first.

    Returns:
        The job's number, or None when `key` is taken.

    Raises:
        Refused: the payload names another organisation than the actor's.
    """
    if uow.actor is None or uow.actor.organisation_id != payload.organisation_id:
        raise Refused("job_organisation", f"job {spec.name} is for another organisation")
    connection = await uow.connection()
    numbers = await Queries(AsyncpgDriver(connection)).enqueue(
        spec.name,
        msgspec.json.encode(payload),
        priority=priority,
        execute_after=timedelta(seconds=delay_s) if delay_s else None,
        dedupe_key=None if key is None else f"{spec.name}:{key}",
        on_conflict="skip",
    )
    return numbers[0]
