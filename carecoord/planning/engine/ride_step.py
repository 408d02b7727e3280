"""
One step of the ride search: take requests out, put them back, keep or undo; many of them in a row.

Requests leave in strings of stops of routes near a seed request (slack
induction by string removals, J. Christiaens, G. Vanden Berghe, Transportation
Science 54 (2020) 417-433), and come back where they cost least, in changing
orders and now and then passing over a vehicle. Worse plans are kept with the
chance of simulated annealing.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.ride_data import MUST, NEVER
from carecoord.planning.engine.ride_layout import (
    COST,
    EARLY,
    LATE,
    LEN,
    N_ABSENT,
    N_BEST,
    N_BEST_LEFT,
    N_BLINK,
    N_COST,
    N_DONE,
    N_KEPT_ABSENT,
    N_KEPT_COST,
    N_LEFT,
    N_LONGEST,
    N_PRICE,
    N_TURN,
    N_WANTED,
    N_WORTH,
    NODE,
    SAVED,
    U_FIRST,
    U_PENALTY,
    U_SIZE,
    V_CLASS,
    Data,
    State,
)
from carecoord.planning.engine.ride_place import look, put_unit
from carecoord.planning.engine.ride_pool import remember
from carecoord.planning.engine.ride_time import retime
from carecoord.planning.engine.strings import accepted, cooled, string_first


@njit
def clear_row(d: Data, s: State, v: int) -> None:
    """A vehicle without any stop."""
    n = d.load.shape[0]
    s.plan[v, 0, NODE] = 2 * n + v
    s.plan[v, 1, NODE] = 2 * n + d.vehicle.shape[0] + v
    s.head[v, LEN] = 2
    if not retime(d, s, v, v):
        # A vehicle that cannot even drive home: nothing fits into a row without room.
        s.head[v, LEN] = 1
        s.head[v, COST] = 0


@njit
def empty(d: Data, s: State) -> None:
    """Every vehicle without stops and every unit left out."""
    for v in range(d.vehicle.shape[0]):
        clear_row(d, s, v)
    for r in range(d.load.shape[0]):
        s.where[r] = -1
    for u in range(d.unit.shape[0]):
        s.absent[0, u] = u
    s.num[N_ABSENT] = d.unit.shape[0]
    total(d, s)


@njit
def total(d: Data, s: State) -> None:
    """Sum up the plan: costs and penalties, and how many requests are missing that must be served."""
    cost = 0
    left = 0
    for v in range(d.vehicle.shape[0]):
        cost += s.head[v, COST]
    for k in range(s.num[N_ABSENT]):
        u = s.absent[0, k]
        if d.unit[u, U_PENALTY] == MUST:
            left += d.unit[u, U_SIZE]
        else:
            cost += d.unit[u, U_PENALTY]
    s.num[N_COST] = cost
    s.num[N_LEFT] = left


@njit
def touch(s: State, v: int) -> None:
    """Remember a row as it was before this step."""
    if s.head[v, SAVED] != s.num[N_TURN]:
        for column in range(s.head.shape[1]):
            s.kept_head[v, column] = s.head[v, column]
        for k in range(s.head[v, LEN]):
            for column in range(s.plan.shape[2]):
                s.kept[v, k, column] = s.plan[v, k, column]
        s.head[v, SAVED] = s.num[N_TURN]


@njit
def take_out(d: Data, s: State, u: int) -> None:
    """Mark a unit as taken out; its row is made anew by `close_row`."""
    for m in range(d.unit[u, U_SIZE]):
        s.where[d.unit[u, U_FIRST + m]] = -1
    s.absent[0, s.num[N_ABSENT]] = u
    s.num[N_ABSENT] += 1


@njit
def close_row(d: Data, s: State, v: int) -> None:
    """Close the gaps of a row where requests were taken out."""
    n = d.load.shape[0]
    size = 1
    for k in range(1, s.head[v, LEN]):
        node = s.plan[v, k, NODE]
        if node >= 2 * n or s.where[node % n] == v:
            s.plan[v, size, NODE] = node
            size += 1
    s.head[v, LEN] = size
    if retime(d, s, v, v):
        return
    # Roads on which a detour is shorter than the way: what is left cannot stay as it is.
    for k in range(1, size - 1):
        node = s.plan[v, k, NODE]
        if node < n and s.where[node] == v:
            take_out(d, s, d.unit_of[node])
    clear_row(d, s, v)


@njit
def ruin(d: Data, s: State, wanted: int, longest: int) -> None:
    """Take about `wanted` requests out, in strings of at most `longest` in routes near a seed."""
    n = d.load.shape[0]
    seed = below(s.rng, n)
    out = 0
    for k in range(d.near.shape[1]):
        if out >= wanted:
            return
        r = d.near[seed, k]
        v = s.where[r]
        if v >= 0 and s.head[v, SAVED] != s.num[N_TURN]:
            touch(s, v)
            out += _string(d, s, v, r, 1 + below(s.rng, min(longest, wanted)))


@njit
def _string(d: Data, s: State, v: int, r: int, length: int) -> int:
    """Take the requests of so many stops around one of request `r` out of a row."""
    n = d.load.shape[0]
    inner = s.head[v, LEN] - 2
    length = min(length, inner)
    stop = r + n * below(s.rng, 2)
    at = 1
    while s.plan[v, at, NODE] != stop:
        at += 1
    first = 1 + string_first(s.rng, at - 1, length, inner)
    out = 0
    for k in range(first, first + length):
        q = s.plan[v, k, NODE] % n
        if s.where[q] == v:
            take_out(d, s, d.unit_of[q])
            out += d.unit[d.unit_of[q], U_SIZE]
    close_row(d, s, v)
    return out


@njit
def put_in_order(d: Data, s: State) -> None:
    """Order the units left out: at random, tight first, early first, long first or large first."""
    way = below(s.rng, 10)
    for k in range(s.num[N_ABSENT]):
        u = s.absent[0, k]
        r = d.unit[u, U_FIRST]
        if way < 4:
            key = below(s.rng, 1 << 20)
        elif way < 6:
            key = min(_width(d, r), _width(d, _drop(d, r)))
        elif way < 7:
            key = d.node[r, EARLY]
        elif way < 9:
            key = -d.way[r, _drop(d, r), 1]
        else:
            key = -d.load[r, 0]
        at = k
        while at > 0 and s.order[at - 1, 0] > key:
            s.order[at, 0] = s.order[at - 1, 0]
            s.absent[0, at] = s.absent[0, at - 1]
            at -= 1
        s.order[at, 0] = key
        s.absent[0, at] = u


@njit
def _drop(d: Data, r: int) -> int:
    return d.load.shape[0] + r


@njit
def _width(d: Data, node: int) -> int:
    return d.node[node, LATE] - d.node[node, EARLY]


@njit
def recreate(d: Data, s: State, blink: int) -> None:
    """Put back what is left out where it costs least, unless leaving it out costs less."""
    put_in_order(d, s)
    left = 0
    for k in range(s.num[N_ABSENT]):
        u = s.absent[0, k]
        best, cheapest = -1, NEVER
        if d.unit[u, U_PENALTY] != MUST:
            cheapest = d.unit[u, U_PENALTY]
        for v in range(d.vehicle.shape[0]):
            if s.head[v, LEN] == 2:
                if s.order[d.vehicle[v, V_CLASS], 1] == s.num[N_TURN] * 1024 + k % 1024:
                    continue
                s.order[d.vehicle[v, V_CLASS], 1] = s.num[N_TURN] * 1024 + k % 1024
            if blink > 0 and below(s.rng, blink) == 0:
                continue
            cost = look(d, s, u, v, cheapest)
            if cost < cheapest:
                best, cheapest = v, cost
        if best >= 0:
            touch(s, best)
            put_unit(d, s, u, best)
        else:
            s.absent[0, left] = u
            left += 1
    s.num[N_ABSENT] = left
    total(d, s)


@njit
def keep_absent(s: State) -> None:
    """Remember what was left out before this step, and what the plan cost."""
    for k in range(s.num[N_ABSENT]):
        s.absent[1, k] = s.absent[0, k]
    s.num[N_KEPT_ABSENT] = s.num[N_ABSENT]


@njit
def undo(d: Data, s: State) -> None:
    """Put every row touched back as it was."""
    n = d.load.shape[0]
    for k in range(s.num[N_KEPT_ABSENT]):
        u = s.absent[1, k]
        s.absent[0, k] = u
        for m in range(d.unit[u, U_SIZE]):
            s.where[d.unit[u, U_FIRST + m]] = -1
    s.num[N_ABSENT] = s.num[N_KEPT_ABSENT]
    for v in range(d.vehicle.shape[0]):
        if s.head[v, SAVED] == s.num[N_TURN]:
            for column in range(s.head.shape[1]):
                s.head[v, column] = s.kept_head[v, column]
            for k in range(s.head[v, LEN]):
                for column in range(s.plan.shape[2]):
                    s.plan[v, k, column] = s.kept[v, k, column]
                if s.plan[v, k, NODE] < n:
                    s.where[s.plan[v, k, NODE]] = v


@njit
def keep_best(d: Data, s: State) -> bool:
    """Remember the plan when it is the best so far: fewest missing, then cheapest."""
    fewer = s.num[N_LEFT] < s.num[N_BEST_LEFT]
    if not fewer and (s.num[N_LEFT] > s.num[N_BEST_LEFT] or s.num[N_COST] >= s.num[N_BEST]):
        return False
    s.num[N_BEST_LEFT] = s.num[N_LEFT]
    s.num[N_BEST] = s.num[N_COST]
    for v in range(d.vehicle.shape[0]):
        s.best[v, 0] = s.head[v, LEN]
        for k in range(1, s.head[v, LEN]):
            s.best[v, k] = s.plan[v, k, NODE]
    return True


@njit
def anneal(d: Data, s: State, steps: int, hot: float, cold: float) -> bool:
    """So many steps while the temperature falls; True when the best plan got better."""
    wanted, longest = s.num[N_WANTED], s.num[N_LONGEST]
    better = False
    for step in range(steps):
        heat = cooled(hot, cold, step / steps)
        s.num[N_TURN] += 1
        before = s.num[N_COST] + s.num[N_PRICE] * s.num[N_LEFT]
        s.num[N_KEPT_COST] = s.num[N_COST]
        missing = s.num[N_LEFT]
        keep_absent(s)
        ruin(d, s, 1 + below(s.rng, 2 * wanted - 1), longest)
        recreate(d, s, s.num[N_BLINK])
        now = s.num[N_COST] + s.num[N_PRICE] * s.num[N_LEFT]
        if now < s.num[N_WORTH]:
            remember(d, s)
        if keep_best(d, s):
            better = True
        elif not accepted(s.rng, now - before, heat):
            undo(d, s)
            s.num[N_COST] = s.num[N_KEPT_COST]
            s.num[N_LEFT] = missing
    s.num[N_DONE] += steps
    return better
