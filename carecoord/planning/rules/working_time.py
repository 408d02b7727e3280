"""
Daily, weekly and average work, span, and the limits of part-time contracts.

Sources: BAD V.5 to V.7, V.41, V.42; SAP partie 2 ch. II; décret 2000-815 art. 3; Code du
travail L3121-18 to L3121-22, L3123-9, L3123-20, L3123-28.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.solution import Violation
from carecoord.planning.timeline import DayTimeline


def daily_work(plan: WorkerPlan) -> Iterator[Violation]:
    """`daily_work`: effective work of a day at most `daily_work_max_s`."""
    limit = plan.regime.daily_work_max_s
    if limit is None:
        return
    for item in plan.timelines:
        if item.work_s > limit:
            yield plan.breach(
                "daily_work", "daily_work_max_s", "block", day=item.day, amount=item.work_s, limit=limit
            )


def weekly_work(plan: WorkerPlan) -> Iterator[Violation]:
    """`weekly_work`: effective work of a civil week at most `weekly_work_max_s`."""
    limit = plan.regime.weekly_work_max_s
    if limit is None:
        return
    for week, total in plan.weeks_added_to:
        if total > limit:
            yield plan.breach(
                "weekly_work", "weekly_work_max_s", "block", day=week.last, amount=total, limit=limit
            )


def average_work(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `average_work`: mean of any `average_weeks` consecutive weeks at most `average_work_max_s`.

    Weeks that nobody told about count as zero: what is flagged can no longer be repaired. A
    week without work of the plan is not judged: the past alone is no fault of a plan.
    """
    limit, weeks = plan.regime.average_work_max_s, plan.regime.average_weeks
    if limit is None:
        return
    past = plan.worker.history.previous_weeks_work_s
    known = [*past, *plan.week_work_s]
    for week, _ in plan.weeks_added_to:
        last = len(past) + plan.calendar.weeks.index(week) + 1
        total = sum(known[max(0, last - weeks) : last])
        if total > limit * weeks:
            yield plan.breach(
                "average_work", "average_work_max_s", "block",
                day=week.last, amount=-(-total // weeks), limit=limit,
            )  # fmt: skip


def span(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `span`: from first start to last end of a day.

    Up to `span_max_s` nothing is said. Above `span_exceptional_max_s` (or without one) the
    day is refused. Between the two, IDCC 3127 allows it for frail people and refuses it for
    others; elsewhere each such day warns, and is refused once the month has used
    `span_exceptional_days_max` of them.
    """
    regime = plan.regime
    limit, top = regime.span_max_s, regime.span_exceptional_max_s
    if limit is None:
        return
    months: Counter[tuple[int, int]] = Counter()
    first = plan.calendar.first_date
    months[first.year, first.month] = plan.worker.history.exceptional_span_days
    for item in plan.timelines:
        length = item.span_s
        if length <= limit:
            continue
        if top is None or length > top:
            field = "span_max_s" if top is None else "span_exceptional_max_s"
            yield plan.breach("span", field, "block", day=item.day, amount=length, limit=top or limit)
        elif regime.span_exceptional_needs_frail:
            if any(stop.visit in plan.not_frail for stop in item.stops):
                yield plan.breach("span", "span_max_s", "block", day=item.day, amount=length, limit=limit)
        else:
            date = plan.calendar.days[item.day].date
            months[date.year, date.month] += 1
            yield _exceptional_span(plan, item, months[date.year, date.month], limit)


def _exceptional_span(plan: WorkerPlan, item: DayTimeline, used: int, limit: int) -> Violation:
    most = plan.regime.span_exceptional_days_max
    if most is not None and used > most:
        return plan.breach(
            "span", "span_exceptional_days_max", "block", day=item.day, amount=used, limit=most, unit="days"
        )
    return plan.breach("span", "span_max_s", "warn", day=item.day, amount=item.span_s, limit=limit)


def part_time_ceiling(plan: WorkerPlan) -> Iterator[Violation]:
    """`part_time_ceiling`: a part-timer's week stays strictly below `part_time_weekly_below_s`."""
    limit = plan.regime.part_time_weekly_below_s
    if limit is None or not plan.worker.part_time:
        return
    for week, total in plan.weeks_added_to:
        if total >= limit:
            yield plan.breach(
                "part_time_ceiling", "part_time_weekly_below_s", "block",
                day=week.last, amount=total, limit=limit,
            )  # fmt: skip


def complementary_limit_s(contract_s: int, permille: int) -> int:
    """
    The most a part-timer may do in a week, in seconds.

    The supplement is rounded up to the whole minute, so that 333 thousandths of a contract
    in whole hours are exactly its third (BAD V.41: 24 h a week may do 8 h more).
    """
    return contract_s + -(-contract_s * permille // 60_000) * 60


def complementary_hours(plan: WorkerPlan) -> Iterator[Violation]:
    """`complementary_hours`: hours above a part-time contract, week by week."""
    permille = plan.regime.complementary_permille_max
    if permille is None or not plan.worker.part_time:
        return
    limit = complementary_limit_s(plan.worker.contract_s, permille)
    for week, total in plan.weeks_added_to:
        if total > limit:
            yield plan.breach(
                "complementary_hours", "complementary_permille_max", "block",
                day=week.last, amount=total, limit=limit,
            )  # fmt: skip


def daily_minimum(plan: WorkerPlan) -> Iterator[Violation]:
    """`daily_minimum`: a part-timer is not called for less than `daily_work_min_s` (IDCC 3127); warns."""
    limit = plan.regime.daily_work_min_s
    if limit is None or not plan.worker.part_time:
        return
    for item in plan.timelines:
        if item.work_s < limit:
            yield plan.breach(
                "daily_minimum", "daily_work_min_s", "warn", day=item.day, amount=item.work_s, limit=limit
            )
