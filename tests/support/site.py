"""
The product's own pages served by a process of its own, on a test's database: for browser tests.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from playwright.async_api import Page

from carecoord.db.connect import Database
from support.keys import SECRET

START_TIMEOUT_S = 30


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pages are."""

    address: str

    async def sign_in(self, page: Page, email: str, password: str) -> None:
        """By the form, as a person does."""
        await page.goto(f"{self.address}/connexion")
        await page.fill("#champ-email", email)
        await page.fill("#champ-password", password)
        await page.click("main button")
        await page.wait_for_url(lambda url: "/connexion" not in url)


@asynccontextmanager
async def served_site(database: Database, home: Path) -> AsyncIterator[Site]:
    """The web process on that database, until the block ends."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    environ = dict(
        os.environ,
        CARECOORD_HOME=str(home),
        CARECOORD_SECRET_KEY="s" * 40,
        CARECOORD_SEALING_KEY=SECRET,
        CARECOORD_APP_DATABASE_URL=database.app_url,
        CARECOORD_PUBLIC_URL=address,
        # Nobody listens on port 9: tiles fail, as on a network that has none.
        CARECOORD_TILE_URL="http://127.0.0.1:9/{z}/{x}/{y}.png",
    )
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)]
    process = _start([sys.executable, *command, "carecoord.app:application"], environ, home / "server.log")
    try:
        if not await _is_served(f"{address}/api/health"):
            pytest.fail(f"the server did not start: see {home / 'server.log'}")
        yield Site(address=address)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(command: list[str], environ: dict[str, str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("w") as out:
        return subprocess.Popen(command, env=environ, stdout=out, stderr=subprocess.STDOUT)


async def _is_served(url: str) -> bool:
    limit = time.monotonic() + START_TIMEOUT_S
    async with httpx.AsyncClient() as client:
        while time.monotonic() < limit:
            try:
                if (await client.get(url)).status_code == 200:
                    return True
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    return False
