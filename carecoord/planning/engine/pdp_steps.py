"""
Ruin and recreate of a pickup and delivery search, and what is accepted.

Strings of stops are taken out of routes near a random stop, with the other
halves of their pairs; the requests are put back one after the other where
they cost least, now and then past a route not looked at.

Sources: J. Christiaens, G. Vanden Berghe, Transportation Science 54 (2020)
417-433 (slack induction by string removals).
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.pdp_data import (
    BAG,
    BEST_DISTANCE,
    BEST_WAITING,
    BLINK,
    DEMAND,
    DISTANCE,
    EARLY,
    FLEET,
    KEPT_DISTANCE,
    KEY,
    LATE,
    NODE,
    NOWHERE,
    REMOVED,
    SCRATCH,
    STOPS,
    STRING,
    TOUCHED,
    WAITING,
    Data,
    State,
)
from carecoord.planning.engine.pdp_routes import begin, close_up, look, place, refresh, take_out, touch, undo
from carecoord.planning.engine.random_numbers import below, unit

# Ways to order what is put back, with their weights.
ANY, DEMANDING, FAR, CLOSE, NARROW, FIRST, FINAL = 0, 1, 2, 3, 4, 5, 6


@njit
def ruin(d: Data, s: State) -> None:
    """Take strings of stops out of routes near a stop drawn at random."""
    n, fleet = d.limit[1], s.number[FLEET]
    stops = used = 0
    for r in range(fleet):
        stops += s.route[r, STOPS]
        used += s.route[r, STOPS] > 0
    if stops == 0:
        return
    longest = min(s.number[STRING], max(2, stops // used))
    most = max(1, 4 * s.number[REMOVED] // (1 + longest))
    strings = 1 + below(s.rng, most)
    seed = 1 + below(s.rng, 2 * n)
    if s.number[WAITING] > 0 and below(s.rng, 2) == 0:
        seed = s.list[BAG, below(s.rng, s.number[WAITING])] + 1 + n * below(s.rng, 2)
    done = 0
    for k in range(d.near.shape[1]):
        if done >= strings:
            break
        here = d.near[seed, k]
        r = s.at[here]
        if r < 0 or s.route[r, TOUCHED] > 0:
            continue
        ruin_route(d, s, here, min(longest, s.route[r, STOPS]))
        done += 1


@njit
def place_of(s: State, here: int) -> int:
    """Which stop of its route a node is."""
    r, at = s.at[here], 1
    while s.stop[r, at, NODE] != here:
        at += 1
    return at


@njit
def ruin_route(d: Data, s: State, here: int, most: int) -> None:
    """Take a string of at most `most` stops, with `here` among them, out of its route."""
    r = s.at[here]
    stops, at = s.route[r, STOPS], place_of(s, here)
    length = 1 + below(s.rng, most)
    spared = 0
    if length > 1 and length < stops and below(s.rng, 2) == 0:
        spared = 1
        while length + spared < stops and below(s.rng, 100) == 0:
            spared += 1
    whole = length + spared
    low, high = max(1, at - whole + 1), min(at, stops - whole + 1)
    first = low + below(s.rng, high - low + 1)
    if spared == 0:
        take_out(d, s, r, first, first + whole - 1)
    else:
        gap = first + 1 + below(s.rng, length - 1)
        take_out(d, s, r, first, gap - 1)
        take_out(d, s, r, gap + spared, first + whole - 1)
    close_up(d, s, r)


@njit
def order_bag(d: Data, s: State) -> None:
    """Put the bag in the order in which its requests are to be placed."""
    n, count = d.limit[1], s.number[WAITING]
    draw = below(s.rng, 18)
    for k in range(count):
        q = s.list[BAG, k]
        p, e = q + 1, q + 1 + n
        if draw < 4:
            key = below(s.rng, 1 << 30)
        elif draw < 6:
            key = -d.node[p, DEMAND]
        elif draw < 8:
            key = -d.ride[0, p] - d.ride[0, e]
        elif draw < 10:
            key = d.ride[0, p] + d.ride[0, e]
        elif draw < 12:
            key = -d.ride[p, e]
        elif draw < 14:
            key = d.node[p, LATE] - d.node[p, EARLY] + d.node[e, LATE] - d.node[e, EARLY]
        elif draw < 16:
            key = d.node[p, EARLY]
        else:
            key = -d.node[e, LATE]
        at = k
        while at > 0 and s.list[KEY, at - 1] > key:
            s.list[KEY, at], s.list[BAG, at] = s.list[KEY, at - 1], s.list[BAG, at - 1]
            at -= 1
        s.list[KEY, at], s.list[BAG, at] = key, q


@njit
def recreate(d: Data, s: State, sparing: int) -> None:  # noqa: C901 (one pass; calls would cost more)
    """
    Put the requests of the bag where they cost least, in its order; those without a place stay in it.

    With `sparing`, an empty route is used only where no other does.
    """
    count, left, fleet = s.number[WAITING], 0, s.number[FLEET]
    for k in range(count):
        s.list[SCRATCH, k] = s.list[BAG, k]
    for k in range(count):
        q = s.list[SCRATCH, k]
        best, where, empty = NOWHERE, -1, -1
        for r in range(fleet):
            if s.route[r, STOPS] == 0:
                if empty >= 0:
                    continue
                empty = r
                if sparing > 0:
                    continue
            elif below(s.rng, 1000) < s.number[BLINK]:
                continue
            detour = look(d, s, q, r)
            if detour < best:
                best, where = detour, r
        if where < 0 and empty >= 0 and look(d, s, q, empty) < NOWHERE:
            where = empty
        if where >= 0:
            place(d, s, q, where)
        else:
            s.list[BAG, left] = q
            left += 1
    s.number[WAITING] = left


@njit
def passes(s: State, temperature: float) -> bool:
    """Whether the distance after a step is one the temperature lets replace that before."""
    room = -temperature * math.log(unit(s.rng))
    return s.number[DISTANCE] < s.number[KEPT_DISTANCE] + room


@njit
def note_best(s: State) -> None:
    """Remember the solution when it is the best of its run."""
    if s.number[WAITING] > s.number[BEST_WAITING]:
        return
    if s.number[WAITING] == s.number[BEST_WAITING] and s.number[DISTANCE] >= s.number[BEST_DISTANCE]:
        return
    s.number[BEST_WAITING], s.number[BEST_DISTANCE] = s.number[WAITING], s.number[DISTANCE]
    write_routes(s)


@njit
def write_routes(s: State) -> None:
    """Write the nodes of every route into `best`, each route ended by a 0, the last one by another."""
    to = 0
    for r in range(s.number[FLEET]):
        for k in range(1, s.route[r, STOPS] + 2):
            s.best[to] = s.stop[r, k, NODE]
            to += 1
    s.best[to] = -1


@njit
def anneal(d: Data, s: State, steps: int, temperature: float) -> None:
    """So many steps at a temperature from a complete solution, complete solutions only."""
    for _ in range(steps):
        begin(s)
        ruin(d, s)
        order_bag(d, s)
        recreate(d, s, 0)
        if s.number[WAITING] == 0 and passes(s, temperature):
            note_best(s)
        else:
            undo(d, s)


@njit
def construct(d: Data, s: State) -> None:
    """Place what waits, opening a route only for a request that fits in no other."""
    for r in range(s.number[FLEET]):
        refresh(d, s, r)
    s.number[BEST_WAITING] = NOWHERE
    begin(s)
    order_bag(d, s)
    recreate(d, s, 1)
    note_best(s)


@njit
def drop_route(d: Data, s: State, r: int) -> None:
    """Do without a route: its requests wait, and the last route takes its number."""
    begin(s)
    stops, last = s.route[r, STOPS], s.number[FLEET] - 1
    if stops > 0:
        take_out(d, s, r, 1, stops)
        close_up(d, s, r)
    if r != last:
        touch(s, r)
        s.route[r, STOPS] = s.route[last, STOPS]
        for k in range(1, s.route[last, STOPS] + 1):
            s.stop[r, k, NODE] = s.stop[last, k, NODE]
            s.at[s.stop[r, k, NODE]] = r
        s.route[last, STOPS] = 0
        refresh(d, s, last)
        refresh(d, s, r)
    s.number[FLEET] = last
    s.number[BEST_WAITING] = NOWHERE


@njit
def fewest_absences(d: Data, s: State) -> int:
    """The route whose requests have been absent least: the one to do without."""
    n = d.limit[1]
    best, where = NOWHERE, 0
    for r in range(s.number[FLEET]):
        total = 0
        for k in range(1, s.route[r, STOPS] + 1):
            total += s.absent[(s.stop[r, k, NODE] - 1) % n]
        if total < best:
            best, where = total, r
    return where
