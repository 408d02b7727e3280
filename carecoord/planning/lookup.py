"""
A problem by identifier: the tables that the checker, the score and the explanations read.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.calendar import Calendar
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Person, Problem, Reference, Regime, Visit, Worker
from carecoord.planning.solution import Solution, Stop

RoundKey = tuple[str, int]
"""Worker identifier and day index."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """
    Travel as one aide does it.

    Args:
        seconds, metres: of the matrix of the aide's mode.
        start, end: indices of the places where the round starts and ends.
    """

    seconds: list[list[int]]
    metres: list[list[int]]
    start: int
    end: int


class Lookup:
    """
    Tables over one valid problem.

    Args:
        problem: already validated; a dangling identifier raises `KeyError`.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.calendar = Calendar(problem.days)
        self.workers: dict[str, Worker] = {w.id: w for w in problem.workers}
        self.visits: dict[str, Visit] = {v.id: v for v in problem.visits}
        self.persons: dict[str, Person] = {p.id: p for p in problem.persons}
        self.regimes: dict[str, Regime] = {r.key: r for r in problem.regimes}
        self.matrices: dict[str, Matrix] = {m.mode: m for m in problem.matrices}
        places = {p.id: index for index, p in enumerate(problem.places)}
        self.place_of: dict[str, int] = {v.id: places[v.place] for v in problem.visits}
        self.ways: dict[str, Way] = {w.id: self._way(w, places) for w in problem.workers}

    def _way(self, worker: Worker, places: dict[str, int]) -> Way:
        matrix = self.matrices[worker.mode]
        return Way(
            seconds=matrix.seconds,
            metres=matrix.metres,
            start=places[worker.start_place],
            end=places[worker.end_place],
        )

    @cached_property
    def not_frail(self) -> frozenset[str]:
        """Visits to people who are not frail in the sense of IDCC 3127."""
        return frozenset(v.id for v in self.problem.visits if not self.persons[v.person].frail)

    @cached_property
    def references(self) -> dict[str, Reference]:
        """Visit -> where it is today, for visits that have such a place."""
        stability = self.problem.stability
        return {} if stability is None else {item.visit: item for item in stability.reference}

    def regime_of(self, worker: Worker) -> Regime:
        """The working-time thresholds of an aide."""
        return self.regimes[worker.regime]

    def travel_s(self, worker_id: str, visit_a: str, visit_b: str) -> int:
        """Seconds from one visit to another for an aide."""
        return self.ways[worker_id].seconds[self.place_of[visit_a]][self.place_of[visit_b]]


def stops_by_round(lookup: Lookup, solution: Solution) -> dict[RoundKey, list[Stop]]:
    """
    Worker and day -> stops in order of time; several rounds of one aide and day are put together.

    Raises:
        Invalid: a round names an aide, a visit or a day that the problem does not have; all are listed.
    """
    defects: list[Defect] = []
    rounds: dict[RoundKey, list[Stop]] = defaultdict(list)
    days = len(lookup.problem.days)
    for index, item in enumerate(solution.rounds):
        where = f"rounds[{index}]"
        if item.worker not in lookup.workers:
            why = f"no aide {item.worker}"
            defects.append(Defect(code="worker_unknown", where=f"{where}.worker", why=why))
        if not 0 <= item.day < days:
            defects.append(Defect(code="day_unknown", where=f"{where}.day", why=f"no day {item.day}"))
        for position, stop in enumerate(item.stops):
            if stop.visit not in lookup.visits:
                place = f"{where}.stops[{position}].visit"
                defects.append(Defect(code="visit_unknown", where=place, why=f"no visit {stop.visit}"))
        rounds[item.worker, item.day].extend(item.stops)
    if defects:
        raise Invalid(defects)
    return {key: sorted(stops, key=_order) for key, stops in rounds.items() if stops}


def _order(stop: Stop) -> tuple[int, int]:
    return (stop.start_s, stop.end_s)
