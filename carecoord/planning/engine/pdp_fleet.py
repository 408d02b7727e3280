"""
Doing with fewer routes: requests without a place throw others out, the easiest to place first.

How often a request found no place says how hard it is. One without a place
takes that of one or two others in a route whose counts sum to least; ruin and
recreate moves the rest around in between.

Sources: Y. Nagata, S. Kobayashi, Parallel Problem Solving from Nature (2010),
guided ejection search for pickup and delivery; J. Christiaens, G. Vanden
Berghe, Transportation Science 54 (2020) 417-433.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.pdp_data import (
    BAG,
    DISTANCE,
    FLEET,
    INSIDE,
    KEPT_BAG,
    KEPT_WAITING,
    NODE,
    NOWHERE,
    STOPS,
    WAITING,
    Data,
    State,
)
from carecoord.planning.engine.pdp_routes import begin, close_up, look, place, refresh, take_out, touch, undo
from carecoord.planning.engine.pdp_steps import note_best, order_bag, passes, place_of, recreate, ruin
from carecoord.planning.engine.random_numbers import below


@njit
def squeeze(d: Data, s: State, throws: int, shakes: int, temperature: float) -> int:
    """
    So many times throw requests out for one without a place, then shake; gives the steps made.

    Stops early when nothing waits any more: a route done without may have been an empty one.
    """
    made = 0
    for _ in range(throws):
        if s.number[WAITING] == 0:
            note_best(s)
            break
        throw(d, s)
        made += 1
        for _ in range(shakes):
            if s.number[WAITING] == 0:
                break
            shake(d, s, temperature)
            made += 1
        if s.number[WAITING] == 0:
            note_best(s)
            break
    return made


@njit
def shake(d: Data, s: State, temperature: float) -> None:
    """Ruin and recreate, kept when what waits is easier to place, or as easy and the distance passes."""
    begin(s)
    ruin(d, s)
    order_bag(d, s)
    recreate(d, s, 0)
    before, after = hardness(s, KEPT_BAG, s.number[KEPT_WAITING]), hardness(s, BAG, s.number[WAITING])
    if after > before or (after == before and not passes(s, temperature)):
        undo(d, s)


@njit
def hardness(s: State, bag: int, count: int) -> int:
    """Sum of absence counts over the requests of a bag."""
    total = 0
    for k in range(count):
        total += s.absent[s.list[bag, k]]
    return total


@njit
def throw(d: Data, s: State) -> None:
    """Give the request that waits for the shortest time a place, at the cost of others where it must be."""
    begin(s)
    fleet, last = s.number[FLEET], s.number[WAITING] - 1
    q = s.list[BAG, last]
    s.absent[q] += 1
    best, where, one, two = NOWHERE, -1, -1, -1
    start = below(s.rng, fleet)
    for k in range(fleet):
        r = (start + k) % fleet
        inside = sort_inside(d, s, r)
        for i in range(inside):
            a = s.list[INSIDE, i]
            if s.absent[a] >= best:
                break
            if fits_without(d, s, q, r, a, -1):
                best, where, one, two = s.absent[a], r, a, -1
                break
            for j in range(i):
                b = s.list[INSIDE, j]
                if s.absent[a] + s.absent[b] >= best:
                    break
                if fits_without(d, s, q, r, a, b):
                    best, where, one, two = s.absent[a] + s.absent[b], r, a, b
                    break
    if where >= 0:
        exchange(d, s, q, where, one, two)


@njit
def sort_inside(d: Data, s: State, r: int) -> int:
    """List the requests of a route, the easiest to place first; gives their number."""
    count, n = 0, d.limit[1]
    for k in range(1, s.route[r, STOPS] + 1):
        q = s.stop[r, k, NODE] - 1
        if q >= n:
            continue
        at = count
        while at > 0 and s.absent[s.list[INSIDE, at - 1]] > s.absent[q]:
            s.list[INSIDE, at] = s.list[INSIDE, at - 1]
            at -= 1
        s.list[INSIDE, at] = q
        count += 1
    return count


@njit
def fits_without(d: Data, s: State, q: int, r: int, a: int, b: int) -> bool:
    """Whether a request has a place in a route once one or two others (-1: none) are out of it."""
    spare, n, to = s.stop.shape[0] - 1, d.limit[1], 1
    for k in range(1, s.route[r, STOPS] + 1):
        node = s.stop[r, k, NODE]
        here = (node - 1) % n
        if here not in (a, b):
            s.stop[spare, to, NODE] = node
            to += 1
    s.route[spare, STOPS] = to - 1
    distance = s.number[DISTANCE]
    refresh(d, s, spare)
    s.number[DISTANCE] = distance
    return look(d, s, q, spare) < NOWHERE


@njit
def exchange(d: Data, s: State, q: int, r: int, a: int, b: int) -> None:
    """Take one or two requests out of a route and put the last one of the bag into it."""
    n, waiting = d.limit[1], s.number[WAITING] - 1
    touch(s, r)
    s.at[a + 1] = s.at[a + 1 + n] = -1
    s.list[BAG, waiting] = a
    waiting += 1
    if b >= 0:
        s.at[b + 1] = s.at[b + 1 + n] = -1
        s.list[BAG, waiting] = b
        waiting += 1
    s.number[WAITING] = waiting
    close_up(d, s, r)
    look(d, s, q, r)
    place(d, s, q, r)


@njit
def kick(d: Data, s: State, count: int) -> None:
    """Make about so many requests wait: those around a stop drawn at random."""
    begin(s)
    n = d.limit[1]
    seed = 1 + below(s.rng, 2 * n)
    for k in range(d.near.shape[1]):
        here = d.near[seed, k]
        if s.number[WAITING] >= count:
            break
        r = s.at[here]
        if r < 0 or below(s.rng, 4) == 0:
            continue
        at = place_of(s, here)
        take_out(d, s, r, at, at)
        close_up(d, s, r)
