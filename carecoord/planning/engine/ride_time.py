"""
Exact times of a route: windows, ride times and the shortest possible duration.

The starts of a given sequence that respect windows and ride times are the
solutions of a system of differences. Its least solution is reached by raising
starts until nothing is broken, its greatest by lowering them; there is no
circle of raises once no ride is too long without waiting, so both come to an
end after a few passes, and a value beyond its bound proves that no solution
exists. The shortest duration from departure to return is the larger of the
duration without any waiting and of (earliest return - latest departure): the
dual of that linear programme is a longest path that either avoids windows or
goes through one bound of each kind.

This replaces the eight steps of Cordeau and Laporte (2003), which may miss
feasible schedules; exact tests: J. Tang, Y. Kong, H. Lau, A. Ip, Operations
Research Letters 38 (2010) 405-407; M. Firat, G. Woeginger, Operations Research
Letters 39 (2011) 32-35.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.ride_data import Ints
from carecoord.planning.engine.ride_layout import (
    BACK,
    COST,
    DISTANCE,
    DURATION,
    EARLY,
    HIGH,
    L_BACK,
    L_HIGH,
    L_LOW,
    L_NODE,
    L_SPAN,
    L_STEP,
    LATE,
    LEN,
    LOADS,
    LOW,
    MASK,
    N_STAMP,
    NODE,
    SPAN,
    STAMP,
    V_DURATION,
    V_FIXED,
    V_MASK,
    V_TIME_COST,
    V_TIMED,
    Data,
    State,
)


@njit
def raise_starts(line: Ints, size: int) -> bool:
    """Raise `L_LOW` to the earliest starts; False when one passes `L_HIGH`: there is no schedule."""
    first = 1
    while first < size:
        for k in range(first, size):
            least = line[k - 1, L_LOW] + line[k - 1, L_STEP]
            if least > line[k, L_LOW]:
                if least > line[k, L_HIGH]:
                    return False
                line[k, L_LOW] = least
        first = size
        for k in range(size - 2, 1, -1):
            back = line[k, L_BACK]
            if back > 0:
                least = line[k, L_LOW] - line[k, L_SPAN]
                if least > line[back, L_LOW]:
                    if least > line[back, L_HIGH]:
                        return False
                    line[back, L_LOW] = least
                    first = min(first, back + 1)
    return True


@njit
def lower_starts(line: Ints, size: int) -> None:
    """Lower `L_HIGH` to the latest starts of a sequence that has a schedule."""
    last = size - 2
    while last >= 0:
        for k in range(last, -1, -1):
            most = line[k + 1, L_HIGH] - line[k, L_STEP]
            line[k, L_HIGH] = min(line[k, L_HIGH], most)
        last = -1
        for k in range(2, size - 1):
            back = line[k, L_BACK]
            if back > 0:
                most = line[back, L_HIGH] + line[k, L_SPAN]
                if most < line[k, L_HIGH]:
                    line[k, L_HIGH] = most
                    last = max(last, k - 1)


@inlined
def step_of(d: Data, a: int, b: int) -> int:
    """Time from the start of the service at one node to the earliest start at the next."""
    return d.way[a, b, 0]


@inlined
def arc(d: Data, a: int, b: int) -> int:
    """Cost from node to node."""
    return d.way[a, b, 1]


@inlined
def set_line(line: Ints, k: int, node: int, low: int, high: int) -> None:
    """One stop of the sequence to be timed."""
    line[k, L_NODE] = node
    line[k, L_LOW] = low
    line[k, L_HIGH] = high
    line[k, L_BACK] = 0


@njit
def try_pair(d: Data, s: State, row: int, v: int, r: int, i: int, j: int) -> int:
    """
    Duration of a row with request `r` picked up after position `i`, delivered after `j`; -1: impossible.

    Bounds of the stops already there are those of the row: a further stop only narrows them.
    Duration counts as 0 for a vehicle to which it does not matter.
    """
    n = d.load.shape[0]
    line = s.line
    k = 0
    pick = 0
    for at in range(s.head[row, LEN]):
        set_line(line, k, s.plan[row, at, NODE], s.plan[row, at, LOW], s.plan[row, at, HIGH])
        back = s.plan[row, at, BACK]
        if back > 0:
            line[k, L_SPAN] = d.node[line[k, L_NODE], SPAN]
            line[k, L_BACK] = back + (back > i) + (back > j)
        k += 1
        if at == i:
            set_line(line, k, r, d.node[r, EARLY], d.node[r, LATE])
            pick = k
            k += 1
        if at == j:
            set_line(line, k, n + r, d.node[n + r, EARLY], d.node[n + r, LATE])
            line[k, L_BACK] = pick
            line[k, L_SPAN] = d.node[r, SPAN]
            k += 1
    return timed(d, s, v, k)


@njit
def timed(d: Data, s: State, v: int, size: int) -> int:
    """Time `State.line` for a vehicle: its shortest duration, or -1."""
    line = s.line
    waitless = 0
    for k in range(size - 1):
        step = step_of(d, line[k, L_NODE], line[k + 1, L_NODE])
        line[k, L_STEP] = step
        waitless += step
    if waitless > d.vehicle[v, V_DURATION]:
        return -1
    if not raise_starts(line, size):
        return -1
    if d.vehicle[v, V_TIMED] == 0:
        return 0
    lower_starts(line, size)
    duration = max(waitless, line[size - 1, L_LOW] - line[0, L_HIGH])
    return duration if duration <= d.vehicle[v, V_DURATION] else -1


@njit
def retime(d: Data, s: State, row: int, v: int) -> bool:
    """
    Compute everything of a row from its nodes; False when seats, order or times do not allow them.
    """
    n = d.load.shape[0]
    size = s.head[row, LEN]
    line = s.line
    for k in range(size):
        node = s.plan[row, k, NODE]
        set_line(line, k, node, d.node[node, EARLY], d.node[node, LATE])
        if line[k, L_LOW] > line[k, L_HIGH]:
            return False
        s.plan[row, k, BACK] = 0
        if node < n:
            s.spot[node] = k
        elif node < 2 * n:
            back = s.spot[node - n]
            if back < 1 or back >= k or s.plan[row, back, NODE] != node - n:
                return False
            line[k, L_BACK] = back
            line[k, L_SPAN] = d.node[node, SPAN]
            s.plan[row, k, BACK] = back
    duration = timed(d, s, v, size)
    if duration < 0 or not _loaded(d, s, row, v):
        return False
    if d.vehicle[v, V_TIMED] == 0:
        lower_starts(line, size)
    for k in range(size):
        s.plan[row, k, LOW] = line[k, L_LOW]
        s.plan[row, k, HIGH] = line[k, L_HIGH]
    s.head[row, DURATION] = duration if size > 2 else 0
    _priced(d, s, row, v)
    return True


@njit
def _loaded(d: Data, s: State, row: int, v: int) -> bool:
    """Loads after each stop, and the arrangements of seats that hold them all."""
    n = d.load.shape[0]
    mask = d.vehicle[v, V_MASK]
    for kind in range(d.load.shape[1]):
        s.plan[row, 0, LOADS + kind] = 0
    for k in range(1, s.head[row, LEN]):
        node = s.plan[row, k, NODE]
        for kind in range(d.load.shape[1]):
            load = s.plan[row, k - 1, LOADS + kind]
            if node < n:
                load += d.load[node, kind]
                for c in range(d.seats.shape[1]):
                    if load > d.seats[v, c, kind]:
                        mask &= ~(1 << c)
            elif node < 2 * n:
                load -= d.load[node - n, kind]
            s.plan[row, k, LOADS + kind] = load
    s.head[row, MASK] = mask
    return mask != 0


@njit
def _priced(d: Data, s: State, row: int, v: int) -> None:
    """Distance and cost of a row, and a new stamp: what was known of it holds no longer."""
    n = d.load.shape[0]
    size = s.head[row, LEN]
    distance = 0
    others = 0
    if size > 2:
        others = d.vehicle[v, V_FIXED] + d.vehicle[v, V_TIME_COST] * s.head[row, DURATION]
        for k in range(size - 1):
            node = s.plan[row, k, NODE]
            distance += arc(d, node, s.plan[row, k + 1, NODE])
            if node < n:
                others += d.assign[node, v]
    s.head[row, DISTANCE] = distance
    s.head[row, COST] = distance + others
    s.num[N_STAMP] += 1
    s.head[row, STAMP] = s.num[N_STAMP]
