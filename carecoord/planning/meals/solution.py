"""
What a plan of meal rounds is: trips of stops, deliveries left out with their causes, score.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

FORMAT = "carecoord-meals-solution"


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A driver at a door, from `start_s` for the service time of the delivery."""

    delivery: str
    start_s: int


class Trip(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One load of a vehicle.

    Args:
        loads_s: loading begins; the meals are out of the kitchen's cold or heat from here.
        leaves_s: the vehicle leaves the kitchen.
        back_s: it is at the kitchen of the next trip, or at the end of the round.
    """

    kitchen: str
    loads_s: int
    leaves_s: int
    stops: list[Stop]
    back_s: int


class Round(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What one driver does in the day, with one vehicle.

    Args:
        begins_s: the driver leaves the base for the first kitchen.
    """

    driver: str
    vehicle: str
    begins_s: int
    trips: list[Trip]

    @property
    def ends_s(self) -> int:
        """When the driver is back at the base."""
        return self.trips[-1].back_s

    @property
    def stops(self) -> list[Stop]:
        """All stops, in order of time."""
        return [stop for trip in self.trips for stop in trip.stops]


class Cause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Why one driver cannot make one delivery, at the best place in the round as it is.

    Args:
        code: the rule that would be broken there, as the checker says.
        amount, limit: figures of that breach, in `unit`.
        also: other rules broken at the same place.
    """

    driver: str
    code: str
    amount: int = 0
    limit: int = 0
    unit: Literal["s", "days", "count", "permille"] = "count"
    also: list[str] = []


class Left(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A delivery left out.

    Args:
        code: the cause in one word: `no_driver`, `all_refused`, `no_vehicle`, `no_place`, or the rule
            that stands in the way of every driver (`meal_absent` and `meal_before_visit`: of anybody).
        causes: for each driver, the nearest miss.
    """

    delivery: str
    code: str = "not_tried"
    causes: list[Cause] = []


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cost of a plan by term, recomputed from the plan alone."""

    left: int
    warnings: int
    terms: dict[str, int]
    soft_cents: int

    @property
    def key(self) -> tuple[int, int, int]:
        """What plans are compared by, lower first."""
        return (self.left, self.warnings, self.soft_cents)


class Statistics(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    How a plan came about.

    Args:
        first_s: when the first legal plan stood.
        recombined_cents: what CP-SAT took off by choosing among rounds.
        stopped: what ended the search: `budget`, `asked` or nothing.
    """

    seed: int = 0
    iterations: int = 0
    elapsed_s: float = 0.0
    first_s: float = 0.0
    recombined_cents: int = 0
    engine: str = ""
    stopped: str = ""


class Solution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan of one day."""

    format: Literal["carecoord-meals-solution"] = "carecoord-meals-solution"
    version: Literal[1] = 1
    rounds: list[Round]
    left: list[Left] = []
    score: Score | None = None
    statistics: Statistics = Statistics()

    def stops(self) -> Iterator[tuple[Round, Trip, Stop]]:
        """Every stop with its round and trip."""
        for item in self.rounds:
            for trip in item.trips:
                for stop in trip.stops:
                    yield item, trip, stop


class Progress(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Best plan so far, told while solving; `phase`: `construct`, `search`, `recombine`, `done`."""

    elapsed_s: float
    iterations: int
    left: int
    warnings: int
    soft_cents: int
    phase: str
    solution: Solution | None = None
