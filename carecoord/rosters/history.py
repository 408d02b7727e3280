"""
Published rosters before a period -> what weekly and monthly rules need of the past: pure.

Where nothing was published, what the employer's file said of the aide is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from carecoord.kernel.calendar import monday_of, public_holidays
from carecoord.kernel.clock import local_instant
from carecoord.planning.problem import History, Regime
from carecoord.rosters.past import DayWorked, PastWork
from carecoord.workforce.domain import Aide

WORKED_DAYS_MAX = 27
SUNDAYS_MAX = 8
WEEKS_MAX = 11
"""How far back a rule can look: two fortnights of days, eight Sundays, eleven whole weeks."""

PAST_DAYS = 7 * (WEEKS_MAX + 1)
"""Days before a period that must be read."""


def history_of(
    aide: Aide, past: PastWork, first_day: date, regime: Regime, department: str = "75"
) -> History:
    """
    An aide's past as the planner needs it.

    Args:
        past: worked days of the published rosters, every aide's.
        regime: thresholds that say which days were exceptional.
        department: for the public holidays.
    """
    given = msgspec.convert(aide.history, History)
    mine = {day.on_date: day for day in past.days if day.aide_id == aide.id and day.on_date < first_day}
    if first_day - timedelta(days=1) not in past.covered:
        return given
    days = _back(first_day, past, lambda _: True, WORKED_DAYS_MAX)
    sundays = _back(first_day, past, lambda day: day.weekday() == 6, SUNDAYS_MAX)
    weeks = _whole_weeks(first_day, past)
    last = max(mine.values(), key=lambda day: day.last_end, default=None)
    origin = local_instant(first_day, 0)
    return History(
        # no end within the published days: what the file said is older than they are
        last_end_s=None if last is None else int((last.last_end - origin).total_seconds()),
        worked_days=[day in mine for day in days],
        worked_sundays=[day in mine for day in sundays] or given.worked_sundays,
        worked_last_holiday=_last_holiday(first_day, past, mine, department, given),
        previous_weeks_work_s=[_week_work_s(monday, mine) for monday in weeks] or given.previous_weeks_work_s,
        week_work_s=_begun_week_work_s(first_day, mine),
        exceptional_span_days=_exceptional_days(first_day, mine, regime),
        excess_interruption_days=_excess_days(first_day, mine, regime),
    )


def _back(first_day: date, past: PastWork, wanted: Callable[[date], bool], most: int) -> list[date]:
    """Wanted days before the period as far back as rosters were published without a hole, oldest first."""
    found: list[date] = []
    day = first_day - timedelta(days=1)
    while day in past.covered and len(found) < most:
        if wanted(day):
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def _whole_weeks(first_day: date, past: PastWork) -> list[date]:
    """Mondays of the whole covered weeks before the week of the period, oldest first."""
    found: list[date] = []
    monday = monday_of(first_day) - timedelta(days=7)
    while len(found) < WEEKS_MAX and all(monday + timedelta(days=k) in past.covered for k in range(7)):
        found.append(monday)
        monday -= timedelta(days=7)
    return found[::-1]


def _week_work_s(monday: date, mine: dict[date, DayWorked]) -> int:
    days = [monday + timedelta(days=k) for k in range(7)]
    return sum(mine[day].work_s for day in days if day in mine)


def _begun_week_work_s(first_day: date, mine: dict[date, DayWorked]) -> int:
    """Work of the days before the period in the civil week in which it begins."""
    monday = monday_of(first_day)
    return sum(done.work_s for day, done in mine.items() if monday <= day < first_day)


def _last_holiday(
    first_day: date, past: PastWork, mine: dict[date, DayWorked], department: str, given: History
) -> bool | None:
    holidays = [
        day
        for year in (first_day.year - 1, first_day.year)
        for day in public_holidays(year, department)
        if day < first_day
    ]
    last = max(holidays)
    return last in mine if last in past.covered else given.worked_last_holiday


def _exceptional_days(first_day: date, mine: dict[date, DayWorked], regime: Regime) -> int:
    """Days of this calendar month whose span passed the normal one."""
    if regime.span_max_s is None:
        return 0
    return sum(
        (day.year, day.month) == (first_day.year, first_day.month) and _span_s(done) > regime.span_max_s
        for day, done in mine.items()
    )


def _excess_days(first_day: date, mine: dict[date, DayWorked], regime: Regime) -> int:
    """Days of this fortnight whose unpaid interruptions passed the part-timer's total."""
    limit_s = regime.part_time_interruptions_total_max_s
    if limit_s is None:
        return 0
    start = first_day - timedelta(days=(first_day - regime.fortnight_anchor).days % 14)
    # What is neither service, travel nor paid wait within the span is unpaid interruption.
    return sum(day >= start and _span_s(done) - done.work_s > limit_s for day, done in mine.items())


def _span_s(done: DayWorked) -> int:
    return int((done.last_end - done.first_start).total_seconds())
