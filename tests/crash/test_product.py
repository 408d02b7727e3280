"""
Kill -9 of the real worker during a solve and of the real web process during an import.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import httpx
import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import all_people
from carecoord.db.embedded import EmbeddedServer
from carecoord.db.uow import open_uow
from carecoord.demo.accounts import ACCOUNTS, PASSWORD
from carecoord.demo.generate import DemoProvider, generate
from carecoord.demo.load import load_demo
from carecoord.exchange.domain import CheckImport
from carecoord.exchange.service import apply_import, check_import, export_workbook
from carecoord.identity.domain import CreateAccount, CreateOrganisation
from carecoord.identity.permissions import system_actor
from carecoord.identity.service import create_account, create_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.ids import new_id
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.parts import parts_of_run
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, request_run
from carecoord.territory.service import load_communes

MONDAY = date(2026, 11, 23)
PROVIDER = system_actor(ACCOUNTS[1].organisation_id)
COORDINATOR = "coordinatrice@import.example"


@pytest.fixture(scope="module")
def territory() -> DemoProvider:
    """The smaller provider of the demonstration."""
    return generate(1, MONDAY)[1]


@contextmanager
def program(server: EmbeddedServer, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`carecoord …` as a process of its own, gone with all its children when the block ends."""
    environment = {
        **os.environ,
        "CARECOORD_DATABASE_URL": server.owner_url,
        "CARECOORD_APP_DATABASE_URL": server.app_url,
        "CARECOORD_WORKER_HEARTBEAT_TIMEOUT_S": "4",
        **settings,
    }
    process = subprocess.Popen([sys.executable, "-m", "carecoord", *command], env=environment)
    try:
        yield process
    finally:
        kill_all(process)


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and everything it started, as a power cut would."""
    if process.poll() is None:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            try:
                member.kill()
            except psutil.NoSuchProcess:
                continue  # ended between the listing and the signal
    process.wait()


async def run_of(engine: AsyncEngine, actor: Actor, run: PlanningRun) -> PlanningRun:
    """The run as it is now."""
    async with open_uow(engine, actor, read_only=True) as uow:
        return await get_run(uow, actor, run.id)


async def wait_for_run(engine: AsyncEngine, run: PlanningRun, *, best: bool, timeout_s: float) -> PlanningRun:
    """Wait until a run has a plan, or until it is over."""
    deadline = time.monotonic() + timeout_s
    while True:
        now = await run_of(engine, PROVIDER, run)
        if (now.best is not None) if best else not now.is_active:
            return now
        assert time.monotonic() < deadline, f"run still {now.state} after {timeout_s} s"
        await asyncio.sleep(0.2)


async def test_worker_killed_during_a_solve(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine
) -> None:
    """
    Kill -9 of the worker and its solver: another worker takes the run up, there is one roster,
    whole, and it can be published.
    """
    async with open_uow(durable_engine, None) as uow:
        await load_communes(uow)
    await load_demo(durable_engine, MONDAY)
    async with open_uow(durable_engine, PROVIDER) as uow:
        run = await request_run(uow, PROVIDER, RequestRun(first_day=MONDAY, day_count=2, seconds=12))

    with program(durable_server, "worker") as first:
        await wait_for_run(durable_engine, run, best=True, timeout_s=120)
        kill_all(first)
    half = await run_of(durable_engine, PROVIDER, run)
    with program(durable_server, "worker"):
        done = await wait_for_run(durable_engine, run, best=False, timeout_s=180)

    assert half.is_active
    assert (done.state, done.attempts) == ("done", 2)
    assert done.roster_id is not None
    async with open_uow(durable_engine, PROVIDER) as uow:
        roster = await get_roster(uow, PROVIDER, done.roster_id)
        published = await publish(uow, PROVIDER, roster.id, roster.version)
        rosters, torn = (
            await uow.session.execute(
                text(
                    "SELECT (SELECT count(*) FROM roster WHERE run_id = :run),"
                    " (SELECT count(*) FROM (SELECT visit_id FROM roster_stop"
                    " JOIN visit ON visit.id = visit_id JOIN intervention i ON i.id = intervention_id"
                    " WHERE roster_id = :roster"
                    " GROUP BY visit_id, i.team_size HAVING count(*) <> i.team_size) AS torn)"
                ),
                {"run": run.id, "roster": roster.id},
            )
        ).one()
    assert published.state == "published"
    assert (rosters, torn) == (1, 0)


async def test_worker_killed_while_it_plans_a_sector(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine
) -> None:
    """
    Two days of the smaller provider in sectors; the worker is killed in the middle of one: another
    worker takes that sector up and the rest, and there is one roster, whole.
    """
    async with open_uow(durable_engine, None) as uow:
        await load_communes(uow)
    await load_demo(durable_engine, MONDAY)
    first_day = MONDAY + timedelta(days=14)
    async with open_uow(durable_engine, PROVIDER) as uow:
        run = await request_run(uow, PROVIDER, RequestRun(first_day=first_day, day_count=2, seconds=8))

    with program(durable_server, "worker", CARECOORD_SOLVER_WHOLE_VISITS="60") as first:
        await wait_for_part(durable_engine, run, timeout_s=120)
        kill_all(first)
    async with open_uow(durable_engine, PROVIDER, read_only=True) as uow:
        half = await parts_of_run(uow, PROVIDER, run.id)
    with program(durable_server, "worker", CARECOORD_SOLVER_WHOLE_VISITS="60"):
        done = await wait_for_run(durable_engine, run, best=False, timeout_s=240)

    async with open_uow(durable_engine, PROVIDER, read_only=True) as uow:
        parts = await parts_of_run(uow, PROVIDER, run.id)
        assert done.roster_id is not None
        roster = await get_roster(uow, PROVIDER, done.roster_id)
    killed = {part.id for part in half if part.state == "running"}
    assert killed
    assert (done.state, done.attempts) == ("done", 1)
    assert {part.state for part in parts} == {"done"}
    assert {part.attempts for part in parts if part.id in killed} == {2}
    assert roster.figures.blocking == {}
    assert sum(part.visits for part in parts if part.stage == 0) == roster.figures.visits


async def wait_for_part(engine: AsyncEngine, run: PlanningRun, *, timeout_s: float) -> None:
    """Wait until a sector is being planned."""
    deadline = time.monotonic() + timeout_s
    while True:
        async with open_uow(engine, PROVIDER, read_only=True) as uow:
            if any(part.state == "running" for part in await parts_of_run(uow, PROVIDER, run.id)):
                return
        assert time.monotonic() < deadline, f"no sector is planned after {timeout_s} s"
        await asyncio.sleep(0.2)


async def test_web_killed_during_an_import(
    durable_server: EmbeddedServer, durable_engine: AsyncEngine, territory: DemoProvider
) -> None:
    """Kill -9 of the web process while it applies a file: nothing is half done, it can be applied after."""
    async with open_uow(durable_engine, None) as uow:
        await load_communes(uow)
    await load_demo(durable_engine, MONDAY)
    async with open_uow(durable_engine, PROVIDER) as uow:
        content = await export_workbook(uow, PROVIDER)
    empty = system_actor(new_id())
    async with open_uow(durable_engine, empty) as uow:
        await create_organisation(
            uow,
            CreateOrganisation(
                id=empty.organisation_id, kind="provider", name="Vide", insee="91114", regime="BAD_2941"
            ),
        )
        await create_account(
            uow,
            empty,
            CreateAccount(email=COORDINATOR, display_name="C", password=PASSWORD, role="coordinator"),
        )
        kept = await check_import(
            uow, empty, CheckImport(kind="workbook", file_name="semaine.xlsx", content=content)
        )

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with program(durable_server, "web", CARECOORD_BIND_PORT=str(port), CARECOORD_PUBLIC_URL=address) as web:
        async with httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=20) as client:
            await served(client)
            await signed_in(client)
            page = await client.get(f"/importer/{kept.id}")
            # A lock held by somebody else stops the import in the middle of its transaction:
            # people are written, aides are waiting.
            async with open_uow(durable_engine, empty) as blocker:
                await blocker.session.execute(text("LOCK TABLE aide IN EXCLUSIVE MODE"))
                asked = client.build_request(
                    "POST",
                    f"/importer/{kept.id}",
                    data={"_csrf_token": token_of(page.text)},
                )
                async with httpx.AsyncClient(base_url=address, cookies=client.cookies, timeout=3) as hasty:
                    with pytest.raises(httpx.TimeoutException):
                        await hasty.send(asked)
                kill_all(web)

    async with open_uow(durable_engine, empty) as uow:
        assert await all_people(uow, empty) == []
        applied = await apply_import(uow, empty, kept.id)
        assert applied.state == "applied"
        assert len(await all_people(uow, empty)) == len(territory.people)


async def served(client: httpx.AsyncClient) -> None:
    """Wait until the pages answer."""
    deadline = time.monotonic() + 30
    while True:
        try:
            answer = await client.get("/api/health")
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the web process does not answer"
            continue
        assert answer.status_code == 200
        return


async def signed_in(client: httpx.AsyncClient) -> None:
    """Sign in through the page, as a person does."""
    page = await client.get("/connexion")
    answer = await client.post(
        "/connexion",
        data={"email": COORDINATOR, "password": PASSWORD, "_csrf_token": token_of(page.text)},
    )
    assert answer.status_code == 200
    assert "Connexion" not in re.findall(r"<h1[^>]*>([^<]*)", answer.text)


def token_of(page: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
