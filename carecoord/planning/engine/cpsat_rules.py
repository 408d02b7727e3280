"""
The rules of the week as constraints on chosen rounds, one function a rule or group.

`daily_rest`, `weekly_rest`, `consecutive_days`, `fortnight_rest`, `sunday_rhythm`,
`sundays_per_month`, `holiday_rhythm`, `weekly_work`, `average_work`, `part_time_ceiling`,
`complementary_hours`, `span` and `interruption_total` in days. What holds within one round
holds for every column already. Where the present plan is past a limit (a pin may impose that),
it may stay where it is, not go further.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from ortools.sat.python import cp_model

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import BIG, PAST_DAYS, PAST_SUNDAYS, Best, Data
from carecoord.planning.engine.week_columns import Column

Sum: TypeAlias = cp_model.LinearExprT
Choice: TypeAlias = tuple[Column, cp_model.LinearExprT]
"""A round and whether it is chosen: a variable, or 1 for a round that is given."""


class Choices(Protocol):
    """What the rules read of a model."""

    d: Data
    best: Best
    model: cp_model.CpModel

    def of(self, r: int) -> Sequence[Choice]:
        """Rounds among which `r` is chosen, or the one that is given; none for a day off."""

    def free(self, r: int) -> bool:
        """Whether the round is chosen anew."""

    def keep(self, r: int) -> None:
        """Let the round be as it is."""


def add_rules(m: Choices, w: int) -> None:
    """Every rule of the week for one aide of whom at least one round is chosen anew."""
    daily_rest(m, w)
    hours(m, w)
    days_in_a_row(m, w)
    fortnights(m, w)
    sundays(m, w)
    holidays(m, w)
    counted_days(m, w, lay.WARN_SPAN)
    counted_days(m, w, lay.WARN_SPLITS)


def day_of(m: Choices, w: int, day: int) -> Sequence[Choice]:
    """The choices of one aide and day."""
    return m.of(w * m.d.day.shape[0] + day)


def worked(m: Choices, w: int, day: int) -> Sum:
    """1 where the aide works that day; days before the horizon come from history."""
    if day < 0:
        return int(m.d.past[w, PAST_DAYS + day]) if day >= -PAST_DAYS else 0
    if day >= m.d.day.shape[0]:
        return 0
    total: Sum = cp_model.LinearExpr.sum([x for _, x in day_of(m, w, day)])
    return total


def works_now(m: Choices, w: int, day: int) -> int:
    """The same in the present plan."""
    if day < 0:
        return int(m.d.past[w, PAST_DAYS + day]) if day >= -PAST_DAYS else 0
    days = m.d.day.shape[0]
    return int(day < days and m.best.rounds[w * days + day, lay.R_LEN] > 0)


def at_most(m: Choices, w: int, days: Sequence[int], limit: int, already: int = 0) -> None:
    """At most `limit` worked days among these, `already` counted; never asked to be fewer than now."""
    now = already + sum(works_now(m, w, day) for day in days)
    most = max(limit, now)
    if already + len(days) > most and any(_free_day(m, w, day) for day in days):
        m.model.add(cp_model.LinearExpr.sum([worked(m, w, day) for day in days]) <= most - already)


def _free_day(m: Choices, w: int, day: int) -> bool:
    return 0 <= day < m.d.day.shape[0] and m.free(w * m.d.day.shape[0] + day)


def keep_apart(m: Choices, late: Sequence[Choice], early: Sequence[Choice], rest: int) -> None:
    """At most one of a round and a round of the next day that begins less than `rest` after its end."""
    for level in sorted({a.last for a, _ in late}):
        after = [x for b, x in early if b.first < level + rest]
        if after:
            m.model.add_at_most_one([*(x for a, x in late if a.last >= level), *after])


def daily_rest(m: Choices, w: int) -> None:
    """`daily_rest` between days that are both chosen anew; given days bound the columns already."""
    days = m.d.day.shape[0]
    rest = int(m.d.worker[w, lay.W_REST])
    for day in range(days - 1 if rest else 0):
        if _free_day(m, w, day) and _free_day(m, w, day + 1):
            keep_apart(m, day_of(m, w, day), day_of(m, w, day + 1), rest)


def hours(m: Choices, w: int) -> None:
    """Ceilings of each week, and of all weeks so far (`average_work`)."""
    days, weeks = m.d.day.shape[0], m.d.cap.shape[2]
    total: list[Sum] = []
    now = 0
    for week in range(weeks):
        here: list[Sum] = []
        now_here = 0
        for day in range(days):
            if m.d.day[day, lay.D_WEEK] == week:
                here += [column.work * x for column, x in day_of(m, w, day)]
                now_here += int(m.best.rounds[w * days + day, lay.R_WORK])
        total += here
        now += now_here
        for cap, terms, used in ((0, here, now_here), (1, total, now)):
            limit = int(m.d.cap[w, cap, week])
            if limit < BIG // 2 and terms:
                m.model.add(cp_model.LinearExpr.sum(terms) <= max(limit, used))


def days_in_a_row(m: Choices, w: int) -> None:
    """`consecutive_days`: a day off in every stretch one day longer than allowed."""
    most = int(m.d.worker[w, lay.W_IN_A_ROW])
    if most >= BIG:
        return
    for first in range(-most, m.d.day.shape[0] - most):
        at_most(m, w, range(first, first + most + 1), most)


def fortnights(m: Choices, w: int) -> None:
    """`fortnight_rest`: days off in a fortnight, two of them in a row with a Sunday."""
    most = int(m.d.worker[w, lay.W_FORTNIGHT])
    if most >= BIG:
        return
    days = m.d.day.shape[0]
    begins = {day - (int(m.d.worker[w, lay.W_FORTNIGHT_POS]) + day) % 14 for day in range(days)}
    for start in sorted(begins):
        span = range(start, start + 14)
        if not any(_free_day(m, w, day) for day in span):
            continue
        at_most(m, w, span, most)
        pairs = [(start + k, start + k + 1) for k in (5, 6, 12)]
        if all(works_now(m, w, a) or works_now(m, w, b) for a, b in pairs):
            continue
        off = [m.model.new_bool_var("") for _ in pairs]
        m.model.add_bool_or(off)
        for (a, b), x in zip(pairs, off, strict=True):
            m.model.add(cp_model.LinearExpr.sum([worked(m, w, a), worked(m, w, b), 2 * x]) <= 2)


def sundays(m: Choices, w: int) -> None:
    """`sunday_rhythm` in every window of Sundays, and `sundays_per_month`."""
    days = m.d.day.shape[0]
    here = [day for day in range(days) if m.d.day[day, lay.D_SUNDAY] == 1]
    if not here:
        return
    window, most = int(m.d.worker[w, lay.W_SUNDAY_WINDOW]), int(m.d.worker[w, lay.W_SUNDAYS])
    if most < BIG:
        for first in range(here[0] - 7 * (window - 1), here[-1] + 1, 7):
            span = [first + 7 * k for k in range(window)]
            past = sum(_sunday_past(m, w, day) for day in span if day < 0)
            at_most(m, w, [day for day in span if 0 <= day < days], most, past)
    most = int(m.d.worker[w, lay.W_MONTH_SUNDAYS])
    if most < BIG:
        for month in sorted({int(m.d.day[day, lay.D_MONTH]) for day in here}):
            span = [day for day in here if m.d.day[day, lay.D_MONTH] == month]
            at_most(m, w, span, most, int(m.d.past_month[w, month]))


def _sunday_past(m: Choices, w: int, day: int) -> int:
    back = (-day + 6) // 7
    return int(m.d.past[w, PAST_DAYS + PAST_SUNDAYS - back]) if back <= PAST_SUNDAYS else 0


def holidays(m: Choices, w: int) -> None:
    """`holiday_rhythm`: public holidays worked one after the other."""
    most = int(m.d.worker[w, lay.W_HOLIDAYS])
    here = [day for day in range(m.d.day.shape[0]) if m.d.day[day, lay.D_HOLIDAY] == 1]
    if most >= BIG or not here:
        return
    before = int(m.d.worker[w, lay.W_PAST_HOLIDAY])
    if before:
        at_most(m, w, here[:most], most, before)
    for first in range(len(here) - most):
        at_most(m, w, here[first : first + most + 1], most)


def counted_days(m: Choices, w: int, bit: int) -> None:
    """Days of long span in a month, or of long interruptions in a fortnight, each with its limit."""
    d = m.d
    span = bit == lay.WARN_SPAN
    most = int(d.worker[w, lay.W_SPAN_DAYS if span else lay.W_SPLIT_DAYS])
    if most >= BIG:
        return
    groups: dict[int, list[int]] = {}
    for day in range(d.day.shape[0]):
        since = day - (int(d.worker[w, lay.W_FORTNIGHT_POS]) + day) % 14
        groups.setdefault(int(d.day[day, lay.D_MONTH]) if span else since, []).append(day)
    for group in groups.values():
        past = int(d.worker[w, lay.W_PAST_SPANS if span else lay.W_PAST_SPLIT_DAYS]) if 0 in group else 0
        counted = [x for day in group for c, x in day_of(m, w, day) if c.warn & bit]
        rounds = [w * d.day.shape[0] + day for day in group]
        now = past + sum(
            int(m.best.rounds[r, lay.R_LEN] > 0 and m.best.rounds[r, lay.R_WARN] & bit != 0) for r in rounds
        )
        if counted:
            m.model.add(cp_model.LinearExpr.sum(counted) <= max(most, now) - past)
