"""
Kill -9 of the worker and of PostgreSQL: nothing lost, nothing half done.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support import jobs
from support.jobs import Task, trace, traced, traces
from support.waiting import until
from support.worker_process import worker_process

from carecoord.db.embedded import EmbeddedServer
from carecoord.db.uow import open_uow
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Unavailable


@pytest.fixture(autouse=True)
async def clean(durable_engine: AsyncEngine, durable_server: EmbeddedServer, actor: Actor) -> None:
    """No trace and no job of the test before."""
    async with open_uow(durable_engine, None) as uow:
        await uow.session.execute(text("DELETE FROM pgqueuer"))
        await uow.session.execute(text("DELETE FROM job_run"))


async def traces_since(engine: AsyncEngine, actor: Actor, before: list[str]) -> list[str]:
    """Traces left since `before` was read."""
    return (await traces(engine, actor))[len(before) :]


async def ask_slow(engine: AsyncEngine, actor: Actor, seconds: float) -> None:
    """Record a slow job."""
    async with open_uow(engine, actor) as uow:
        await defer(uow, jobs.SLOW, Task(organisation_id=actor.organisation_id, seconds=seconds))


async def state_of_runs(engine: AsyncEngine) -> list[tuple[str, int]]:
    """(state, attempts) of each job run."""
    async with open_uow(engine, None) as uow:
        rows = await uow.session.execute(text("SELECT state, attempts FROM job_run ORDER BY job_id"))
        return [(row[0], row[1]) for row in rows]


async def test_killed_workers_job_is_taken_by_another(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, actor: Actor
) -> None:
    """After kill -9 of the worker, another one starts its job within 10 s, and it is done once."""
    before = await traces(durable_engine, actor)
    await ask_slow(durable_engine, actor, 3)
    with worker_process(durable_server.app_url) as first, worker_process(durable_server.app_url) as second:
        await traced(durable_engine, actor, "slow:start1")
        async with open_uow(durable_engine, None) as uow:
            holder = await uow.session.scalar(
                text("SELECT count(*) FROM pgqueuer WHERE status = 'picked' AND entrypoint = 'test.slow'")
            )
        # Either may hold the job: kill the one whose child process is at work.
        await until(lambda: has_child(first.pid) or has_child(second.pid))
        (first if has_child(first.pid) else second).kill()
        began = time.monotonic()
        await traced(durable_engine, actor, "slow:start2")
        taken_over_s = time.monotonic() - began
        await traced(durable_engine, actor, "slow:end2")

    assert holder == 1
    assert taken_over_s <= 10
    assert await traces_since(durable_engine, actor, before) == ["slow:start1", "slow:start2", "slow:end2"]


async def test_database_killed_in_a_transaction_keeps_all_or_nothing(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, actor: Actor
) -> None:
    """What was committed before kill -9 of PostgreSQL is there after; what was not is gone."""
    before = await traces(durable_engine, actor)
    async with open_uow(durable_engine, actor) as uow:
        await trace(uow, "crash:committed")
    with pytest.raises(Unavailable):
        async with open_uow(durable_engine, actor) as uow:
            await trace(uow, "crash:open")
            await defer(uow, jobs.MARK, Task(organisation_id=actor.organisation_id))
            killed = durable_server.pid
            os.kill(killed, signal.SIGKILL)
            await until(lambda: durable_server.pid != killed, timeout_s=30)
            await trace(uow, "crash:after")

    assert await traces_since(durable_engine, actor, before) == ["crash:committed"]
    async with open_uow(durable_engine, None) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM pgqueuer")) == 0


async def test_worker_finishes_its_job_after_the_database_was_killed(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, actor: Actor
) -> None:
    """Kill -9 of PostgreSQL during a job: the server is started again, the job too, and it is done once."""
    before = await traces(durable_engine, actor)
    await ask_slow(durable_engine, actor, 3)
    with worker_process(durable_server.app_url):
        await until_started(durable_engine, actor, before)
        killed = durable_server.pid
        os.kill(killed, signal.SIGKILL)
        await until(lambda: durable_server.pid != killed, timeout_s=30)
        await until_done(durable_engine)

    left = await traces_since(durable_engine, actor, before)
    assert left[0] == "slow:start1"
    assert len([tag for tag in left if tag.startswith("slow:end")]) == 1


async def test_worker_and_database_killed_together(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, actor: Actor
) -> None:
    """Kill -9 of both during a job: after a restart of both, the job is done, once."""
    before = await traces(durable_engine, actor)
    await ask_slow(durable_engine, actor, 3)
    with worker_process(durable_server.app_url) as worker:
        await until_started(durable_engine, actor, before)
        killed = durable_server.pid
        worker.kill()
        os.kill(killed, signal.SIGKILL)
        await until(lambda: durable_server.pid != killed, timeout_s=30)
    with worker_process(durable_server.app_url):
        await until_done(durable_engine)

    assert await traces_since(durable_engine, actor, before) == ["slow:start1", "slow:start2", "slow:end2"]


async def test_asked_to_stop_a_worker_leaves_at_once_and_cleanly(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, actor: Actor
) -> None:
    """SIGTERM: exit code 0, and the job that was cut short waits for the next worker, uncounted."""
    before = await traces(durable_engine, actor)
    await ask_slow(durable_engine, actor, 30)
    with worker_process(durable_server.app_url, CARECOORD_WORKER_STOP_S="0") as worker:
        await until_started(durable_engine, actor, before)
        worker.terminate()
        code = await asyncio.to_thread(worker.wait, 10)

    assert code == 0
    assert await state_of_runs(durable_engine) == [("waiting", 0)]


async def until_started(engine: AsyncEngine, actor: Actor, before: list[str]) -> None:
    """Wait until a slow job has begun."""
    async with asyncio.timeout(20):
        found = await traces_since(engine, actor, before)
        while "slow:start1" not in found:
            await asyncio.sleep(0.05)
            found = await traces_since(engine, actor, before)


async def until_done(engine: AsyncEngine) -> None:
    """Wait until the only job is done; the database may be away for a moment."""
    async with asyncio.timeout(30):
        states: list[tuple[str, int]] = []
        while not states or states[0][0] != "done":
            await asyncio.sleep(0.1)
            try:
                states = await state_of_runs(engine)
            except Unavailable:
                states = []


def has_child(pid: int) -> bool:
    """Whether a worker has a child process at work."""
    return bool(psutil.Process(pid).children())
