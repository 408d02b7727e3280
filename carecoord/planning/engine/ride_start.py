"""
Into the search and out of it: adopt given routes, give the best ones with their times.
"""

from __future__ import annotations

from collections.abc import Sequence

from carecoord.planning.engine.ride_data import NEVER, RideFound, Routes
from carecoord.planning.engine.ride_layout import (
    L_HIGH,
    L_LOW,
    L_STEP,
    LEN,
    N_ABSENT,
    N_BEST,
    N_DONE,
    NODE,
    Data,
    State,
)
from carecoord.planning.engine.ride_step import clear_row, total
from carecoord.planning.engine.ride_time import raise_starts, retime


def adopt(d: Data, s: State, start: Sequence[Sequence[int]]) -> None:
    """
    Take given routes over into an empty plan, one a vehicle; stops that break a rule are left for later.
    """
    n = d.load.shape[0]
    taken: set[int] = set()
    for v, nodes in enumerate(start[: d.vehicle.shape[0]]):
        route = whole_units(d, [node for node in nodes if node % max(1, n) not in taken], v)
        if not _fits(d, s, v, route):
            route = _thinned(d, s, v, route)
        for node in route:
            s.where[node % n] = v
            taken.add(node % n)
    left = [u for u in range(d.unit.shape[0]) if s.where[d.unit[u, 2]] < 0]
    s.absent[0, : len(left)] = left
    s.num[N_ABSENT] = len(left)
    total(d, s)


def whole_units(d: Data, nodes: list[int], v: int) -> list[int]:
    """The nodes of a route that belong to units all of whose stops are there once, allowed in the vehicle."""
    n = d.load.shape[0]
    there = {node for node in nodes if 0 <= node < 2 * n and nodes.count(node) == 1}
    good = set()
    for r in {node % n for node in there}:
        members = [int(q) for q in d.unit[d.unit_of[r], 2:] if q >= 0]
        if all({q, n + q} <= there and d.assign[q, v] < NEVER for q in members):
            good.add(r)
    return [node for node in nodes if node in there and node % n in good]


def _fits(d: Data, s: State, v: int, nodes: Sequence[int]) -> bool:
    """Write a row; when it breaks a rule, the vehicle is empty again."""
    n = d.load.shape[0]
    line = [2 * n + v, *nodes, 2 * n + d.vehicle.shape[0] + v]
    s.plan[v, : len(line), NODE] = line
    s.head[v, LEN] = len(line)
    if retime(d, s, v, v):
        return True
    clear_row(d, s, v)
    return False


def _thinned(d: Data, s: State, v: int, nodes: Sequence[int]) -> list[int]:
    """What fits of a broken route, unit by unit in order of their first stops."""
    n = d.load.shape[0]
    kept: list[int] = []
    for u in dict.fromkeys(int(d.unit_of[node % n]) for node in nodes):
        members = {int(d.unit_of[node % n]) for node in kept} | {u}
        tried = [node for node in nodes if int(d.unit_of[node % n]) in members]
        if _fits(d, s, v, tried):
            kept = tried
    _fits(d, s, v, kept)
    return kept


def best_routes(d: Data, s: State) -> Routes:
    """The routes of the best plan, one a vehicle."""
    rows = s.best[: d.vehicle.shape[0]].tolist()
    return tuple(tuple(row[1 : max(1, row[0] - 1)]) for row in rows)


def current_routes(d: Data, s: State) -> Routes:
    """The routes of the current plan, one a vehicle."""
    ends = [max(1, int(size) - 1) for size in s.head[: d.vehicle.shape[0], LEN]]
    return tuple(tuple(s.plan[v, 1:end, NODE].tolist()) for v, end in enumerate(ends))


def schedule(d: Data, s: State) -> RideFound:
    """
    The best plan: shortest routes, left as late as that allows, pickups no earlier than they need be.
    """
    n = d.load.shape[0]
    starts = [-1] * (2 * n)
    routes, departures, returns = best_routes(d, s), [], []
    for v, nodes in enumerate(routes):
        leaves, back = _times(d, s, v, nodes, starts) if nodes else (-1, -1)
        departures.append(leaves)
        returns.append(back)
    unserved = tuple(r for r in range(n) if starts[r] < 0)
    cost = int(s.num[N_BEST])
    return RideFound(
        routes, tuple(departures), tuple(returns), tuple(starts), cost, unserved, int(s.num[N_DONE])
    )


def _times(d: Data, s: State, v: int, nodes: tuple[int, ...], starts: list[int]) -> tuple[int, int]:
    """Start of each node of a legal route into `starts`; departure and return."""
    row, n = d.vehicle.shape[0], d.load.shape[0]
    line = [2 * n + v, *nodes, 2 * n + d.vehicle.shape[0] + v]
    size = len(line)
    s.plan[row, :size, NODE] = line
    s.head[row, LEN] = size
    if not retime(d, s, row, v):
        raise AssertionError("the search kept a route that breaks a rule")
    table = s.line
    earliest_return = int(s.plan[row, size - 1, 1])
    latest_departure = int(s.plan[row, 0, 2])
    waitless = int(table[: size - 1, L_STEP].sum())
    departure = earliest_return - max(waitless, earliest_return - latest_departure)
    for k in range(size):
        table[k, L_LOW] = d.node[line[k], 2]
        table[k, L_HIGH] = d.node[line[k], 3]
    table[0, L_LOW] = max(departure, int(table[0, L_LOW]))
    if not raise_starts(table, size):
        raise AssertionError("no schedule for the shortest duration")
    # A pickup as late as the next stop allows: nobody waits aboard for a window to open.
    for k in range(size - 2, 0, -1):
        if line[k] < n:
            table[k, L_LOW] = min(int(table[k, L_HIGH]), int(table[k + 1, L_LOW] - table[k, L_STEP]))
        starts[line[k]] = int(table[k, L_LOW])
    return int(table[0, L_LOW]), int(table[size - 1, L_LOW])
