"""
What may change in a repair, as a problem in which nothing can move that may not. Pure.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from carecoord.planning.homecare.check import Made, stops_of_visits
from carecoord.planning.homecare.repair_ground import Ground, Rounds
from carecoord.planning.problem import Problem, Visit
from carecoord.planning.solution import Solution


def restrict(base: Ground, *, movable: Collection[str] | None = None) -> Problem:
    """
    The whole horizon with only what may change left open.

    What needs a place may go anywhere in its windows from now on, its old hour being wished
    for. Visits of people who may not be disturbed keep their aides and start within the
    tolerance of the hour they have. Days that do not change are as they are.

    Args:
        movable: people whose aide or hour may change; everybody when absent.
    """
    made = stops_of_visits(_rounds(base.problem, base.baseline))
    was = stops_of_visits(_rounds(base.problem, base.before))
    first_s = base.first_start_s
    everybody = [worker.id for worker in base.problem.workers]
    visits = []
    for visit in base.problem.visits:
        stops = made.get(visit.id)
        if visit.id in base.fixed or (stops and stops[0].day not in base.days):
            visits.append(visit)
        elif stops is None:
            old = was.get(visit.id)
            visits.append(_opened(visit, base.days, first_s, old[0].stop.start_s if old else None))
        elif movable is None or visit.person in movable:
            visits.append(_opened(visit, base.days, first_s, None))
        else:
            kept = [item.worker for item in stops]
            narrow = _near(visit, stops[0], base.situation.hour_tolerance_s, first_s)
            others = [worker for worker in everybody if worker not in kept]
            visits.append(msgspec.structs.replace(narrow, refused=others))
    return msgspec.structs.replace(base.problem, visits=visits)


def _opened(visit: Visit, days: list[int], first_s: int, wish_s: int | None) -> Visit:
    """From now on, on the days that change; the visit keeps one impossible option where none is left."""
    options = [
        msgspec.structs.replace(
            option,
            earliest_s=max(option.earliest_s, first_s),
            preferred_s=wish_s if wish_s is not None else option.preferred_s,
        )
        for option in visit.options
        if option.day in days and option.latest_s >= first_s
    ]
    return msgspec.structs.replace(visit, options=options) if options else visit


def _near(visit: Visit, item: Made, tolerance_s: int, first_s: int) -> Visit:
    """The start the visit has, give or take the tolerance."""
    start_s = item.stop.start_s
    options = [
        msgspec.structs.replace(
            option,
            earliest_s=min(start_s, max(option.earliest_s, start_s - tolerance_s, first_s)),
            latest_s=min(option.latest_s, start_s + tolerance_s),
            preferred_s=start_s,
        )
        for option in visit.options
        if option.earliest_s <= start_s <= option.latest_s
    ]
    return msgspec.structs.replace(visit, options=options[:1]) if options else visit


def _rounds(problem: Problem, plan: Solution) -> Rounds:
    """Rounds of a plan as far as the problem still knows their visits."""
    known = {visit.id for visit in problem.visits}
    return {
        (item.worker, item.day): stops
        for item in plan.rounds
        if (stops := [stop for stop in item.stops if stop.visit in known])
    }
