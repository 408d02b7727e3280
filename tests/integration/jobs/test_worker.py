"""
A worker in this process: jobs run in their organisation, are retried, limited, given up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support import jobs
from support.jobs import Task, traced, traces

from carecoord.db.connect import Database
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.jobs.queue import defer
from carecoord.jobs.spec import JobSpec
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Refused
from carecoord.settings import load_settings
from carecoord.worker import Worker

RUNS = text("SELECT name, state, attempts, failure FROM job_run ORDER BY job_id")


@asynccontextmanager
async def working(database: Database, *, stop_s: int = 5) -> AsyncIterator[Worker]:
    """A worker that runs while the block lasts."""
    settings = load_settings({"CARECOORD_WORKER_STOP_S": str(stop_s)})
    worker = Worker(database.app_url, settings, jobs.ENTRIES)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running


async def ask(engine: AsyncEngine, actor: Actor, spec: JobSpec[Task], **options: int | str) -> int | None:
    """Record a job in a transaction of its own."""
    async with open_uow(engine, actor) as uow:
        return await defer(uow, spec, Task(organisation_id=actor.organisation_id), **options)  # type: ignore[arg-type] # checked by the tests themselves


async def ended_runs(
    engine: AsyncEngine, count: int = 1, timeout_s: float = 15
) -> list[tuple[str, str, int, str]]:
    """Wait until so many jobs have ended; return (name, state, attempts, failure) of each."""
    deadline = time.monotonic() + timeout_s
    while True:
        async with open_uow(engine, None) as uow:
            found = [tuple(row) for row in await uow.session.execute(RUNS)]
        if len([row for row in found if row[1] in {"done", "given_up"}]) >= count:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.05)


async def test_runs_each_job_in_its_own_organisation(
    database: Database, engine: AsyncEngine, actor: Actor, other_actor: Actor
) -> None:
    """The job's writes belong to the organisation that asked."""
    async with working(database):
        await ask(engine, actor, jobs.MARK)
        await ended_runs(engine)

    assert await traces(engine, actor) == ["job:mark"]
    assert await traces(engine, other_actor) == []


async def test_job_of_an_undone_transaction_never_runs(
    database: Database, engine: AsyncEngine, actor: Actor
) -> None:
    """A job recorded in a transaction that is rolled back does not exist."""
    with pytest.raises(ValueError, match="changed my mind"):
        async with open_uow(engine, actor) as uow:
            await defer(uow, jobs.MARK, Task(organisation_id=actor.organisation_id))
            raise ValueError("changed my mind")
    async with working(database):
        await ask(engine, actor, jobs.FLAKY)
        found = await ended_runs(engine)

    assert [row[0] for row in found] == ["test.flaky"]


async def test_job_for_another_organisation_is_refused(uow: UnitOfWork, other_actor: Actor) -> None:
    """Nobody records a job in another organisation's name."""
    with pytest.raises(Refused):
        await defer(uow, jobs.MARK, Task(organisation_id=other_actor.organisation_id))


async def test_key_keeps_a_second_one_out(engine: AsyncEngine, actor: Actor) -> None:
    """While a job with the same key waits, no second one is recorded."""
    first = await ask(engine, actor, jobs.MARK, key="week")
    second = await ask(engine, actor, jobs.MARK, key="week")

    assert first is not None
    assert second is None


async def test_retries_until_it_succeeds(database: Database, engine: AsyncEngine, actor: Actor) -> None:
    """A failed start is undone and followed by another; only the last one's writes remain."""
    async with working(database):
        await ask(engine, actor, jobs.FLAKY)
        found = await ended_runs(engine)

    assert found == [("test.flaky", "done", 3, None)]
    assert await traces(engine, actor) == ["flaky:3"]


@pytest.mark.parametrize(
    ("spec", "attempts", "failure"),
    [
        (jobs.HOPELESS, 1, "bad_payload"),
        (jobs.ENDLESS, 1, "timeout"),
        (jobs.POISON, 2, "ZeroDivisionError"),
    ],
    ids=["final-error", "time-limit", "bug"],
)
async def test_gives_up_and_tells(
    database: Database, engine: AsyncEngine, actor: Actor, spec: JobSpec[Task], attempts: int, failure: str
) -> None:
    """
    A final error is not tried again, others are until the cap; then the feature is told once.
    """
    async with working(database):
        await ask(engine, actor, spec)
        found = await ended_runs(engine)

    assert found == [(spec.name, "given_up", attempts, failure)]
    assert await traces(engine, actor) == [f"given_up:{failure}"]


async def test_stopped_worker_hands_its_job_back_uncounted(
    database: Database, engine: AsyncEngine, actor: Actor
) -> None:
    """A job cut short by a stop is started again by the next worker, as if for the first time."""
    async with working(database, stop_s=0):
        await ask(engine, actor, jobs.FLAKY)
        async with open_uow(engine, actor) as uow:
            await defer(uow, jobs.SLOW, Task(organisation_id=actor.organisation_id, seconds=30))
        await traced(engine, actor, "slow:start1")

    async with open_uow(engine, None) as uow:
        runs = {row[0]: tuple(row)[1:3] for row in await uow.session.execute(RUNS)}
        waiting = await uow.session.scalar(
            text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'test.slow' AND status = 'queued'")
        )

    assert runs["test.slow"] == ("waiting", 0)
    assert waiting == 1


async def test_worker_survives_the_loss_of_its_connection(
    database: Database, engine: AsyncEngine, owner_engine: AsyncEngine, actor: Actor
) -> None:
    """After its connections are cut, a worker connects again and goes on."""
    async with working(database):
        await ask(engine, actor, jobs.MARK)
        await ended_runs(engine)
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'carecoord-queue'"
                )
            )
        await ask(engine, actor, jobs.MARK)
        await ended_runs(engine, count=2)

    assert await traces(engine, actor) == ["job:mark", "job:mark"]
