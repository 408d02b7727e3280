"""
Where a request fits best in a route: every pair of positions, bounded first, timed exactly last.

Bounds by earliest and latest starts, loads and the ride without waiting leave
few pairs; the cheapest of these that `ride_time.try_pair` accepts is kept for
the unit and the row until the row changes.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.ride_data import NEVER
from carecoord.planning.engine.ride_layout import (
    C_COST,
    C_EXACT,
    C_PLACES,
    C_STAMP,
    DURATION,
    EARLY,
    HIGH,
    LATE,
    LEN,
    LOADS,
    LOW,
    MASK,
    N_I,
    N_J,
    N_METRIC,
    NODE,
    SPAN,
    STAMP,
    U_FIRST,
    U_SIZE,
    V_FIXED,
    V_TIME_COST,
    Data,
    State,
)
from carecoord.planning.engine.ride_time import arc, retime, step_of, try_pair


@njit
def seated(d: Data, s: State, row: int, v: int, at: int, r: int, mask: int) -> int:
    """The arrangements of a mask that hold request `r` as well after a position."""
    for c in range(d.seats.shape[1]):
        if mask >> c & 1:
            for kind in range(d.load.shape[1]):
                if s.plan[row, at, LOADS + kind] + d.load[r, kind] > d.seats[v, c, kind]:
                    mask &= ~(1 << c)
                    break
    return mask


@njit
def best_pair(d: Data, s: State, row: int, v: int, r: int, limit: int) -> int:
    """
    Least further cost of request `r` in a row when below a limit, its positions in `N_I` and `N_J`.

    `NEVER` when there is none.
    """
    size = s.head[row, LEN]
    others = d.assign[r, v]
    if size == 2:
        # A vehicle without stops pays nothing, not even its way from start to end.
        others += d.vehicle[v, V_FIXED] + arc(d, s.plan[row, 0, NODE], s.plan[row, 1, NODE])
    most = limit - others
    best = most
    for i in range(size - 1):
        a, b = s.plan[row, i, NODE], s.plan[row, i + 1, NODE]
        start = s.plan[row, i, LOW] + step_of(d, a, r)
        if start > d.node[r, LATE]:
            break
        start = max(start, d.node[r, EARLY])
        if start + step_of(d, r, b) > s.plan[row, i + 1, HIGH]:
            continue
        # With distances that obey the triangle inequality, the delivery costs no less than nothing.
        if s.num[N_METRIC] and arc(d, a, r) + arc(d, r, b) - arc(d, a, b) >= best:
            continue
        mask = seated(d, s, row, v, i, r, s.head[row, MASK])
        if mask != 0:
            best = _pairs_after(d, s, row, v, r, i, start, mask, best)
    return best + others if best < most else NEVER


@njit
def _pairs_after(
    d: Data, s: State, row: int, v: int, r: int, i: int, start: int, mask: int, best: int
) -> int:
    """The least cost with the pickup at `start` after position `i`, when lower than `best`."""
    drop = d.load.shape[0] + r
    a, b = s.plan[row, i, NODE], s.plan[row, i + 1, NODE]
    base = arc(d, a, r) - arc(d, a, b)
    # Ride from the start of the pickup without waiting, and earliest start, at position j.
    last, ride, now = r, 0, start
    for j in range(i, s.head[row, LEN] - 1):
        if j > i:
            node = s.plan[row, j, NODE]
            step = step_of(d, last, node)
            ride += step
            now = max(now + step, s.plan[row, j, LOW])
            if now > s.plan[row, j, HIGH]:
                break
            mask = seated(d, s, row, v, j, r, mask)
            if mask == 0:
                break
            base += arc(d, last, node) if j == i + 1 else 0
            last = node
        step = step_of(d, last, drop)
        arrival = max(now + step, d.node[drop, EARLY])
        if ride + step > d.node[r, SPAN] or arrival > d.node[drop, LATE]:
            break
        after = s.plan[row, j + 1, NODE]
        added = base + arc(d, last, drop) + arc(d, drop, after) - (arc(d, last, after) if j > i else 0)
        if added < best and arrival + step_of(d, drop, after) <= s.plan[row, j + 1, HIGH]:
            best = _timed_pair(d, s, row, v, r, i, j, added, best)
    return best


@inlined
def _timed_pair(d: Data, s: State, row: int, v: int, r: int, i: int, j: int, added: int, best: int) -> int:
    duration = try_pair(d, s, row, v, r, i, j)
    if duration >= 0:
        added += d.vehicle[v, V_TIME_COST] * (duration - s.head[row, DURATION])
        if added < best:
            best = added
            s.num[N_I] = i
            s.num[N_J] = j
    return best


@njit
def put_pair(d: Data, s: State, row: int, v: int, r: int, i: int, j: int) -> bool:
    """Put request `r` into a row after positions `i` and `j`, and time the row."""
    n = d.load.shape[0]
    size = s.head[row, LEN]
    for k in range(size - 1, j, -1):
        s.plan[row, k + 2, NODE] = s.plan[row, k, NODE]
    s.plan[row, j + 2, NODE] = n + r
    for k in range(j, i, -1):
        s.plan[row, k + 1, NODE] = s.plan[row, k, NODE]
    s.plan[row, i + 1, NODE] = r
    s.head[row, LEN] = size + 2
    return retime(d, s, row, v)


@njit
def look(d: Data, s: State, u: int, v: int, limit: int) -> int:
    """
    Least further cost of a unit in a vehicle when below a limit, else any cost not below it.

    It is found anew only when the row has changed, or the last limit was lower.
    """
    if s.cache[u, v, C_STAMP] == s.head[v, STAMP] and (
        s.cache[u, v, C_EXACT] == 1 or s.cache[u, v, C_COST] >= limit
    ):
        return s.cache[u, v, C_COST]
    cost = 0
    for m in range(d.unit[u, U_SIZE]):
        if d.assign[d.unit[u, U_FIRST + m], v] >= NEVER:
            cost = NEVER
    exact = cost == NEVER or limit == NEVER or d.unit[u, U_SIZE] > 1
    if cost == 0 and d.unit[u, U_SIZE] == 1:
        cost = best_pair(d, s, v, v, d.unit[u, U_FIRST], limit)
        s.cache[u, v, C_PLACES] = s.num[N_I]
        s.cache[u, v, C_PLACES + 1] = s.num[N_J]
        exact = exact or cost < limit
        if not exact:
            cost = limit
    elif cost == 0:
        cost = _look_together(d, s, u, v)
    s.cache[u, v, C_STAMP] = s.head[v, STAMP]
    s.cache[u, v, C_COST] = cost
    s.cache[u, v, C_EXACT] = exact
    return cost


@njit
def _look_together(d: Data, s: State, u: int, v: int) -> int:
    """Put the requests of a unit one after the other into a copy of the row."""
    row = d.vehicle.shape[0]
    copy_row(s, s, v, row)
    total = 0
    for m in range(d.unit[u, U_SIZE]):
        r = d.unit[u, U_FIRST + m]
        cost = best_pair(d, s, row, v, r, NEVER)
        if cost >= NEVER:
            return NEVER
        i, j = s.num[N_I], s.num[N_J]
        s.cache[u, v, C_PLACES + 2 * m] = i
        s.cache[u, v, C_PLACES + 2 * m + 1] = j
        total += cost
        if not put_pair(d, s, row, v, r, i, j):
            return NEVER
    return total


@njit
def copy_row(s: State, to: State, row: int, target: int) -> None:
    """Copy a row of the plan over another."""
    for column in range(s.head.shape[1]):
        to.head[target, column] = s.head[row, column]
    for k in range(s.head[row, LEN]):
        for column in range(s.plan.shape[2]):
            to.plan[target, k, column] = s.plan[row, k, column]


@njit
def put_unit(d: Data, s: State, u: int, v: int) -> None:
    """Put a unit where `look` found it cheapest."""
    for m in range(d.unit[u, U_SIZE]):
        r = d.unit[u, U_FIRST + m]
        i, j = s.cache[u, v, C_PLACES + 2 * m], s.cache[u, v, C_PLACES + 2 * m + 1]
        put_pair(d, s, v, v, r, i, j)
        s.where[r] = v
