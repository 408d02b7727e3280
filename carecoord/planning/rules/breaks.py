"""
Breaks and meals inside a day, and unpaid interruptions.

Sources: Code du travail L3121-16; BAD V.12.3, V.12.4, V.13; SAP partie 2 ch. II, s. 2 f and II a.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.solution import Violation
from carecoord.planning.timeline import DayTimeline, longest_stretch_s


def break_rule(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `break`: as soon as daily work reaches `break_after_s`, free time of `break_min_s` within it.

    A gap counts for what is left of it once travelled. Warns: an aide may take the break in
    a way that the plan does not show.
    """
    regime = plan.regime
    limit = regime.break_after_s
    if limit is None or regime.break_min_s is None:
        return
    for item in plan.timelines:
        if item.work_s < limit:
            continue
        longest, rested = longest_stretch_s(item, regime)
        if not rested or longest > limit:
            yield plan.breach("break", "break_after_s", "warn", day=item.day, amount=longest, limit=limit)


def meal(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `meal`: work on both sides of the meal window leaves `meal_min_s` free within it, travel apart; warns.
    """
    limit = plan.regime.meal_min_s
    if limit is None:
        return
    for item in plan.timelines:
        opens = plan.calendar.wall_s(item.day, plan.regime.meal_window_start_min)
        closes = plan.calendar.wall_s(item.day, plan.regime.meal_window_end_min)
        if item.starts_s >= opens or item.ends_s <= closes:
            continue
        best = max((_free_within(gap, opens, closes) for gap in item.gaps), default=0)
        if best < limit:
            yield plan.breach("meal", "meal_min_s", "warn", day=item.day, amount=best, limit=limit)


def _free_within(gap: tuple[int, int, int], opens: int, closes: int) -> int:
    """Free time of a gap inside a window, travelling first or last, whichever leaves more."""
    start, end, travel = gap
    late = min(end, closes) - max(start + travel, opens)
    early = min(end - travel, closes) - max(start, opens)
    return max(late, early, 0)


def interruptions(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `interruptions`: how many unpaid interruptions a day may have, and how many long ones.

    Part-timers have their own number (BAD V.13); IDCC 3127 allows four for everyone, of
    which two last at most two hours, so at most two are longer.
    """
    regime = plan.regime
    for item in plan.timelines:
        count = len(item.interruptions)
        if regime.interruptions_max is not None and count > regime.interruptions_max:
            yield _too_many(plan, item, "interruptions_max", count, regime.interruptions_max)
        own = regime.part_time_interruptions_max
        if own is not None and plan.worker.part_time and count > own:
            yield _too_many(plan, item, "part_time_interruptions_max", count, own)
        short, top = regime.interruptions_short_min, regime.interruption_short_max_s
        if short is None or top is None or regime.interruptions_max is None:
            continue
        long_ones = sum(length > top for length in item.interruptions)
        if long_ones > regime.interruptions_max - short:
            most = regime.interruptions_max - short
            yield _too_many(plan, item, "interruptions_short_min", long_ones, most)


def _too_many(plan: WorkerPlan, item: DayTimeline, field: str, amount: int, limit: int) -> Violation:
    return plan.breach(
        "interruptions", field, "block", day=item.day, amount=amount, limit=limit, unit="count"
    )


def interruption_total(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `interruption_total`: a part-timer's interruptions add up to `part_time_interruptions_total_max_s` a day.

    Above it the day warns, and is refused once the fortnight has used
    `part_time_interruptions_excess_days_max` of them (BAD V.13).
    """
    regime = plan.regime
    limit, most = regime.part_time_interruptions_total_max_s, regime.part_time_interruptions_excess_days_max
    if limit is None or not plan.worker.part_time:
        return
    periods = plan.calendar.fortnights(regime.fortnight_anchor)
    used: Counter[int] = Counter({periods[0][0]: plan.worker.history.excess_interruption_days})
    for item in plan.timelines:
        total = sum(item.interruptions)
        if total <= limit:
            continue
        period = next(first for first, last in periods if first <= item.day <= last)
        used[period] += 1
        if most is not None and used[period] > most:
            yield plan.breach(
                "interruption_total", "part_time_interruptions_excess_days_max", "block",
                day=item.day, amount=used[period], limit=most, unit="days",
            )  # fmt: skip
        else:
            yield plan.breach(
                "interruption_total", "part_time_interruptions_total_max_s", "warn",
                day=item.day, amount=total, limit=limit,
            )  # fmt: skip
