"""
Routing with capacity and time windows within a time or a number of iterations, in one process or several.

Where fewer vehicles come first, routes are given up one after the other until the demands allow no
fewer or a share of the time is over. Then several annealings; CP-SAT chooses among the routes they
met; what is left of the time heats the best solutions again, with CP-SAT in between.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_recombine import Effort
from carecoord.planning.engine.hhcrsp_search import Budget, Clock, NoStart
from carecoord.planning.engine.strings import cooled
from carecoord.planning.engine.vrp_anneal import anneal, drop_route, recreate, serve_all
from carecoord.planning.engine.vrp_choose import Column, Pool, Route, Routes, choose
from carecoord.planning.engine.vrp_data import (
    BAG,
    BEST_COST,
    BEST_USED,
    COST,
    LIMIT,
    OPENING,
    PRICE,
    USED,
    VrpProblem,
    blank_state,
    prepare,
)
from carecoord.planning.engine.vrp_moves import begin_iteration, keep_best, load

# Iterations between two looks at the clock, and between two samples of routes.
CHUNK = 2_000

# Iterations of a second, about: how many annealings a time allows. Only their number depends on it.
SPEED = 100_000

ELITES = 10

# Above FEW customers, annealings are fewer and longer; above MANY, one takes all there is.
FEW, MANY = 150, 600

# First price of leaving a customer out, in typical short arcs.
PRICE_OF_ABSENCE = 10.0

# Iterations within which a first solution must have everybody served.
START_MOST = 300_000

# A current solution this much above the best one is not worth its routes.
SAMPLED = 1.03


class Scheme(NamedTuple):
    """
    Temperatures as shares of the typical short arc, and what the time is spent on.

    `length` iterations a customer make an annealing. Until `fleet` of the time is over, routes are given
    up; until `starting`, annealings are hot, and after the first one a share `fleet_again` of what is left
    of that goes into fewer vehicles once more; where windows rather than loads ask for the vehicles, the
    next begin at a share `tight` of the heat. Later ones heat an elite to `again`, each time that was
    in vain `steeper` times as much, over `heights` heights. `choosing` is the share of that time for
    CP-SAT, in `turns`. Of a hundred iterations, `opening` begin a new route.
    """

    hot: float = 2.0
    cold: float = 0.02
    fleet_heat: float = 0.3
    length: float = 3_000.0
    fleet: float = 0.12
    fleet_again: float = 0.25
    tight: float = 0.25
    starting: float = 0.55
    again: float = 0.3
    steeper: float = 1.6
    heights: int = 4
    choosing: float = 0.12
    turns: int = 6
    opening: int = 8


class Found(NamedTuple):
    """
    The best solution: routes without the depot; `cost` is (vehicles where these come first else 0, travel).

    `units` of travel are one unit of the caller.
    """

    routes: Routes
    cost: tuple[int, int]
    iterations: int
    units: int = 1


class Elite(NamedTuple):
    """
    A solution and its cost, as that of `Found`.
    """

    cost: tuple[int, int]
    routes: Routes


class Given(NamedTuple):
    """
    What one process hands to the others: its best solutions and the routes it met.
    """

    elites: list[Elite]
    columns: list[Column]


def scale_of(problem: VrpProblem) -> float:
    """
    Typical length of a short arc, the yardstick of temperatures: mean of the five shortest of each customer.
    """
    inner = problem.travel[1:, 1:].astype(np.float64)
    if inner.shape[0] < 2:
        return max(1.0, float(np.max(problem.travel)))
    inner = inner + np.diag(np.full(inner.shape[0], np.inf))
    return max(1.0, float(np.sort(inner, axis=1)[:, : min(5, inner.shape[0] - 1)].mean()))


class Search:
    """
    One search under way: tables, elites, routes.
    """

    def __init__(self, problem: VrpProblem, budget: Budget, scheme: Scheme) -> None:
        """
        The time runs from here.
        """
        self.clock = Clock(budget)
        self.problem, self.budget, self.scheme = problem, budget, scheme
        self.chance = random.Random(budget.seed)
        self.data, self.state = prepare(problem, budget.seed), blank_state(problem, budget.seed)
        self.state.scalar[OPENING] = 0 if problem.fleet_first else scheme.opening
        self.scale = scale_of(problem)
        self.elites: list[Elite] = []
        self.vain: dict[tuple[int, int], int] = {}
        self.pool = Pool()

    def run(self) -> Found:
        """
        Everything in one process.
        """
        self.start(self.scheme.fleet)
        self.begin(self.scheme.starting)
        self.better()
        return self.found()

    def start(self, share: float) -> None:
        """
        A first solution, and where fewer vehicles come first, ever fewer for a share of the time.

        Raises:
            NoStart: no solution with everybody served was met.
        """
        if self.problem.beyond_reach:
            raise NoStart(f"no vehicle of its own serves customers {self.problem.beyond_reach} in time")
        s = self.state
        begin_iteration(s)
        recreate(self.data, s)
        heat = self.scheme.fleet_heat * self.scale
        made = 0
        while s.scalar[BAG]:
            made += serve_all(self.data, s, CHUNK, heat)
            if made >= START_MOST or self.clock.share() >= 1:
                raise NoStart("no solution that serves everybody was met")
        keep_best(s)
        self._fewer(share)

    def _fewer(self, until: float) -> None:
        """
        Give up routes of the current solution until the demands allow no fewer or the time is over.
        """
        s = self.state
        heat = self.scheme.fleet_heat * self.scale
        while self.problem.fleet_first and s.scalar[USED] > self.problem.fewest:
            begin_iteration(s)
            drop_route(self.data, s)
            while s.scalar[BAG] and self.clock.share() < until:
                self.clock.done += serve_all(self.data, s, self._steps(), heat)
            if s.scalar[BAG]:
                break
        self.keep(self._best())

    def _steps(self) -> int:
        if self.budget.iterations:
            return max(1, min(CHUNK, self.budget.iterations - self.clock.done))
        return CHUNK

    def count(self, share: float) -> int:
        """
        How many annealings a share of the budget allows.
        """
        draws = share * (self.budget.iterations or self.budget.seconds * SPEED)
        return max(1, min(30, round(draws / (self.scheme.length * self.problem.customers))))

    def begin(self, until: float) -> None:
        """
        Anneal from a first solution, several times, until a share of the budget is spent.

        A good solution may lose a route where a first one did not, so that is tried once more.
        """
        count = self.count(until - self.clock.share())
        tight = self.problem.fleet_first and self.elites[0].cost[0] > self.problem.fewest
        count = max(2, count) if tight else count
        for number in range(count):
            left = until - self.clock.share()
            hot = self.scheme.hot * (self.scheme.tight if tight and number else 1.0)
            if left > 0:
                self._anneal(self.elites[-1].routes, hot, left / (count - number))
            if tight and number == 0:
                self._put(self.elites[0].routes)
                self._fewer(self.clock.share() + self.scheme.fleet_again * (until - self.clock.share()))

    def better(self) -> None:
        """
        Spend what is left on choices and on annealings from elites.
        """
        left = max(0.0, 1 - self.clock.share())
        count = max(self.scheme.turns, self.count(left))
        share = self.scheme.choosing * left / self.scheme.turns
        for number in range(count):
            turn = number * self.scheme.turns // count
            if turn != (number - 1) * self.scheme.turns // count:
                self._choose(share)
            left = 1 - self.clock.share() - share * (self.scheme.turns - 1 - turn)
            if left > 0:
                self._improve(left / (count - number))

    def _anneal(self, routes: Routes, hot: float, length: float) -> Elite:
        s, scheme = self.state, self.scheme
        self._put(routes)
        low = share = self.clock.share()
        high = min(1.0, low + length)
        s.scalar[PRICE] = round(PRICE_OF_ABSENCE * self.scale)
        while share < high:
            part = (share - low) / (high - low)
            steps = self._steps()
            anneal(self.data, s, steps, cooled(hot * self.scale, scheme.cold * self.scale, part))
            self.clock.done += steps
            share = self.clock.share()
            if part > 0.3 and not s.scalar[BAG] and s.scalar[COST] < SAMPLED * s.scalar[BEST_COST]:
                self._sample(self._current(), int(s.scalar[COST]))
        elite = self._best()
        self.keep(elite)
        return elite

    def _improve(self, length: float) -> None:
        ranks = range(len(self.elites))
        first = self.elites[min(self.chance.choice(ranks), self.chance.choice(ranks))]
        tries = self.vain.get(first.cost, 0)
        self.vain[first.cost] = tries + 1
        hot = self.scheme.again * self.scheme.steeper ** (tries % self.scheme.heights)
        if self._anneal(first.routes, hot, length).cost < first.cost:
            self.elites = [elite for elite in self.elites if elite is not first]

    def _choose(self, share: float) -> None:
        seconds = share * (self.budget.iterations / SPEED or self.budget.seconds)
        wall_s = None if self.budget.iterations or self.budget.processor else seconds
        effort = Effort(deterministic_s=seconds, wall_s=wall_s, seed=self.budget.seed)
        best = self.elites[0]
        most = best.cost[0] if self.problem.fleet_first else self.problem.vehicles
        chosen = choose(self.pool, best.routes, most, effort)
        if chosen is not None:
            self._put(chosen)
            self.keep(self._best())

    def _put(self, routes: Routes) -> None:
        """
        Make a solution the current and the best one; it has no more vehicles later where these come first.
        """
        flat = [stop for route in routes for stop in (*route, 0)]
        load(self.data, self.state, np.array(flat, dtype=np.int64))
        self.state.scalar[LIMIT] = len(routes) if self.problem.fleet_first else self.problem.vehicles
        keep_best(self.state)

    def _current(self) -> Routes:
        return self._routes(self.state.node[:, 0].tolist())

    def _routes(self, following: list[int]) -> Routes:
        first = self.problem.customers + 1
        routes = []
        for depot in range(first, len(following)):
            route = []
            v = following[depot]
            while v != depot:
                route.append(v)
                v = following[v]
            if route:
                routes.append(tuple(route))
        return tuple(routes)

    def _best(self) -> Elite:
        scalar = self.state.scalar
        used = int(scalar[BEST_USED]) if self.problem.fleet_first else 0
        return Elite((used, int(scalar[BEST_COST])), self._routes(self.state.best.tolist()))

    def _sample(self, routes: Routes, total: int) -> None:
        self.pool.add(routes, [self._travel(route) for route in routes], total)

    def _travel(self, route: Route) -> int:
        travel = self.problem.travel
        return sum(int(travel[leg]) for leg in zip((0, *route), (*route, 0), strict=True))

    def keep(self, elite: Elite) -> None:
        """
        Remember a solution: its routes, and itself when it is among the best and no other costs the same.
        """
        self._sample(elite.routes, elite.cost[1])
        if all(elite.cost != known.cost for known in self.elites):
            self.elites = sorted([*self.elites, elite])[:ELITES]
            fewest = self.elites[0].cost[0]
            self.elites = [known for known in self.elites if known.cost[0] == fewest]

    def take(self, given: Given) -> None:
        """
        Remember what another process hands over.
        """
        for column in given.columns:
            self.pool.put(column)
        for elite in given.elites:
            self.keep(elite)

    def found(self) -> Found:
        """
        The best solution.
        """
        return Found(self.elites[0].routes, self.elites[0].cost, self.clock.done, self.problem.units)


def scheme_for(problem: VrpProblem) -> Scheme:
    """
    The scheme for the size of a problem.
    """
    if problem.customers <= FEW:
        return Scheme()
    if problem.customers <= MANY:
        return Scheme(hot=4.0, cold=0.015, length=8_000.0, again=0.5, choosing=0.08)
    return Scheme(hot=5.0, cold=0.02, length=50_000.0, starting=0.8, again=0.3, choosing=0.06, turns=3)


def search_problem(problem: VrpProblem, budget: Budget) -> Found:
    """
    Search in one process.

    Raises:
        NoStart: no solution that serves everybody was met.
    """
    return Search(problem, budget, scheme_for(problem)).run()


def start_elites(problem: VrpProblem, budget: Budget) -> Given:
    """
    First part of a search shared by several processes: fewer vehicles, then annealings from nothing.

    Raises:
        NoStart: no solution that serves everybody was met.
    """
    scheme = scheme_for(problem)
    search = Search(problem, budget, scheme)
    search.start(scheme.fleet / scheme.starting)
    search.begin(1.0)
    return Given(search.elites, search.pool.best())


def improve_elites(problem: VrpProblem, budget: Budget, given: list[Given]) -> Found:
    """
    Second part: what is left of the time on the solutions of all processes.
    """
    search = Search(problem, budget, scheme_for(problem))
    for one in given:
        search.take(one)
    search.better()
    return search.found()


def warm_up() -> None:
    """
    Load the compiled search from the disk cache, or compile it (some tens of seconds the first time).
    """
    travel = np.array([[0, 3, 4, 5], [3, 0, 5, 4], [4, 5, 0, 3], [5, 4, 3, 0]], dtype=np.int64)
    same = np.ones(4, dtype=np.int64)
    for fleet_first in (False, True):
        problem = VrpProblem(
            travel=travel,
            demand=same - np.eye(4, dtype=np.int64)[0],
            service=0 * same,
            earliest=0 * same,
            latest=100 * same,
            capacity=2,
            vehicles=3,
            fleet_first=fleet_first,
        )
        search_problem(problem, Budget(0.0, 200, 1))
