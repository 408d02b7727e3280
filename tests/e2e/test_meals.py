"""
Meals in a real browser: accessible at both widths; a day is cancelled with the keyboard alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from builders.beneficiaries import a_person_command
from builders.identity import PASSWORD, an_account
from builders.meals import a_subscription_command
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import MealService, a_meal_service
from support.site import Site, served_site

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import SystemClock, local_date
from carecoord.meals.commands import AddAttendance, AddFoyer, SuspendMeals
from carecoord.meals.service.foyers import add_attendance, add_foyer
from carecoord.meals.service.subscriptions import add_subscription, suspend_meals
from carecoord.territory.service import load_communes

WIDTHS = ((1440, 900), (390, 844))
EMAIL = "nadia.meziane@exemple.fr"
NAMES = ("Aubert", "Blanchard", "Chauvin", "Delmas", "Esnault", "Fabre", "Giraud", "Hamon", "Imbert", "Joly")

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def site(database: Database, engine: AsyncEngine, actor: Actor, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages, with a coordinator who may sign in."""
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await create_account(uow, actor, an_account(email=EMAIL, role="coordinator"))
    async with served_site(database, tmp_path) as served:
        yield served


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor) -> MealService:
    """
    Eleven people with meals of several kinds; a foyer; the orders of the next days left when the
    last of them subscribed, so that a suspension from tomorrow is a late change.
    """
    today = local_date(SystemClock().now())
    async with open_uow(engine, actor) as uow:
        made = await a_meal_service(uow, actor, kitchen={"spare_meals": 3}, allergies=["milk"])
        people = [
            a_person_command(reference=f"P-1{index:02d}", last_name=name) for index, name in enumerate(NAMES)
        ]
        await upsert_people(uow, actor, people)
        ids = await person_ids(uow, actor, [person.reference for person in people])
        for index, person in enumerate(people):
            command = a_subscription_command(
                ids[person.reference],
                made.kitchen.id,
                reference=person.reference,
                diet=("normal", "no_salt", "no_sugar")[index % 3],
                meals=[1 + index % 2] * 5 + [1, 1],
                extras=["pain"] if index % 2 else [],
            )
            await add_subscription(uow, actor, msgspec.structs.replace(command, starts_on=today))
        foyer = await add_foyer(
            uow, actor, AddFoyer(kitchen_id=made.kitchen.id, name="Foyer des Tilleuls", seats=40)
        )
        day = today
        while day.weekday() > 4:
            day += timedelta(days=1)
        await add_attendance(uow, actor, AddAttendance(foyer_id=foyer.id, on_date=day, count=18))
        await suspend_meals(
            uow,
            actor,
            SuspendMeals(
                subscription_id=made.subscription.id, version=1, starts_on=today + timedelta(days=1)
            ),
        )
    return made


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_no_accessibility_fault(
    site: Site, service: MealService, open_page: OpenPage, axe: CheckAccess, width: int, height: int
) -> None:
    """axe-core finds nothing wrong on any page of meals, and nothing sticks out of the screen."""
    page = await open_page(width, height)
    await site.sign_in(page, EMAIL, PASSWORD)
    today = local_date(SystemClock().now())
    subscription = f"/repas/abonnements/{service.subscription.id}"
    cooked = today + timedelta(days=1) if today.weekday() < 4 else today + timedelta(days=7 - today.weekday())
    faults = {}
    for path in (
        "/repas",
        "/repas/abonnements",
        "/repas/abonnements/nouveau?q=aub",
        f"/repas/abonnements/nouveau?personne={service.person_id}",
        subscription,
        f"{subscription}?jour={(today + timedelta(days=2)).isoformat()}",
        f"{subscription}/modifier",
        f"/repas/cuisine?jour={cooked.isoformat()}",
        f"/repas/preparation?jour={cooked.isoformat()}",
        f"/repas/foyers?jour={today.isoformat()}",
        "/repas/reglages",
        f"/repas/reglages/cuisines/{service.kitchen.id}",
        f"/repas/reglages/cuisines/{service.kitchen.id}/regles",
    ):
        await page.goto(site.address + path)
        faults[path] = await axe(page)
        sticks_out = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
        if sticks_out:
            faults[path].append("sticks out of the screen")

    assert {path: found for path, found in faults.items() if found} == {}


async def test_a_day_cancelled_with_the_keyboard(
    site: Site, service: MealService, open_page: OpenPage
) -> None:
    """From the calendar: Enter on a day, type 0, Enter; the day says so."""
    page = await open_page(1440, 900)
    await site.sign_in(page, EMAIL, PASSWORD)
    day = local_date(SystemClock().now()) + timedelta(days=10)
    await page.goto(f"{site.address}/repas/abonnements?q=delmas")
    await page.get_by_role("link", name="Delmas").focus()
    await page.keyboard.press("Enter")
    link = page.locator(f'.meal-calendar a[href*="jour={day.isoformat()}"]')
    await link.focus()
    await page.keyboard.press("Enter")
    field = page.get_by_label("Nombre de repas")
    await field.fill("0")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("C’est noté : la cuisine le verra.")).to_be_visible()
    await expect(page.locator(".meal-calendar .tag", has_text="changé")).to_have_count(1)
