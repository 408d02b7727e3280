"""
Three services that plan alone, with the same data and the same time: what a joint plan is compared with.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec

from carecoord.planning.joint.check import check_joint, counted
from carecoord.planning.joint.problem import Joint, JointSolution
from carecoord.planning.joint.shares import Clock, Shares
from carecoord.planning.joint.solve import alone


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """
    What three plans of a day amount to.

    Args:
        clashes: rule between the services -> how many times it is broken.
        people: people with at least one clash.
        visits, meals, rides: how many are served.
        help_s, meals_s, rides_s: driving from start to end of each round, seconds; rides:
            tours of volunteers from home to home.
        cents: cost of the three plans, each by its own prices.
    """

    clashes: dict[str, int]
    people: int
    visits: int
    meals: int
    rides: int
    help_s: int
    meals_s: int
    rides_s: int
    cents: int

    @property
    def travel_s(self) -> int:
        """Driving of the three services together."""
        return self.help_s + self.meals_s + self.rides_s


def solve_silos(
    joint: Joint, *, seconds: float | None, iterations: int | None = None, seed: int = 1
) -> JointSolution:
    """Each service alone with its share of all the time."""
    return alone(joint, Shares.of(joint), Clock(seconds, iterations, seed), 1.0)


def figures_of(joint: Joint, plan: JointSolution) -> Figures:
    """Figures recomputed from the plans alone."""
    breaches = check_joint(joint, plan)
    scores = (plan.help.score, plan.meals.score, plan.rides.score)
    return Figures(
        clashes=counted(breaches),
        people=len({item.person for item in breaches}),
        visits=len({stop.visit for line in plan.help.rounds for stop in line.stops}),
        meals=sum(1 for _ in plan.meals.stops()),
        rides=sum(stop.kind == "pick" for tour in plan.rides.tours for stop in tour.stops),
        help_s=_help_s(joint, plan),
        meals_s=_meals_s(joint, plan),
        rides_s=_rides_s(joint, plan),
        cents=sum(item.soft_cents for item in scores if item is not None),
    )


def _help_s(joint: Joint, plan: JointSolution) -> int:
    """From the start of each round over all doors to its end."""
    problem = joint.help
    place = {item.id: index for index, item in enumerate(problem.places)}
    doors = {visit.id: place[visit.place] for visit in problem.visits}
    seconds = {matrix.mode: matrix.seconds for matrix in problem.matrices}
    workers = {worker.id: worker for worker in problem.workers}
    total = 0
    for line in plan.help.rounds:
        worker = workers[line.worker]
        chain = [
            place[worker.start_place],
            *(doors[stop.visit] for stop in line.stops),
            place[worker.end_place],
        ]
        total += _along(seconds[worker.mode], chain)
    return total


def _meals_s(joint: Joint, plan: JointSolution) -> int:
    problem = joint.meals
    place = {item.id: index for index, item in enumerate(problem.places)}
    kitchens = {item.id: place[item.place] for item in problem.kitchens}
    doors = {item.id: place[item.place] for item in problem.deliveries}
    drivers = {item.id: item for item in problem.drivers}
    total = 0
    for line in plan.meals.rounds:
        chain = [place[drivers[line.driver].start]]
        for trip in line.trips:
            chain += [kitchens[trip.kitchen], *(doors[stop.delivery] for stop in trip.stops)]
        total += _along(problem.matrix.seconds, [*chain, place[drivers[line.driver].end]])
    return total


def _rides_s(joint: Joint, plan: JointSolution) -> int:
    problem = joint.rides
    place = {item.id: index for index, item in enumerate(problem.places)}
    requests = {item.id: item for item in problem.requests}
    homes = {item.id: place[item.start_place] for item in problem.duties}
    total = 0
    for tour in plan.rides.tours:
        doors = [
            place[
                requests[stop.request].pick_place
                if stop.kind == "pick"
                else requests[stop.request].drop_place
            ]
            for stop in tour.stops
        ]
        total += _along(problem.travel.seconds, [homes[tour.duty], *doors, homes[tour.duty]])
    return total


def _along(seconds: list[list[int]], chain: list[int]) -> int:
    return sum(seconds[one][other] for one, other in pairwise(chain))
