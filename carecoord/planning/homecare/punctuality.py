"""
How punctual a plan would be: its days played many times with visits and travel that vary.

A length is drawn from a normal law around the planned one whose quantile is the excess
given with the problem; travel is the planned one times a log-normal factor whose quantile
is that of the hour of departure. Nobody begins before the planned start; who is late stays
late until a gap makes up for it; two aides of one visit wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from statistics import NormalDist

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Problem
from carecoord.planning.robust import hour_of
from carecoord.planning.solution import Solution, Stop

Draws = npt.NDArray[np.float64]

SHORTEST = 0.5
"""No visit lasts less than this part of its planned length."""


class Punctuality(msgspec.Struct, frozen=True, kw_only=True):
    """
    What drawing a plan's days at random gives.

    Args:
        permille: visits that begin at most the tolerance late, over all draws, in thousandths.
        by_visit: the same for each visit that is made.
        late_mean_s: mean delay of a start, punctual ones included.
        tolerance_s: a start later than planned by no more than this is punctual.
        draws: how many times the plan was played.
    """

    permille: int
    by_visit: dict[str, int]
    late_mean_s: int
    tolerance_s: int
    draws: int

    @property
    def unpunctual(self) -> list[str]:
        """Visits, those seldom punctual first."""
        return sorted(self.by_visit, key=lambda visit: (self.by_visit[visit], visit))


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of the plan: when, by whom, and on which days' rounds."""

    visit: str
    start_s: int
    seats: list[tuple[str, int, Stop]]


def punctuality(
    problem: Problem, solution: Solution, *, tolerance_s: int = 300, draws: int = 400, seed: int = 1
) -> Punctuality:
    """
    Play a plan at random under the quantiles of `Problem.robust`; without those everything is punctual.

    Args:
        tolerance_s: lateness that still counts as punctual.
        draws: how many times; the same seed gives the same figures.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    world = _World(problem, lookup, np.random.default_rng(seed), draws)
    late: dict[str, Draws] = {}
    for call in _calls(lookup, solution):
        late[call.visit] = world.play(call)
    on_time = {visit: float(np.mean(delay <= tolerance_s)) for visit, delay in late.items()}
    mean_s = float(np.mean([np.mean(delay) for delay in late.values()])) if late else 0.0
    whole = float(np.mean(list(on_time.values()))) if on_time else 1.0
    return Punctuality(
        permille=round(1000 * whole),
        by_visit={visit: round(1000 * share) for visit, share in on_time.items()},
        late_mean_s=round(mean_s),
        tolerance_s=tolerance_s,
        draws=draws,
    )


def _calls(lookup: Lookup, solution: Solution) -> list[_Call]:
    """Visits of a plan in order of time."""
    seats: dict[str, list[tuple[str, int, Stop]]] = defaultdict(list)
    for (worker, day), stops in stops_by_round(lookup, solution).items():
        for stop in stops:
            seats[stop.visit].append((worker, day, stop))
    calls = [_Call(visit=visit, start_s=items[0][2].start_s, seats=items) for visit, items in seats.items()]
    return sorted(calls, key=lambda call: (call.start_s, call.visit))


class _World:
    """Where each aide is and since when, in every draw at once."""

    def __init__(self, problem: Problem, lookup: Lookup, rng: np.random.Generator, draws: int) -> None:
        self._problem = problem
        self._lookup = lookup
        self._rng = rng
        self._draws = draws
        robust = problem.robust
        self._z = 0.0 if robust is None else max(1e-9, NormalDist().inv_cdf(robust.quantile_percent / 100))
        self._free: dict[tuple[str, int], tuple[str, int, Draws]] = {}

    def play(self, call: _Call) -> Draws:
        """Make one visit; gives how late it begins in each draw, in seconds."""
        start = np.full(self._draws, float(call.start_s))
        for worker, day, _ in call.seats:
            start = np.maximum(start, self._arrives(worker, day, call.visit))
        length = self._length(call.visit, call.seats[0][2])
        for worker, day, stop in call.seats:
            self._free[worker, day] = (call.visit, stop.end_s, start + length)
        return start - call.start_s

    def _arrives(self, worker: str, day: int, visit: str) -> Draws:
        """When an aide who comes from the visit before is there; those who come from home are in time."""
        if (worker, day) not in self._free:
            return np.full(self._draws, -np.inf)
        before, planned_end_s, ready = self._free[worker, day]
        travel_s = self._lookup.travel_s(worker, before, visit)
        robust = self._problem.robust
        if robust is None or not robust.travel_permille:
            return ready + travel_s
        factor = max(1.0, robust.travel_permille[hour_of(self._problem, day, planned_end_s)] / 1000)
        drawn = self._rng.standard_normal(self._draws) * (np.log(factor) / self._z if self._z > 1e-9 else 0)
        arrival: Draws = ready + travel_s * np.exp(drawn)
        return arrival

    def _length(self, visit: str, stop: Stop) -> Draws:
        planned = float(stop.end_s - stop.start_s)
        robust = self._problem.robust
        excess_s = 0 if robust is None else robust.service_excess_s.get(visit, 0)
        if excess_s == 0 or self._z <= 1e-9:
            return np.full(self._draws, planned)
        drawn = planned + self._rng.standard_normal(self._draws) * (excess_s / self._z)
        length: Draws = np.maximum(drawn, SHORTEST * planned)
        return length
