"""
The whole of a coordinator's hour with real processes: sign in, import, plan, stop early, publish, board, map.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.site import Site, served_site

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.demo.generate import generate
from carecoord.demo.load import fill
from carecoord.exchange.service import export_workbook
from carecoord.identity.domain import CreateAccount
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor

MONDAY = date(2026, 11, 23)
EMAIL, PASSWORD = "claire@val-yerres.example", "un mot de passe assez long"
# Kernels may have to be compiled first, on a machine that runs the suite at the same time.
PLAN_MS = 240_000

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def workbook(engine: AsyncEngine, other_actor: Actor, actor: Actor, tmp_path: Path) -> Path:
    """The demonstration's smaller provider as a workbook, and a coordinator who has nothing yet."""
    async with open_uow(engine, other_actor) as uow:
        await fill(uow, other_actor, generate(1, MONDAY)[1])
        content = await export_workbook(uow, other_actor)
    async with open_uow(engine, actor) as uow:
        await create_account(
            uow,
            actor,
            CreateAccount(email=EMAIL, display_name="Claire M", password=PASSWORD, role="coordinator"),
        )
    path = tmp_path / "semaine.xlsx"
    path.write_bytes(content)
    return path


@pytest.fixture
async def site(database: Database, workbook: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """The web process and a worker on the test's database."""
    environment = {
        **os.environ,
        "CARECOORD_HOME": str(tmp_path),
        "CARECOORD_DATABASE_URL": database.owner_url,
        "CARECOORD_APP_DATABASE_URL": database.app_url,
    }
    async with served_site(database, tmp_path) as served:
        worker = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "carecoord", "worker", env=environment
        )
        try:
            yield served
        finally:
            worker.terminate()
            await worker.wait()


async def test_from_a_spreadsheet_to_rounds_on_a_board(
    site: Site, workbook: Path, open_page: OpenPage, axe: CheckAccess
) -> None:
    """
    733 visits of a spreadsheet become published rounds, by clicks alone; the plan is stopped early.
    """
    page = await open_page()
    await site.sign_in(page, EMAIL, PASSWORD)

    await page.goto(f"{site.address}/importer")
    await page.set_input_files("#champ-fichier", workbook)
    await page.get_by_role("button", name="Vérifier le fichier").click()
    await page.get_by_role("button", name="Importer").click()
    await expect(page.get_by_text("L’import est fait")).to_be_visible()

    await page.goto(f"{site.address}/planifier")
    await page.fill("#champ-premier", MONDAY.isoformat())
    await page.get_by_role("button", name="Calculer les tournées").click()
    await expect(page.get_by_role("link", name="Voir le plan provisoire")).to_be_visible(timeout=PLAN_MS)
    during = await axe(page)
    await page.get_by_role("button", name="Arrêter et garder le meilleur plan").click()
    await page.get_by_role("link", name="Publier…").click(timeout=PLAN_MS)
    await page.get_by_role("button", name="Publier").click()
    await expect(page.get_by_text(re.compile(r"Publié (lun|mar|mer|jeu|ven|sam|dim)\."))).to_be_visible()

    await page.goto(f"{site.address}/tournees?jour={MONDAY.isoformat()}")
    served = await page.locator(".kpi").first.inner_text()
    await expect(page.locator("[data-carecoord-board]")).to_be_visible()
    visits = await page.locator("[data-carecoord-board] a").count()
    await page.goto(f"{site.address}/tournees/carte?jour={MONDAY.isoformat()}")
    await expect(page.locator("[data-carecoord-map] .leaflet-container, .leaflet-container")).to_be_visible()

    assert during == []
    assert int(re.sub(r"\D", "", served.split("/")[0])) > 120
    assert visits > 120
