"""
SQL of job runs: count each start before it happens, note how it ended.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert

from carecoord.db.uow import UnitOfWork
from carecoord.jobs.tables import JobRunRow

KEPT_RUNS = timedelta(days=90)
KEPT_QUEUE_LOG = "30 days"


async def record_start(uow: UnitOfWork, job_id: int, name: str, organisation_id: UUID) -> int:
    """Count a start and return which one it is, from 1."""
    statement = (
        insert(JobRunRow)
        .values(
            job_id=job_id,
            name=name,
            organisation_id=organisation_id,
            attempts=1,
            state="running",
            started_at=uow.now,
        )
        .on_conflict_do_update(
            index_elements=[JobRunRow.job_id],
            set_={
                "attempts": JobRunRow.attempts + 1,
                "state": "running",
                "started_at": uow.now,
                "ended_at": None,
                "failure": None,
            },
        )
        .returning(JobRunRow.attempts)
    )
    return int((await uow.session.execute(statement)).scalar_one())


async def record_end(
    uow: UnitOfWork, job_id: int, attempt: int, state: str, failure: str | None = None
) -> None:
    """Note how a start ended, unless another start has begun since."""
    await uow.session.execute(
        update(JobRunRow)
        .where(JobRunRow.job_id == job_id, JobRunRow.attempts == attempt)
        .values(state=state, ended_at=uow.now, failure=failure)
    )


async def take_start_back(uow: UnitOfWork, job_id: int, attempt: int) -> None:
    """A start that ended because its worker was asked to stop does not count."""
    await uow.session.execute(
        update(JobRunRow)
        .where(JobRunRow.job_id == job_id, JobRunRow.attempts == attempt)
        .values(state="waiting", attempts=attempt - 1)
    )


async def forget_old(uow: UnitOfWork, now: datetime) -> None:
    """Drop the history of jobs long done, ours and the queue's."""
    await uow.session.execute(delete(JobRunRow).where(JobRunRow.ended_at < now - KEPT_RUNS))
    await uow.session.execute(
        text(f"DELETE FROM pgqueuer_log WHERE created < now() - interval '{KEPT_QUEUE_LOG}'")  # noqa: S608 - constant
    )
