"""
`carecoord demo`: the whole product on one machine, with the demonstration territory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import click
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.cli import processes
from carecoord.cli.demo_services import alive_of, plan_meals, plan_rides
from carecoord.cli.ports import refuse_unusable_address
from carecoord.db.connect import Database, ensure_app_role, open_database
from carecoord.db.engine import create_engine
from carecoord.db.migrate import prepare
from carecoord.db.uow import open_uow
from carecoord.demo.accounts import ACCOUNTS, PASSWORD
from carecoord.demo.load import load_demo, provider_ids
from carecoord.demo.services import days_shown, load_services
from carecoord.identity.permissions import system_actor
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.clock import SystemClock, local_date
from carecoord.kernel.errors import Unavailable
from carecoord.kernel.page import PageRequest
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.service.boards import list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, list_runs, request_run
from carecoord.settings import Settings, load_settings
from carecoord.territory.service import load_communes
from carecoord.wiring import constraints, sealing

SERVED_S = 60
POLL_S = 1.0
PAGES_ENDED = "le serveur des pages s'est arrêté"
WORKER_ENDED = "le programme de calcul s'est arrêté"


@click.command()
@click.option("--seconds", default=45, show_default=True, help="Temps de calcul de chaque plan, en secondes.")
@click.option("--once", is_flag=True, help="S'arrêter dès que le plan est publié.")
def demo(seconds: int, once: bool) -> None:
    """
    Installer la démonstration, planifier sa semaine et servir les pages.

    Les données sont gardées : la fois suivante, tout est prêt en quelques secondes.
    """
    settings = load_settings()
    started = time.monotonic()
    refuse_unusable_address(settings)
    constraints.connect()
    sealing.connect(settings)
    say("Base de données : démarrage…", started)
    with open_database(settings) as database, _processes(database) as start:
        # The pages take seconds to load: meanwhile the schema and the territory are made ready.
        pages = start("web")
        say("Base de données : mise à jour du schéma…", started)
        today = local_date(SystemClock().now())
        asyncio.run(_prepare(database, settings, today, started))
        worker = start("worker")
        asyncio.run(_wait_until_served(settings, pages))
        say(f"Pages ouvertes sur http://{settings.bind_host}:{settings.bind_port}", started)
        _tell_accounts()
        asyncio.run(_plan_all(database, settings, today, seconds, (started, worker)))
        say("Tout est prêt. Ctrl-C arrête tout, base comprise ; les données sont gardées.", started)
        if not once:
            _wait([pages, worker])


def say(sentence: str, started: float) -> None:
    """One step, with the seconds since the start."""
    click.echo(f"[{time.monotonic() - started:5.1f} s] {sentence}")


def _tell_accounts() -> None:
    click.echo("    Comptes de démonstration (mot de passe : " + PASSWORD + ") :")
    for account in ACCOUNTS:
        click.echo(f"      {account.email:32} {account.organisation}")


async def _prepare(database: Database, settings: Settings, today: date, started: float) -> None:
    await ensure_app_role(database)
    await prepare(database.owner_url, database.app_role)
    engine = create_engine(database.app_url, pool_size=2, name="carecoord-demo")
    try:
        async with open_uow(engine, None) as uow:
            await load_communes(uow)
        created = await load_demo(engine, monday_of(today))
        written = await load_services(engine, settings, today)
    finally:
        await engine.dispose()
    for name in created:
        say(f"Territoire de démonstration : {name}", started)
    for what in written:
        say(f"Trois services pour les mêmes personnes : {what}", started)


@contextlib.contextmanager
def _processes(database: Database) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts commands of ours that know the database; all are ended with the block."""
    # Started again from the outside, so that a worker that dies takes nothing with it.
    environ = {**os.environ, "CARECOORD_APP_DATABASE_URL": database.app_url}
    if database.server is None:
        environ["CARECOORD_DATABASE_URL"] = database.owner_url
    environ.setdefault("CARECOORD_WORKER_SOLVER_JOBS", str(max(1, min(2, os.cpu_count() or 1))))
    running: list[subprocess.Popen[bytes]] = []

    def start(command: str) -> subprocess.Popen[bytes]:
        running.append(processes.start(command, environ))
        return running[-1]

    try:
        yield start
    finally:
        processes.end(running)


def _refuse_end(process: subprocess.Popen[bytes], what: str) -> None:
    """A process that ended by itself will never do what is waited for."""
    if process.poll() is not None:
        raise Unavailable(
            "process_ended", f"{what} (code {process.returncode}) : la cause est écrite plus haut"
        )


