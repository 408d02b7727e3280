"""
Annealing of one HHCRSP problem within a time or an iteration budget, in one process.
"""

import random
import time
from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_anneal import anneal, construct
from carecoord.planning.engine.hhcrsp_data import (
    RANDOM,
    SIMULTANEOUS,
    Data,
    HhcrspProblem,
    Ints,
    State,
    blank_state,
    prepare,
)
from carecoord.planning.engine.hhcrsp_elites import Elite, cross, put, routes_of, take
from carecoord.planning.engine.hhcrsp_recombine import Effort, recombine

CHUNK = 20_000

# Draws of one annealing for each operation; longer ones gain less than another start.
DRAWS = 150_000

# Draws of a second, about: how many annealings a time allows. Only their number depends on it.
SPEED = 10_000_000

FEWEST, MOST = 3, 120

# With more operations, less time is left for the hottest part.
MANY = 150

# Starts are longer than the annealings after them: 0.48 of these in 0.6 of the time.
START_PARTS = 0.8

# Times CP-SAT is asked to choose among routes.
TURNS = 8

# Elites kept, and routes of how many solutions CP-SAT may choose from.
ELITES = 8
POOL = 80


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


def start_again(problem: HhcrspProblem, data: Data, state: State) -> None:
    """
    Put a state back to the greedy start; its random numbers go on.
    """
    blank = blank_state(problem, 0)
    blank.number[RANDOM] = state.number[RANDOM]
    for kept, fresh in zip(state, blank, strict=True):
        kept[...] = fresh
    construct(data, state, start_order(problem))


class Scheme(NamedTuple):
    """
    Temperatures as shares of the typical short arc, and what the time is spent on.

    `started` of the annealings begin from nothing at `hot` and have the share
    `starting` of the time. The others heat an elite again to `again`, each
    time that was in vain `steeper` times as much, over `heights` heights;
    `crossing` of them begin from two elites. `choosing` is the share of the
    time for CP-SAT.
    """

    hot: float = 10.0
    cold: float = 0.1
    again: float = 1.0
    steeper: float = 1.4
    heights: int = 5
    started: float = 0.48
    starting: float = 0.6
    crossing: float = 0.3
    choosing: float = 0.08


class Clock:
    """
    How much of a budget is spent, from 0 to 1.
    """

    def __init__(self, budget: Budget) -> None:
        """
        The time runs from here.
        """
        self.budget = budget
        self.done = 0
        self._began = budget.now()

    def share(self) -> float:
        """
        Part of the budget spent.
        """
        if self.budget.iterations:
            return self.done / self.budget.iterations
        return (self.budget.now() - self._began) / self.budget.seconds

    def steps(self) -> int:
        """
        Draws until the next look at the clock.
        """
        if self.budget.iterations:
            return max(1, min(CHUNK, self.budget.iterations - self.done))
        return CHUNK


