"""
A coordinator before a real browser: sign in, read the board, move a visit, undo, look at the map.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from builders.rosters import MONDAY
from playwright.async_api import Page
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.domain import CreateAccount
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rosters.domain import Board, RosterStop
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.publication import publish

WIDTHS = ((1440, 900), (390, 844))
START_TIMEOUT_S = 30
EMAIL, PASSWORD = "claire@exemple.fr", "un mot de passe assez long"
WEDNESDAY = MONDAY + timedelta(days=2)

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def week(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> Board:
    """The small week, published, and a coordinator's account."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
        command = CreateAccount(
            email=EMAIL, display_name="Claire Marchefer", password=PASSWORD, role="coordinator"
        )
        await create_account(uow, actor, command)
    async with open_uow(engine, actor, clock=clock) as uow:
        return await board_of_week(uow, actor, MONDAY)


@pytest.fixture
def site(database: Database, week: Board, tmp_path: Path) -> Iterator[str]:
    """The web process on the test's database; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {
        **os.environ,
        "CARECOORD_HOME": str(tmp_path),
        "CARECOORD_SECRET_KEY": "s" * 40,
        "CARECOORD_DATABASE_URL": database.owner_url,
        "CARECOORD_APP_DATABASE_URL": database.app_url,
        # Nobody listens on port 9: tiles fail, as on a network that has none.
        "CARECOORD_TILE_URL": "http://127.0.0.1:9/{z}/{x}/{y}.png",
    }
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)]
    log = tmp_path / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, *command, "carecoord.app:application"], env=env, stdout=out, stderr=out
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/health", log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(url: str, output: Path) -> None:
    """Until the server answers; what it printed when it never does."""
    limit = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < limit:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{output.read_text()}")


async def sign_in(page: Page, site: str, path: str = "/tournees") -> None:
    """Go to a page by way of the sign-in page, as anybody does in the morning."""
    await page.goto(site + path)
    await page.fill("[name=email]", EMAIL)
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url(f"**{path}")


async def test_from_sign_in_to_board_move_undo_and_map(site: str, open_page: OpenPage, week: Board) -> None:
    """By keyboard: arrows and detail, M with prices, effect, confirmation, Z; then the map."""
    page = await open_page()
    await sign_in(page, site, f"/tournees?jour={WEDNESDAY}")
    visits = page.locator("[data-carecoord-visit]")
    count = await visits.count()
    afternoon = page.locator('[data-carecoord-visit][data-start-min="840"]')

    await afternoon.focus()
    await page.locator("[data-carecoord-detail] >> text=pour un contrat de 35").wait_for()
    before = await afternoon.get_attribute("data-row")
    await page.keyboard.press("m")
    await page.get_by_role("heading", name=re.compile("Déplacer la visite")).wait_for()
    present = await page.locator("[name=aide]").input_value()
    other = next(aide for aide in week.aides if str(aide.id) != present)
    await page.select_option("[name=aide]", str(other.id))
    await page.fill("[name=heure]", "15:00")
    await page.get_by_role("button", name="Voir l’effet").click()
    await page.get_by_role("heading", name=re.compile("15.h.00 avec")).wait_for()
    await page.get_by_role("button", name="Confirmer le déplacement").click()
    await page.wait_for_url("**/tournees?jour=*")
    moved = page.locator('[data-carecoord-visit][data-start-min="900"]')
    after = await moved.get_attribute("data-row")
    await moved.focus()
    await page.keyboard.press("z")
    await page.locator('[data-carecoord-visit][data-start-min="840"]').wait_for()
    await page.get_by_role("link", name="Carte", exact=True).click()
    await page.locator(".stop-marker").first.wait_for()

    assert count == 5
    assert before != after
    assert await page.locator(".map-notice").is_visible()
    assert await page.locator('td[data-label="Personne"]').count() >= 1


async def test_a_move_without_script(site: str, open_page: OpenPage, week: Board) -> None:
    """Links and forms alone: board, visit, places, effect, confirmation."""
    page = await open_page(javascript=False)
    await sign_in(page, site, f"/tournees?jour={WEDNESDAY}")

    await page.locator('[data-carecoord-visit][data-start-min="840"]').click()
    await page.get_by_role("link", name="Déplacer : places et prix").click()
    await page.get_by_role("link", name=re.compile("Voir l’effet avec")).first.click()
    await page.get_by_role("button", name="Confirmer le déplacement").click()
    await page.wait_for_url("**/tournees?jour=*")

    assert await page.get_by_role("button", name="Annuler le dernier déplacement").is_visible()


def _start(stop: RosterStop) -> datetime:
    return stop.starts_at


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_a_visit_in_no_round_is_placed(
    site: str, open_page: OpenPage, axe: CheckAccess, week: Board, width: int, height: int
) -> None:
    """Taken off, then what may be done for it, one press; without script on a phone."""
    scripted = width == WIDTHS[0][0]
    page = await open_page(width, height, javascript=scripted)
    # the last one of the week: what has begun is left alone
    stop = max(week.stops, key=_start)
    visit = f"/tournees/visite/{stop.visit_id}"
    await sign_in(page, site, f"{visit}/deplacer")
    await page.select_option("[name=aide]", "aucune")
    await page.get_by_role("button", name="Voir l’effet").click()
    await page.get_by_role("button", name="Confirmer le déplacement").click()

    await page.wait_for_url("**/tournees?jour=*")
    await page.goto(f"{site}{visit}/remedes")
    faults = await axe(page) if scripted else []
    await page.get_by_role("button", name="Placer la visite").click()
    await page.wait_for_url(f"**{visit}")

    assert faults == []
    assert await page.get_by_role("button", name="Épingler").is_visible()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_no_accessibility_fault(
    site: str, open_page: OpenPage, axe: CheckAccess, week: Board, width: int, height: int
) -> None:
    """axe-core finds nothing wrong on any page of rounds, and nothing sticks out of the screen."""
    stop = week.stops[0]
    day = f"jour={stop.on_date}"
    person = week.visits[stop.visit_id].person_id
    paths = [
        f"/tournees?{day}&vue=tableau&visite={stop.visit_id}",
        f"/tournees?{day}&vue=liste",
        f"/tournees?{day}",
        f"/tournees/semaine?{day}",
        f"/tournees/carte?{day}&aide=toutes",
        f"/tournees/visite/{stop.visit_id}",
        f"/tournees/visite/{stop.visit_id}/deplacer",
        f"/tournees/visite/{stop.visit_id}/deplacer?aide={stop.aide_id}&{day}&heure=03:00",
        f"/tournees/changements?plan={week.rosters[0].id}",
        f"/equipe/{stop.aide_id}?{day}",
        f"/personnes/{person}?{day}",
        f"/personnes/{person}/jour?{day}",
        f"/journee?{day}",
        f"/personnes/{person}/absence?du=2026-11-25&motif=hospital",
        "/tournees?jour=2027-03-01",
        "/tournees/semaine?jour=2027-03-01",
    ]
    page = await open_page(width, height)
    await sign_in(page, site)

    found = {}
    for path in paths:
        await page.goto(site + path)
        faults = await axe(page)
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append("sticks out of the screen")
        if faults:
            found[path] = faults

    assert found == {}
