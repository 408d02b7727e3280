"""
07:10, an aide is ill: declared, repaired, called and undone in a real browser, with a real worker.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from builders.identity import PASSWORD, an_account
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.site import Site, served_site

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.demo.generate import generate
from carecoord.demo.load import fill
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.clock import FixedClock, local_date
from carecoord.rosters.service.boards import board_of_day, get_roster
from carecoord.rosters.service.publication import publish

EMAIL = "claire.marchefer@exemple.fr"
WIDTHS = ((1440, 900), (390, 844))
# Kernels may have to be compiled first, on a machine that runs the suite at the same time.
SEARCH_MS = 240_000

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]

# The pages have the machine's clock: the day that is repaired is in the week after today's.
DAY = monday_of(local_date(datetime.now(UTC))) + timedelta(days=8)


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """A published day and the aide who calls in sick: the one with most visits."""

    site: Site
    aide_id: UUID
    name: str
    visits: int


@pytest.fixture
async def morning(
    database: Database, engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Morning]:
    """A day of the demonstration's smaller provider, published; the web process and a worker."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await fill(uow, actor, generate(1, monday_of(DAY))[1])
        await create_account(uow, actor, an_account(email=EMAIL, role="coordinator"))
    made = await drafted_week(engine, actor, clock, with_records=False, day_count=1, first_day=DAY)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
        board = await board_of_day(uow, actor, DAY)
    busiest, visits = Counter(stop.aide_id for stop in board.stops).most_common(1)[0]
    aide = next(item for item in board.aides if item.id == busiest)
    environ = {
        **os.environ,
        "CARECOORD_HOME": str(tmp_path),
        "CARECOORD_DATABASE_URL": database.owner_url,
        "CARECOORD_APP_DATABASE_URL": database.app_url,
    }
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "carecoord", "worker", env=environ)
    try:
        async with served_site(database, tmp_path) as site:
            yield Morning(
                site=site, aide_id=busiest, name=f"{aide.first_name} {aide.last_name}", visits=visits
            )
    finally:
        worker.terminate()
        await worker.wait()


async def stops_now(engine: AsyncEngine, actor: Actor) -> list[tuple[UUID, UUID, datetime]]:
    """Who is where and when on the day."""
    async with open_uow(engine, actor) as uow:
        board = await board_of_day(uow, actor, DAY)
    return sorted((stop.visit_id, stop.aide_id, stop.starts_at) for stop in board.stops)


async def test_a_sick_aide_is_declared_repaired_called_and_taken_back(
    engine: AsyncEngine, actor: Actor, morning: Morning, open_page: OpenPage, axe: CheckAccess
) -> None:
    """From the absence to the last call, then all back; nothing wrong for axe-core on the way."""
    before = await stops_now(engine, actor)
    page = await open_page()
    await morning.site.sign_in(page, EMAIL, PASSWORD)
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        for width, height in WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            faults[f"{name} {width}"] = await axe(page)
            if folder := os.environ.get("SHOTS"):
                await page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
            wide = await page.evaluate("document.documentElement.scrollWidth")
            faults[f"{name} {width}"] += [f"{wide} px wide"] if wide > width else []
        await page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})

    await page.goto(f"{morning.site.address}/tournees/reparer?jour={DAY.isoformat()}")
    await expect(page.get_by_label("Visite concernée")).to_be_hidden()
    await look("form")
    await page.goto(f"{morning.site.address}/equipe/absences?aide={morning.aide_id}")
    await page.fill("[name=du]", DAY.isoformat())
    await page.fill("[name=au]", DAY.isoformat())
    await page.fill("[name=debut]", "07:10")
    await page.select_option("[name=motif]", "sickness")
    await page.get_by_role("button", name="Enregistrer et réparer la journée").click()
    await page.get_by_role("heading", name="Première réparation").wait_for()
    await look("first")
    await expect(page.get_by_role("heading", name="Petite")).to_be_visible(timeout=SEARCH_MS)
    await look("three")
    why = page.locator("[name=motif-small]")
    if await why.count():
        await why.fill("Personne d’autre ce matin")
    await page.get_by_role("button", name=re.compile("Faire la réparation « Petite »|Faire cette")).click()
    await page.get_by_role("heading", name="Qui prévenir, le plus urgent d’abord").wait_for()
    await page.get_by_role("button", name=re.compile("Appel passé : ")).first.click()
    await page.get_by_role("button", name=re.compile("Décocher")).first.wait_for()
    await look("calls")
    repaired = await stops_now(engine, actor)
    await page.get_by_role("button", name="Annuler cette réparation").click()
    await page.get_by_text("Cette réparation a été annulée").wait_for()
    undone = await stops_now(engine, actor)

    assert faults == {name: [] for name in faults}
    assert morning.aide_id in {aide_id for _, aide_id, _ in before}
    assert not [start for _, aide_id, start in repaired if aide_id == morning.aide_id and start.hour >= 7]
    assert undone == before
