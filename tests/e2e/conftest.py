"""
A real browser for tests: the system's Chromium, driven by Playwright, and axe-core beside it.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root has no sandbox to give to; the rest keeps the browser from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PHONE = (390, 844)
DESK = (1440, 900)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OpenPage = Callable[..., Awaitable[Page]]
CheckAccess = Callable[[Page], Awaitable[list[str]]]


def browser_path() -> str:
    """The system's Chromium; its absence is a failure, never a skip."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    pytest.fail(f"no browser among {', '.join(BROWSERS)}: install the package chromium")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the whole run; each page has a context of its own."""
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=browser_path(), args=list(FLAGS))
        yield chromium
        await chromium.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """`await open_page(width=1440, height=900, javascript=True)`: a page that fails on script errors."""
    contexts = []
    faults: list[str] = []

    async def make(width: int = DESK[0], height: int = DESK[1], *, javascript: bool = True) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: _keep_refusals(faults, said.text))
        return page

    yield make
    for context in contexts:
        await context.close()
    assert faults == []


def _keep_refusals(faults: list[str], text: str) -> None:
    """Whatever the content-security policy refused is a fault of ours."""
    if "Content Security Policy" in text or "Content-Security-Policy" in text:
        faults.append(text)


@pytest.fixture
def axe() -> CheckAccess:
    """`await axe(page)`: what axe-core finds wrong, one line each; empty when all is well."""
    source = AXE.read_text(encoding="utf-8")

    async def check(page: Page) -> list[str]:
        # Evaluated by the driver, so that the page's own policy does not stand in the way.
        await page.evaluate(source)
        result: dict[str, Any] = await page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{fault['id']} ({fault['impact']}): {node['html'][:200]} | {node['failureSummary'][:300]}"
            for fault in result["violations"]
            for node in fault["nodes"]
        ]

    return check
