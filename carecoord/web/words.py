"""
Names in French of the values of records: absences, modes, skills, hours, states.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from carecoord.web.filters import DAYS_SHORT, duration_of_minutes
from carecoord.workforce.domain import EVERY_WEEK, ODD_WEEKS, Availability

ABSENCES: dict[str, str] = {
    "leave": "congé",
    "sickness": "arrêt",
    "training": "formation",
    "family": "événement familial",
    "meeting": "réunion",
    "other": "autre absence",
}
MODES: dict[str, str] = {"car": "en voiture", "bike": "à vélo", "foot": "à pied"}
SKILLS: dict[str, str] = {
    "entretien": "entretien",
    "toilette": "toilette",
    "transfert": "transferts",
}
TIERS: dict[str, str] = {"vital": "vitales", "important": "importantes", "comfort": "de confort"}
"""Tier of a visit -> plural adjective."""


def skill_words(skills: Iterable[str]) -> str:
    """The skills as read in a list; one that we have no word for is shown as it was imported."""
    return ", ".join(SKILLS.get(skill, skill.replace("_", " ")) for skill in skills)


def availability_words(hours: Iterable[Availability]) -> list[str]:
    """
    Weekly hours, days with the same hours together: « du lun. au ven. 7 h à 13 h 30, 16 h 30 à 20 h ».
    """
    by_day: dict[tuple[int, int], list[str]] = defaultdict(list)
    for item in sorted(hours):
        span = f"{_clock(item.start_minute)} à {_clock(item.end_minute)}"
        by_day[item.week_parity, item.weekday].append(span)
    groups: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (parity, weekday), spans in sorted(by_day.items()):
        groups[parity, ", ".join(spans)].append(weekday)
    return [f"{_days(days)} {spans}{_parity(parity)}" for (parity, spans), days in groups.items()]


def _clock(minute: int) -> str:
    """`7 h`, `13 h 30`, `minuit`: without the minutes where there are none, to be read at a glance."""
    return "minuit" if minute == 24 * 60 else duration_of_minutes(minute)


def _parity(parity: int) -> str:
    if parity == EVERY_WEEK:
        return ""
    return " (semaines impaires)" if parity == ODD_WEEKS else " (semaines paires)"


def _days(days: list[int]) -> str:
    """`du lun. au ven.`, `sam., dim.`, `lun., mer., ven.`."""
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"du {DAYS_SHORT[days[0]]} au {DAYS_SHORT[days[-1]]}"
    return ", ".join(DAYS_SHORT[day] for day in days)
