"""
Offer a slot, and see what a plan changes, in a real browser: accessible at both widths, without script.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from builders.identity import PASSWORD, an_account
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.site import Site, served_site

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.clock import FixedClock, local_date
from carecoord.kernel.page import PageRequest
from carecoord.rosters.keeping import Keep
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import list_runs
from carecoord.territory.service import load_communes

EMAIL = "nadia.meziane@exemple.fr"
WIDTHS = ((1440, 900), (390, 844))

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]

# The pages have the machine's clock: the week planned is the one after today.
NEXT_MONDAY = monday_of(local_date(datetime.now(UTC))) + timedelta(days=7)


@pytest.fixture
async def site(
    database: Database, engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Site]:
    """The pages with next week published, and a coordinator who may sign in."""
    made = await drafted_week(engine, actor, clock, first_day=NEXT_MONDAY)
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
        await create_account(uow, actor, an_account(email=EMAIL, role="coordinator"))
    after, keep = NEXT_MONDAY + timedelta(days=7), Keep(start_from="last_week", persons_max=5)
    await drafted_week(engine, actor, clock, with_records=False, first_day=after, keep=keep)
    async with served_site(database, tmp_path) as served:
        yield served


async def test_a_place_is_found_and_taken(
    site: Site, open_page: OpenPage, axe: CheckAccess, engine: AsyncEngine, actor: Actor
) -> None:
    """Who, when, three places: nothing wrong for axe-core at both widths; taken with script switched off."""
    async with open_uow(engine, actor) as uow:
        run = (await list_runs(uow, actor, PageRequest())).items[0]
    paths = (
        f"/planifier/{run.id}",
        f"/planifier/{run.id}/changements",
        "/creneaux",
    )
    faults: dict[str, list[str]] = {}
    for width, height in WIDTHS:
        page = await open_page(width, height)
        await site.sign_in(page, EMAIL, PASSWORD)
        for path in paths:
            await page.goto(site.address + path)
            faults[f"{path} {width}"] = await axe(page)
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                faults[f"{path} {width}"].append("too wide")
        for step in (_search, _ask):
            await step(page)
            faults[f"{step.__name__} {width}"] = await axe(page)
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                faults[f"{step.__name__} {width}"].append("too wide")
        await expect(page.get_by_role("heading", name="meilleures places")).to_be_visible()
        assert urlsplit(page.url).query == ""

    plain = await open_page(javascript=False)
    await site.sign_in(plain, EMAIL, PASSWORD)
    await plain.goto(f"{site.address}/creneaux")
    await plain.fill("#champ-recherche", "berthier 2")
    await plain.get_by_role("button", name="Chercher").click()
    await plain.get_by_role("link", name="Berthier 2").click()
    await plain.fill("#champ-premier", (NEXT_MONDAY + timedelta(days=2)).isoformat())
    await plain.get_by_role("button", name="Voir les places").click()
    await plain.get_by_role("button", name="Retenir cette place").first.click()

    await expect(plain).to_have_url(re.compile(r"/tournees\?jour="))
    assert {path: found for path, found in faults.items() if found} == {}


async def _search(page: Page) -> None:
    """People of a name."""
    await page.fill("#champ-recherche", "berthier")
    await page.get_by_role("button", name="Chercher").click()


async def _ask(page: Page) -> None:
    """A weekly pattern at an address that nobody has a record of."""
    await page.fill("#champ-cp", "91800")
    await page.fill("#champ-adresse", "3 rue Haute")
    await page.get_by_role("button", name="Continuer").click()
    await page.get_by_label("Chaque semaine").check()
    for name in ("mardi", "jeudi"):
        await page.get_by_label(name, exact=False).check()
    await page.fill("#champ-premier", NEXT_MONDAY.isoformat())
    await page.fill("#champ-debut", "09:00")
    await page.fill("#champ-fin", "13:00")
    await page.get_by_role("button", name="Voir les places").click()
