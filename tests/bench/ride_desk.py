"""
A call at the ride desk, by the clock: `PYTHONPATH=tests python tests/bench/ride_desk.py 5` (rounds).

A fresh database, an association with its destinations and a driver, the product served by a process of
its own, a real browser at a person's typing speed (`support/ride_desk.py`). Seconds from the first key to
the text that is read to the caller, thinking and pointing included, and how many gestures.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from builders.identity import PASSWORD, an_account
from builders.rides import a_driver, ride_service
from playwright.async_api import async_playwright
from support.organisations import FIRST, create_organisations
from support.ride_desk import Call, book_known_caller, repeat_last_ride
from support.server import create_database, database_name, fast_server
from support.site import served_site

from carecoord.db.connect import Database
from carecoord.db.engine import create_engine
from carecoord.db.migrate import prepare
from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.territory.service import load_communes

EMAIL = "nadia.meziane@exemple.fr"
CHROMIUM = "/usr/bin/chromium"
LIMITS = {"known caller": 90.0, "the same again": 20.0}


async def prepared(database: Database) -> None:
    """What a call needs, written into a fresh database."""
    await prepare(database.owner_url, database.app_role)
    engine = create_engine(database.app_url)
    await create_organisations(engine)
    async with open_uow(engine, None) as uow:
        await load_communes(uow)
    async with open_uow(engine, FIRST) as uow:
        await create_account(uow, FIRST, an_account(email=EMAIL, role="agent"))
        await a_driver(uow, FIRST)
        await ride_service(uow, FIRST)
    await engine.dispose()


async def played(database: Database, home: Path) -> None:
    """One call of each kind, and how long it took."""
    async with served_site(database, home) as site, async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await (await chromium.new_context(locale="fr-FR")).new_page()
        await site.sign_in(page, EMAIL, PASSWORD)
        calls: dict[str, Call] = {
            "known caller": await book_known_caller(page, site.address),
            "the same again": await repeat_last_ride(page, site.address),
        }
        await chromium.close()
    for name, call in calls.items():
        verdict = "ok" if call.seconds <= LIMITS[name] else "TOO LONG"
        print(f"{name}: {call.seconds:.1f} s of {LIMITS[name]:.0f}, {call.gestures} gestures: {verdict}")


def main(times: int) -> None:
    """Play the calls, each round on a database of its own."""
    with fast_server() as server, tempfile.TemporaryDirectory() as folder:
        for _ in range(times):

            async def once() -> None:
                database = await create_database(server, database_name())
                await prepared(database)
                await played(database, Path(folder))

            asyncio.run(once())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
