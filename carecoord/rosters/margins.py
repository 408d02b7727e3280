"""
How far an aide's days and weeks stay from the limits of working time; pure.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID

import msgspec

from carecoord.kernel.calendar import monday_of
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.rules.working_time import complementary_limit_s
from carecoord.planning.solution import Solution
from carecoord.planning.timeline import DayTimeline, day_timeline


class DayHours(msgspec.Struct, frozen=True, kw_only=True):
    """
    One working day of an aide, in seconds; a limit that the regime does not have is None.

    Args:
        rest_s: since the end of the work before, when that lies within the plan.
        interruptions: number of unpaid ones.
    """

    on_date: date
    work_s: int
    work_max_s: int | None
    span_s: int
    span_max_s: int | None
    rest_s: int | None
    rest_min_s: int | None
    interruptions: int
    interruptions_max: int | None


class WeekHours(msgspec.Struct, frozen=True, kw_only=True):
    """
    One civil week of an aide, in seconds.

    Args:
        max_s: the lowest ceiling that applies: of the week, of part time, of complementary hours.
        ceiling: name of the rule of that ceiling.
    """

    monday: date
    work_s: int
    contract_s: int
    max_s: int | None
    ceiling: str


class AideHours(msgspec.Struct, frozen=True, kw_only=True):
    """The days and weeks of one aide within a plan; `part_time` says which rules apply."""

    regime: str
    part_time: bool
    days: list[DayHours]
    weeks: list[WeekHours]


def hours_of(problem: Problem, solution: Solution, aide_id: UUID) -> AideHours | None:
    """The working time of one aide; None when the plan does not have her."""
    lookup = Lookup(problem)
    worker = lookup.workers.get(aide_id.hex)
    if worker is None:
        return None
    rounds = stops_by_round(lookup, solution)
    timelines = [
        day_timeline(lookup, worker, day, stops)
        for (name, day), stops in sorted(rounds.items())
        if name == worker.id
    ]
    return AideHours(
        regime=worker.regime,
        part_time=worker.part_time,
        days=_days(lookup, worker.id, timelines),
        weeks=_weeks(lookup, worker.id, timelines),
    )


def _days(lookup: Lookup, worker_id: str, timelines: list[DayTimeline]) -> list[DayHours]:
    worker = lookup.workers[worker_id]
    regime = lookup.regime_of(worker)
    most = regime.part_time_interruptions_max if worker.part_time else None
    found = []
    previous_end: int | None = None
    for timeline in timelines:
        found.append(
            DayHours(
                on_date=lookup.problem.days[timeline.day].date,
                work_s=timeline.work_s,
                work_max_s=regime.daily_work_max_s,
                span_s=timeline.span_s,
                span_max_s=regime.span_max_s,
                rest_s=None if previous_end is None else timeline.starts_s - previous_end,
                rest_min_s=regime.daily_rest_min_s,
                interruptions=len(timeline.interruptions),
                interruptions_max=most if most is not None else regime.interruptions_max,
            )
        )
        previous_end = timeline.ends_s
    return found


def _weeks(lookup: Lookup, worker_id: str, timelines: list[DayTimeline]) -> list[WeekHours]:
    worker = lookup.workers[worker_id]
    regime = lookup.regime_of(worker)
    work: dict[date, int] = defaultdict(int)
    for timeline in timelines:
        work[monday_of(lookup.problem.days[timeline.day].date)] += timeline.work_s
    ceilings: list[tuple[int, str]] = []
    if regime.weekly_work_max_s is not None:
        ceilings.append((regime.weekly_work_max_s, "weekly_work"))
    if worker.part_time and regime.part_time_weekly_below_s is not None:
        ceilings.append((regime.part_time_weekly_below_s, "part_time_ceiling"))
    if worker.part_time and regime.complementary_permille_max is not None:
        most = complementary_limit_s(worker.contract_s, regime.complementary_permille_max)
        ceilings.append((most, "complementary_hours"))
    limit, name = min(ceilings, default=(None, ""), key=lambda item: item[0])
    return [
        WeekHours(monday=monday, work_s=work_s, contract_s=worker.contract_s, max_s=limit, ceiling=name)
        for monday, work_s in sorted(work.items())
    ]
