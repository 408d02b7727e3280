"""
Search of one pickup and delivery problem within a budget: first the fleet, then the distance.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.pdp_data import (
    BEST_WAITING,
    BLINK,
    FLEET,
    NOWHERE,
    REMOVED,
    STOPS,
    STRING,
    WAITING,
    PdpProblem,
    blank_state,
    prepare,
)
from carecoord.planning.engine.pdp_elites import Elite, Route, forget_best, put, take
from carecoord.planning.engine.pdp_fleet import kick, squeeze
from carecoord.planning.engine.pdp_routes import look, refresh
from carecoord.planning.engine.pdp_steps import anneal, construct, drop_route, fewest_absences

# Steps between two looks at the clock.
CHUNK = 500

# Cost of a vehicle, in units of distance: more than all distances of a solution.
VEHICLE = 10**16

# Solutions kept.
ELITES = 8

# Steps of ruin and recreate between two requests that throw others out.
SHAKES = 10

# Fewest requests made to wait by a kick, and looks at the clock before giving up on placing them.
FEWEST_KICKED = 3
PATIENCE = 300


class Scheme(NamedTuple):
    """
    What the time is spent on, and temperatures as shares of the middle travel time.

    `fleet` is the share of the time that may be spent on doing with fewer
    routes, at the temperature `steady`. In the rest, solutions are annealed,
    each time from a temperature between `warm` and `hot` to `cold`, over
    `shortest` steps a request or up to `doublings` times twice as many; before
    that, up to a share `kicked` of the requests is made to wait and placed anew.
    """

    fleet: float = 0.35
    steady: float = 0.1
    warm: float = 1.0
    hot: float = 4.0
    cold: float = 0.001
    shortest: int = 400
    doublings: int = 4
    kicked: float = 0.3


class Found(NamedTuple):
    """
    The best solution of a search: the rows of each route, its distance, and the steps made.
    """

    routes: tuple[Route, ...]
    distance: int
    iterations: int

    @property
    def cost(self) -> int:
        """
        Fewest vehicles, then distance, as one number.
        """
        return len(self.routes) * VEHICLE + self.distance


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
        Steps until the next look at the clock.
        """
        if self.budget.iterations:
            return max(1, min(CHUNK, self.budget.iterations - self.done))
        return CHUNK


