"""
Rhythm of worked Sundays and public holidays.

Sources: BAD V.17.1, V.17.2; SAP partie 2 ch. II, II b.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.solution import Violation


def sunday_rhythm(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `sunday_rhythm`: worked Sundays in any window of consecutive ones.

    BAD: one in two; for a weekend team, three in four. Sundays that nobody told about count as off.
    """
    regime = plan.regime
    team = plan.worker.weekend_team and regime.sunday_weekend_team_max is not None
    field = "sunday_weekend_team_max" if team else "sunday_work_max"
    limit = regime.sunday_weekend_team_max if team else regime.sunday_work_max
    window = regime.sunday_weekend_team_window if team else regime.sunday_window
    if limit is None:
        return
    past = plan.worker.history.worked_sundays
    known = [*past, *(plan.worked[day] for day in plan.calendar.sundays)]
    for index, day in enumerate(plan.calendar.sundays):
        last = len(past) + index + 1
        count = sum(known[max(0, last - window) : last])
        if plan.worked[day] and count > limit:
            yield plan.breach(
                "sunday_rhythm", field, "block", day=day, amount=count, limit=limit, unit="count"
            )


def sundays_per_month(plan: WorkerPlan) -> Iterator[Violation]:
    """`sundays_per_month`: worked Sundays of a calendar month, unless the aide agreed to more (IDCC 3127)."""
    limit = plan.regime.sundays_per_month_max
    if limit is None or plan.worker.sunday_consent:
        return
    past = plan.worker.history.worked_sundays
    count: Counter[tuple[int, int]] = Counter()
    for date, worked in zip(plan.calendar.sundays_before(len(past)), past, strict=True):
        count[date.year, date.month] += worked
    for day in plan.calendar.sundays:
        date = plan.calendar.days[day].date
        if not plan.worked[day]:
            continue
        count[date.year, date.month] += 1
        if count[date.year, date.month] > limit:
            yield plan.breach(
                "sundays_per_month", "sundays_per_month_max", "block",
                day=day, amount=count[date.year, date.month], limit=limit, unit="count",
            )  # fmt: skip


def holiday_rhythm(plan: WorkerPlan) -> Iterator[Violation]:
    """`holiday_rhythm`: holidays worked one after the other, at most `holidays_in_a_row_max` (BAD V.17.2)."""
    limit = plan.regime.holidays_in_a_row_max
    if limit is None:
        return
    run = 1 if plan.worker.history.worked_last_holiday else 0
    for day in plan.calendar.holidays:
        run = run + 1 if plan.worked[day] else 0
        if run > limit:
            yield plan.breach(
                "holiday_rhythm", "holidays_in_a_row_max", "block",
                day=day, amount=run, limit=limit, unit="count",
            )  # fmt: skip
