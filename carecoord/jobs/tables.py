"""
Rows of jobs: how often each job was started, which the queue library does not count.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, GlobalRow


class JobRunRow(Base, GlobalRow):
    """
    The starts of one job. A start is recorded before the job runs and in a transaction
    of its own, so that a job that kills its worker counts too and is given up in the end.

    `job_id` is the number the queue gave. `failure` is a code or the name of an exception.
    """

    __tablename__ = "job_run"
    __global_reason__ = "identifiers only; a worker serves all organisations"
    __table_args__ = (
        CheckConstraint("state in ('running', 'waiting', 'done', 'failed', 'given_up')", name="state"),
        Index("ix_job_run_ended_at", "ended_at"),
    )

    job_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(128))
