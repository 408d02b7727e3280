"""
CP-SAT chooses among the days of drivers that a search has met: each delivery at most once, each
driver at most once, no vehicle for two drivers whose shifts share a moment.

The cost of a day does not depend on other days, so the sum is exact.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model

from carecoord.planning.engine.meal_data import P_LEFT, Data

Variables = list[cp_model.IntVar]

WATCH_S = 0.2


class Day(NamedTuple):
    """One driver's day: kitchens and deliveries in order, cost in 18,000ths of a cent."""

    driver: int
    vehicle: int
    entries: tuple[int, ...]
    cost: int


class Effort(NamedTuple):
    """Limits of one choice: deterministic seconds of CP-SAT, wall seconds where somebody waits, seed."""

    deterministic_s: float
    wall_s: float | None
    seed: int


def choose(
    data: Data,
    pool: Sequence[Day],
    best: Sequence[Day],
    effort: Effort,
    should_stop: Callable[[], bool] | None = None,
) -> list[Day] | None:
    """
    The cheapest plan made of days of the pool; None when CP-SAT finds nothing.

    Args:
        should_stop: asked several times a second; the choice ends with the best found so far.
    """
    cp = cp_model.CpModel()
    chosen = [cp.new_bool_var("") for _ in pool]
    covering: list[Variables] = [[] for _ in range(data.deliveries)]
    by_driver: list[Variables] = [[] for _ in range(data.drivers)]
    by_vehicle: dict[int, dict[int, Variables]] = defaultdict(lambda: defaultdict(list))
    for day, choice in zip(pool, chosen, strict=True):
        by_driver[day.driver].append(choice)
        by_vehicle[day.vehicle][day.driver].append(choice)
        for entry in day.entries:
            if entry < data.deliveries:
                covering[entry].append(choice)
    left = [cp.new_bool_var("") for _ in covering]
    for choices, out in zip(covering, left, strict=True):
        cp.add_exactly_one([*choices, out])
    for choices in by_driver:
        cp.add_at_most_one(choices)
    for drivers in by_vehicle.values():
        _one_at_a_time(cp, data, drivers)
    penalty = int(data.price[P_LEFT])
    cp.minimize(
        sum(day.cost * choice for day, choice in zip(pool, chosen, strict=True)) + penalty * sum(left)
    )
    kept = {(day.driver, day.vehicle, day.entries) for day in best}
    for day, choice in zip(pool, chosen, strict=True):
        cp.add_hint(choice, (day.driver, day.vehicle, day.entries) in kept)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.max_deterministic_time = effort.deterministic_s
    if effort.wall_s is not None:
        solver.parameters.max_time_in_seconds = effort.wall_s
    with _stopped_by(solver, should_stop):
        status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [day for day, choice in zip(pool, chosen, strict=True) if solver.boolean_value(choice)]


@contextmanager
def _stopped_by(solver: cp_model.CpSolver, should_stop: Callable[[], bool] | None) -> Iterator[None]:
    """Watch for a wish to stop beside the solver, which holds no lock of the interpreter."""
    if should_stop is None:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(WATCH_S):
            if should_stop():
                solver.stop_search()
                return

    watcher = threading.Thread(target=watch, name="meal-choice-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _one_at_a_time(cp: cp_model.CpModel, data: Data, drivers: dict[int, Variables]) -> None:
    """One vehicle: of two drivers whose shifts share a moment, one at most."""
    for (one, first), (other, second) in combinations(drivers.items(), 2):
        if data.clash[one, other]:
            cp.add_at_most_one([*first, *second])
