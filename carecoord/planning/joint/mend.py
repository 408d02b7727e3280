"""
What of a plan still holds in today's problem: a search that begins there mends only what clashes.

The searches take over a whole tour or nothing; one ride or one meal that others have taken the hour of must
not cost its neighbours their places.
"""

from __future__ import annotations

from collections.abc import Iterable

from carecoord.planning.joint.guard import without_meals, without_rides
from carecoord.planning.joint.problem import Outing
from carecoord.planning.meals.problem import Problem as MealsProblem
from carecoord.planning.meals.solution import Solution as MealsSolution
from carecoord.planning.rides.problem import Problem as RidesProblem
from carecoord.planning.rides.solution import Solution as RidesSolution


def rides_that_hold(problem: RidesProblem, plan: RidesSolution, outings: Iterable[Outing]) -> RidesSolution:
    """The plan without the outings that the problem does not know, or wants at other hours."""
    known = {item.id: item for item in problem.requests}
    gone = set()
    for tour in plan.tours:
        for stop in tour.stops:
            item = known.get(stop.request)
            if item is None or (
                not item.pick_early_s <= stop.start_s <= item.pick_late_s
                if stop.kind == "pick"
                else not item.drop_early_s <= stop.start_s <= item.drop_late_s
            ):
                gone.add(stop.request)
    for outing in outings:
        if not gone.isdisjoint(outing.requests):
            gone.update(outing.requests)
    return without_rides(plan, gone)


def meals_that_hold(problem: MealsProblem, plan: MealsSolution) -> MealsSolution:
    """The plan without the deliveries that the problem does not know, or wants at other hours."""
    known = {item.id: item for item in problem.deliveries}
    gone = set()
    for _, _, stop in plan.stops():
        item = known.get(stop.delivery)
        if item is None or not item.earliest_s <= stop.start_s <= item.latest_s:
            gone.add(stop.delivery)
    return without_meals(plan, gone)
