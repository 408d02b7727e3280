"""
Routes met by the ride search: for each set of requests and class of vehicles the cheapest order.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.ride_data import Ints
from carecoord.planning.engine.ride_layout import (
    COST,
    LEN,
    N_TURN,
    NODE,
    P_COST,
    P_KEY,
    P_STOPS,
    P_TURN,
    P_VEHICLE,
    SAVED,
    V_CLASS,
    Data,
    State,
)

PROBES = 8
"""Places a route may lie at; the one met longest ago makes room."""


@njit
def remember(d: Data, s: State) -> None:
    """Keep the routes changed by the step just taken."""
    for v in range(d.vehicle.shape[0]):
        if s.head[v, SAVED] == s.num[N_TURN] and 2 < s.head[v, LEN] <= s.pool_seq.shape[1] + 2:
            _keep(d, s, v)


@njit
def _keep(d: Data, s: State, v: int) -> None:
    n = d.load.shape[0]
    key = (d.vehicle[v, V_CLASS] + 1) * 0x9E3779B97F4A7C1
    for k in range(1, s.head[v, LEN] - 1):
        node = s.plan[v, k, NODE]
        if node < n:
            key += d.word[node]
    key = (key & 0x7FFFFFFFFFFFFFFF) | 1
    at = place_of(s.pool, key)
    if s.pool[at, P_KEY] == key:
        s.pool[at, P_TURN] = s.num[N_TURN]
        if s.pool[at, P_COST] <= s.head[v, COST]:
            return
    s.pool[at, P_KEY] = key
    s.pool[at, P_COST] = s.head[v, COST]
    s.pool[at, P_STOPS] = s.head[v, LEN] - 2
    s.pool[at, P_TURN] = s.num[N_TURN]
    s.pool[at, P_VEHICLE] = v
    for k in range(s.head[v, LEN] - 2):
        s.pool_seq[at, k] = s.plan[v, k + 1, NODE]


@njit
def place_of(pool: Ints, key: int) -> int:
    """Where the route of a key lies, or else may lie."""
    mask = pool.shape[0] - 1
    best = -1
    for probe in range(PROBES):
        at = ((key >> 7) + probe) & mask
        if pool[at, P_KEY] == key or pool[at, P_KEY] == 0:
            return at
        if best < 0 or pool[at, P_TURN] < pool[best, P_TURN]:
            best = at
    return best
