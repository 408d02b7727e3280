"""
Pictures of the README, taken from the running demonstration: `python tools/pictures.py [ADDRESS]`.

Start `make demo` first. Asks for a plan of next week, to show one being computed.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from carecoord.demo.accounts import ACCOUNTS, PASSWORD

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MONDAY = date.today() - timedelta(days=date.today().weekday())  # noqa: DTZ011 - the machine's own day
WRONG_FILE = (
    "Numéro;Civilité;Nom;Prénom;Adresse;Code postal;Code INSEE;Téléphone;Date de naissance\n"
    "P9001;Mme;Clairbuis;Odette;12 rue des Tilleuls;91800;91114;01 99 00 12 34;14/03/1938\n"
    "P9002;Docteur;Jolicœur;André;3 rue du Lavoir;91800;91114;;1/1/40\n"
    "P9003;Mme;Trévelin;;8 rue du Moulin;91800;20004;061234567;31/02/1941\n"
    "P9003;M.;Sainfoin;Louis;8 rue du Moulin;75001;91114;;\n"
)


async def signed_in(browser: Browser, size: dict[str, int]) -> Page:
    """A page of the first demonstration account."""
    context = await browser.new_context(
        viewport=size, locale="fr-FR", timezone_id="Europe/Paris", device_scale_factor=1
    )
    page = await context.new_page()
    await page.goto(f"{ADDRESS}/connexion")
    await page.fill("#champ-email", ACCOUNTS[0].email)
    await page.fill("#champ-password", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url(lambda url: "/connexion" not in url)
    return page


async def keep(page: Page, name: str) -> None:
    """One picture, once the page is still."""
    await page.wait_for_timeout(500)
    await page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/pictures/{name}.png")


async def main() -> None:
    """Every picture."""
    FOLDER.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        desk, phone = await signed_in(browser, DESK), await signed_in(browser, PHONE)
        day = f"/tournees?jour={(MONDAY + timedelta(days=1)).isoformat()}"
        for page, width in ((desk, 1440), (phone, 390)):
            await page.goto(ADDRESS + day)
            if width == 1440:
                await page.locator("[data-carecoord-board] a").nth(9).hover()
            await keep(page, f"board-{width}")
        await desk.goto(f"{ADDRESS}/repas/cuisine")
        await keep(desk, "kitchen-1440")
        await phone.goto(f"{ADDRESS}/repas/tournees")
        await phone.locator("tbody th a").nth(1).click()
        await keep(phone, "meals-390")
        await desk.goto(f"{ADDRESS}/importer")
        await desk.set_input_files(
            "#champ-fichier",
            {"name": "personnes.csv", "mimeType": "text/csv", "buffer": WRONG_FILE.encode()},
        )
        await desk.select_option("select[name=sorte]", "people")
        await desk.get_by_role("button", name="Vérifier le fichier").click()
        await keep(desk, "import-1440")
        await desk.goto(f"{ADDRESS}/planifier")
        await desk.fill("#champ-premier", (MONDAY + timedelta(days=7)).isoformat())
        await desk.get_by_role("button", name="Calculer les tournées").click()
        await desk.wait_for_timeout(25_000)
        await keep(desk, "plan-1440")
        await desk.get_by_role("button", name="Arrêter et garder le meilleur plan").click()
        await rides(desk)
        await browser.close()


async def rides(desk: Page) -> None:
    """The answer of the ride desk to a caller, and the day of one person over three services."""
    on = date.today() + timedelta(days=2)  # noqa: DTZ011 - the machine's own day
    on += timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
    await desk.goto(f"{ADDRESS}/transport/jour?jour={on.isoformat()}&vue=tableau")
    rides = "[data-carecoord-board] a[href^='/transport/trajets/']"
    links = await desk.eval_on_selector_all(rides, "all => all.map(one => one.getAttribute('href'))")
    person = ""
    for link in links:
        await desk.goto(f"{ADDRESS}{link}")
        await desk.get_by_role("link", name="La demande").click()
        page = await desk.locator("main a[href*='/personnes/']").first.get_attribute("href")
        person = (page or "").removeprefix("/transport").partition("?")[0]
        await desk.goto(f"{ADDRESS}{person}/jour?jour={on.isoformat()}")
        text = await desk.inner_text("main")
        if "rien ce jour-là" not in text and "À régler" not in text:
            break
    await keep(desk, "day-1440")
    await desk.goto(f"{ADDRESS}/transport/demande?personne={person.rpartition('/')[2]}")
    await desk.select_option("#champ-lieu", label="Marché couvert")
    await desk.fill("#champ-date", (on + timedelta(days=7)).isoformat())
    await desk.fill("#champ-heure", "10h15")
    await desk.select_option("#champ-retour", "wait")
    await desk.fill("#champ-heure_retour", "11h30")
    await desk.get_by_role("button", name="Chercher un chauffeur").click()
    await desk.evaluate("window.scrollTo(0, 0)")
    await keep(desk, "ride-answer-1440")


if __name__ == "__main__":
    asyncio.run(main())
