"""
What every page needs around its own content: menu, signed-in person, notices, crumbs.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["", "ok", "warn", "stop"]


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """
    One entry of the top bar.

    Args:
        waiting: how many things wait there; 0 shows nothing.
        tone: colour of that count.
    """

    label: str
    href: str
    current: bool = False
    waiting: int = 0
    tone: Tone = "warn"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence shown once on top of the page: what was done, or what to know."""

    text: str
    tone: Tone = "ok"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """
    Frame of a signed-in page; pages without it have the brand alone on top.

    Args:
        person: as shown, "Claire M.".
        organisation: as shown.
    """

    person: str
    organisation: str
    menu: tuple[MenuItem, ...] = ()
    notices: tuple[Notice, ...] = ()
