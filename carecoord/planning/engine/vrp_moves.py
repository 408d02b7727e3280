"""
Changes of a routing solution, kept in step with its times and loads, and how they are taken back.

The first change of a route in an iteration writes its stops to the log; an iteration that is not
accepted has its routes put together again from there. Insertions are tested in constant time by the
earliest departure of the node before and the latest start of the node after.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.strings import Ints
from carecoord.planning.engine.vrp_data import (
    ARC,
    BAG,
    BEST_COST,
    BEST_USED,
    CLOSES,
    COST,
    DEMAND,
    ITERATION,
    LATEST,
    LEAVES,
    LOAD,
    LOGGED,
    NEXT,
    OLD_BAG,
    OPENS,
    PLACE,
    PREVIOUS,
    RANK,
    ROUTE,
    SAVED,
    SERVICE,
    STOPS,
    USED,
    Data,
    State,
)


@njit
def begin_iteration(s: State) -> None:
    """Forget what was touched, and remember the bag."""
    s.scalar[ITERATION] += 1
    s.scalar[LOGGED] = 0
    s.log[0] = 0
    s.scalar[OLD_BAG] = s.scalar[BAG]
    for k in range(s.scalar[BAG]):
        s.bag[1, k] = s.bag[0, k]


@njit
def save(s: State, r: int) -> None:
    """Write the stops of a route to the log, once an iteration; `log[0]` is its length."""
    if s.route[r, SAVED] == s.scalar[ITERATION]:
        return
    s.route[r, SAVED] = s.scalar[ITERATION]
    at = s.log[0]
    k = s.scalar[LOGGED]
    s.touched[k, 0], s.touched[k, 1] = r, at
    depot = s.node.shape[0] - s.route.shape[0] + r
    v = s.node[depot, NEXT]
    while v != depot:
        at += 1
        s.log[at] = v
        v = s.node[v, NEXT]
    s.touched[k, 2] = at
    s.log[0] = at
    s.scalar[LOGGED] = k + 1


@inlined
def use(s: State, r: int) -> None:
    """An empty route becomes a used one."""
    u = s.scalar[USED]
    swap_rank(s, r, u)
    s.scalar[USED] = u + 1


@inlined
def give_up(s: State, r: int) -> None:
    """A route has become empty."""
    u = s.scalar[USED] - 1
    swap_rank(s, r, u)
    s.scalar[USED] = u


@inlined
def swap_rank(s: State, r: int, rank: int) -> None:
    """Put a route at a place of `order`; the one there takes its place."""
    other, own = s.order[rank], s.route[r, RANK]
    s.order[rank], s.order[own] = r, other
    s.route[r, RANK], s.route[other, RANK] = rank, own


@njit
def take_out(d: Data, s: State, v: int) -> None:
    """
    Put a customer into the bag. The times of its route must be brought up to date by `retime`.
    """
    node = s.node
    i, k, r = node[v, PREVIOUS], node[v, NEXT], node[v, ROUTE]
    arc = d.travel[node[i, PLACE], node[k, PLACE]]
    s.scalar[COST] += arc - node[i, ARC] - node[v, ARC]
    node[i, NEXT], node[k, PREVIOUS], node[i, ARC] = k, i, arc
    node[v, ROUTE] = -1
    s.bag[0, s.scalar[BAG]] = v
    s.scalar[BAG] += 1
    s.route[r, LOAD] -= d.customer[v, DEMAND]
    s.route[r, STOPS] -= 1
    if s.route[r, STOPS] == 0:
        give_up(s, r)


@njit
def put_after(d: Data, s: State, v: int, i: int) -> None:
    """Insert a customer, who is in no bag, after a node; times are brought up to date."""
    node = s.node
    k, r = node[i, NEXT], node[i, ROUTE]
    if s.route[r, STOPS] == 0:
        use(s, r)
    before, after = d.travel[v, node[i, PLACE]], d.travel[v, node[k, PLACE]]
    s.scalar[COST] += before + after - node[i, ARC]
    node[v, PREVIOUS], node[v, NEXT], node[v, ROUTE] = i, k, r
    node[i, NEXT], node[k, PREVIOUS] = v, v
    node[i, ARC], node[v, ARC] = before, after
    s.route[r, LOAD] += d.customer[v, DEMAND]
    s.route[r, STOPS] += 1
    last = node.shape[0] - s.route.shape[0]
    u, known = v, False
    while u < last:
        p = node[u, PREVIOUS]
        leaves = max(node[p, LEAVES] + node[p, ARC], d.customer[u, OPENS]) + d.customer[u, SERVICE]
        if known and leaves == node[u, LEAVES]:
            break
        node[u, LEAVES], known = leaves, True
        u = node[u, NEXT]
    u, known = v, False
    while u < last:
        latest = min(
            d.customer[u, CLOSES], node[node[u, NEXT], LATEST] - node[u, ARC] - d.customer[u, SERVICE]
        )
        if known and latest == node[u, LATEST]:
            break
        node[u, LATEST], known = latest, True
        u = node[u, PREVIOUS]


@njit
def retime(d: Data, s: State, r: int) -> None:
    """Times of a whole route."""
    node = s.node
    depot = node.shape[0] - s.route.shape[0] + r
    p, v = depot, node[depot, NEXT]
    while v != depot:
        leaves = node[p, LEAVES] + node[p, ARC]
        node[v, LEAVES] = max(leaves, d.customer[v, OPENS]) + d.customer[v, SERVICE]
        p, v = v, node[v, NEXT]
    k, v = depot, node[depot, PREVIOUS]
    while v != depot:
        latest = node[k, LATEST] - node[v, ARC] - d.customer[v, SERVICE]
        node[v, LATEST] = min(d.customer[v, CLOSES], latest)
        k, v = v, node[v, PREVIOUS]


@njit
def take_back(d: Data, s: State, cost: int) -> None:
    """Undo the iteration; `cost` is what the solution cost before it."""
    node = s.node
    first = node.shape[0] - s.route.shape[0]
    for k in range(s.scalar[LOGGED]):
        r, low, high = s.touched[k, 0], s.touched[k, 1], s.touched[k, 2]
        depot = first + r
        if s.route[r, STOPS] > 0:
            give_up(s, r)
        if high > low:
            use(s, r)
        p, load = depot, 0
        for at in range(low + 1, high + 1):
            v = s.log[at]
            node[p, NEXT], node[v, PREVIOUS], node[v, ROUTE] = v, p, r
            node[p, ARC] = d.travel[node[p, PLACE], v]
            load += d.customer[v, DEMAND]
            p = v
        node[p, NEXT], node[depot, PREVIOUS] = depot, p
        node[p, ARC] = d.travel[node[p, PLACE], 0]
        s.route[r, LOAD], s.route[r, STOPS] = load, high - low
        retime(d, s, r)
    s.scalar[BAG] = s.scalar[OLD_BAG]
    for k in range(s.scalar[BAG]):
        s.bag[0, k] = s.bag[1, k]
        node[s.bag[0, k], ROUTE] = -1
    s.scalar[COST] = cost


@njit
def keep_best(s: State) -> None:
    """Copy the solution to the best one."""
    for v in range(s.node.shape[0]):
        s.best[v] = s.node[v, NEXT]
    s.scalar[BEST_COST] = s.scalar[COST]
    s.scalar[BEST_USED] = s.scalar[USED]


@njit
def clear(s: State) -> None:
    """Every route empty, every customer in the bag."""
    first = s.node.shape[0] - s.route.shape[0]
    for r in range(s.route.shape[0]):
        s.node[first + r, NEXT] = s.node[first + r, PREVIOUS] = first + r
        s.node[first + r, ARC] = 0
        s.route[r, LOAD] = s.route[r, STOPS] = 0
    for v in range(1, first):
        s.node[v, ROUTE] = -1
        s.bag[0, v - 1] = v
    s.scalar[BAG] = first - 1
    s.scalar[COST] = 0
    s.scalar[USED] = 0


@njit
def load(d: Data, s: State, stops: Ints) -> None:
    """Make the solution whose routes stand one after the other in `stops`, each ended by a 0."""
    clear(s)
    node = s.node
    first = node.shape[0] - s.route.shape[0]
    r = 0
    p = first
    for k in range(stops.shape[0]):
        v = stops[k]
        if v == 0:
            node[p, NEXT], node[first + r, PREVIOUS] = first + r, p
            node[p, ARC] = d.travel[node[p, PLACE], 0]
            s.scalar[COST] += node[p, ARC]
            retime(d, s, r)
            r += 1
            p = first + r
            continue
        if s.route[r, STOPS] == 0:
            use(s, r)
        node[p, NEXT], node[v, PREVIOUS], node[v, ROUTE] = v, p, r
        node[p, ARC] = d.travel[node[p, PLACE], v]
        s.scalar[COST] += node[p, ARC]
        s.route[r, LOAD] += d.customer[v, DEMAND]
        s.route[r, STOPS] += 1
        p = v
    left = 0
    for v in range(1, first):
        if node[v, ROUTE] < 0:
            s.bag[0, left] = v
            left += 1
    s.scalar[BAG] = left
