"""
What every page needs around its own content: menu, signed-in person, notices, crumbs.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from carecoord.identity.domain import SignedIn
from carecoord.identity.permissions import (
    AIDE_READ,
    IMPORT_WRITE,
    MEAL_READ,
    OFFER_READ,
    PERSON_READ,
    REPORT_READ,
    RIDE_READ,
    ROSTER_PLAN,
    ROSTER_READ,
    VIGILANCE_READ,
)

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
        organisation_href: the page about it; empty for none.
    """

    person: str
    organisation: str
    menu: tuple[MenuItem, ...] = ()
    notices: tuple[Notice, ...] = ()
    organisation_href: str = ""


class Entry(msgspec.Struct, frozen=True):
    """
    An entry of the menu before it is known who looks.

    Args:
        rounds: it is about rounds and aides, which those who make rounds have.
    """

    label: str
    href: str
    permission: str
    rounds: bool = True


ENTRIES = (
    Entry("Tournées", "/tournees", ROSTER_READ),
    Entry("Créneaux", "/creneaux", OFFER_READ),
    Entry("Personnes", "/personnes", PERSON_READ, rounds=False),
    Entry("Équipe", "/equipe", AIDE_READ),
    Entry("Repas", "/repas", MEAL_READ, rounds=False),
    Entry("Transport", "/transport", RIDE_READ, rounds=False),
    Entry("Vigilance", "/vigilance", VIGILANCE_READ, rounds=False),
    Entry("Planifier", "/planifier", ROSTER_PLAN),
    Entry("Importer", "/importer", IMPORT_WRITE, rounds=False),
    Entry("Chiffres", "/chiffres", REPORT_READ),
)

ORGANISATION_PATH = "/organisation"


def layout_of(signed_in: SignedIn, current: str = "", notices: tuple[Notice, ...] = ()) -> Layout:
    """
    The frame for somebody signed in.

    Args:
        current: address of the menu entry the page belongs to, such as `/equipe`.
    """
    return Layout(
        person=short_name(signed_in.account.display_name),
        organisation=signed_in.organisation.name,
        organisation_href=ORGANISATION_PATH,
        menu=tuple(
            MenuItem(label=entry.label, href=entry.href, current=entry.href == current)
            for entry in entries_of(signed_in)
        ),
        notices=notices,
    )


def entries_of(signed_in: SignedIn) -> list[Entry]:
    """
    The entries that lead somewhere for this person.

    A CCAS or CIAS makes no rounds unless somebody there may plan them, as one with its own
    home-help service does: those entries would only ever show empty pages.
    """
    makes_rounds = signed_in.organisation.kind == "provider" or signed_in.actor.may(ROSTER_PLAN)
    return [
        entry
        for entry in ENTRIES
        if signed_in.actor.may(entry.permission) and (makes_rounds or not entry.rounds)
    ]


def short_name(display_name: str) -> str:
    """`Claire M.` of `Claire Marchefer`: enough to know whose session this is."""
    first, *others = display_name.split()
    return f"{first} {others[-1][0].upper()}." if others else first
