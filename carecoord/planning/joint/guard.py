"""
The last word: whatever the independent checker still refuses is taken off, visit by visit last of all.

No search was seen to leave anything; the guard makes it certain that nobody is wanted in two places.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.explain import explain
from carecoord.planning.joint.check import Breach, check_joint
from carecoord.planning.joint.problem import Joint, JointSolution
from carecoord.planning.meals.solution import Left
from carecoord.planning.meals.solution import Solution as MealsSolution
from carecoord.planning.rides.solution import LeftOut
from carecoord.planning.rides.solution import Solution as RidesSolution
from carecoord.planning.score import score as score_help
from carecoord.planning.solution import Solution as HelpSolution

ORDER = ("meal", "outing", "ride", "visit")
"""What is taken off first."""


def guarded(joint: Joint, plan: JointSolution) -> tuple[JointSolution, int]:
    """
    The plan without any breach between services, what is left out completed, and how much was taken off.
    """
    removed = 0
    while breaches := check_joint(joint, plan):
        plan = _without(joint, plan, breaches[0])
        removed += 1
    return _completed(joint, plan), removed


def _without(joint: Joint, plan: JointSolution, breach: Breach) -> JointSolution:
    names = [name for name in (breach.one, breach.other) if name]
    kind, _, name = min(names, key=lambda item: ORDER.index(item.partition(":")[0])).partition(":")
    if kind == "meal":
        return msgspec.structs.replace(plan, meals=_without_meal(plan.meals, name))
    if kind == "visit":
        return msgspec.structs.replace(plan, help=_without_visit(plan.help, name))
    gone = {name}
    for outing in joint.outings:
        if name in outing.requests:
            gone.update(outing.requests)
    return msgspec.structs.replace(plan, rides=without_rides(plan.rides, gone))


def _without_visit(plan: HelpSolution, visit: str) -> HelpSolution:
    rounds = [
        msgspec.structs.replace(line, stops=[stop for stop in line.stops if stop.visit != visit])
        for line in plan.rounds
    ]
    return msgspec.structs.replace(plan, rounds=[line for line in rounds if line.stops])


def _without_meal(plan: MealsSolution, delivery: str) -> MealsSolution:
    rounds = []
    for line in plan.rounds:
        trips = [
            msgspec.structs.replace(trip, stops=[stop for stop in trip.stops if stop.delivery != delivery])
            for trip in line.trips
        ]
        if kept := [trip for trip in trips if trip.stops]:
            rounds.append(msgspec.structs.replace(line, trips=kept))
    return msgspec.structs.replace(plan, rounds=rounds)


def without_rides(plan: RidesSolution, requests: set[str]) -> RidesSolution:
    """The plan of rides without some of them."""
    tours = [
        msgspec.structs.replace(tour, stops=[stop for stop in tour.stops if stop.request not in requests])
        for tour in plan.tours
    ]
    return msgspec.structs.replace(plan, tours=[tour for tour in tours if tour.stops])


def _completed(joint: Joint, plan: JointSolution) -> JointSolution:
    """Everything of the whole problems that is in no plan is told as left out."""
    made = {stop.delivery for _, _, stop in plan.meals.stops()}
    known = {left.delivery: left for left in plan.meals.left}
    left = [
        known.get(item.id, Left(delivery=item.id, code="no_hour_left"))
        for item in joint.meals.deliveries
        if item.id not in made
    ]
    driven = {stop.request for tour in plan.rides.tours for stop in tour.stops}
    told = {item.request: item for item in plan.rides.left_out}
    out = [
        told.get(item.id, LeftOut(request=item.id, code="person_busy"))
        for item in joint.rides.requests
        if item.id not in driven
    ]
    served = {stop.visit for line in plan.help.rounds for stop in line.stops}
    help_plan = plan.help
    if {item.visit for item in help_plan.unassigned} | served != {visit.id for visit in joint.help.visits}:
        help_plan = msgspec.structs.replace(
            help_plan, unassigned=explain(joint.help, help_plan), score=score_help(joint.help, help_plan)
        )
    return msgspec.structs.replace(
        plan,
        help=help_plan,
        meals=msgspec.structs.replace(plan.meals, left=left),
        rides=msgspec.structs.replace(plan.rides, left_out=out),
    )
