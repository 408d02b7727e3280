"""
Rounds of meals in a real browser: accessible at both widths; an absence in one tap opens a case.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from builders.identity import PASSWORD, an_account
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meal_rounds import DAY, a_meal_fleet, drafted_rounds
from support.site import Site, served_site

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.service.rounds import publish_rounds

WIDTHS = ((1440, 900), (390, 844))
EMAIL = "nadia.meziane@exemple.fr"

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def site(database: Database, engine: AsyncEngine, actor: Actor, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages, with a coordinator who may sign in."""
    async with open_uow(engine, actor) as uow:
        await create_account(uow, actor, an_account(email=EMAIL, role="coordinator"))
    async with served_site(database, tmp_path) as served:
        yield served


@pytest.mark.parametrize("width", WIDTHS)
async def test_rounds_are_read_and_told(
    site: Site, engine: AsyncEngine, actor: Actor, clock: FixedClock, open_page: OpenPage, axe: CheckAccess,
    width: tuple[int, int],
) -> None:  # fmt: skip
    """
    The day, the run, a round on the phone, vigilance, a repair and the vehicles: no fault of
    accessibility; « Absent » is one tap and the case is at the top of vigilance.
    """
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor, people=14, cold=5)
    run_id = await drafted_rounds(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        published = await publish_rounds(uow, actor, run_id)
    page = await open_page(*width)
    await site.sign_in(page, EMAIL, PASSWORD)
    item = published[0]

    await page.goto(f"{site.address}/repas/tournee/{item.id}")
    assert await axe(page) == []
    await page.locator("li.card").first.get_by_role("button", name="Absent").click()
    await expect(page.locator("li.card").first).to_contain_text("absent")
    await page.goto(f"{site.address}/vigilance")
    assert await axe(page) == []
    await page.get_by_role("table").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=2).first).to_have_text("Appeler la personne")
    assert await axe(page) == []
    for path in (
        f"/repas/tournees?jour={DAY}",
        f"/repas/tournees/calcul/{run_id}",
        f"/repas/tournee/{item.id}/feuille",
        f"/repas/tournees/reparer?jour={DAY}",
        "/repas/vehicules",
        "/repas/vehicules/nouveau",
        "/repas/chauffeurs/nouveau",
    ):
        await page.goto(f"{site.address}{path}")
        assert await axe(page) == [], path