class Search:
    """
    One search under way.
    """

    def __init__(self, problem: PdpProblem, budget: Budget, scheme: Scheme) -> None:
        """
        Raises:
            NoStart: some request cannot be served even alone.
        """
        self.problem, self.budget, self.scheme = problem, budget, scheme
        self.chance = random.Random(budget.seed)
        self.clock = Clock(budget)
        self.data, self.state = prepare(problem), blank_state(problem, budget.seed)
        self.state.number[BLINK], self.state.number[REMOVED], self.state.number[STRING] = 10, 10, 10
        self.scale = float(np.median(problem.travel))
        self.elites: list[Elite] = []
        self._begin()

    def _begin(self) -> None:
        refresh(self.data, self.state, 0)
        alone = [look(self.data, self.state, q, 0) for q in range(self.problem.requests)]
        if max(alone) == NOWHERE:
            raise NoStart("some request cannot be served even by a vehicle of its own")
        construct(self.data, self.state)
        for route in range(int(self.state.number[FLEET]) - 1, -1, -1):
            if self.state.route[route, STOPS] == 0:
                drop_route(self.data, self.state, route)
        self._again()

    def run(self) -> Found:
        """
        The whole search.

        Raises:
            NoStart: the fleet of the problem was never enough.
        """
        self.reduce(self.scheme.fleet)
        self.shorten()
        return self.found()

    def reduce(self, until: float) -> None:
        """
        Do with fewer and fewer routes, until a share of the budget is spent.
        """
        while self.clock.share() < until:
            if self.state.number[WAITING] == 0:
                if self.state.number[FLEET] == 1:
                    break
                drop_route(self.data, self.state, fewest_absences(self.data, self.state))
                self.state.absent[:] = 1
            self._squeeze()
            if self.state.number[WAITING] == 0:
                self._again()

    def _squeeze(self) -> None:
        throws = max(1, self.clock.steps() // (10 * (SHAKES + 1)))
        temperature = self.scheme.steady * self.scale
        self.clock.done += squeeze(self.data, self.state, throws, SHAKES, temperature)

    def _again(self) -> None:
        forget_best(self.state)
        self.keep()

    def shorten(self) -> None:
        """
        Spend what is left on annealing the best solutions, one after the other, each time kicked first.
        """
        for elite in list(self.elites):
            put(self.data, self.state, elite)
            self._cool(self.scheme.warm, self._steps(0))
        while self.elites and self.clock.share() < 1:
            ranks = range(len(self.elites))
            put(self.data, self.state, self.elites[min(self.chance.choice(ranks), self.chance.choice(ranks))])
            if self._kick():
                forget_best(self.state)
                hot = self.scheme.warm * (self.scheme.hot / self.scheme.warm) ** self.chance.random()
                self._cool(hot, self._steps(self._doublings()))

    def _doublings(self) -> int:
        # A third as often as annealings half as long: the shorter ones have more of the time.
        sizes = range(self.scheme.doublings + 1)
        return self.chance.choices(sizes, [3.0**-size for size in sizes])[0]

    def _steps(self, doublings: int) -> int:
        return self.scheme.shortest * self.problem.requests << doublings

    def _kick(self) -> bool:
        most = self.scheme.kicked * self.problem.requests
        kick(self.data, self.state, FEWEST_KICKED + int(most * self.chance.random()))
        self.state.absent[:] = 1
        for _ in range(PATIENCE):
            self._squeeze()
            if self.state.number[WAITING] == 0:
                return True
            if self.clock.share() >= 1:
                break
        return False

    def _cool(self, hot: float, steps: int) -> None:
        cold, begun = self.scheme.cold, self.clock.done
        while (made := self.clock.done - begun) < steps and self.clock.share() < 1:
            self._anneal(hot * (cold / hot) ** (made / steps))
        self.keep()

    def _anneal(self, temperature: float) -> None:
        steps = self.clock.steps()
        anneal(self.data, self.state, steps, temperature * self.scale)
        self.clock.done += steps

    def keep(self) -> None:
        """
        Remember the best solution of the run of the state when it is complete.
        """
        if self.state.number[BEST_WAITING] == 0:
            self.remember(take(self.state))

    def remember(self, elite: Elite) -> None:
        """
        Remember a solution when it is among the best met; of two of the same rank, the first.
        """
        if all(elite.rank != known.rank for known in self.elites):
            fewest = min([len(elite.routes), *(len(known.routes) for known in self.elites)])
            known = [one for one in [*self.elites, elite] if len(one.routes) == fewest]
            self.elites = sorted(known, key=lambda one: one.rank)[:ELITES]

    def found(self) -> Found:
        """
        The best solution.

        Raises:
            NoStart: the fleet of the problem was never enough.
        """
        if not self.elites:
            raise NoStart("no plan within the fleet was found")
        best = self.elites[0]
        return Found(best.routes, best.distance, self.clock.done)


def anneal_problem(problem: PdpProblem, budget: Budget) -> Found:
    """
    Search in one process.

    Raises:
        NoStart: no plan within the fleet was found.
    """
    return Search(problem, budget, Scheme()).run()


def start_elites(problem: PdpProblem, budget: Budget) -> list[Elite]:
    """
    First part of a search shared by several processes: as few routes as can be.

    Raises:
        NoStart: some request cannot be served even by a vehicle of its own.
    """
    search = Search(problem, budget, Scheme())
    search.reduce(1.0)
    return search.elites


def improve_elites(problem: PdpProblem, budget: Budget, given: list[list[Elite]]) -> Found:
    """
    Second part: shorter routes, from the solutions of all processes.

    Raises:
        NoStart: no plan within the fleet was found.
    """
    search = Search(problem, budget, Scheme())
    for elites in given:
        for elite in elites:
            search.remember(elite)
    search.shorten()
    return search.found()


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (some seconds the first time).
    """
    travel = np.array([[0, 3, 4, 5, 6], [3, 0, 2, 3, 4], [4, 2, 0, 3, 4], [5, 3, 3, 0, 2], [6, 4, 4, 2, 0]])
    problem = PdpProblem(
        travel=travel.astype(np.int64),
        early=np.zeros(5, dtype=np.int64),
        late=np.full(5, 100, dtype=np.int64),
        service=np.ones(5, dtype=np.int64),
        demand=np.ones(2, dtype=np.int64),
        capacity=2,
        fleet=2,
    )
    anneal_problem(problem, Budget(0.0, 40, 1))
