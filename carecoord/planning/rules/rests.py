"""
Rest between two days, weekly rest, days in a row and days off in a fortnight.

Sources: BAD V.12.1, V.12.2; SAP partie 2 ch. II, II b; Code du travail L3131-1, L3132-1,
L3132-2; décret 2000-815 art. 3. All lengths are elapsed seconds, so a night on which clocks
change is as long as it really is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from carecoord.planning.calendar import DAY_S, Week
from carecoord.planning.rules.plan import WorkerPlan
from carecoord.planning.solution import Violation

_FAR_S = 60 * DAY_S


def daily_rest(plan: WorkerPlan) -> Iterator[Violation]:
    """`daily_rest`: from leaving work to taking it up again on a later day, at least `daily_rest_min_s`."""
    limit = plan.regime.daily_rest_min_s
    if limit is None:
        return
    last_end = plan.worker.history.last_end_s
    for item in plan.timelines:
        if last_end is not None and item.starts_s - last_end < limit:
            rest = max(0, item.starts_s - last_end)
            yield plan.breach(
                "daily_rest", "daily_rest_min_s", "block", day=item.day, amount=rest, limit=limit
            )
        last_end = item.ends_s if last_end is None else max(last_end, item.ends_s)


def weekly_rest(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `weekly_rest`: a rest of `weekly_rest_min_s` in each civil week.

    The rest is the weekly day and the daily rest that joins it (L3132-2: 24 h and 11 h): the
    day must lie in the week, the daily rest may reach over its border. Days after the horizon
    are still free to plan. A first week already begun is judged only where every day of it
    before the horizon is known to have been worked.
    """
    limit = plan.regime.weekly_rest_min_s
    if limit is None:
        return
    over_border_s = max(0, limit - DAY_S)
    stretches = _free_stretches(plan)
    for week in plan.calendar.weeks:
        if week.before and not _worked_so_far(plan, week):
            continue
        best = max(_rest_in(week, start, end, over_border_s) for start, end in stretches)
        if best < limit:
            yield plan.breach(
                "weekly_rest", "weekly_rest_min_s", "block", day=week.last, amount=max(0, best), limit=limit
            )


def _rest_in(week: Week, start: int, end: int, over_border_s: int) -> int:
    inside = min(end, week.ends_s) - max(start, week.starts_s)
    return min(end - start, inside + over_border_s)


def _worked_so_far(plan: WorkerPlan, week: Week) -> bool:
    past = plan.worker.history.worked_days
    return len(past) >= week.before and all(past[-week.before :])


def _free_stretches(plan: WorkerPlan) -> list[tuple[int, int]]:
    """Rests between worked days; open towards the future, and towards a past nobody told about."""
    known = plan.worker.history.last_end_s
    free_from = -_FAR_S if known is None else known
    stretches = []
    for item in plan.timelines:
        stretches.append((free_from, item.starts_s))
        free_from = max(free_from, item.ends_s)
    stretches.append((free_from, free_from + 2 * _FAR_S))
    return stretches


def consecutive_days(plan: WorkerPlan) -> Iterator[Violation]:
    """`consecutive_days`: never more than `consecutive_days_max` worked days in a row; one breach a run."""
    limit = plan.regime.consecutive_days_max
    if limit is None:
        return
    run = 0
    while run < len(plan.worker.history.worked_days) and plan.was_worked(-run - 1):
        run += 1
    for day, worked in enumerate(plan.worked):
        run = run + 1 if worked else 0
        ends = day + 1 == len(plan.worked) or not plan.worked[day + 1]
        if run > limit and ends:
            yield plan.breach(
                "consecutive_days", "consecutive_days_max", "block",
                day=day, amount=run, limit=limit, unit="days",
            )  # fmt: skip


def fortnight_rest(plan: WorkerPlan) -> Iterator[Violation]:
    """
    `fortnight_rest`: `fortnight_rest_days_min` days off in each fortnight, two in a row with a Sunday.

    Days that nobody knows yet count as off: only what can no longer be repaired is flagged, and
    only where the plan has work in the fortnight: the past alone is no fault of a plan.
    A missing pair is told as one day in a row out of two.
    """
    limit = plan.regime.fortnight_rest_days_min
    if limit is None:
        return
    horizon = len(plan.calendar.days)
    weekday = plan.calendar.first_date.weekday()
    for first, last in plan.calendar.fortnights(plan.regime.fortnight_anchor):
        if not any(plan.worked[max(0, first) : last + 1]):
            continue
        off = [day for day in range(first, last + 1) if not plan.was_worked(day)]
        day = min(last, horizon - 1)
        if len(off) < limit:
            yield plan.breach(
                "fortnight_rest", "fortnight_rest_days_min", "block",
                day=day, amount=len(off), limit=limit, unit="days",
            )  # fmt: skip
        elif not any(
            nxt == one + 1 and ((weekday + one) % 7 == 6 or (weekday + nxt) % 7 == 6)
            for one, nxt in pairwise(off)
        ):
            yield plan.breach(
                "fortnight_rest", "fortnight_rest_days_min", "block", day=day, amount=1, limit=2, unit="days"
            )
