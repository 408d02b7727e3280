"""
Room for delays: how much a gap lacks to hold what its visit and its travel may take longer.

The excess of a visit and of travel are quantiles given with the problem (`Robust`); a plan
whose gaps hold them is late only as seldom as the quantile says (see
`carecoord.planning.homecare.punctuality`).
"""

from __future__ import annotations

from carecoord.planning.lookup import Lookup
from carecoord.planning.problem import Problem
from carecoord.planning.timeline import DayTimeline

DAY_S, HOUR_S = 86_400, 3600


def hour_of(problem: Problem, day: int, instant_s: int) -> int:
    """Clock hour of an instant, 0 to 23, by the clock of the round's day; later ones count as the last."""
    return min(23, max(0, (instant_s - (problem.days[day].ends_s - DAY_S)) // HOUR_S))


def needed_s(problem: Problem, visit: str, day: int, leaves_s: int, travel_s: int) -> int:
    """Room due after a visit: its excess, and that of the travel which begins when it ends."""
    robust = problem.robust
    if robust is None:
        return 0
    more = robust.travel_permille[hour_of(problem, day, leaves_s)] - 1000 if robust.travel_permille else 0
    return robust.service_excess_s.get(visit, 0) + travel_s * max(0, more) // 1000


def missing_s(lookup: Lookup, timeline: DayTimeline) -> int:
    """Seconds that the gaps of one round lack, all together."""
    problem = lookup.problem
    if problem.robust is None:
        return 0
    total = 0
    for stop, gap in zip(timeline.stops, timeline.gaps, strict=False):
        due_s = needed_s(problem, stop.visit, timeline.day, gap.start_s, gap.travel_s)
        total += max(0, due_s - max(0, gap.free_s))
    return total


def robustness_cents_per_h(problem: Problem) -> int:
    """Price of an hour that gaps lack; nothing where delays are not looked at."""
    return 0 if problem.robust is None else problem.robust.missing_buffer_cents_per_h
