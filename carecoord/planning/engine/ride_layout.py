"""
How the compiled ride search lays out a problem and its plan: few tables, columns by name.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.random_numbers import seeded
from carecoord.planning.engine.ride_data import MUST, NEVER, Ints, RideArrays, arrangements, units_of

# Columns of Data.node: nodes of requests, then the start of each vehicle, then the end of each.
PLACE, SERVICE, EARLY, LATE, SPAN = range(5)

# Columns of Data.vehicle.
V_CLASS, V_FIXED, V_TIME_COST, V_DURATION, V_TIMED, V_MASK, V_N = range(7)

# Columns of Data.unit: number of requests, penalty, then the requests.
U_SIZE, U_PENALTY, U_FIRST = range(3)

# Columns of State.plan, by row and position: BACK is the position of the pickup of a delivery;
# loads of each kind after the stop follow LOADS.
NODE, LOW, HIGH, BACK, LOADS = range(5)

# Columns of State.head, by row.
LEN, DURATION, DISTANCE, COST, STAMP, MASK, SAVED, RUINED = range(8)

# Columns of State.line, the sequence being timed.
L_LOW, L_HIGH, L_STEP, L_BACK, L_SPAN, L_NODE = range(6)

# Places of State.num.
(
    N_COST, N_ABSENT, N_BEST, N_STAMP, N_KEPT_ABSENT, N_I, N_J, N_DONE, N_PRICE, N_LEFT,
    N_BEST_LEFT, N_KEPT_COST, N_POOL, N_TURN, N_WANTED, N_LONGEST, N_BLINK, N_WORTH, N_METRIC,
) = range(19)  # fmt: skip

# Columns of State.pool.
P_KEY, P_COST, P_STOPS, P_TURN, P_VEHICLE = range(5)

# Columns of State.cache, by unit and vehicle: a cost that is not exact is a lower bound;
# positions of each request follow C_PLACES.
C_STAMP, C_COST, C_EXACT, C_PLACES = range(4)

NEAR = 100
"""Neighbours kept of each request."""


WANTED, LONGEST = 10, 10
"""Mean number of requests taken out in a step, and most of one route."""

BLINK = 50
"""One vehicle in so many is passed over when a request looks for its place."""


class Data(NamedTuple):
    """
    The problem as the compiled functions read it; it never changes.

    `way[a, b]` holds the time from the start of the service at node `a` to the earliest
    start at `b`, and the cost from `a` to `b`.
    `price` of an assignment is `NEVER` where a vehicle may not serve a request.
    """

    node: Ints
    way: Ints
    load: Ints
    seats: Ints
    vehicle: Ints
    assign: Ints
    unit: Ints
    unit_of: Ints
    near: Ints
    word: Ints


class State(NamedTuple):
    """
    The current plan, the best one, and scratch space.

    Rows of `plan` and `head` are the vehicles, and one more for trials.
    `absent` holds the units left out; `pool` the routes met, `pool_seq` their nodes.
    """

    plan: Ints
    head: Ints
    where: Ints
    spot: Ints
    absent: Ints
    order: Ints
    line: Ints
    num: Ints
    cache: Ints
    kept: Ints
    kept_head: Ints
    best: Ints
    pool: Ints
    pool_seq: Ints
    rng: np.ndarray[tuple[int], np.dtype[np.uint64]]


def prepare(arrays: RideArrays) -> Data:
    """Lay a problem out, its windows narrowed by what ride times make of them."""
    n, vehicles = arrays.requests, arrays.vehicles
    units = units_of(arrays)
    return Data(
        node=_nodes(arrays),
        way=_ways(arrays),
        load=np.ascontiguousarray(arrays.load, dtype=np.int64).reshape(n, -1),
        seats=arrangements(arrays),
        vehicle=_vehicles(arrays),
        assign=_assignments(arrays, n, vehicles),
        unit=_units(arrays, units),
        unit_of=_unit_of(units, n),
        near=neighbours(arrays),
        word=np.random.default_rng(0).integers(1, 1 << 58, n, dtype=np.int64),
    )


def _nodes(arrays: RideArrays) -> Ints:
    n, vehicles = arrays.requests, arrays.vehicles
    node = np.zeros((2 * n + 2 * vehicles, 5), dtype=np.int64)
    direct = arrays.travel[arrays.pick_place, arrays.drop_place] + arrays.pick_service
    span = arrays.pick_service + np.minimum(arrays.ride_max, NEVER)
    early_pick = np.maximum(arrays.pick_early, arrays.drop_early - span)
    late_drop = np.minimum(arrays.drop_late, arrays.pick_late + span)
    node[:n, PLACE], node[n : 2 * n, PLACE] = arrays.pick_place, arrays.drop_place
    node[:n, SERVICE], node[n : 2 * n, SERVICE] = arrays.pick_service, arrays.drop_service
    node[:n, EARLY], node[:n, LATE] = early_pick, np.minimum(arrays.pick_late, late_drop - direct)
    node[n : 2 * n, EARLY] = np.maximum(arrays.drop_early, early_pick + direct)
    node[n : 2 * n, LATE] = late_drop
    node[:n, SPAN] = node[n : 2 * n, SPAN] = span
    for offset, place in ((2 * n, arrays.start_place), (2 * n + vehicles, arrays.end_place)):
        node[offset : offset + vehicles, PLACE] = place
        node[offset : offset + vehicles, EARLY] = arrays.shift_start
        node[offset : offset + vehicles, LATE] = arrays.shift_end
    return node


def _ways(arrays: RideArrays) -> Ints:
    node = _nodes(arrays)
    between = np.ix_(node[:, PLACE], node[:, PLACE])
    return np.stack([node[:, SERVICE][:, None] + arrays.travel[between], arrays.cost[between]], axis=2)


def _vehicles(arrays: RideArrays) -> Ints:
    seats = arrangements(arrays)
    vehicle = np.zeros((arrays.vehicles, V_N), dtype=np.int64)
    vehicle[:, V_FIXED], vehicle[:, V_TIME_COST] = arrays.fixed_cost, arrays.time_cost
    vehicle[:, V_DURATION] = arrays.duration_max
    room = arrays.shift_end - arrays.shift_start
    vehicle[:, V_TIMED] = (arrays.time_cost > 0) | (arrays.duration_max < room)
    for c in range(seats.shape[1]):
        vehicle[:, V_MASK] |= (seats[:, c] >= 0).all(axis=1).astype(np.int64) << c
    assign = _assignments(arrays, arrays.requests, arrays.vehicles)
    classes: dict[bytes, int] = {}
    ends = (arrays.start_place, arrays.end_place, arrays.shift_start, arrays.shift_end)
    for v in range(arrays.vehicles):
        own = [vehicle[v, V_FIXED:], seats[v].ravel(), assign[:, v], [column[v] for column in ends]]
        key = np.concatenate([np.asarray(part, dtype=np.int64) for part in own]).tobytes()
        vehicle[v, V_CLASS] = classes.setdefault(key, len(classes))
    return vehicle


def _assignments(arrays: RideArrays, n: int, vehicles: int) -> Ints:
    assign = np.array(arrays.assign_cost, dtype=np.int64).reshape(n, vehicles)
    assign[np.asarray(arrays.allowed) == 0] = NEVER
    for r, v in enumerate(arrays.fixed_vehicle.tolist()):
        if v >= 0:
            assign[r, np.arange(vehicles) != v] = NEVER
    return assign


def _units(arrays: RideArrays, units: list[list[int]]) -> Ints:
    largest = max((len(members) for members in units), default=1)
    unit = np.full((len(units), U_FIRST + largest), -1, dtype=np.int64)
    for u, members in enumerate(units):
        penalties = [int(arrays.penalty[r]) for r in members]
        unit[u, U_SIZE] = len(members)
        unit[u, U_PENALTY] = MUST if MUST in penalties else sum(penalties)
        unit[u, U_FIRST : U_FIRST + len(members)] = members
    return unit


def _unit_of(units: list[list[int]], n: int) -> Ints:
    unit_of = np.zeros(n, dtype=np.int64)
    for u, members in enumerate(units):
        unit_of[members] = u
    return unit_of


def neighbours(arrays: RideArrays) -> Ints:
    """
    For each request the requests nearest to it, itself first.

    Two requests are as near as the two of their stops one of which best
    follows the other: travel, unavoidable lateness in full, waiting for a half.
    """
    n = arrays.requests
    place = np.concatenate([arrays.pick_place, arrays.drop_place])
    node = _nodes(arrays)[: 2 * n]
    ready = node[:, EARLY] + node[:, SERVICE]
    arc = arrays.travel[np.ix_(place, place)]
    late = np.maximum(0, ready[:, None] + arc - node[None, :, LATE])
    wait = np.maximum(0, node[None, :, EARLY] - node[:, None, LATE] - node[:, None, SERVICE] - arc)
    follow = arc + late + wait // 2
    stops = np.minimum(follow, follow.T)
    near = stops.reshape(2, n, 2, n).min(axis=(0, 2)) if n else np.zeros((0, 0), dtype=np.int64)
    near[np.arange(n), np.arange(n)] = -1
    return np.ascontiguousarray(np.argsort(near, axis=1, kind="stable")[:, :NEAR].astype(np.int64))


def metric(cost: Ints, most: int = 300) -> bool:
    """Whether a detour never costs less than the way; not looked into above `most` nodes."""
    if len(cost) > most:
        return False
    return not any((cost[:, k, None] + cost[None, k, :] < cost - 1).any() for k in range(len(cost)))


def blank_state(data: Data, seed: int, pool: int = 1 << 14) -> State:
    """A state without any stop; `seed` settles every later draw. `pool` is a power of two."""
    n, vehicles = data.load.shape[0], data.vehicle.shape[0]
    kinds, units = data.load.shape[1], data.unit.shape[0]
    most = 2 * n + 4

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    plan = ints(vehicles + 1, most, LOADS + kinds)
    head = ints(vehicles + 1, 8)
    num = ints(24)
    num[N_BEST], num[N_BEST_LEFT] = NEVER, NEVER
    num[N_STAMP] = 1
    num[N_METRIC] = metric(np.ascontiguousarray(data.way[:, :, 1]))
    num[N_WANTED], num[N_LONGEST], num[N_BLINK] = (
        max(1, min(WANTED, n // 3)),
        max(2, min(LONGEST, n // 2)),
        BLINK,
    )
    return State(
        plan=plan,
        head=head,
        where=np.full(max(1, n), -1, dtype=np.int64),
        spot=ints(max(1, n)),
        absent=ints(2, max(1, units)),
        order=ints(max(1, units, vehicles), 2),
        line=ints(most, 6),
        num=num,
        cache=np.full((max(1, units), vehicles, C_PLACES + 2 * (data.unit.shape[1] - U_FIRST)), -1, np.int64),
        kept=np.zeros_like(plan),
        kept_head=np.zeros_like(head),
        best=ints(vehicles, most),
        pool=ints(pool, 5),
        pool_seq=np.zeros((pool, min(most, 100)), dtype=np.int64),
        rng=seeded(seed),
    )
