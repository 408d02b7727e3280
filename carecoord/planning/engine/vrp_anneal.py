"""
Ruin and recreate for routing: strings out, customers back one by one with blinks, annealing around it.

Source: Christiaens & Vanden Berghe (2020); the fleet is made smaller by their absence sums.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.strings import (
    accepted,
    kept_inside,
    overlooked,
    sort_by,
    string_count,
    string_first,
    string_length,
    string_limit,
)
from carecoord.planning.engine.vrp_data import (
    ARC,
    BAG,
    BEST_COST,
    CLOSES,
    COST,
    DEMAND,
    FIRST_KEY,
    ITERATION,
    LATEST,
    LEAVES,
    LIMIT,
    LOAD,
    LOGGED,
    NEXT,
    OLD_BAG,
    OPENING,
    OPENS,
    PLACE,
    PREVIOUS,
    PRICE,
    ROUTE,
    RUINED,
    SERVED,
    SERVICE,
    STOPS,
    USED,
    Data,
    State,
)
from carecoord.planning.engine.vrp_moves import (
    begin_iteration,
    keep_best,
    put_after,
    retime,
    save,
    take_back,
    take_out,
)

REMOVED = 10
"""Customers that leave their routes in an iteration, about."""

LONGEST = 10
"""Most customers of one string."""

SPLIT_GO_ON = 0.01
"""Chance that one more customer stays in the middle of a split string, each time."""

ABSENT_MOST = 1
"""More customers left over than before are never accepted beyond these: a large bag only drifts."""

LEFT_MOST = 3
"""Most customers left over in a solution an annealing passes through."""

AROUND_ABSENT = 20
"""Ruins in a hundred around a customer left over."""

NOWHERE = 1 << 60


@njit
def ruin(d: Data, s: State) -> None:
    """Strings out of routes near a customer drawn at random, one a route."""
    first = s.node.shape[0] - s.route.shape[0]
    placed = first - 1 - s.scalar[BAG]
    if placed == 0:
        return
    limit = string_limit(LONGEST, placed / max(1, s.scalar[USED]))
    strings = string_count(s.rng, REMOVED, limit)
    seed = 1 + below(s.rng, first - 1)
    if s.scalar[BAG] > 0 and below(s.rng, 100) < AROUND_ABSENT:
        seed = s.bag[0, below(s.rng, s.scalar[BAG])]
    for k in range(d.near.shape[1]):
        v = d.near[seed, k]
        r = s.node[v, ROUTE]
        if v == 0 or r < 0 or s.route[r, RUINED] == s.scalar[ITERATION]:
            continue
        s.route[r, RUINED] = s.scalar[ITERATION]
        save(s, r)
        ruin_route(d, s, v, string_length(s.rng, limit, s.route[r, STOPS]))
        retime(d, s, r)
        strings -= 1
        if strings == 0:
            break


@njit
def ruin_route(d: Data, s: State, v: int, length: int) -> None:
    """Take a string with a customer in it out of a saved route, whole or around some that stay."""
    k = s.scalar[LOGGED] - 1
    low = s.touched[k, 1] + 1
    n = s.touched[k, 2] - s.touched[k, 1]
    at = 0
    while s.log[low + at] != v:
        at += 1
    kept, keep_from = 0, 0
    if length > 1 and length < n and below(s.rng, 2) == 0:
        kept = kept_inside(s.rng, length, n, SPLIT_GO_ON)
        keep_from = 1 + below(s.rng, length - 1)
    begin = string_first(s.rng, at, length + kept, n)
    for j in range(length + kept):
        if kept == 0 or j < keep_from or j >= keep_from + kept:
            take_out(d, s, s.log[low + begin + j])


@njit
def order_bag(d: Data, s: State) -> None:
    """Sort the bag: at random, by demand, far or near first, or by one of three things about windows."""
    draw = below(s.rng, 17)
    bag, n = s.bag[0], s.scalar[BAG]
    if draw < 4:
        for k in range(n):
            s.keys[k] = below(s.rng, 1 << 30)
    else:
        key = FIRST_KEY + (0 if draw < 8 else 1 if draw < 10 else 2 if draw < 11 else 3 + (draw - 11) // 2)
        for k in range(n):
            s.keys[k] = d.customer[bag[k], key]
    sort_by(s.keys, bag, n)


@njit
def best_place(d: Data, s: State, c: int) -> int:
    """The node after which a customer costs least, some overlooked; -1 where there is none."""
    node = s.node
    opens, closes, service = d.customer[c, OPENS], d.customer[c, CLOSES], d.customer[c, SERVICE]
    room = d.capacity - d.customer[c, DEMAND]
    first = node.shape[0] - s.route.shape[0]
    row = d.travel[c]
    best, place = NOWHERE, -1
    used = s.scalar[USED]
    if used < s.scalar[LIMIT] and used < s.order.shape[0]:
        best, place = 2 * row[0], first + s.order[used]
    lists = d.before[c]
    k = 0
    while lists[k] >= 0:
        i = lists[k]
        k += 1
        r = node[i, ROUTE]
        if r < 0:
            continue
        start = max(node[i, LEAVES] + row[i], opens)
        after = node[i, NEXT]
        there = row[node[after, PLACE]]
        more = row[i] + there - node[i, ARC]
        if start > closes or more >= best or s.route[r, LOAD] > room:
            continue
        if start + service + there > node[after, LATEST] or overlooked(s.blink, d.skip):
            continue
        best, place = more, i
    if d.complete:
        return best_first_place(d, s, c, best, place)
    return best_before(d, s, c, best, place)


@njit
def best_first_place(d: Data, s: State, c: int, best: int, place: int) -> int:
    """The same among the beginnings of all used routes, where that is better than `best`."""
    node = s.node
    row = d.travel[c]
    room = d.capacity - d.customer[c, DEMAND]
    first = node.shape[0] - s.route.shape[0]
    ready = max(d.customer[0, OPENS] + d.customer[0, SERVICE] + row[0], d.customer[c, OPENS])
    ready += d.customer[c, SERVICE]
    for k in range(s.scalar[USED]):
        r = s.order[k]
        i = first + r
        after = node[i, NEXT]
        there = row[after]
        more = row[0] + there - node[i, ARC]
        if more >= best or s.route[r, LOAD] > room or ready + there > node[after, LATEST]:
            continue
        if overlooked(s.blink, d.skip):
            continue
        best, place = more, i
    return place


@njit
def best_before(d: Data, s: State, c: int, best: int, place: int) -> int:
    """The same before the customers that may follow, where that is better than `best`."""
    node = s.node
    row = d.travel[c]
    opens, closes, service = d.customer[c, OPENS], d.customer[c, CLOSES], d.customer[c, SERVICE]
    room = d.capacity - d.customer[c, DEMAND]
    lists = d.after[c]
    k = 0
    while lists[k] >= 0:
        after = lists[k]
        k += 1
        r = node[after, ROUTE]
        if r < 0:
            continue
        i = node[after, PREVIOUS]
        here = row[node[i, PLACE]]
        more = here + row[after] - node[i, ARC]
        if more >= best or s.route[r, LOAD] > room:
            continue
        start = max(node[i, LEAVES] + here, opens)
        if start > closes or start + service + row[after] > node[after, LATEST]:
            continue
        if overlooked(s.blink, d.skip):
            continue
        best, place = more, i
    return place


@njit
def recreate(d: Data, s: State) -> None:
    """Put the customers of the bag where they cost least, in some order; who fits nowhere stays in it."""
    order_bag(d, s)
    left = 0
    opening = below(s.rng, 100) < s.scalar[OPENING] and s.scalar[USED] < s.scalar[LIMIT]
    for k in range(s.scalar[BAG]):
        c = s.bag[0, k]
        if opening and k == 0:
            place = s.node.shape[0] - s.route.shape[0] + s.order[s.scalar[USED]]
        else:
            place = best_place(d, s, c)
        if place < 0:
            s.bag[0, left] = c
            left += 1
        else:
            save(s, s.node[place, ROUTE])
            put_after(d, s, c, place)
    s.scalar[BAG] = left


@njit
def anneal(d: Data, s: State, steps: int, temperature: float) -> None:
    """
    So many ruins and recreations at a temperature; only a solution that serves everybody can be the best.

    Where vehicles are few, a customer may be left over at a price. It rises when too few of the
    solutions passed through serve everybody, and falls when most do.
    """
    s.scalar[SERVED] = 0
    for _ in range(steps):
        cost = s.scalar[COST]
        begin_iteration(s)
        ruin(d, s)
        recreate(d, s)
        more = s.scalar[COST] - cost + s.scalar[PRICE] * (s.scalar[BAG] - s.scalar[OLD_BAG])
        if s.scalar[BAG] > LEFT_MOST or not accepted(s.rng, more, temperature):
            take_back(d, s, cost)
        elif s.scalar[BAG] == 0 and s.scalar[COST] < s.scalar[BEST_COST]:
            keep_best(s)
        if s.scalar[BAG] == 0:
            s.scalar[SERVED] += 1
    if 10 * s.scalar[SERVED] < 4 * steps:
        s.scalar[PRICE] += s.scalar[PRICE] // 8 + 1
    elif 10 * s.scalar[SERVED] > 7 * steps:
        s.scalar[PRICE] -= s.scalar[PRICE] // 8


@njit
def serve_all(d: Data, s: State, steps: int, temperature: float) -> int:
    """
    At most so many iterations until the bag is empty; gives how many were made.

    A solution replaces the current one when those left over have been left over less often so far,
    when there are fewer of them, or by its cost when there are as many.
    """
    for step in range(steps):
        if s.scalar[BAG] == 0:
            keep_best(s)
            return step
        cost = s.scalar[COST]
        begin_iteration(s)
        ruin(d, s)
        recreate(d, s)
        before = after = 0
        for k in range(s.scalar[OLD_BAG]):
            before += s.absent[s.bag[1, k]]
        for k in range(s.scalar[BAG]):
            after += s.absent[s.bag[0, k]]
            s.absent[s.bag[0, k]] += 1
        fewer = s.scalar[BAG] - s.scalar[OLD_BAG]
        better = fewer < 0 or (after < before and s.scalar[BAG] <= max(s.scalar[OLD_BAG], ABSENT_MOST))
        if not better and not (fewer == 0 and accepted(s.rng, s.scalar[COST] - cost, temperature)):
            take_back(d, s, cost)
    if s.scalar[BAG] == 0:
        keep_best(s)
    return steps


@njit
def drop_route(d: Data, s: State) -> None:
    """Empty the route whose customers were left over least often, then has fewest, for good."""
    first = s.node.shape[0] - s.route.shape[0]
    worst, chosen = NOWHERE, -1
    for k in range(s.scalar[USED]):
        r = s.order[k]
        total = 0
        v = s.node[first + r, NEXT]
        while v < first:
            total += s.absent[v]
            v = s.node[v, NEXT]
        total = 1024 * total + s.route[r, STOPS]
        if total < worst:
            worst, chosen = total, r
    while s.route[chosen, STOPS] > 0:
        take_out(d, s, s.node[first + chosen, NEXT])
    s.scalar[LIMIT] = s.scalar[USED]
