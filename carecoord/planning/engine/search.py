"""
The compiled search loop: ruin, recreate, accept or undo, remember the best.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import math

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    C_LEVEL,
    O_EARLY,
    O_LATE,
    R_LEN,
    R_N,
    S_N,
    T_BAG,
    T_LEX,
    T_N,
    T_PENALTY,
    T_SOFT,
    V_DURATION,
    V_FIRST,
    V_LAST,
    V_RANK,
    V_TEAM,
    Best,
    Data,
    Ints,
    Log,
    State,
)
from carecoord.planning.engine.ledger import bag_swap, begin, undo
from carecoord.planning.engine.pool import Pool, collect_touched
from carecoord.planning.engine.random_numbers import below, unit
from carecoord.planning.engine.rounds import settle
from carecoord.planning.engine.ruin import ruin
from carecoord.planning.engine.teams import insert

BLINK = 10
"""In thousands of positions."""

TIERED = 6
"""In ten orders of insertion: higher tiers first."""

RETRIES = 2
"""About how many of the visits that have had no place for long are tried in an iteration."""


@njit
def sort_bag(d: Data, s: State, order: Ints, key: Ints, old: int) -> int:
    """
    Put the visits to insert in an order chosen at random; gives their number.

    Args:
        old: how many had no place before this iteration; only a few of them are tried again.
    """
    kind = below(s.rng, 10)
    tiered = below(s.rng, 10) < TIERED
    n = 0
    for i in range(s.total[T_BAG]):
        if i < old and below(s.rng, old) >= RETRIES:
            continue
        v = s.bag[0, i]
        if d.visit[v, V_RANK] > d.price[C_LEVEL]:
            continue
        noise = below(s.rng, 1000)
        if kind < 4:
            rank = noise
        elif kind < 7:
            rank = -d.visit[v, V_DURATION] * d.visit[v, V_TEAM] * 1000 + noise
        else:
            o = d.visit[v, V_FIRST]
            width = (d.visit[v, V_LAST] - o) * (d.option[o, O_LATE] - d.option[o, O_EARLY])
            rank = width * 1000 + noise
        if tiered:
            rank += d.visit[v, V_RANK] << 50
        if d.visit[v, V_TEAM] > 1 and kind % 2 == 0:
            rank -= 1 << 55
        k = n
        while k > 0 and key[k - 1] > rank:
            key[k] = key[k - 1]
            order[k] = order[k - 1]
            k -= 1
        key[k] = rank
        order[k] = v
        n += 1
    return n


@njit
def recreate(d: Data, s: State, g: Log, best: Best, old: int, first: int) -> None:
    """Insert what was taken out, and a few of the `old` visits that had no place; `first`, if any, first."""
    if first >= 0:
        # Taking a visit out of the bag puts the last one in its place: let that be the last of the old.
        bag_swap(s, first, s.bag[0, old - 1])
        if insert(d, s, g, first, 0):
            old -= 1
    n = sort_bag(d, s, best.order, best.key, old)
    for i in range(n):
        insert(d, s, g, best.order[i], BLINK)


@njit
def keep_best(s: State, best: Best) -> None:
    """Copy the plan where it is the best so far: fewer visits left out by tier, then cheaper."""
    for k in range(T_N):
        best.total[k] = s.total[k]
    for r in range(s.rounds.shape[0]):
        for k in range(R_N):
            best.rounds[r, k] = s.rounds[r, k]
        for i in range(s.rounds[r, R_LEN]):
            best.stop[r, i, 0] = s.stop[r, i, 0]
            best.stop[r, i, 1] = s.stop[r, i, 1]
    for v in range(s.place.shape[0]):
        for k in range(S_N):
            best.place[v, k] = s.place[v, k]


@njit
def iterate(d: Data, s: State, g: Log, best: Best, pool: Pool, heat: float, count: int) -> int:
    """
    Run `count` iterations at a temperature; gives how many were accepted.

    Args:
        pool: keeps the rounds of plans met, refused ones too where they are not much worse.
        heat: temperature in cost units; a plan worse by it is accepted about once in three.
    """
    accepted = 0
    for _ in range(count):
        begin(s, g)
        soft, penalty, lex = s.total[T_SOFT], s.total[T_PENALTY], s.total[T_LEX]
        old = s.total[T_BAG]
        first = ruin(d, s, g)
        settle(d, s, g)
        recreate(d, s, g, best, old, first)
        before = soft + penalty
        after = s.total[T_SOFT] + s.total[T_PENALTY]
        if after - before <= pool.near[0]:
            collect_touched(s, g, pool, after)
        if after > before and after >= before - heat * math.log(unit(s.rng)):
            undo(d, s, g, soft, penalty, lex)
            continue
        accepted += 1
        new_lex = s.total[T_LEX]
        if new_lex < best.total[T_LEX] or (
            new_lex == best.total[T_LEX] and s.total[T_SOFT] < best.total[T_SOFT]
        ):
            keep_best(s, best)
    return accepted


@njit
def construct(d: Data, s: State, g: Log, best: Best) -> None:
    """Insert the visits without a place that are not left aside, the scarcest first, without blinking."""
    n = 0
    for i in range(s.total[T_BAG]):
        v = s.bag[0, i]
        if d.visit[v, V_RANK] > d.price[C_LEVEL]:
            continue
        o = d.visit[v, V_FIRST]
        width = (d.visit[v, V_LAST] - o) * (d.option[o, O_LATE] - d.option[o, O_EARLY])
        rank = width - d.visit[v, V_DURATION] - (1 << 40 if d.visit[v, V_TEAM] > 1 else 0)
        rank += d.visit[v, V_RANK] << 42
        k = n
        while k > 0 and best.key[k - 1] > rank:
            best.key[k] = best.key[k - 1]
            best.order[k] = best.order[k - 1]
            k -= 1
        best.key[k] = rank
        best.order[k] = v
        n += 1
    for i in range(n):
        begin(s, g)
        insert(d, s, g, best.order[i], 0)
    begin(s, g)
    keep_best(s, best)
