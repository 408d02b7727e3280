"""
Annealing of one UHHC problem within a time or an iteration budget, in one process.
"""

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_data import Ints
from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.uhhc_anneal import anneal, assign_all
from carecoord.planning.engine.uhhc_data import (
    ABSORBED,
    BEST,
    BEST_BROKEN,
    BEST_CARER,
    BEST_EATS,
    BROKEN,
    CARER,
    COST,
    DURATION,
    EATEN,
    EATS,
    FIRST_OP,
    FREE,
    HARD,
    LEFT_OUT,
    LUNCH_AT,
    LUNCH_LENGTH,
    LUNCH_OP,
    ON_THE_WAY,
    PATIENT,
    TASK,
    UhhcProblem,
    UhhcState,
    blank_state,
)
from carecoord.planning.engine.uhhc_routes import rebuild
from carecoord.planning.engine.uhhc_trial import schedule_all

# Least difference of ranks when they are refreshed, in minutes.
GRAIN = 1e-3

CHUNK = 10_000


class Lunch(NamedTuple):
    """
    A lunch: `start` in minutes, at the place of operation `op`.
    """

    start: int
    op: int


class UhhcFound(NamedTuple):
    """
    The best solution of a search.

    `routes` gives the operations of each carer in order, `starts` the start
    of each operation, `lunches` the lunch of each carer or None, `cost` the
    objective, with the penalties of hard terms still broken.
    """

    routes: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    lunches: tuple[Lunch | None, ...]
    cost: int
    iterations: int


class Cooling(NamedTuple):
    """
    First and last temperature, as shares of the cost per operation of a fair solution, and rounds.

    `price` is the cost of one unit of a term that must be 0.
    """

    hot: float = 1.0
    cold: float = 0.005
    rounds: int = 1
    price: int = HARD


# Up to so many operations, rounds through cheaply broken solutions end more alike than one long one.
FEW = 80
FEW_COOLING = Cooling(hot=2.0, cold=0.02, rounds=4, price=20)


def anneal_problem(problem: UhhcProblem, budget: Budget) -> UhhcFound:
    """
    Search with the cooling chosen for the size of the problem.

    Raises:
        NoStart: some operation has nobody able.
    """
    return search(problem, budget, FEW_COOLING if problem.ops.shape[0] <= FEW else Cooling())


def search(problem: UhhcProblem, budget: Budget, cooling: Cooling) -> UhhcFound:
    """
    Anneal in rounds, each reheated from the best.

    The yardstick of temperatures is taken after a short descent.

    Raises:
        NoStart: some operation has nobody able.
    """
    problem = problem._replace(weights=np.where(problem.hard == 1, cooling.price, problem.weights))
    state = blank_state(problem, budget.seed)
    if not assign_all(problem, state):
        raise NoStart("no able carer for some service")
    began = budget.now()
    start_again(problem, state)
    state.number[BEST], state.number[BEST_BROKEN] = state.number[COST], state.number[BROKEN]
    remember(state)
    total, done = budget.iterations, 0
    settle = 10 * problem.ops.shape[0] if total else 60 * problem.ops.shape[0]
    anneal(problem, state, settle, 0.01)
    scale = max(1.0, float(state.number[BEST]) / problem.ops.shape[0])
    for number in range(cooling.rounds):
        low, high = number / cooling.rounds, (number + 1) / cooling.rounds
        share = low
        restore_best(problem, state)
        while share < high:
            steps = min(CHUNK, max(1, total - done)) if total else CHUNK
            along = (share - low) / (high - low)
            anneal(problem, state, steps, cooling.hot * scale * (cooling.cold / cooling.hot) ** along)
            refresh_ranks(problem, state)
            done += steps
            share = done / total if total else (budget.now() - began) / budget.seconds
            if total and done >= total:
                share = 1.0
    return found_of(problem, state, done)


def by_rank(problem: UhhcProblem, state: UhhcState) -> Ints:
    """
    All operations in order of rank.
    """
    return np.argsort(state.rank[: problem.ops.shape[0]], kind="stable").astype(np.int64)


def start_again(problem: UhhcProblem, state: UhhcState) -> None:
    """
    Routes and times from nothing but carers, lunch bits and ranks.
    """
    rebuild(state, by_rank(problem, state))
    schedule_all(problem, state)


