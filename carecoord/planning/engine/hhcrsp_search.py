"""
Annealing of one HHCRSP problem within a time or an iteration budget, in one process.
"""

import time
from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_anneal import anneal, construct, cost_of, restore_best
from carecoord.planning.engine.hhcrsp_data import (
    SIMULTANEOUS,
    START,
    Data,
    HhcrspProblem,
    Ints,
    State,
    blank_state,
    prepare,
)

CHUNK = 20_000

# Up to so many operations, several shorter rounds reach the optimum more surely than one long one.
FEW = 45

# Up to so many, there is time to start hotter, which frees solutions stuck in one lateness.
MIDDLING = 110


class Budget(NamedTuple):
    """
    When to stop: after `seconds`, or after `iterations` draws when that is not 0; `seed` settles the draws.

    With `processor`, the seconds are those of the processor of the search's own process.
    """

    seconds: float
    iterations: int
    seed: int
    processor: bool = False

    def now(self) -> float:
        """
        Reading in seconds of the clock this budget goes by.
        """
        return time.process_time() if self.processor else time.perf_counter()


class Found(NamedTuple):
    """
    The best solution of a search.

    `routes` gives the operations of each carer in order, `starts` the start of
    each operation in engine units, `cost` three times the published cost in
    engine units, `iterations` the draws made.
    """

    routes: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    cost: int
    iterations: int


class NoStart(ValueError):
    """
    Some visit has no able carers, or no pair of different ones.
    """


def scale_of(problem: HhcrspProblem) -> float:
    """
    Typical length of a short arc, in time units: the yardstick of temperatures.
    """
    inner = problem.travel[1:, 1:].astype(np.float64)
    count = inner.shape[0]
    if count < 2:
        return max(1.0, float(np.max(problem.travel)))
    inner = inner + np.diag(np.full(count, np.inf))
    short = np.sort(inner, axis=1)[:, : min(5, count - 1)]
    return max(1.0, float(short.mean()))


def start_order(problem: HhcrspProblem) -> Ints:
    """
    Operations by opening of their window, then by closing.
    """
    return np.lexsort((problem.due, problem.earliest)).astype(np.int64)


def begin_search(problem: HhcrspProblem, seed: int) -> tuple[Data, State]:
    """
    Arrays and a first feasible solution.

    Raises:
        NoStart: the greedy start finds no able carers for some visit.
    """
    data, state = prepare(problem), blank_state(problem, seed)
    if not construct(data, state, start_order(problem)):
        raise NoStart("no able pair of carers for some visit")
    return data, state


def routes_of(problem: HhcrspProblem, state: State) -> tuple[tuple[int, ...], ...]:
    """
    The best routes as operations by carer.
    """
    m = problem.operations
    routes = []
    for carer in range(problem.carers):
        route = []
        op = int(state.best[m + carer, 0])
        while op < m:
            route.append(op)
            op = int(state.best[op, 0])
        routes.append(tuple(route))
    return tuple(routes)


class Cooling(NamedTuple):
    """
    Temperatures of the annealing, as shares of the typical short arc, and the number of rounds.
    """

    hot: float = 1.5
    cold: float = 0.1
    again: float = 1.5
    rounds: int = 1


def search(problem: HhcrspProblem, budget: Budget, cooling: Cooling) -> Found:
    """
    Anneal in rounds: the first from the greedy start, the others reheated from the best.

    Raises:
        NoStart: no able carers for some visit.
    """
    data, state = begin_search(problem, budget.seed)
    scale = scale_of(problem)
    began = budget.now()
    total = budget.iterations or 0
    done = 0
    for number in range(cooling.rounds):
        low, high = number / cooling.rounds, (number + 1) / cooling.rounds
        hot = (cooling.hot if number == 0 else cooling.again) * scale
        if number:
            restore_best(data, state)
        share = low
        while share < high:
            steps = min(CHUNK, max(1, total - done)) if total else CHUNK
            along = (share - low) / (high - low)
            temperature = hot * (cooling.cold * scale / hot) ** along
            anneal(data, state, steps, temperature, temperature)
            done += steps
            share = done / total if total else (budget.now() - began) / budget.seconds
            if total and done >= total:
                share = 1.0
    return found_of(problem, data, state, done)


def found_of(problem: HhcrspProblem, data: Data, state: State, iterations: int) -> Found:
    """
    The best routes with their times recomputed from nothing.
    """
    restore_best(data, state)
    starts = tuple(int(start) for start in state.cur[: problem.operations, START])
    return Found(routes_of(problem, state), starts, int(cost_of(state)), iterations)


def anneal_problem(problem: HhcrspProblem, budget: Budget) -> Found:
    """
    Search with the cooling chosen for the size of the problem.

    Raises:
        NoStart: no able carers for some visit.
    """
    if problem.operations <= FEW:
        return search(problem, budget, Cooling(rounds=4))
    return search(problem, budget, Cooling(hot=3.0 if problem.operations <= MIDDLING else 1.5))


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (some tens of seconds the first time).
    """
    one = np.array([1, 1], dtype=np.int64)
    problem = HhcrspProblem(
        travel=1 - np.eye(2, dtype=np.int64),
        row=one,
        duration=one,
        earliest=one,
        due=one,
        mate=np.array([1, 0], dtype=np.int64),
        mode=0 * one + SIMULTANEOUS,
        gap_min=0 * one,
        gap_max=0 * one,
        able=np.ones((2, 2), dtype=np.int8),
    )
    search(problem, Budget(seconds=0.0, iterations=100, seed=1), Cooling(rounds=2))
