"""
French calendar: public holidays, civil weeks, day boundaries in elapsed seconds.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

from carecoord.kernel.clock import local_instant

# Alsace-Moselle keeps two more holidays (Good Friday, 26 December): local law of
# Haut-Rhin, Bas-Rhin and Moselle. The library's `57` stands for the three.
_ALSACE_MOSELLE = frozenset({"57", "67", "68"})


@lru_cache(maxsize=256)
def public_holidays(year: int, department: str = "75") -> dict[date, str]:
    """
    Public holidays of a year, date to French name (Code du travail L3133-1, local law L3134-13).

    Args:
        department: department code; `57`, `67` and `68` have two more holidays.
    """
    subdivision = "57" if department in _ALSACE_MOSELLE else None
    return dict(holidays.France(years=year, subdiv=subdivision, language="fr").items())


def is_public_holiday(day: date, department: str = "75") -> bool:
    """Whether a civil date is a public holiday in that department."""
    return day in public_holidays(day.year, department)


def monday_of(day: date) -> date:
    """The Monday of the civil week (Monday to Sunday, L3121-35) of a date."""
    return day - timedelta(days=day.weekday())


def day_starts_s(first_day: date, days: int) -> list[int]:
    """
    Elapsed seconds from local midnight of `first_day` to each following local midnight.

    Returns `days + 1` values, so that day `k` runs from item `k` to item `k + 1`:
    82,800 or 90,000 s on the two days of the year when clocks change.
    """
    origin = local_instant(first_day, 0)
    return [
        int((local_instant(first_day + timedelta(days=k), 0) - origin).total_seconds())
        for k in range(days + 1)
    ]


def elapsed_s(first_day: date, day: date, minutes: int) -> int:
    """Elapsed seconds from local midnight of `first_day` to a wall-clock time of `day`."""
    return int((local_instant(day, minutes) - local_instant(first_day, 0)).total_seconds())
