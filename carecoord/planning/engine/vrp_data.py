"""
Vehicle routing with capacity and time windows: the problem, and the tables its compiled search works on.

Units are whole: the caller scales distances, which are travel times and costs at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from carecoord.planning.engine.random_numbers import seeded
from carecoord.planning.engine.strings import Ints, Words, neighbours, skips

Shorts = npt.NDArray[np.int32]

# Columns of a customer's line: demand, service, opening and closing of the window, then sort keys.
DEMAND, SERVICE, OPENS, CLOSES, FIRST_KEY = 0, 1, 2, 3, 4

# Columns of a node's line; one line fills a line of the processor's cache.
# LEAVES: end of service when everything before is as early as possible. LATEST: latest start of
# service that keeps everything after in time. ARC: travel to the next node.
NEXT, PREVIOUS, ROUTE, LEAVES, LATEST, ARC, PLACE, NODE_COLUMNS = 0, 1, 2, 3, 4, 5, 6, 8

# Columns of a route's line: load, stops, the iteration that last saved or ruined it, its place in `order`.
LOAD, STOPS, SAVED, RUINED, RANK, ROUTE_COLUMNS = 0, 1, 2, 3, 4, 8

# Scalars of a state.
COST, BAG, USED, LIMIT, ITERATION, LOGGED, BEST_COST, BEST_USED, OLD_BAG = range(9)
OPENING, PRICE, SERVED, SCALARS = 9, 10, 11, 16

# Lists of predecessors and successors of a customer that an insertion looks at: all up to a size.
ALL_UP_TO = 120
LISTED = 48

# Customers near one another in ruins.
NEAR = 240


class VrpProblem(NamedTuple):
    """
    `n` customers after the depot, which is row 0 of every table.

    Args:
        travel: time and cost from row to column; symmetric, below 2^31, triangle inequality not needed.
        demand, service, earliest, latest: of each row; the window is that of the start of service, and
            of the depot that of leaving and coming back.
        capacity: of a vehicle.
        vehicles: most of them.
        fleet_first: fewer vehicles come before less travel.
        units: units of travel in one unit of the caller.
    """

    travel: Ints
    demand: Ints
    service: Ints
    earliest: Ints
    latest: Ints
    capacity: int
    vehicles: int
    fleet_first: bool = False
    units: int = 1

    @property
    def customers(self) -> int:
        """Number of customers."""
        return int(self.demand.shape[0]) - 1

    @property
    def fewest(self) -> int:
        """Vehicles without which the demands have no room."""
        return max(1, -(-int(self.demand.sum()) // max(1, self.capacity)))

    @property
    def beyond_reach(self) -> list[int]:
        """Customers whom a vehicle cannot serve even alone; insertions rely on there being none."""
        start = np.maximum(self.earliest[0] + self.service[0] + self.travel[0], self.earliest)
        back = start + self.service + self.travel[:, 0]
        wrong = (start > self.latest) | (back > self.latest[0]) | (self.demand > self.capacity)
        return [int(row) for row in np.flatnonzero(wrong) if row]


class Data(NamedTuple):
    """
    The problem as compiled functions read it.

    `customer` has one line per row with the columns DEMAND to CLOSES and the sort keys; `before`
    and `after` list, for each customer, whom they may follow and precede, nearest first and -1 at
    the end; `near` lists customers by distance, themselves first.
    """

    travel: Shorts
    customer: Ints
    before: Shorts
    after: Shorts
    near: Shorts
    skip: Ints
    capacity: int
    complete: int


class State(NamedTuple):
    """
    A solution under way.

    Nodes 1 to n are customers, node n + 1 + r stands for the depot at both ends of route r, so a
    route is a ring. A customer without a place has ROUTE -1 and is in `bag[0]`; `bag[1]` is the
    bag before the iteration. `order` has the used routes first. `log` holds the stops of the routes
    an iteration has touched, `touched` where. `absent` counts how often a customer was left over.
    `best` is NEXT of the best solution.
    """

    node: Ints
    route: Ints
    order: Ints
    scalar: Ints
    bag: Ints
    keys: Ints
    log: Ints
    touched: Ints
    absent: Ints
    best: Ints
    blink: Ints
    rng: Words


def prepare(problem: VrpProblem, seed: int) -> Data:
    """
    Tables of a problem; `seed` settles the blinks.
    """
    n = problem.customers
    customer = np.zeros((n + 1, 10), dtype=np.int64)
    far = problem.travel[0]
    columns = (
        problem.demand,
        problem.service,
        problem.earliest,
        problem.latest,
        -problem.demand,
        -far,
        far,
        problem.latest - problem.earliest,
        problem.earliest,
        -problem.latest,
    )
    for place, column in enumerate(columns):
        customer[:, place] = column
    complete = n <= ALL_UP_TO
    listed = n if complete else LISTED
    travel = problem.travel.copy()
    near = neighbours(np.where(np.eye(n + 1, dtype=bool), -1, travel), min(n + 1, NEAR))
    before, after = _followers(problem, listed)
    return Data(
        travel=np.ascontiguousarray(travel, dtype=np.int32),
        customer=customer,
        before=before,
        after=after,
        near=np.ascontiguousarray(near, dtype=np.int32),
        skip=skips(seed),
        capacity=problem.capacity,
        complete=int(complete),
    )


def _followers(problem: VrpProblem, listed: int) -> tuple[Shorts, Shorts]:
    """For each customer, who may come before and after: by travel and a fifth of the unavoidable wait."""
    rows = np.arange(problem.customers + 1)
    ready = (problem.earliest + problem.service)[:, None] + problem.travel
    latest = (problem.latest + problem.service)[:, None] + problem.travel
    wait = np.maximum(0, problem.earliest[None, :] - latest)
    cost = (problem.travel + wait // 5).astype(np.float64)
    never = (ready > problem.latest[None, :]) | (problem.demand[:, None] + problem.demand > problem.capacity)
    cost[never] = np.inf
    cost[rows, rows] = np.inf
    cost[0, :] = np.inf
    cost[:, 0] = np.inf
    both = []
    for table in (cost.T, cost):
        order = np.argsort(table, axis=1, kind="stable")[:, :listed]
        fits = np.isfinite(np.take_along_axis(table, order, axis=1))
        lists = np.full((order.shape[0], listed + 1), -1, dtype=np.int32)
        lists[:, :-1] = np.where(fits, order, -1)
        both.append(lists)
    return both[0], both[1]


def blank_state(problem: VrpProblem, seed: int) -> State:
    """
    Every customer in the bag; `seed` settles every later draw.
    """
    n, m = problem.customers, problem.vehicles
    node = np.zeros((n + 1 + m, NODE_COLUMNS), dtype=np.int64)
    node[: n + 1, PLACE] = np.arange(n + 1)
    node[:, ROUTE] = -1
    depots = np.arange(n + 1, n + 1 + m)
    node[depots, NEXT] = node[depots, PREVIOUS] = depots
    node[depots, ROUTE] = np.arange(m)
    node[depots, LEAVES] = problem.earliest[0] + problem.service[0]
    node[depots, LATEST] = problem.latest[0]
    route = np.zeros((m, ROUTE_COLUMNS), dtype=np.int64)
    route[:, RANK] = np.arange(m)
    route[:, SAVED] = route[:, RUINED] = -1
    scalar = np.zeros(SCALARS, dtype=np.int64)
    scalar[BAG] = n
    scalar[LIMIT] = m
    scalar[BEST_COST] = np.iinfo(np.int64).max
    bag = np.zeros((2, n + 1), dtype=np.int64)
    bag[0, :n] = np.arange(1, n + 1)
    return State(
        node=node,
        route=route,
        order=np.arange(m, dtype=np.int64),
        scalar=scalar,
        bag=bag,
        keys=np.zeros(n + 1, dtype=np.int64),
        log=np.zeros(2 * n + 8, dtype=np.int64),
        touched=np.zeros((m, 3), dtype=np.int64),
        absent=np.zeros(n + 1, dtype=np.int64),
        best=np.zeros(n + 1 + m, dtype=np.int64),
        blink=np.zeros(2, dtype=np.int64),
        rng=seeded(seed),
    )
