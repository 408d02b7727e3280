"""
The ride search on instances of the literature: alone, or in two parts shared by several processes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.ride_data import MUST, RideArrays, RideFound, Routes
from carecoord.planning.engine.ride_recombine import Met, met
from carecoord.planning.engine.ride_run import Pace, RideRun

FIRST_PART = 0.5
"""Share of the time before the processes hand each other what they met."""


class Handed(NamedTuple):
    """
    What a process hands to the others: its best routes, and all routes it met.
    """

    routes: Routes
    met: Met


def _pace(budget: Budget) -> Pace:
    return Pace(budget.seconds, budget.iterations, now=budget.now)


def _complete(run: RideRun) -> RideFound:
    found = run.found()
    if found.unserved:
        raise NoStart(f"{len(found.unserved)} requests have no place in the plan found")
    return found


def anneal_problem(problem: RideArrays, budget: Budget) -> RideFound:
    """
    Search in one process.

    Raises:
        NoStart: no plan that serves every request was found.
    """
    pace, run = _pace(budget), RideRun(problem, budget.seed)
    run.construct()
    run.improve(pace)
    return _complete(run)


def start_routes(problem: RideArrays, budget: Budget) -> Handed:
    """
    First part of a search shared by several processes: one annealing from nothing, and a first choice.
    """
    pace, run = _pace(budget), RideRun(problem, budget.seed)
    run.construct()
    run.begin(pace)
    return Handed(run.best(), met(run.state))


def improve_routes(problem: RideArrays, budget: Budget, given: list[Handed]) -> RideFound:
    """
    Second part: choices among the routes of all processes, and annealings from the best plan.

    Raises:
        NoStart: no plan that serves every request was found.
    """
    pace, run = _pace(budget), RideRun(problem, budget.seed)
    for handed in given:
        run.construct(handed.routes)
        run.others.append(handed.met)
    run.back_to_best()
    run.go_on(pace)
    return _complete(run)


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (half a minute the first time).
    """
    anneal_problem(smallest(), Budget(0.0, 20, 1))


def smallest() -> RideArrays:
    """
    Two requests bound to each other, and one vehicle whose time counts.
    """

    def of(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    travel = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]).astype(np.int64)
    return RideArrays(
        travel=travel,
        cost=travel.copy(),
        pick_place=of(1, 2),
        drop_place=of(3, 4),
        pick_service=of(1, 1),
        drop_service=of(1, 1),
        pick_early=of(0, 0),
        pick_late=of(90, 90),
        drop_early=of(0, 0),
        drop_late=of(99, 99),
        ride_max=of(20, 20),
        load=of(1, 1).reshape(2, 1),
        penalty=of(MUST, MUST),
        allowed=np.ones((2, 1), dtype=np.int8),
        assign_cost=np.zeros((2, 1), dtype=np.int64),
        mate=of(1, -1),
        fixed_vehicle=of(-1, -1),
        start_place=of(0),
        end_place=of(0),
        shift_start=of(0),
        shift_end=of(120),
        duration_max=of(120),
        capacity=of(2).reshape(1, 1),
        fixed_cost=of(0),
        time_cost=of(1),
    )