def refresh_ranks(problem: UhhcProblem, state: UhhcState) -> None:
    """
    Draw ranks towards the starts they stand for, in the same order; they would run out of digits otherwise.
    """
    order = by_rank(problem, state)
    starts = (state.after[order, FREE] - problem.ops[order, DURATION]).astype(np.float64)
    absent = state.node[order, CARER] < 0
    starts[absent] = state.rank[order[absent]]
    first = problem.tasks[problem.ops[order, TASK], FIRST_OP]
    leading = np.flatnonzero(first == order)
    ranks = np.zeros(problem.ops.shape[0])
    steps = GRAIN * np.arange(leading.size)
    ranks[order[leading]] = np.maximum.accumulate(starts[leading] - steps) + steps
    state.rank[: ranks.size] = ranks[problem.tasks[problem.ops[:, TASK], FIRST_OP]]


def restore_best(problem: UhhcProblem, state: UhhcState) -> None:
    """
    Go back to the best solution, with its times.
    """
    m = problem.ops.shape[0]
    state.rank[:m] = state.best_rank[:m]
    state.node[:m, CARER] = state.node[:m, BEST_CARER]
    state.node[:m, EATS] = state.node[:m, BEST_EATS]
    absent = state.node[:m, CARER] < 0
    state.number[LEFT_OUT] = np.unique(problem.ops[absent, PATIENT]).size
    start_again(problem, state)


def remember(state: UhhcState) -> None:
    """
    Take the current solution for the best.
    """
    m = state.trial.shape[0]
    state.best_rank[:m] = state.rank[:m]
    state.node[:m, BEST_CARER] = state.node[:m, CARER]
    state.node[:m, BEST_EATS] = state.node[:m, EATS]


def found_of(problem: UhhcProblem, state: UhhcState, iterations: int) -> UhhcFound:
    """
    The best solution; operations before an absorbed wait start later by what was absorbed.
    """
    restore_best(problem, state)
    m = problem.ops.shape[0]
    routes: list[list[int]] = [[] for _ in range(problem.carers.shape[0])]
    for op in by_rank(problem, state):
        if state.node[op, CARER] >= 0:
            routes[state.node[op, CARER]].append(int(op))
    starts = [int(start) for start in state.after[:m, FREE] - problem.ops[:, DURATION]]
    for route in routes:
        later = 0
        for op in reversed(route):
            starts[op] += later
            later += int(state.node[op, ABSORBED])
    lunches = tuple(_lunch(problem, state, carer, route, starts) for carer, route in enumerate(routes))
    return UhhcFound(
        tuple(tuple(route) for route in routes), tuple(starts), lunches, int(state.number[COST]), iterations
    )


def _lunch(
    problem: UhhcProblem, state: UhhcState, carer: int, route: list[int], starts: list[int]
) -> Lunch | None:
    eaten = int(state.day[carer, EATEN])
    if eaten == 0:
        return None
    start, op = int(state.day[carer, LUNCH_AT]), int(state.day[carer, LUNCH_OP])
    if op < 0:
        return Lunch(start, route[-1])
    if eaten == ON_THE_WAY:
        # Never later than just before the visit it precedes.
        start = min(start, starts[op] - int(problem.settings[LUNCH_LENGTH]))
    return Lunch(start, op)


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (some tens of seconds the first time).
    """
    problem = UhhcProblem(
        travel=1 - np.eye(2, dtype=np.int64),
        ops=np.array([[1, 1, 0, 0, 1, -1, 0, 9]], dtype=np.int64),
        tasks=np.array([[0, -1, 0, 0, 0]], dtype=np.int64),
        carers=np.array([[0, 0, 0, 9, 0]], dtype=np.int64),
        able=np.ones((1, 1), dtype=np.int8),
        disliked=np.zeros((1, 1), dtype=np.int8),
        optional=np.zeros(1, dtype=np.int8),
        weights=np.ones(12, dtype=np.int64),
        hard=np.zeros(12, dtype=np.int8),
        settings=np.zeros(4, dtype=np.int64),
    )
    search(problem, Budget(seconds=0.0, iterations=100, seed=1), Cooling())