async def _wait_until_served(settings: Settings, pages: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SERVED_S
    while time.monotonic() < deadline:
        _refuse_end(pages, PAGES_ENDED)
        try:
            _, writer = await asyncio.open_connection(settings.bind_host, settings.bind_port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise Unavailable("web_not_started", f"les pages ne répondent pas au bout de {SERVED_S} s")


async def _plan_all(
    database: Database,
    settings: Settings,
    today: date,
    seconds: int,
    told: tuple[float, subprocess.Popen[bytes]],
) -> None:
    """Meals, then home help that waits for them, then rides around the visits."""
    started, worker = told
    alive = alive_of(worker, _refuse_end)
    days = days_shown(today)
    engine = create_engine(database.app_url, pool_size=6, name="carecoord-demo")
    try:
        if count := await plan_meals(engine, days, alive):
            say(f"Repas : tournées publiées pour {count} jours", started)
        await _plan(database, monday_of(today), seconds, told)
        if count := await plan_rides(engine, settings, days, alive):
            say(f"Transport : trajets planifiés pour {count} jours", started)
    except* Unavailable as several:
        # Told one by one by the command line, which knows no groups.
        raise several.exceptions[0] from None
    finally:
        await engine.dispose()


async def _plan(
    database: Database, monday: date, seconds: int, told: tuple[float, subprocess.Popen[bytes]]
) -> None:
    """Plan and publish the current week of each provider that has none."""
    started, worker = told
    engine = create_engine(database.app_url, pool_size=4, name="carecoord-demo")
    try:
        waiting = {
            name: await _requested(engine, org, monday, seconds) for name, org in provider_ids().items()
        }
        runs = {name: run_id for name, run_id in waiting.items() if run_id is not None}
        if runs:
            say(f"Calcul des tournées de la semaine ({seconds} s par prestataire)…", started)
        async with asyncio.TaskGroup() as tasks:
            for name, run_id in runs.items():
                tasks.create_task(_follow(engine, provider_ids()[name], run_id, (name, started, worker)))
    except* Unavailable as several:
        # Told one by one by the command line, which knows no groups.
        raise several.exceptions[0] from None
    finally:
        await engine.dispose()


async def _requested(engine: AsyncEngine, organisation_id: UUID, monday: date, seconds: int) -> UUID | None:
    """The run that plans this week: one under way, or a new one; None when the week is published."""
    actor = system_actor(organisation_id)
    async with open_uow(engine, actor) as uow:
        rosters = await list_rosters(uow, actor, PageRequest(size=50))
        if any(item.first_day == monday and item.state == "published" for item in rosters.items):
            return None
        runs = await list_runs(uow, actor, PageRequest(size=50))
        for run in runs.items:
            if run.first_day == monday and (run.is_active or run.roster_id is not None):
                return run.id
        run = await request_run(uow, actor, RequestRun(first_day=monday, day_count=7, seconds=seconds))
        return run.id


async def _follow(
    engine: AsyncEngine,
    organisation_id: UUID,
    run_id: UUID,
    told: tuple[str, float, subprocess.Popen[bytes]],
) -> None:
    name, started, worker = told
    actor = system_actor(organisation_id)
    phase = ""
    while True:
        async with open_uow(engine, actor, read_only=True) as uow:
            run = await get_run(uow, actor, run_id)
        if run.phase != phase and run.best is not None:
            say(f"{name} : {_state(run)}", started)
            phase = run.phase
        if not run.is_active:
            break
        _refuse_end(worker, WORKER_ENDED)
        await asyncio.sleep(POLL_S)
    if run.roster_id is None:
        raise Unavailable("plan_failed", f"{name} : le calcul a échoué ({run.failure or run.state})")
    async with open_uow(engine, actor) as uow:
        rosters = await list_rosters(uow, actor, PageRequest(size=200))
        roster = next(item for item in rosters.items if item.id == run.roster_id)
        await publish(uow, actor, roster.id, roster.version)
    say(f"{name} : tournées publiées", started)


def _state(run: PlanningRun) -> str:
    if run.best is None:
        return "en attente"
    left = sum(run.best.unserved.values())
    return f"plan légal trouvé, {left} visite{'s' if left > 1 else ''} non servie{'s' if left > 1 else ''}"


def _wait(running: list[subprocess.Popen[bytes]]) -> None:
    """
    Until Ctrl-C.

    Raises:
        Unavailable: one of the processes ended by itself.
    """
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            for process, what in zip(running, (PAGES_ENDED, WORKER_ENDED), strict=True):
                _refuse_end(process, what)
            time.sleep(0.5)
    click.echo("Arrêt…")
