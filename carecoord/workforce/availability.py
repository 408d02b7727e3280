"""
Weekly hours, absences and the calendar -> the stretches in which an aide may work. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from carecoord.kernel.clock import local_instant
from carecoord.workforce.domain import EVEN_WEEKS, EVERY_WEEK, ODD_WEEKS, Absence, Aide, Availability

Window = tuple[datetime, datetime]
"""A stretch of time: aware UTC instants, the end excluded."""


def working_windows(aide: Aide, absences: Iterable[Absence], days: Sequence[date]) -> list[Window]:
    """
    When an aide may work on certain days: disjoint, in order, absences taken out.

    Hours are those of the wall clock in Europe/Paris, windows are instants: on the two
    nights on which clocks change a window is as long as it really is. Windows that touch
    are one, midnight included.

    Args:
        absences: those of this aide and of others; others are passed over.
        days: civil dates, each at most once.
    """
    wanted = [
        (local_instant(day, hours.start_minute), local_instant(day, hours.end_minute))
        for day in days
        for hours in aide.availabilities
        if applies(hours, day)
    ]
    away = [(absence.starts_at, absence.ends_at) for absence in absences if absence.aide_id == aide.id]
    return without(merged(wanted), merged(away))


def applies(hours: Availability, day: date) -> bool:
    """Whether weekly hours hold on a date: its weekday, and the parity of its ISO week."""
    if hours.weekday != day.weekday():
        return False
    if hours.week_parity == EVERY_WEEK:
        return True
    return hours.week_parity == parity_of(day)


def parity_of(day: date) -> int:
    """
    Parity of the ISO week of a date, as `Availability.week_parity` writes it.

    After a year of 53 weeks two odd weeks follow each other: that is how calendars
    printed for weekend rotations count.
    """
    return EVEN_WEEKS if day.isocalendar().week % 2 == 0 else ODD_WEEKS


def merged(windows: Iterable[Window]) -> list[Window]:
    """The same time as disjoint windows in order; empty ones vanish."""
    result: list[Window] = []
    for start, end in sorted(windows):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def without(windows: list[Window], away: list[Window]) -> list[Window]:
    """What is left of disjoint windows once other disjoint ones are cut out."""
    result: list[Window] = []
    for start, end in windows:
        free_from = start
        for gone_from, gone_to in away:
            if gone_to <= free_from or gone_from >= end:
                continue
            if gone_from > free_from:
                result.append((free_from, gone_from))
            free_from = max(free_from, gone_to)
        if free_from < end:
            result.append((free_from, end))
    return result
