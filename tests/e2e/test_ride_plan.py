"""
Pages of the driver side in a real browser: accessible, nothing sticks out, at a desk and on a phone.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from builders.drivers import a_driver
from builders.identity import PASSWORD, an_account
from builders.rides import TUESDAY, an_ask, ride_service, rural_person
from playwright.async_api import Page
from sqlalchemy.ext.asyncio import AsyncEngine
from support.site import Site, served_site

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.rides.service.answers import answer_live, place_legs
from carecoord.rides.service.drivers import declare_away
from carecoord.rides.service.requests import book
from carecoord.settings import Settings
from carecoord.territory.service import load_communes

EMAIL = "nadia.meziane@exemple.fr"
WIDTHS = ((1440, 900), (390, 844))
PEOPLE = ("Chevallier", "Baptiste", "Lenormand", "Guérin", "Pasquier", "Hamelin", "Roussel")
DRIVERS = (("Morel", 48.312, 2.0), ("Petit", 48.33, 2.06), ("Aubry", 48.29, 2.03))

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def drawn(engine: AsyncEngine, actor: Actor, tmp_path: Path) -> list[str]:
    """A Tuesday with seven requests and three volunteers, one of whom fell out; addresses of its pages."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await create_account(uow, actor, an_account(email=EMAIL, role="coordinator"))
        service = await ride_service(uow, actor)
        drivers = [
            await a_driver(uow, actor, name, latitude=lat, longitude=lon) for name, lat, lon in DRIVERS
        ]
        leg: UUID | None = None
        for index, name in enumerate(PEOPLE):
            reference = f"R-{index + 1:03}"
            shift = index * 0.006
            command = rural_person(reference=reference, last_name=name, latitude=48.316 + shift)
            await upsert_people(uow, actor, [command])
            person = (await person_ids(uow, actor, [reference]))[reference]
            ask = an_ask(
                service,
                person_id=person,
                arrive_minute=570 + 60 * (index % 4),
                back="other" if index % 2 else "wait",
                back_minute=660 + 60 * (index % 4),
            )
            request = await book(uow, actor, ask, settings, form_key=uuid4())
            answer = await answer_live(uow, actor, request.legs, settings)
            if answer.outcome == "found":
                await place_legs(uow, actor, request.legs, answer, settings)
                leg = request.legs[0].id
        await declare_away(
            uow, actor, drivers[0], local_instant(TUESDAY, 9 * 60), local_instant(TUESDAY, 24 * 60)
        )
    return [
        f"/transport/jour?jour={TUESDAY}",
        f"/transport/jour?jour={TUESDAY}&vue=liste",
        f"/transport/jour/reparer?jour={TUESDAY}",
        f"/transport/trajets/{leg}",
        f"/transport/jour/{drivers[1]}?jour={TUESDAY}",
        "/transport/benevoles",
        f"/transport/benevoles/{drivers[0]}",
        f"/transport/benevoles/{drivers[0]}/kilometres",
        "/transport/vehicules",
        "/transport/navettes",
        "/transport/affinites",
    ]


@pytest.fixture
async def site(database: Database, drawn: list[str], tmp_path: Path) -> AsyncIterator[Site]:
    """The pages."""
    async with served_site(database, tmp_path) as served:
        yield served


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_no_accessibility_fault(
    site: Site, drawn: list[str], open_page: OpenPage, axe: CheckAccess, width: int, height: int
) -> None:
    """axe-core finds nothing wrong on any page, and nothing sticks out of the screen."""
    page = await open_page(width, height)
    await site.sign_in(page, EMAIL, PASSWORD)
    shots = os.environ.get("RIDE_SHOTS")
    for number, path in enumerate(drawn):
        await page.goto(f"{site.address}{path}")
        if shots:
            await page.screenshot(path=f"{shots}/ride{number}_{width}.png", full_page=True)
        assert await axe(page) == [], path
        sticking = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not sticking, path
