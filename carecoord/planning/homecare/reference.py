"""
The plan that is there today, as far as references tell it: what a search may start from.
"""

from __future__ import annotations

from collections import defaultdict

from carecoord.planning.lookup import Lookup, RoundKey
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Round, Solution, Stop


def reference_plan(problem: Problem) -> Solution:
    """
    Every visit where its reference has it; whoever takes it up leaves out what law or travel refuses.

    Visits without a reference, or whose team is not complete any more, are in no round.
    """
    stability = problem.stability
    if stability is None:
        return Solution(rounds=[])
    lookup = Lookup(problem)
    rounds: dict[RoundKey, list[Stop]] = defaultdict(list)
    for item in stability.reference:
        visit = lookup.visits.get(item.visit)
        if visit is None or len(item.workers) != visit.team_size:
            continue
        day = lookup.calendar.day_at(item.start_s)
        if not 0 <= day < len(problem.days):
            continue
        stop = Stop(visit=visit.id, start_s=item.start_s, end_s=item.start_s + visit.duration_s)
        for worker in item.workers:
            if worker in lookup.workers:
                rounds[worker, day].append(stop)
    return Solution(
        rounds=[
            Round(worker=worker, day=day, stops=sorted(stops, key=lambda stop: (stop.start_s, stop.end_s)))
            for (worker, day), stops in sorted(rounds.items())
        ]
    )
