"""
Sign-in, people, team, imports, plans, figures in a real browser: accessible at both widths, live.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from builders.identity import PASSWORD, an_account
from builders.rosters import MONDAY, small_week
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week, estimated_problem
from support.site import Site, served_site

from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.exchange.service import export_workbook
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.page import PageRequest
from carecoord.planning.homecare.naive import naive
from carecoord.rosters.apply import draft_of
from carecoord.rosters.documents import pack_problem
from carecoord.rosters.domain import ProgressPoint, RequestRun
from carecoord.rosters.service import execution
from carecoord.rosters.service.boards import get_roster, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import request_run
from carecoord.territory.service import load_communes

WIDTHS = ((1440, 900), (390, 844))
EMAIL = "nadia.meziane@exemple.fr"

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def site(database: Database, engine: AsyncEngine, actor: Actor, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages, with a coordinator who may sign in."""
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await create_account(uow, actor, an_account(email=EMAIL, role="administrator"))
    async with served_site(database, tmp_path) as served:
        yield served


@pytest.fixture
async def run_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """The run of a published week."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, roster_id, (await get_roster(uow, actor, roster_id)).version)
        (roster,) = (await list_rosters(uow, actor, PageRequest())).items
    assert roster.run_id is not None
    return roster.run_id


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_no_accessibility_fault(
    site: Site, run_id: UUID, open_page: OpenPage, axe: CheckAccess, width: int, height: int
) -> None:
    """axe-core finds nothing wrong on any page, and nothing sticks out of the screen."""
    page = await open_page(width, height)
    await page.goto(f"{site.address}/connexion")
    faults = {"/connexion": await axe(page)}
    await site.sign_in(page, EMAIL, PASSWORD)
    paths = ["/personnes", "/personnes?q=zz", "/equipe", "/equipe/absences", "/importer", "/planifier"]
    week = "?du=2026-11-23&au=2026-11-29"
    paths += [
        f"/planifier/{run_id}",
        f"/chiffres{week}",
        "/chiffres?du=x&au=y",
        "/organisation",
        "/organisations",
    ]

    for path in paths:
        await page.goto(site.address + path)
        faults[path] = await axe(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults[path].append(f"{wide} px wide")

    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_workbook_is_imported(
    site: Site,
    open_page: OpenPage,
    axe: CheckAccess,
    engine: AsyncEngine,
    other_actor: Actor,
    tmp_path: Path,
    javascript: bool,
) -> None:
    """Choose, see what would change, import, see it done and the people there; script or not."""
    async with open_uow(engine, other_actor) as uow:
        await small_week(uow, other_actor)
        (tmp_path / "semaine.xlsx").write_bytes(await export_workbook(uow, other_actor))
    page = await open_page(javascript=javascript)
    await site.sign_in(page, EMAIL, PASSWORD)

    await page.goto(f"{site.address}/importer")
    await page.set_input_files("#champ-fichier", tmp_path / "semaine.xlsx")
    await page.get_by_role("button", name="Vérifier le fichier").click()
    await expect(page.get_by_text("Rien n’est encore enregistré")).to_be_visible()
    faults = await axe(page) if javascript else []
    await page.get_by_role("button", name="Importer").click()
    await expect(page.get_by_text("L’import est fait")).to_be_visible()
    await page.goto(f"{site.address}/personnes")

    await expect(page.get_by_role("link", name="Mme Berthier 1 Odette")).to_be_visible()
    assert faults == []


async def test_a_run_is_followed_live_until_its_plan_is_there(
    site: Site, open_page: OpenPage, axe: CheckAccess, engine: AsyncEngine, actor: Actor
) -> None:
    """The sentence and the curve follow the computation; at its end the page shows the plan."""
    async with open_uow(engine, actor) as uow:
        await small_week(uow, actor)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=60))
        claim = await execution.claim_run(uow, actor, run.id)
        assert claim is not None
        problem = estimated_problem(await execution.gather(uow, actor, run))
        await execution.save_problem(uow, claim, pack_problem(problem), [])
    page = await open_page()
    await site.sign_in(page, EMAIL, PASSWORD)
    await page.goto(f"{site.address}/planifier/{run.id}")
    await expect(page.get_by_text("Construction d’un premier plan")).to_be_visible()

    async with open_uow(engine, actor) as uow:
        for elapsed_ms, left, cents in ((1000, 2, 90_000), (2000, 1, 95_000)):
            point = ProgressPoint(
                attempt=1,
                elapsed_ms=elapsed_ms,
                unserved={"vital": left, "important": 0, "comfort": 0},
                soft_cents=cents,
                phase="search",
            )
            await execution.tell(uow, claim, point)
    await expect(page.get_by_text("Il y reste 1\u202fvisite non servie.")).to_be_visible(timeout=10_000)
    await expect(page.locator("[data-part=chart] polyline")).to_be_attached()
    assert await axe(page) == []

    draft = draft_of(problem, naive(problem))
    async with open_uow(engine, actor) as uow:
        await execution.finish_run(uow, claim, draft, draft.figures)
    await expect(page.get_by_text("Comparé au plan naïf")).to_be_visible(timeout=10_000)
    await page.get_by_role("link", name="Publier…").click()
    await expect(page.get_by_role("heading", name="Publier les tournées")).to_be_visible()
    assert await axe(page) == []


async def test_defects_of_a_form_take_the_focus(
    site: Site, run_id: UUID, open_page: OpenPage, axe: CheckAccess
) -> None:
    """After a refused absence, the summary is read first and leads to the field."""
    page = await open_page()
    await site.sign_in(page, EMAIL, PASSWORD)
    await page.goto(f"{site.address}/equipe/absences")
    await page.select_option("#champ-aide", index=1)
    await page.fill("#champ-du", date(2026, 11, 25).isoformat())
    await page.fill("#champ-au", date(2026, 11, 24).isoformat())
    await page.get_by_role("button", name="Enregistrer l’absence").click()

    await expect(page.locator(".error-summary")).to_be_focused()
    assert await axe(page) == []
    await page.get_by_role("link", name="La fin doit venir après le début.").click()
    await expect(page.locator("#champ-au")).to_be_focused()
