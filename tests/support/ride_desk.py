"""
A call at the ride desk played in a browser: typed at a person's speed, each gesture counted.

Seconds are those of the browser, typing included, plus what a person needs before each gesture by the
keystroke-level model (Card, Moran and Newell 1980): 1.35 s to think, 1.1 s to point.
"""

from __future__ import annotations

import time

from playwright.async_api import Page

KEY_S = 0.2
"""An average typist who is no secretary: 55 words a minute (same source)."""

THINK_S = 1.35
POINT_S = 1.1


class Call:
    """
    One call.

    Args:
        page: signed in.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.gestures = 0
        self._began = time.monotonic()
        self._took_s = 0.0

    def over(self) -> Call:
        """The call is over: the clock stops."""
        self._took_s = time.monotonic() - self._began
        return self

    @property
    def seconds(self) -> float:
        """From the first key until it was over, thinking and pointing included."""
        return self._took_s + self.gestures * (THINK_S + POINT_S)

    async def write(self, field: str, text: str, *, enter: bool = False) -> None:
        """Type into a field at a person's speed."""
        self.gestures += 1
        await self.page.locator(field).focus()
        await self.page.keyboard.type(text, delay=KEY_S * 1000)
        if enter:
            await self.page.keyboard.press("Enter")

    async def choose(self, field: str, value: str) -> None:
        """Choose in a list."""
        self.gestures += 1
        await self.page.select_option(field, label=value)

    async def press(self, name: str) -> None:
        """Press a button."""
        self.gestures += 1
        await self.page.get_by_role("button", name=name, exact=True).first.click()

    def told(self, what: str) -> str:
        """`appel connu : 31.2 s, 8 gestures`."""
        return f"{what}: {self.seconds:.1f} s, {self.gestures} gestures"


async def book_known_caller(page: Page, address: str) -> Call:
    """
    Somebody known calls: found by name, to the market for 10 h, the driver waits until 11 h 15, recorded.

    From the first key to the text that is read to the caller.
    """
    await page.goto(f"{address}/transport")
    call = Call(page)
    await call.write("#champ-recherche", "chevallier", enter=True)
    await page.get_by_role("button", name="Chercher un chauffeur").wait_for()
    await call.choose("#champ-lieu", "Marché d’Angerville")
    await call.write("#champ-heure", "1000")
    await call.choose("#champ-retour", "Le chauffeur attend et ramène")
    await call.write("#champ-heure_retour", "1115")
    await call.press("Chercher un chauffeur")
    await page.get_by_role("heading", name="Un chauffeur est trouvé").wait_for()
    await call.press("Confirmer")
    await page.get_by_role("heading", name="À dire à la personne").wait_for()
    return call.over()


async def repeat_last_ride(page: Page, address: str) -> Call:
    """
    The same person calls again: her last ride, found by her number, asked for again in two gestures.

    The search itself is counted too: three gestures from the first key to the text that is read.
    """
    await page.goto(f"{address}/transport")
    call = Call(page)
    await call.write("#champ-recherche", "0164950112", enter=True)
    await call.press("Refaire")
    await page.get_by_role("heading", name="Un chauffeur est trouvé").wait_for()
    await call.press("Confirmer")
    await page.get_by_role("heading", name="À dire à la personne").wait_for()
    return call.over()
