"""
Visits for two aides, who start together: the start is chosen with both, or none comes.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.insertion import (
    aim,
    insert_single,
    placed,
    put,
    scan,
)
from carecoord.planning.engine.layout import (
    K_DELTA,
    K_EARLY,
    K_LATE,
    K_N,
    K_OPTION,
    K_ROUND,
    O_DAY,
    O_EARLY,
    O_LATE,
    T_SOFT,
    TOP,
    V_CHOICES,
    V_FIRST,
    V_LAST,
    V_NEED,
    V_PENALTY,
    V_PERSON,
    V_TEAM,
    Data,
    Log,
    State,
)
from carecoord.planning.engine.ledger import (
    team_wish,
)
from carecoord.planning.engine.random_numbers import (
    below,
)
from carecoord.planning.engine.rounds import drop_from, settle

GRID_S = 300
"""Common starts of a team are tried on this grid within the window."""


@njit
def insert_pair(d: Data, s: State, g: Log, v: int, blink: int) -> bool:
    """Insert a visit for two aides who start together, both or none."""
    one, two = s.cand[0], s.cand[1]
    best = d.visit[v, V_PENALTY]
    keep, keep2 = s.cand[2], s.cand[3]
    found = -1
    for o in range(d.visit[v, V_FIRST], d.visit[v, V_LAST]):
        early, late = d.option[o, O_EARLY], d.option[o, O_LATE]
        step = GRID_S
        while (late - early) // step >= d.visit[v, V_CHOICES]:
            step += GRID_S
        start = early + (below(s.rng, (step // GRID_S)) * GRID_S if step > GRID_S else 0)
        while start <= late:
            aside = team_wish(d, o, start)
            aim(d, one, o, blink)
            aim(d, two, o, blink)
            pair = seats(d, s, v, d.option[o, O_DAY], start, best - aside)
            if pair + aside < best:
                best = pair + aside
                found = start
                for i in range(K_N):
                    keep[i], keep2[i] = one[i], two[i]
            start += step
    if found < 0:
        return False
    put(d, s, g, keep)
    if put(d, s, g, keep2) < 0:
        drop_from(d, s, g, keep[K_ROUND], v)
        settle(d, s, g)
        return False
    placed(d, s, g, keep, keep2[K_ROUND], found)
    s.total[T_SOFT] += team_wish(d, keep[K_OPTION], found)
    return True


@njit
def seats(d: Data, s: State, v: int, day: int, start: int, limit: int) -> int:  # noqa: C901 (one case for each number of demanded aides)
    """Best two different aides for a fixed start in both lines of `cand`; gives the sum of both prices."""
    days = d.day.shape[0]
    one, two = s.cand[0], s.cand[1]
    need = d.visit[v, V_NEED]
    p = d.visit[v, V_PERSON]
    for c in (one, two):
        c[K_EARLY] = start
        c[K_LATE] = start
        c[K_DELTA] = TOP
    if need == 1:
        # The aide that a pin demands takes the first seat whatever the price.
        for w in range(d.worker.shape[0]):
            if d.compat[v, w] & 4:
                scan(d, s, w * days + day, one)
        if one[K_DELTA] >= TOP:
            return TOP
    for k in range(d.worker.shape[0]):
        w = d.order[p, k]
        demanded = d.compat[v, w] & 4
        if d.compat[v, w] == 0 or (need >= 2 and not demanded) or (need == 1 and demanded):
            continue
        scan(d, s, w * days + day, two)
        if need != 1 and two[K_DELTA] < one[K_DELTA]:
            for i in range(K_N):
                one[i], two[i] = two[i], one[i]
    if one[K_DELTA] >= TOP or two[K_DELTA] >= TOP or one[K_DELTA] + two[K_DELTA] >= limit:
        return TOP
    return one[K_DELTA] + two[K_DELTA]


@njit
def insert(d: Data, s: State, g: Log, v: int, blink: int) -> bool:
    """Insert a visit at its cheapest legal place, alone or with both aides."""
    if d.visit[v, V_TEAM] > 1:
        return insert_pair(d, s, g, v, blink)
    return insert_single(d, s, g, v, blink)
