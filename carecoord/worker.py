"""
The job-worker process: takes jobs from the ordinary queue and from the solver queue.

Any number may run, on any machine, with only the database's URL. A worker that dies is
noticed by its silence: another takes its jobs.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import signal
from collections.abc import AsyncGenerator, Iterable
from datetime import timedelta

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import Job
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.engine import create_engine, plain_url
from carecoord.db.health import require_ready
from carecoord.db.uow import open_uow
from carecoord.jobs import runs
from carecoord.jobs.execute import Runner, execute
from carecoord.jobs.spec import ORDINARY, SOLVER, JobEntry
from carecoord.kernel.clock import Clock, SystemClock
from carecoord.kernel.errors import DomainError
from carecoord.settings import Settings

log = logging.getLogger(__name__)

POLL_S = 2
"""A dead worker's job is looked for this often; new jobs are announced at once."""

FULL_POLL_S = 0.5
"""While jobs wait and every slot is taken."""

RECONNECT_S = 1.0
HOUSEKEEPING_S = 3600.0


class OneQueue(QueueManager):
    """
    The library's manager for the jobs of one queue, never holding more than `slots`.

    The library itself refuses a limit under 2, and a solver takes a whole core.
    """

    slots: int = 1

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job, None]:
        """Take no more jobs than there are free slots."""
        del global_concurrency_limit
        async for job in super().fetch_jobs(batch_size, self.slots, heartbeat_timeout):
            yield job


class Worker:
    """
    A worker: `run` until `stop` is called.

    Args:
        app_url: the database, as the application role.
        jobs: the table of `carecoord.wiring.jobs`.
    """

    def __init__(
        self, app_url: str, settings: Settings, jobs: Iterable[JobEntry], *, clock: Clock | None = None
    ) -> None:
        self._app_url = app_url
        self._settings = settings
        self._jobs = list(jobs)
        self._clock = clock or SystemClock()
        self._stopping = asyncio.Event()
        self._expired = asyncio.Event()

    def stop(self) -> None:
        """Take no new job; running ones have `worker_stop_s` to finish, none at the second call."""
        if self._stopping.is_set():
            self._expired.set()
        else:
            log.info("worker stops: no new job is taken")
            self._stopping.set()
            loop = asyncio.get_running_loop()
            loop.call_later(self._settings.worker_stop_s, self._expired.set)

    async def run(self) -> None:
        """
        Serve both queues until `stop`.

        Raises:
            Unavailable: the database does not answer at the start, or is not migrated.
        """
        slots = self._settings.worker_ordinary_jobs + self._settings.worker_solver_jobs
        engine = create_engine(self._app_url, pool_size=slots + 2, name="carecoord-worker")
        try:
            await require_ready(engine)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._serve(engine, ORDINARY, self._settings.worker_ordinary_jobs))
                tasks.create_task(self._serve(engine, SOLVER, self._settings.worker_solver_jobs))
                tasks.create_task(self._keep_house(engine))
        finally:
            await engine.dispose()

    async def _serve(self, engine: AsyncEngine, queue: str, slots: int) -> None:
        entries = [entry for entry in self._jobs if entry.spec.queue == queue]
        if not entries or slots == 0:
            return
        while not self._stopping.is_set():
            try:
                await self._serve_connected(engine, entries, slots)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, FailingListenerError) as error:
                log.warning("queue %s: database lost (%s), trying again", queue, type(error).__name__)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), RECONNECT_S)

    async def _serve_connected(self, engine: AsyncEngine, entries: list[JobEntry], slots: int) -> None:
        connection = await asyncpg.connect(
            plain_url(self._app_url), timeout=10, server_settings={"application_name": "carecoord-queue"}
        )
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        runner = Runner(
            engine=engine,
            settings=self._settings,
            clock=self._clock,
            stopping=asyncio.Event(),
            expired=asyncio.Event(),
        )
        manager = OneQueue(Queries(AsyncpgDriver(connection)))
        manager.slots = slots
        manager.min_dequeue_poll_interval = timedelta(seconds=FULL_POLL_S)
        for entry in entries:
            manager.entrypoint(entry.spec.name)(functools.partial(_run_one, runner, entry))
        ending = asyncio.create_task(self._end(manager, runner, lost))
        try:
            await manager.run(
                dequeue_timeout=timedelta(seconds=POLL_S),
                batch_size=1,
                heartbeat_timeout=timedelta(seconds=self._settings.worker_heartbeat_timeout_s),
                shutdown_on_listener_failure=True,
            )
        finally:
            ending.cancel()
            connection.terminate() if lost.is_set() else await connection.close(timeout=5)

    async def _end(self, manager: QueueManager, runner: Runner, lost: asyncio.Event) -> None:
        """
        End a manager when the worker stops, or when its connection is lost.

        A lost connection ends the heartbeats, so another worker takes the jobs: ours are
        cut short at once.
        """
        await _first(self._stopping, lost)
        manager.shutdown.set()
        runner.stopping.set()
        await _first(self._expired, lost)
        runner.expired.set()

    async def _keep_house(self, engine: AsyncEngine) -> None:
        while not self._stopping.is_set():
            try:
                async with open_uow(engine, None, clock=self._clock) as uow:
                    await runs.forget_old(uow, uow.now)
            except DomainError as error:
                log.warning("housekeeping: %s", error.message)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), HOUSEKEEPING_S)


async def run_worker(app_url: str, settings: Settings, jobs: Iterable[JobEntry]) -> None:
    """
    Run a worker until SIGTERM or SIGINT; a second signal cuts the running jobs short.
    """
    # Failures of jobs and lost connections are logged by ourselves, without data of the job.
    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)
    worker = Worker(app_url, settings, jobs)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    try:
        await worker.run()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _run_one(runner: Runner, entry: JobEntry, job: Job) -> None:
    await execute(runner, entry, int(job.id), job.payload)


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()
