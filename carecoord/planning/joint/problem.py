"""
What one day of three services is made of: their problems, and what binds them through the people served.

Times are integer seconds after local midnight of the day, in all three problems. People have the same
identifier in all of them.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.meals.problem import Problem as MealsProblem
from carecoord.planning.meals.solution import Solution as MealsSolution
from carecoord.planning.problem import Interval
from carecoord.planning.problem import Problem as HelpProblem
from carecoord.planning.rides.problem import Problem as RidesProblem
from carecoord.planning.rides.solution import Solution as RidesSolution
from carecoord.planning.solution import Solution as HelpSolution

VISIT_CENTS = {"vital": 1_000_000, "important": 100_000, "comfort": 20_000}
RIDE_CENTS = {"medical": 500_000, "needed": 80_000, "leisure": 20_000}
"""Usual prices of leaving something out when two services want the same hour; see `GiveWay`."""


class Served(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A visit that serves a delivered meal: the meal is at the door when the visit starts."""

    visit: str
    delivery: str


class Outing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One time out of the house: whoever goes there and comes back is away in between, too.

    Args:
        out, back: requests for rides; one of them may be missing.
    """

    person: str
    out: str | None = None
    back: str | None = None

    @property
    def requests(self) -> list[str]:
        """Its requests, the way out first."""
        return [name for name in (self.out, self.back) if name is not None]


class Away(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a person is not at home whatever is planned: hospital, holidays, a day centre."""

    person: str
    spans: list[Interval]


class GiveWay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What leaving something out weighs when a visit and a ride want the same hour, in cents.

    Args:
        visits: tier of a visit -> price of leaving it out.
        rides: tier of a ride -> price of leaving the outing out.
    """

    visits: dict[str, int] = msgspec.field(default_factory=lambda: dict(VISIT_CENTS))
    rides: dict[str, int] = msgspec.field(default_factory=lambda: dict(RIDE_CENTS))


class Joint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One day of three services.

    Args:
        help: home help of one day, from its midnight.
        serves: visits that wait for a meal.
        outings: rides of one time out; a request in none is an outing of its own.
        away: stays that suspend every service.
        margin_s: before boarding and after alighting, to get ready and to take the coat off.
    """

    help: HelpProblem
    meals: MealsProblem
    rides: RidesProblem
    serves: list[Served] = []
    outings: list[Outing] = []
    away: list[Away] = []
    margin_s: int = 300
    give_way: GiveWay = GiveWay()


class JointStatistics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a joint plan came about.

    Args:
        clashes: how many there were before the exchange, when each service had planned alone.
        visits_gave_way, rides_gave_way: people for whom one or the other moved.
        cycles: how many times every service was planned again around the others.
        stable: whether the last cycle changed nothing that counts.
        removed: what the last guard took off; always nothing unless a search has a fault.
    """

    clashes: int = 0
    visits_gave_way: int = 0
    rides_gave_way: int = 0
    cycles: int = 0
    stable: bool = False
    removed: int = 0
    elapsed_s: float = 0.0


class JointSolution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The three plans of one day."""

    help: HelpSolution
    meals: MealsSolution
    rides: RidesSolution
    statistics: JointStatistics = JointStatistics()
