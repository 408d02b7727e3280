"""
Routes of a pickup and delivery search: times and loads, cheapest place of a pair, changes and their undoing.

A pair is tried between any two stops in constant time but for the walk from
the pickup's place to the delivery's: earliest starts are carried forward
along it, latest starts of what follows are kept with every stop.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.pdp_data import (
    AFTER_DELIVERY,
    AFTER_PICKUP,
    BAG,
    DEMAND,
    DETOUR,
    DISTANCE,
    EARLY,
    FOR_VERSION,
    KEPT_BAG,
    KEPT_DISTANCE,
    KEPT_LENGTH,
    KEPT_STOPS,
    KEPT_VERSION,
    KEPT_WAITING,
    LAST,
    LATE,
    LENGTH,
    LOAD,
    NODE,
    NOWHERE,
    SERVICE,
    START,
    STOPS,
    TOUCHED,
    TOUCHES,
    USED,
    VERSION,
    VERSIONS,
    WAITING,
    Data,
    State,
)


@njit
def refresh(d: Data, s: State, r: int) -> None:
    """Times, loads and length of a route whose nodes have changed."""
    end = s.route[r, STOPS] + 1
    s.stop[r, 0, NODE] = s.stop[r, end, NODE] = 0
    s.stop[r, 0, START], s.stop[r, 0, LOAD] = d.node[0, EARLY], 0
    length = 0
    for k in range(1, end + 1):
        before, here = s.stop[r, k - 1, NODE], s.stop[r, k, NODE]
        ride = d.ride[before, here]
        s.stop[r, k, START] = max(d.node[here, EARLY], s.stop[r, k - 1, START] + ride)
        s.stop[r, k, LOAD] = s.stop[r, k - 1, LOAD] + d.node[here, DEMAND]
        length += ride - d.node[before, SERVICE]
    s.stop[r, end, LAST] = d.node[0, LATE]
    for k in range(end - 1, -1, -1):
        here, after = s.stop[r, k, NODE], s.stop[r, k + 1, NODE]
        s.stop[r, k, LAST] = min(d.node[here, LATE], s.stop[r, k + 1, LAST] - d.ride[here, after])
    s.number[DISTANCE] += length - s.route[r, LENGTH]
    s.route[r, LENGTH] = length
    s.number[VERSIONS] += 1
    s.route[r, VERSION] = s.number[VERSIONS]


@njit
def look(d: Data, s: State, q: int, r: int) -> int:
    """Detour of the cheapest place of a request in a route, `NOWHERE` without one; `known` says where."""
    if s.known[q, r, FOR_VERSION] != s.route[r, VERSION]:
        search_place(d, s, q, r)
    return s.known[q, r, DETOUR]


@njit
def search_place(d: Data, s: State, q: int, r: int) -> None:  # noqa: C901 (two nested walks, one condition a rule)
    """Find the cheapest place of a request in a route and note it in `known`."""
    p, e = q + 1, q + 1 + d.limit[1]
    room, stops = d.limit[0] - d.node[p, DEMAND], s.route[r, STOPS]
    p_early, p_late, e_early, e_late = d.node[p, EARLY], d.node[p, LATE], d.node[e, EARLY], d.node[e, LATE]
    best, best_i, best_j = NOWHERE, 0, 0
    for i in range(stops + 1):
        before, after = s.stop[r, i, NODE], s.stop[r, i + 1, NODE]
        arrive = s.stop[r, i, START] + d.ride[before, p]
        if arrive > p_late:
            break
        if s.stop[r, i, LOAD] > room:
            continue
        start = max(arrive, p_early)
        start_e = max(e_early, start + d.ride[p, e])
        if start_e > e_late:
            break
        extra = d.ride[before, p] - d.ride[before, after]
        if start_e + d.ride[e, after] <= s.stop[r, i + 1, LAST]:
            detour = extra + d.ride[p, e] + d.ride[e, after]
            if detour < best:
                best, best_i, best_j = detour, i, i
        extra += d.ride[p, after]
        # A detour for the delivery is at least its service, which `ride` counts.
        if extra + d.node[e, SERVICE] >= best:
            continue
        now = start + d.ride[p, after]
        for k in range(i + 1, stops + 1):
            if now > s.stop[r, k, LAST] or s.stop[r, k, LOAD] > room:
                break
            now = max(now, s.stop[r, k, START])
            here, after = s.stop[r, k, NODE], s.stop[r, k + 1, NODE]
            start_e = now + d.ride[here, e]
            if start_e > e_late:
                break
            start_e = max(start_e, e_early)
            if start_e + d.ride[e, after] <= s.stop[r, k + 1, LAST]:
                detour = extra + d.ride[here, e] + d.ride[e, after] - d.ride[here, after]
                if detour < best:
                    best, best_i, best_j = detour, i, k
            now += d.ride[here, after]
    if best < NOWHERE:
        best -= d.node[p, SERVICE] + d.node[e, SERVICE]
    s.known[q, r, FOR_VERSION], s.known[q, r, DETOUR] = s.route[r, VERSION], best
    s.known[q, r, AFTER_PICKUP], s.known[q, r, AFTER_DELIVERY] = best_i, best_j


@njit
def touch(s: State, r: int) -> None:
    """Keep a route as it is, to be put back by `undo`; nothing when that was done in this step."""
    if s.route[r, TOUCHED] > 0:
        return
    s.route[r, TOUCHED] = 1
    s.list[USED, s.number[TOUCHES]] = r
    s.number[TOUCHES] += 1
    for k in range(s.route[r, STOPS] + 2):
        for c in range(4):
            s.kept[r, k, c] = s.stop[r, k, c]
    s.route[r, KEPT_STOPS] = s.route[r, STOPS]
    s.route[r, KEPT_LENGTH] = s.route[r, LENGTH]
    s.route[r, KEPT_VERSION] = s.route[r, VERSION]


@njit
def begin(s: State) -> None:
    """From here on, changes can be undone."""
    for k in range(s.number[TOUCHES]):
        s.route[s.list[USED, k], TOUCHED] = 0
    s.number[TOUCHES] = 0
    s.number[KEPT_DISTANCE] = s.number[DISTANCE]
    s.number[KEPT_WAITING] = s.number[WAITING]
    for k in range(s.number[WAITING]):
        s.list[KEPT_BAG, k] = s.list[BAG, k]


@njit
def undo(d: Data, s: State) -> None:
    """Put everything back as it was at `begin`."""
    n = d.limit[1]
    for t in range(s.number[TOUCHES]):
        r = s.list[USED, t]
        for k in range(s.route[r, KEPT_STOPS] + 2):
            for c in range(4):
                s.stop[r, k, c] = s.kept[r, k, c]
            s.at[s.stop[r, k, NODE]] = r
        s.route[r, STOPS] = s.route[r, KEPT_STOPS]
        s.route[r, LENGTH] = s.route[r, KEPT_LENGTH]
        s.route[r, VERSION] = s.route[r, KEPT_VERSION]
    s.number[DISTANCE] = s.number[KEPT_DISTANCE]
    s.number[WAITING] = s.number[KEPT_WAITING]
    for k in range(s.number[WAITING]):
        q = s.list[KEPT_BAG, k]
        s.list[BAG, k] = q
        s.at[q + 1] = s.at[q + 1 + n] = -1


@njit
def place(d: Data, s: State, q: int, r: int) -> None:
    """Put a request where `known` says; it stays in the bag's list, which is the caller's matter."""
    touch(s, r)
    i, j, stops = s.known[q, r, AFTER_PICKUP], s.known[q, r, AFTER_DELIVERY], s.route[r, STOPS]
    for k in range(stops, j, -1):
        s.stop[r, k + 2, NODE] = s.stop[r, k, NODE]
    s.stop[r, j + 2, NODE] = q + 1 + d.limit[1]
    for k in range(j, i, -1):
        s.stop[r, k + 1, NODE] = s.stop[r, k, NODE]
    s.stop[r, i + 1, NODE] = q + 1
    s.at[q + 1] = s.at[q + 1 + d.limit[1]] = r
    s.route[r, STOPS] = stops + 2
    refresh(d, s, r)


@njit
def take_out(d: Data, s: State, r: int, first: int, last: int) -> None:
    """Put every request with a stop between two places of a route (both included) into the bag."""
    touch(s, r)
    n = d.limit[1]
    for k in range(first, last + 1):
        q = (s.stop[r, k, NODE] - 1) % n
        if s.at[q + 1] >= 0:
            s.at[q + 1] = s.at[q + 1 + n] = -1
            s.list[BAG, s.number[WAITING]] = q
            s.number[WAITING] += 1


@njit
def close_up(d: Data, s: State, r: int) -> None:
    """Take the nodes of requests in the bag out of a route."""
    to = 1
    for k in range(1, s.route[r, STOPS] + 1):
        here = s.stop[r, k, NODE]
        if s.at[here] >= 0:
            s.stop[r, to, NODE] = here
            to += 1
    s.route[r, STOPS] = to - 1
    refresh(d, s, r)
