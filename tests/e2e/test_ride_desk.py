"""
The ride desk in a real browser: a known caller, a ride again, refusals with the article, accessible pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders.identity import PASSWORD, an_account
from builders.rides import CITY, Service, a_driver, ride_service, rural_person
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine
from support.ride_desk import book_known_caller, repeat_last_ride
from support.site import Site, served_site

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.connect import Database
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.territory.service import load_communes

EMAIL = "nadia.meziane@exemple.fr"
WIDTHS = ((1440, 900), (390, 844))

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor) -> Service:
    """An association with destinations, one driver and one person; an agent who may sign in."""
    async with open_uow(engine, actor) as uow:
        await load_communes(uow)
        await create_account(uow, actor, an_account(email=EMAIL, role="agent"))
        await a_driver(uow, actor)
        return await ride_service(uow, actor)


@pytest.fixture
async def site(database: Database, service: Service, tmp_path: Path) -> AsyncIterator[Site]:
    """The pages."""
    async with served_site(database, tmp_path) as served:
        yield served


async def test_a_known_caller_and_a_ride_again(
    site: Site, open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a person's typing speed: booked within 90 s; once found, asked for again in two gestures, 20 s."""
    page = await open_page()
    await site.sign_in(page, EMAIL, PASSWORD)

    booked = await book_known_caller(page, site.address)
    text = await page.locator(".ride-said").inner_text()
    repeated = await repeat_last_ride(page, site.address)

    with capsys.disabled():
        print(f"\n{booked.told('known caller')}; {repeated.told('the same again')}")  # noqa: T201 - figures wanted
    assert text.count("Paul Renaud passe vers") == 2
    assert booked.seconds <= 90
    assert repeated.seconds <= 20
    assert repeated.gestures == 3  # the search, then two


@pytest.mark.parametrize(("width", "height"), WIDTHS)
async def test_no_accessibility_fault(
    site: Site, service: Service, open_page: OpenPage, axe: CheckAccess, width: int, height: int
) -> None:
    """axe-core finds nothing wrong on any page of the desk, and nothing sticks out of the screen."""
    page = await open_page(width, height)
    await site.sign_in(page, EMAIL, PASSWORD)
    year = local_date(datetime.now(UTC)).year
    paths = [
        "/transport",
        "/transport/demande",
        f"/transport/demande?personne={service.person_id}",
        f"/transport/personnes/{service.person_id}",
        "/transport/habituels",
        "/transport/destinations",
        f"/transport/destinations/{service.market.id}",
        "/transport/regles",
        "/transport/chiffres",
        f"/transport/chiffres/prefet/{year}",
    ]
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        faults[name] = await axe(page)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            faults[name].append(f"{wide} px wide")

    for path in paths:
        await page.goto(site.address + path)
        await look(path)
    await page.goto(f"{site.address}/transport/demande?personne={service.person_id}")
    await page.select_option("#champ-lieu", label="Hôpital d’Étampes")
    await page.fill("#champ-heure", "10:00")
    await page.get_by_role("button", name="Chercher un chauffeur").click()
    await expect(page.get_by_role("heading", name="Ce trajet ne peut pas être fait")).to_be_visible()
    await look("refused")
    await page.select_option("#champ-lieu", label="Marché d’Angerville")
    await page.get_by_role("button", name="Chercher un chauffeur").click()
    await look("answered")
    await page.get_by_role("button", name="Confirmer").click()
    await look("recorded")

    assert {name: found for name, found in faults.items() if found} == {}


async def test_refused_with_the_article_without_script(
    site: Site, service: Service, open_page: OpenPage
) -> None:
    """Beyond 100 km, then without a basis: each refusal cites its article; nothing can be confirmed."""
    page = await open_page(javascript=False)
    await site.sign_in(page, EMAIL, PASSWORD)

    await page.goto(f"{site.address}/transport/demande?personne={service.person_id}")
    await page.select_option("#champ-lieu", label="Autre adresse…")
    await page.fill("#champ-intitule", "Chez sa fille")
    await page.fill("#champ-adresse", "1 place Bellecour")
    await page.fill("#champ-cp", "69002")
    await page.fill("#champ-heure", "10:00")
    await page.get_by_role("button", name="Chercher un chauffeur").click()
    await expect(page.get_by_text("article R3133-4 du code des transports").first).to_be_visible()
    await expect(page.get_by_role("button", name="Confirmer")).to_have_count(0)
    await page.get_by_role("button", name="Enregistrer le refus").click()

    await expect(page.get_by_text("au-delà de 100")).to_be_visible()
    await page.goto(f"{site.address}/transport/chiffres?du=2026-01-01&au=2026-12-31")
    await page.goto(f"{site.address}/transport/regles")
    await expect(page.get_by_role("heading", name="Ce que disent les textes")).to_be_visible()


async def test_refused_without_a_basis_without_script(
    site: Site, engine: AsyncEngine, actor: Actor, open_page: OpenPage
) -> None:
    """In a city, with no right recorded: refused by the article; a proof that is shown opens the ride."""
    async with open_uow(engine, actor) as uow:
        command = rural_person(reference="R-002", last_name="Dubreuil", insee=CITY, phone="+33164950113")
        await upsert_people(uow, actor, [command])
        person_id = (await person_ids(uow, actor, ["R-002"]))["R-002"]
    page = await open_page(javascript=False)
    await site.sign_in(page, EMAIL, PASSWORD)

    await page.goto(f"{site.address}/transport/demande?personne={person_id}")
    await page.select_option("#champ-lieu", label="Marché d’Angerville")
    await page.fill("#champ-heure", "10h15")
    await page.get_by_role("button", name="Chercher un chauffeur").click()
    await expect(page.get_by_role("heading", name="Ce trajet ne peut pas être fait")).to_be_visible()
    await expect(page.get_by_text("aucun droit de ressources")).to_contain_text(
        "article R3133-1 du code des transports"
    )
    await expect(page.get_by_role("button", name="Confirmer")).to_have_count(0)

    await page.get_by_role("button", name="Enregistrer le refus").click()
    await expect(page.get_by_role("heading", name="Refusée")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("article R3133-1 du code des transports")

    await page.goto(f"{site.address}/transport/demande?personne={person_id}")
    await page.select_option("#champ-lieu", label="Marché d’Angerville")
    await page.fill("#champ-heure", "10h15")
    await page.get_by_role("button", name="Chercher un chauffeur").click()
    await page.select_option("#champ-base", label="complémentaire santé solidaire")
    await page.fill("#champ-preuve", "attestation CSS")
    await page.get_by_role("button", name="Enregistrer et chercher un chauffeur").click()
    await expect(page.get_by_role("heading", name="Un chauffeur est trouvé")).to_be_visible()
