"""
The ride search on instances of the literature: alone, or in two parts shared by several processes.
"""

from __future__ import annotations

from typing import NamedTuple

from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.ride_data import RideArrays, RideFound
from carecoord.planning.engine.ride_recombine import Met, met
from carecoord.planning.engine.ride_run import Elite, Pace, RideRun
from carecoord.planning.engine.ride_warm import warm

FIRST_PART = 0.5
"""Share of the time before the processes hand each other what they met."""


class Handed(NamedTuple):
    """
    What a process hands to the others: its best plans, the best first, and all routes it met.
    """

    elites: list[Elite]
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
    First part of a search shared by several processes: annealings from nothing, and a first choice.
    """
    pace, run = _pace(budget), RideRun(problem, budget.seed)
    run.construct()
    run.begin(pace)
    return Handed(run.elites, met(run.state))


def improve_routes(problem: RideArrays, budget: Budget, given: list[Handed]) -> RideFound:
    """
    Second part: choices among the routes of all processes, and annealings from the best plan.

    Raises:
        NoStart: no plan that serves every request was found.
    """
    pace, run = _pace(budget), RideRun(problem, budget.seed)
    run.construct()
    for handed in given:
        for elite in handed.elites:
            run.construct(elite.routes)
            run.keep()
        run.others.append(handed.met)
    run.go_on(pace)
    return _complete(run)


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (half a minute the first time).
    """
    warm()
