"""
A meal problem by identifier: the tables that the checker, the score, timing and explanations read.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from carecoord.planning.meals.problem import (
    ChainLimit,
    Delivery,
    Driver,
    Kitchen,
    Pin,
    Problem,
    Vehicle,
)
from carecoord.planning.meals.solution import Round
from carecoord.planning.problem import Regime

SHARE_ROUND = 1
"""A driver's share of deliveries is rounded up by this many at most."""


class Facts:
    """Lookup tables of one problem; built once, read often."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.place = {item.id: index for index, item in enumerate(problem.places)}
        self.delivery: dict[str, Delivery] = {item.id: item for item in problem.deliveries}
        self.kitchen: dict[str, Kitchen] = {item.id: item for item in problem.kitchens}
        self.vehicle: dict[str, Vehicle] = {item.id: item for item in problem.vehicles}
        self.driver: dict[str, Driver] = {item.id: item for item in problem.drivers}
        self.regime: dict[str, Regime] = {item.key: item for item in problem.regimes}
        self.pin: dict[str, Pin] = {item.delivery: item for item in problem.pins}
        self.seconds = problem.matrix.seconds
        self.metres = problem.matrix.metres

    def regime_of(self, driver: Driver) -> Regime:
        """The thresholds that bind a driver; none at all for a volunteer."""
        return self.regime[driver.regime] if driver.regime is not None else _FREE

    @cached_property
    def limits(self) -> dict[str, ChainLimit]:
        """Chain -> its limit."""
        return {item.chain: item for item in self.problem.limits}

    @cached_property
    def share(self) -> dict[str, int]:
        """Driver -> deliveries of a fair share: by length of shifts, rounded up."""
        lengths = {
            d.id: sum(max(0, s.end_s - s.start_s) for s in d.shifts) if d.vehicles else 0
            for d in self.problem.drivers
        }
        total = sum(lengths.values()) or 1
        count = len(self.problem.deliveries)
        return {name: -(-count * length // total) for name, length in lengths.items()}

    def taken(self, rounds: Iterable[Round], driver: Driver) -> set[str]:
        """Vehicles that others have while a driver may be on the road."""
        return {
            item.vehicle
            for item in rounds
            if item.driver != driver.id and meet(self.driver[item.driver], driver)
        }

    def travel_s(self, here: str, there: str) -> int:
        """Seconds between two places."""
        return self.seconds[self.place[here]][self.place[there]]

    def distance_m(self, here: str, there: str) -> int:
        """Metres between two places."""
        return self.metres[self.place[here]][self.place[there]]


def meet(one: Driver, other: Driver) -> bool:
    """
    Whether two drivers may be on the road at once: from the first shift of each to the end of the last,
    as a vehicle stays with its driver between two shifts.
    """
    if not one.shifts or not other.shifts:
        return False
    return one.shifts[0].start_s < other.shifts[-1].end_s and other.shifts[0].start_s < one.shifts[-1].end_s


_FREE = Regime(key="")
