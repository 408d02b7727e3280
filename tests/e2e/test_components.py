"""
Components in a real browser: accessible at both widths, usable by keyboard and without script.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page

HERE = Path(__file__).parent
WIDTHS = ((1440, 900), (390, 844))
START_TIMEOUT_S = 20

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The components' server in a process of its own; its address."""
    port = free_port()
    home = tmp_path_factory.mktemp("home")
    env = dict(os.environ, CARECOORD_HOME=str(home), CARECOORD_SECRET_KEY="s" * 40)
    # Nobody listens on port 9: tiles fail, as on a network that has none.
    env["CARECOORD_TILE_URL"] = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--port", str(port)]
    with (home / "server.log").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, *command, "components_app:application"],
            cwd=HERE,
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/health", home / "server.log")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_for(url: str, output: Path) -> None:
    """Until the server answers; what it printed when it never does."""
    limit = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < limit:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{output.read_text()}")


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("path", ["/tableau", "/formulaire", "/etats", "/carte", "/nulle-part"])
async def test_no_accessibility_fault(
    server: str, open_page: OpenPage, axe: CheckAccess, path: str, width: int, height: int
) -> None:
    """axe-core finds nothing wrong, and nothing sticks out of the screen."""
    page = await open_page(width, height)
    await page.goto(server + path, wait_until="networkidle" if path != "/etats" else "load")

    faults = await axe(page)
    overflow_px = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    assert faults == []
    assert overflow_px <= 0


async def test_board_by_keyboard(server: str, open_page: OpenPage) -> None:
    """One stop of the tab key; arrows move, the detail follows, M opens the form, Enter the visit."""
    page = await open_page()
    await page.goto(f"{server}/tableau", wait_until="networkidle")
    stops = await page.locator('[data-carecoord-visit][tabindex="0"]').count()

    await page.locator('[data-carecoord-visit][tabindex="0"]').focus()
    await page.keyboard.press("ArrowRight")
    await page.locator("[data-carecoord-detail] >> text=Visite 0-2").wait_for()
    await page.keyboard.press("ArrowDown")
    row = await page.evaluate("document.activeElement.dataset.row")
    await page.keyboard.press("m")
    await page.wait_for_url("**/deplacer")

    assert stops == 1
    assert row == "1"


async def test_board_places_without_script(server: str, open_page: OpenPage) -> None:
    """Classes alone put a visit at its minute: 7 h 00 is the left end, an hour is a thirteenth."""
    page = await open_page(javascript=False)
    await page.goto(f"{server}/tableau")
    lane = await page.locator(".lane").first.bounding_box()
    second = await page.locator(".lane .visit").nth(1).bounding_box()

    # First visit 7:00 for 20 min, then 25 min away: the second starts at 7:45 and lasts 60 min.
    assert lane is not None
    assert second is not None
    assert second["x"] - lane["x"] == pytest.approx(lane["width"] * 45 / 780, abs=1)
    assert second["width"] == pytest.approx(lane["width"] * 60 / 780, abs=1)


async def test_menu_on_a_phone_without_script(server: str, open_page: OpenPage) -> None:
    """The menu opens without script, and its targets are at least 44 px high."""
    page = await open_page(390, 844, javascript=False)
    await page.goto(f"{server}/tableau")

    await page.locator(".nav-phone > summary").click()
    link = await page.locator(".nav-phone a", has_text="Personnes").bounding_box()

    assert link is not None
    assert link["height"] >= 44


async def test_map_without_tiles(server: str, open_page: OpenPage) -> None:
    """Without tiles the map still shows stops, their order, communes, and says what is missing."""
    page = await open_page()
    await page.goto(f"{server}/carte")

    await page.locator(".map-notice", has_text="Le fond de carte ne répond pas").wait_for()

    assert await page.locator(".stop-marker").all_inner_texts() == ["D", "1", "2", "3"]
    assert await page.locator(".commune-label").all_inner_texts() == ["Brunoy"]
    assert await page.locator("path.leaflet-interactive, .leaflet-overlay-pane path").count() == 1


async def test_progress_of_a_plan(server: str, open_page: OpenPage) -> None:
    """Cost over time is drawn and told in a table as the server reports it."""
    page = await open_page()
    await page.goto(f"{server}/etats")

    await page.locator(".cost-chart .best").wait_for()
    cells = await page.locator('[data-part="rows"] td').all_text_contents()

    assert cells[:3] == ["3\u202fs", "2\u202f500\u202f€", "12"]
    assert await page.locator('[data-part="message"]').inner_text() == (
        "Une visite reste non servie ; la recherche continue."
    )
