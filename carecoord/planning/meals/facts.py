"""
A meal problem by identifier: the tables that the checker, the score, timing and explanations read.
"""

from __future__ import annotations

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

    def travel_s(self, here: str, there: str) -> int:
        """Seconds between two places."""
        return self.seconds[self.place[here]][self.place[there]]

    def distance_m(self, here: str, there: str) -> int:
        """Metres between two places."""
        return self.metres[self.place[here]][self.place[there]]


_FREE = Regime(key="")
