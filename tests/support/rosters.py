"""
A planning job as a worker starts it, without the worker.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.jobs.spec import JobContext
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.settings import load_settings

START = text(
    "INSERT INTO job_run (job_id, name, organisation_id, attempts, state, started_at)"
    " VALUES (:job_id, 'rosters.plan_period', :organisation_id, 1, 'running', now())"
)


async def job_context(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, home: Path, *, job_id: int = 1
) -> JobContext:
    """The context of the first start of a job, recorded as the worker would."""
    async with engine.begin() as connection:
        await connection.execute(START, {"job_id": job_id, "organisation_id": actor.organisation_id})
    return JobContext(
        job_id=job_id,
        attempt=1,
        actor=actor,
        engine=engine,
        settings=load_settings({"CARECOORD_HOME": str(home)}),
        clock=clock,
        stopping=asyncio.Event(),
    )