class Search:
    """
    One search under way: the arrays, the elites and every solution CP-SAT may take routes from.
    """

    def __init__(self, problem: HhcrspProblem, budget: Budget, scheme: Scheme) -> None:
        """
        Raises:
            NoStart: no able carers for some visit.
        """
        self.problem, self.budget, self.scheme = problem, budget, scheme
        self.chance = random.Random(budget.seed)
        self.clock = Clock(budget)
        self.data, self.state = begin_search(problem, budget.seed)
        self.scale = scale_of(problem)
        self.elites: list[Elite] = []
        self.vain: dict[int, int] = {}
        self.pool: list[Elite] = []

    def run(self) -> Found:
        """
        Starts, then heating again and crossing, with CP-SAT in between.
        """
        count = self.count()
        starts = max(1, round(self.scheme.started * count))
        self.begin(starts, self.scheme.starting * (1 - self.scheme.choosing))
        self.better(count - starts)
        return self.found()

    def count(self) -> int:
        """
        How many annealings the budget allows.
        """
        draws = self.budget.iterations or self.budget.seconds * SPEED
        return min(MOST, max(FEWEST, round(draws / (DRAWS * self.problem.operations))))

    def begin(self, starts: int, share: float) -> None:
        """
        Anneal so many times from nothing within a share of the budget.
        """
        for number in range(starts):
            if number:
                start_again(self.problem, self.data, self.state)
            self._anneal(self.scheme.hot, share / starts)

    def better(self, count: int) -> None:
        """
        Spend what is left on `count` annealings from elites; CP-SAT chooses first, then every so often.
        """
        turns = min(TURNS, count)
        share = self.scheme.choosing / turns
        for number in range(count):
            if number * turns // count != (number - 1) * turns // count:
                self._choose(share)
            still_to_choose = share * (turns - 1 - number * turns // count)
            left = 1 - self.clock.share()
            if left > 0:
                self._improve(max(0.0, left - still_to_choose) / (count - number))

    def _anneal(self, hot: float, length: float) -> Elite:
        low = share = self.clock.share()
        high = min(1.0, low + length)
        hottest, coldest = hot * self.scale, self.scheme.cold * self.scale
        while share < high:
            temperature = hottest * (coldest / hottest) ** ((share - low) / (high - low))
            steps = self.clock.steps()
            anneal(self.data, self.state, steps, temperature, temperature)
            self.clock.done += steps
            share = self.clock.share()
        elite = take(self.problem, self.data, self.state)
        self.keep(elite)
        return elite

    def _improve(self, length: float) -> None:
        first, second = self._two()
        if second is not None and self.chance.random() < self.scheme.crossing:
            child = cross(self.problem, first, second, self.chance)
            if child is not None and put(self.problem, self.data, self.state, child):
                self._anneal(self.scheme.again, length)
                return
        tries = self.vain.get(first.cost, 0)
        self.vain[first.cost] = tries + 1
        put(self.problem, self.data, self.state, first)
        hot = self.scheme.again * self.scheme.steeper ** (tries % self.scheme.heights)
        if self._anneal(hot, length).cost < first.cost:
            self.elites = [elite for elite in self.elites if elite is not first]

    def _two(self) -> tuple[Elite, Elite | None]:
        ranks = range(len(self.elites))
        one = min(self.chance.choice(ranks), self.chance.choice(ranks))
        others = [elite for rank, elite in enumerate(self.elites) if rank != one]
        return self.elites[one], self.chance.choice(others) if others else None

    def _choose(self, share: float) -> None:
        seconds = share * (self.budget.iterations / SPEED or self.budget.seconds)
        wall_s = None if self.budget.iterations or self.budget.processor else seconds
        effort = Effort(deterministic_s=seconds, wall_s=wall_s, seed=self.budget.seed)
        found = recombine(self.problem, self.pool, effort)
        if found is not None and put(self.problem, self.data, self.state, found):
            self.keep(take(self.problem, self.data, self.state))

    def keep(self, elite: Elite) -> None:
        """
        Remember a solution: its routes, and itself when it is among the best and no other costs the same.
        """
        self.pool.append(elite)
        self.pool = sorted(self.pool, key=lambda one: one.cost)[:POOL]
        if all(elite.cost != known.cost for known in self.elites):
            self.elites = sorted([*self.elites, elite], key=lambda one: one.cost)[:ELITES]

    def found(self) -> Found:
        """
        The best solution, its times computed from nothing.
        """
        best = self.elites[0]
        put(self.problem, self.data, self.state, best)
        again = take(self.problem, self.data, self.state)
        starts = tuple(int(start) for start in again.start)
        return Found(routes_of(self.problem, again), starts, again.cost, self.clock.done)


def anneal_problem(problem: HhcrspProblem, budget: Budget) -> Found:
    """
    Search with the scheme for the size of the problem.

    Raises:
        NoStart: no able carers for some visit.
    """
    return Search(problem, budget, scheme_for(problem)).run()


def scheme_for(problem: HhcrspProblem) -> Scheme:
    """
    The scheme for the size of a problem.
    """
    return Scheme() if problem.operations <= MANY else Scheme(hot=6.0)


def start_elites(problem: HhcrspProblem, budget: Budget) -> list[Elite]:
    """
    First part of a search shared by several processes: solutions from nothing.

    Raises:
        NoStart: no able carers for some visit.
    """
    search = Search(problem, budget, scheme_for(problem))
    search.begin(max(1, round(search.count() * START_PARTS)), 1.0)
    return search.pool


def improve_elites(problem: HhcrspProblem, budget: Budget, given: list[list[Elite]]) -> Found:
    """
    Second part: what is left of the time on the solutions of all processes.
    """
    search = Search(problem, budget, scheme_for(problem))
    for elites in given:
        for elite in elites:
            search.keep(elite)
    search.better(max(1, search.count()))
    return search.found()


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
    anneal_problem(problem, Budget(seconds=0.0, iterations=100, seed=1))
