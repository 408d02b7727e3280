"""
A service that plans again keeps what it had unless the new plan is better, judged in today's problem.
"""

from __future__ import annotations

from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.meals.check import check as check_meals
from carecoord.planning.meals.problem import Problem as MealsProblem
from carecoord.planning.meals.score import score as score_meals
from carecoord.planning.meals.solution import Solution as MealsSolution
from carecoord.planning.problem import Problem as HelpProblem
from carecoord.planning.rides.check import check as check_rides
from carecoord.planning.rides.problem import Problem as RidesProblem
from carecoord.planning.rides.score import score as score_rides
from carecoord.planning.rides.solution import Solution as RidesSolution
from carecoord.planning.score import score as score_help
from carecoord.planning.solution import Solution as HelpSolution


def kept_help(problem: HelpProblem, before: HelpSolution, after: HelpSolution) -> HelpSolution:
    """The better of two plans of home help; one that breaks a rule is never kept."""
    if any(item.severity == "block" for item in check_homecare(problem, before)):
        return after
    return after if score_help(problem, after).key < score_help(problem, before).key else before


def kept_rides(problem: RidesProblem, before: RidesSolution, after: RidesSolution) -> RidesSolution:
    """The better of two plans of rides; one that breaks a rule, or knows other requests, is never kept."""
    known = {item.id for item in problem.requests}
    if any(stop.request not in known for tour in before.tours for stop in tour.stops):
        return after
    if any(item.severity == "block" for item in check_rides(problem, before)):
        return after
    return after if score_rides(problem, after).key < score_rides(problem, before).key else before


def kept_meals(problem: MealsProblem, before: MealsSolution, after: MealsSolution) -> MealsSolution:
    """The better of two plans of meals; one that breaks a rule, or knows other deliveries, is never kept."""
    known = {item.id for item in problem.deliveries}
    if any(stop.delivery not in known for _, _, stop in before.stops()):
        return after
    if any(item.severity == "block" for item in check_meals(problem, before)):
        return after
    return after if score_meals(problem, after).key < score_meals(problem, before).key else before
