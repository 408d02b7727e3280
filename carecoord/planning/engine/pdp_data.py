"""
Arrays of a pickup and delivery problem with time windows (PDPTW) for the compiled search.

Every quantity is an integer in units chosen by the caller: travel times are
distances too, so that the search adds and subtracts without rounding.

Source: H. Li, A. Lim, International Journal on Artificial Intelligence Tools 12 (2003) 173-186.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from carecoord.planning.engine.random_numbers import seeded

Ints = NDArray[np.int64]

# Columns of Data.node; node 0 is the depot, nodes 1 to n the pickups, n + 1 to 2n their deliveries.
EARLY = 0
LATE = 1
SERVICE = 2
DEMAND = 3

# Columns of a stop in State.stop.
NODE = 0
START = 1
LAST = 2
LOAD = 3

# Columns of State.route.
STOPS = 0
LENGTH = 1
VERSION = 2
KEPT_STOPS = 3
KEPT_LENGTH = 4
KEPT_VERSION = 5
TOUCHED = 6

# Entries of State.number.
FLEET = 0
WAITING = 1
DISTANCE = 2
ROUND = 3
VERSIONS = 4
TOUCHES = 5
BEST_DISTANCE = 6
BEST_WAITING = 7
BLINK = 9
REMOVED = 10
STRING = 11
KEPT_DISTANCE = 12
KEPT_WAITING = 13
NUMBERS = 16

# Columns of State.known: the cheapest place of a request in a route, and for which version of it.
FOR_VERSION = 0
DETOUR = 1
AFTER_PICKUP = 2
AFTER_DELIVERY = 3

# Lines of State.list.
BAG = 0
KEPT_BAG = 1
KEY = 2
USED = 3
SCRATCH = 4
INSIDE = 5

NOWHERE = 1 << 60


class PdpProblem(NamedTuple):
    """
    One problem: `n` requests, at most `fleet` vehicles of one capacity, square travel matrix.

    Row 0 of the matrix is the depot, row r the pickup of request r - 1, row
    n + r its delivery; travel keeps the triangle inequality. `early` and
    `late` bound the start of service, `service` is its duration, one entry a
    row; those of the depot bound departure and return. `demand` has an entry
    a request.
    """

    travel: Ints
    early: Ints
    late: Ints
    service: Ints
    demand: Ints
    capacity: int
    fleet: int

    @property
    def requests(self) -> int:
        """
        Number of requests.
        """
        return int(self.demand.shape[0])


class Data(NamedTuple):
    """
    The problem as the compiled functions read it.

    `ride` is service at the first node and travel to the second one; `near`
    holds for each node all but the depot by distance; `limit` capacity and
    number of requests.
    """

    node: Ints
    ride: Ints
    near: Ints
    limit: Ints


class State(NamedTuple):
    """
    The current solution, what is kept to undo a step, and the best solution of a run.

    `stop[r, k]` is the k-th stop of route r: node, start of service, latest
    start that keeps the rest in time, load when leaving; both ends are the
    depot. The last route is scratch space. `at` is the route of each node, -1
    where it is in none. `best` holds the nodes of the best solution, route
    after route with the depot between.
    `absent` counts how often each request was left out.
    """

    stop: Ints
    kept: Ints
    route: Ints
    at: Ints
    list: Ints
    known: Ints
    absent: Ints
    best: Ints
    number: Ints
    rng: NDArray[np.uint64]


def prepare(problem: PdpProblem) -> Data:
    """
    Lay the problem out for the compiled functions.
    """
    n = problem.requests
    node = np.zeros((2 * n + 1, 4), dtype=np.int64)
    node[:, EARLY], node[:, LATE], node[:, SERVICE] = problem.early, problem.late, problem.service
    node[1 : n + 1, DEMAND], node[n + 1 :, DEMAND] = problem.demand, -problem.demand
    travel = problem.travel.astype(np.int64)
    np.fill_diagonal(travel, 0)
    far = travel.astype(np.float64)
    far[:, 0] = np.inf
    near = np.argsort(far, axis=1, kind="stable")[:, :-1].astype(np.int64)
    limit = np.array([problem.capacity, n], dtype=np.int64)
    ride = np.ascontiguousarray(travel + node[:, SERVICE, None])
    return Data(node=node, ride=ride, near=np.ascontiguousarray(near), limit=limit)


def blank_state(problem: PdpProblem, seed: int) -> State:
    """
    A state without routes and with every request waiting; `seed` settles every later draw.
    """
    n, fleet = problem.requests, min(problem.fleet, problem.requests)
    state = State(
        stop=np.zeros((fleet + 1, 2 * n + 2, 4), dtype=np.int64),
        kept=np.zeros((fleet, 2 * n + 2, 4), dtype=np.int64),
        route=np.zeros((fleet + 1, 8), dtype=np.int64),
        at=np.full(2 * n + 1, -1, dtype=np.int64),
        list=np.zeros((6, max(n, fleet) + 1), dtype=np.int64),
        known=np.zeros((n, fleet + 1, 4), dtype=np.int64),
        absent=np.ones(n, dtype=np.int64),
        best=np.zeros(2 * n + fleet + 2, dtype=np.int64),
        number=np.zeros(NUMBERS, dtype=np.int64),
        rng=seeded(seed),
    )
    state.list[BAG, :n] = np.arange(n)
    state.number[FLEET] = fleet
    state.number[WAITING] = n
    return state
