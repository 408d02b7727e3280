"""
Working-time rules of one meal round, with the thresholds of the driver's regime.

What counts as work: driving, loading, doors, waiting while meals are aboard, and a gap between two
trips of at most `paid_wait_max_s` (Code du travail L3121-1). The base is the place of work: the way
from it and back is work. Volunteers have no regime, so no rule binds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Driver
from carecoord.planning.meals.solution import Round
from carecoord.planning.problem import Regime
from carecoord.planning.rules.parameters import source_of
from carecoord.planning.solution import Violation


def work_rules(facts: Facts, item: Round) -> Iterator[Violation]:
    """`daily_work`, `weekly_work`, `span`, `daily_rest`, `break` and `meal` of one round."""
    driver = facts.driver[item.driver]
    regime = facts.regime_of(driver)
    work_s = work_of(regime, driver, item)
    on = facts.problem.on

    def breach(rule: str, field: str, amount: int, limit: int, *, warns: bool = False) -> Violation:
        severity: Literal["block", "warn"] = "warn" if warns or field in regime.doubtful else "block"
        return Violation(
            rule=rule, severity=severity, worker=driver.id, day=0, amount=amount, limit=limit, unit="s",
            source=source_of(regime, field, on),
        )  # fmt: skip

    if regime.daily_work_max_s is not None and work_s > regime.daily_work_max_s:
        yield breach("daily_work", "daily_work_max_s", work_s, regime.daily_work_max_s)
    week_s = driver.week_work_s + work_s
    if regime.weekly_work_max_s is not None and week_s > regime.weekly_work_max_s:
        yield breach("weekly_work", "weekly_work_max_s", week_s, regime.weekly_work_max_s)
    begins_s = item.begins_s if driver.since_s is None else min(driver.since_s, item.begins_s)
    span_s, top = item.ends_s - begins_s, regime.span_exceptional_max_s
    if top is not None and span_s > top:
        yield breach("span", "span_exceptional_max_s", span_s, top)
    elif regime.span_max_s is not None and span_s > regime.span_max_s:
        yield breach("span", "span_max_s", span_s, regime.span_max_s, warns=top is not None)
    rest = regime.daily_rest_min_s
    if rest is not None and driver.last_end_s is not None and begins_s - driver.last_end_s < rest:
        yield breach("daily_rest", "daily_rest_min_s", begins_s - driver.last_end_s, rest)
    longest = _unbroken_s(regime, driver, item)
    if regime.break_after_s is not None and work_s >= regime.break_after_s and longest > regime.break_after_s:
        yield breach("break", "break_after_s", longest, regime.break_after_s, warns=True)
    if regime.meal_min_s is not None:
        free = _meal_s(regime, begins_s, item)
        if free is not None and free < regime.meal_min_s:
            yield breach("meal", "meal_min_s", free, regime.meal_min_s, warns=True)


def work_of(regime: Regime, driver: Driver, item: Round) -> int:
    """Working time of the whole day of a round, seconds, with what was worked before on that day."""
    begins = [item.begins_s, *[trip.loads_s for trip in item.trips[1:]]]
    work_s = sum(trip.back_s - start for start, trip in zip(begins, item.trips, strict=True))
    gaps = [after.loads_s - before.back_s for before, after in pairwise(item.trips)]
    return driver.worked_s + work_s + sum(gap for gap in gaps if gap <= regime.paid_wait_max_s)


def _unbroken_s(regime: Regime, driver: Driver, item: Round) -> int:
    """The longest work without a gap of `break_min_s` between trips."""
    longest, running, back = 0, driver.worked_s, None
    for number, trip in enumerate(item.trips):
        start = item.begins_s if number == 0 else trip.loads_s
        gap = 0 if back is None else start - back
        if back is not None and gap >= (regime.break_min_s or 1):
            running = 0
        elif gap <= regime.paid_wait_max_s:
            running += gap
        running += trip.back_s - start
        longest, back = max(longest, running), trip.back_s
    return longest


def _meal_s(regime: Regime, begins_s: int, item: Round) -> int | None:
    """Free time in the meal window, where work lies on both sides of it or across it; else None."""
    opens, closes = regime.meal_window_start_min * 60, regime.meal_window_end_min * 60
    if begins_s >= opens or item.ends_s <= closes:
        return None
    gaps = [(before.back_s, after.loads_s) for before, after in pairwise(item.trips)]
    return max((max(0, min(end, closes) - max(start, opens)) for start, end in gaps), default=0)
