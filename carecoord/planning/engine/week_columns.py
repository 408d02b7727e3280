"""
Which rounds of the pool a part of the week may choose among, the rest of the plan being as it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.layout import BIG, Best, Data, Ints
from carecoord.planning.engine.pool import (
    L_COST,
    L_FIRST,
    L_LAST,
    L_LEN,
    L_WARN,
    L_WORK,
    L_WORTH,
    Pool,
)

Flags = npt.NDArray[np.bool_]
Stops = tuple[tuple[int, int], ...]
"""Option and start of each stop, in order."""


class Column(NamedTuple):
    """One round that may be chosen; price and work are those of the round alone, in engine units."""

    round: int
    stops: Stops
    cost: int
    work: int
    first: int
    last: int
    warn: int


class Scope(NamedTuple):
    """
    What is chosen anew and what is given.

    Args:
        rounds: round -> chosen anew.
        visits: visit -> all its seats are in such rounds, or it has no place.
        held: round -> (visit, start) of the stops that must stay, their other aide being given.
        taken: visits that stay where they are, with their start; -1 for free ones.
    """

    rounds: Flags
    visits: Flags
    held: dict[int, dict[int, int]]
    taken: Ints


def scope_of(best: Best, free: Flags) -> Scope:
    """The scope in which the rounds of `free` are chosen anew."""
    one, two = best.place[:, lay.S_ROUND], best.place[:, lay.S_ROUND2]
    in_one = (one < 0) | free[np.maximum(one, 0)]
    in_two = (two < 0) | free[np.maximum(two, 0)]
    visits = in_one & in_two
    held: dict[int, dict[int, int]] = {}
    for v in np.flatnonzero((in_one != in_two) & (two >= 0)).tolist():
        r = int(one[v] if in_one[v] else two[v])
        held.setdefault(r, {})[v] = int(best.place[v, lay.S_START])
    taken = np.where(visits | (one < 0), -1, best.place[:, lay.S_START])
    return Scope(rounds=free, visits=visits, held=held, taken=taken)


def present(best: Best, r: int) -> Column:
    """The round of the plan itself."""
    line = best.rounds[r]
    n = int(line[lay.R_LEN])
    return Column(
        round=r,
        stops=tuple((int(o), int(at)) for o, at in best.stop[r, :n].tolist()),
        cost=int(line[lay.R_COST]),
        work=int(line[lay.R_WORK]),
        first=int(line[lay.R_FIRST]),
        last=int(line[lay.R_LAST]),
        warn=int(line[lay.R_WARN]),
    )


def columns_of(d: Data, best: Best, pool: Pool, scope: Scope, most: int) -> list[Column]:
    """
    Rounds that fit the scope, those of the plan among them; at most `most` beside those, of the best plans.
    """
    found: list[tuple[int, Column]] = []
    kept: list[Column] = []
    for r in np.flatnonzero(scope.rounds).tolist():
        now = present(best, r)
        if now.stops:
            kept.append(now)
        slots = fitting(d, best, pool, scope, r)
        stops, lines = pool.stop[r, slots].tolist(), pool.line[r, slots].tolist()
        for row, line in zip(stops, lines, strict=True):
            chosen = tuple((o, at) for o, at in row[: line[L_LEN]])
            if chosen == now.stops:
                continue
            column = Column(r, chosen, line[L_COST], line[L_WORK], line[L_FIRST], line[L_LAST], line[L_WARN])
            found.append((line[L_WORTH], column))
    if len(found) > most:
        found.sort(key=lambda item: item[0])
        found = found[:most]
    return kept + [column for _, column in found]


def fitting(d: Data, best: Best, pool: Pool, scope: Scope, r: int) -> list[int]:
    """Slots of the rounds kept for `r` that use free visits only and fit the days and visits given."""
    used = int(pool.used[r])
    if used == 0:
        return []
    line, stop = pool.line[r, :used], pool.stop[r, :used]
    inside = np.arange(stop.shape[1])[None, :] < line[:, L_LEN, None]
    option = np.where(inside, stop[:, :, 0], 0)
    visit = np.where(inside, d.option[option, lay.O_VISIT], 0)
    start = np.where(inside, stop[:, :, 1], 0)
    held = scope.held.get(r, {})
    allowed = scope.visits[visit]
    fits = np.ones(used, dtype=bool)
    for v, at in held.items():
        here = inside & (visit == v) & (start == at)
        allowed |= here
        fits &= here.any(axis=1)
    low, high = _rest_bounds(d, best, scope, r)
    fits &= (allowed | ~inside).all(axis=1) & (line[:, L_FIRST] >= low) & (line[:, L_LAST] <= high)
    for k in np.flatnonzero(fits).tolist():
        for i in range(int(line[k, L_LEN])):
            v = int(visit[k, i])
            if d.visit[v, lay.V_RIVALS] and not _clear(d, scope, v, int(start[k, i])):
                fits[k] = False
                break
    return np.flatnonzero(fits).tolist()


def _rest_bounds(d: Data, best: Best, scope: Scope, r: int) -> tuple[int, int]:
    """Earliest start and latest end that keep the daily rest to days that are given."""
    days = d.day.shape[0]
    w, day = r // days, r % days
    rest = int(d.worker[w, lay.W_REST])
    low, high = -BIG, BIG
    if day == 0:
        if d.worker[w, lay.W_PAST_END] > -BIG:
            low = int(d.worker[w, lay.W_PAST_END]) + rest
    elif not scope.rounds[r - 1] and best.rounds[r - 1, lay.R_LEN] > 0:
        low = int(best.rounds[r - 1, lay.R_LAST]) + rest
    if day + 1 < days and not scope.rounds[r + 1] and best.rounds[r + 1, lay.R_LEN] > 0:
        high = int(best.rounds[r + 1, lay.R_FIRST]) - rest
    return low, high


def _clear(d: Data, scope: Scope, v: int, at: int) -> bool:
    """Whether a start keeps clear of the person's visits that stay where they are."""
    length = int(d.visit[v, lay.V_DURATION])
    for u in d.rival[v, : d.visit[v, lay.V_RIVALS]].tolist():
        start = int(scope.taken[u])
        if start >= 0 and u != v and at < start + d.visit[u, lay.V_DURATION] and start < at + length:
            return False
    return True
