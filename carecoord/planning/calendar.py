"""
Civil weeks, fortnights, Sundays and holidays of a horizon, in elapsed seconds.

Days outside the horizon are taken as 24 hours long: only the borders of the first and of
the last week depend on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from carecoord.kernel.calendar import monday_of
from carecoord.planning.problem import Day, Interval

DAY_S = 86_400


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """
    One civil week, Monday to Sunday (Code du travail L3121-35), that meets the horizon.

    Args:
        first, last: indices of its first and last day inside the horizon.
        before: how many of its days come before the horizon.
        starts_s, ends_s: elapsed seconds of its two borders.
    """

    first: int
    last: int
    before: int
    starts_s: int
    ends_s: int


class Calendar:
    """
    The civil days of a problem.

    Args:
        days: consecutive days of the horizon, at least one.
    """

    def __init__(self, days: list[Day]) -> None:
        self.days = days
        self.first_date = days[0].date
        self.last_date = days[-1].date
        self.starts = [d.starts_s for d in days]
        self.weeks = _weeks(days)
        self.week_of = [index for index, w in enumerate(self.weeks) for _ in range(w.first, w.last + 1)]
        self.sundays = [index for index, d in enumerate(days) if d.date.weekday() == 6]
        self.holidays = [index for index, d in enumerate(days) if d.holiday]

    def day_at(self, instant_s: int) -> int:
        """Index of the civil day that holds an instant; -1 before the horizon."""
        return bisect_right(self.starts, instant_s) - 1

    def wall_s(self, day: int, minutes: int) -> int:
        """Elapsed seconds of a wall-clock time after three in the morning, clock changes counted."""
        item = self.days[day]
        shift = (item.ends_s - item.starts_s) - DAY_S
        return item.starts_s + minutes * 60 + shift

    def sundays_before(self, count: int) -> list[date]:
        """The dates of the last Sundays before the horizon, most recent last."""
        last = monday_of(self.first_date) - timedelta(days=1)
        return [last - timedelta(days=7 * k) for k in range(count - 1, -1, -1)]

    def fortnights(self, anchor: date) -> list[tuple[int, int]]:
        """
        First and last day index of each fortnight that meets the horizon.

        Indices may be negative or beyond the horizon: a fortnight always has fourteen days.
        """
        offset = (self.first_date - anchor).days % 14
        return [(start, start + 13) for start in range(-offset, len(self.days), 14)]


def _weeks(days: list[Day]) -> list[Week]:
    weeks: list[Week] = []
    first = 0
    while first < len(days):
        before = days[first].date.weekday()
        last = min(first + 6 - before, len(days) - 1)
        length = last - first + 1
        weeks.append(
            Week(
                first=first,
                last=last,
                before=before,
                starts_s=days[first].starts_s - before * DAY_S,
                ends_s=days[last].ends_s + (7 - before - length) * DAY_S,
            )
        )
        first = last + 1
    return weeks


def earlier(stretches: Iterable[Interval], by_s: int) -> list[Interval]:
    """The same stretches counted from a later midnight."""
    return [Interval(start_s=item.start_s - by_s, end_s=item.end_s - by_s) for item in stretches]
