"""
Planning runs in tests: as a worker starts them, or planned at once without a worker or a search.
"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from uuid import UUID

from builders.rosters import MONDAY, small_week
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.jobs.spec import JobContext
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.planning.homecare.naive import naive
from carecoord.planning.problem import Problem
from carecoord.rosters.apply import draft_of
from carecoord.rosters.assemble import PlanInput, assemble, modes_of, places_of
from carecoord.rosters.documents import pack_problem
from carecoord.rosters.domain import RequestRun
from carecoord.rosters.keeping import Keep
from carecoord.rosters.service import execution
from carecoord.rosters.service.runs import request_run
from carecoord.settings import load_settings
from carecoord.travel.haversine import GreatCircle

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


def estimated_problem(given: PlanInput) -> Problem:
    """The problem with travel times by great circle."""
    places = places_of(given)
    estimator = GreatCircle()
    return assemble(
        given, places, {mode: estimator.estimate(places.points, mode) for mode in modes_of(given)}
    )


async def drafted_week(
    engine: AsyncEngine,
    actor: Actor,
    clock: FixedClock,
    *,
    with_records: bool = True,
    day_count: int = 7,
    first_day: date = MONDAY,
    keep: Keep | None = None,
) -> UUID:
    """
    A week of `small_week` dealt out naively and kept as a run with its draft; the roster's identifier.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        if with_records:
            await small_week(uow, actor)
        asked = RequestRun(first_day=first_day, day_count=day_count, seconds=5, keep=keep)
        run = await request_run(uow, actor, asked)
        claim = await execution.claim_run(uow, actor, run.id)
        assert claim is not None
        problem = estimated_problem(await execution.gather(uow, actor, run))
        draft = draft_of(problem, naive(problem))
        await execution.save_problem(uow, claim, pack_problem(problem), [])
        return await execution.finish_run(uow, claim, draft, draft.figures)
