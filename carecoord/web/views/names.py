"""
How people are named on a board: short where there is little room, in full elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from carecoord.beneficiaries.domain import Person
from carecoord.db.search import fold
from carecoord.kernel.clock import PARIS
from carecoord.web.filters import DAYS, DAYS_SHORT, MONTHS, NARROW, duration
from carecoord.workforce.domain import Aide

UNKNOWN = "Personne inconnue"
TIERS = {"vital": "vitale", "important": "importante", "comfort": "confort"}
TIER_TONES = {"vital": "stop", "important": "warn", "comfort": ""}
MODES = {"car": "en voiture", "bike": "à vélo", "foot": "à pied"}


def person_short(person: Person | None) -> str:
    """`Mme Berthier`."""
    return UNKNOWN if person is None else f"{person.civility} {person.last_name}"


def person_full(person: Person | None) -> str:
    """`Mme Odette Berthier`."""
    if person is None:
        return UNKNOWN
    if " et " in person.civility:  # a couple: one first name would leave the other out
        return person_short(person)
    return f"{person.civility} {person.first_name} {person.last_name}"


def aide_full(aide: Aide) -> str:
    """`Amina Bertrand`."""
    return f"{aide.first_name} {aide.last_name}"


def aide_names(aides: Iterable[Aide]) -> dict[UUID, str]:
    """`Amina B.` for each; in full for those whom that would not tell apart."""
    listed = list(aides)
    short = {aide.id: f"{aide.first_name} {aide.last_name[:1]}." for aide in listed}
    often = Counter(short.values())
    return {aide.id: short[aide.id] if often[short[aide.id]] == 1 else aide_full(aide) for aide in listed}


def by_name(aide: Aide) -> tuple[str, ...]:
    """Sort key of aides by first name, in French order: accents and capitals only break ties."""
    return (fold(aide.first_name), fold(aide.last_name), aide.first_name, aide.last_name)


def named(names: Mapping[UUID, str], ids: Iterable[UUID]) -> str:
    """`Amina B. et Lisa D.`."""
    found = [names.get(item, "une aide partie") for item in ids]
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} et {found[-1]}"


def of(text: str) -> str:
    """`de Lisa D.`, `d’Amina B.`, `de 9 h 20`."""
    return f"d’{text}" if fold(text[:1]) in ("a", "e", "i", "o", "u") else f"de {text}"


def minutes_of(day: date, instant: datetime) -> int:
    """Minutes on the wall clock from midnight of a civil day; past 1440 the next day."""
    local = instant.astimezone(PARIS)
    return (local.date() - day).days * 1440 + local.hour * 60 + local.minute


def title_of(day: date) -> str:
    """`Mardi 24 novembre`, the head of a page."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()].capitalize()} {number} {MONTHS[day.month - 1]}"


def day_short(day: date) -> str:
    """`mar. 24`."""
    return f"{DAYS_SHORT[day.weekday()]} {day.day}"


def hours(duration_s: int) -> str:
    """Hours and minutes of work, `28 h 30`, `0 h` for none."""
    return (
        duration(duration_s)
        if duration_s >= 3600
        else f"0{NARROW}h"
        if duration_s == 0
        else duration(duration_s)
    )
