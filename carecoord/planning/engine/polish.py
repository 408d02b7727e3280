"""
Best timing of a fixed order, exactly: dynamic programming over whole minutes.

The state is the start of a stop; the step to the next is either joined (with a paid wait)
or broken by an unpaid interruption. Rules of the whole day are checked on the result; a
round whose best timing breaks one keeps the timing it had.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import numpy as np

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    B_AT,
    B_DURATION,
    B_EARLY,
    B_LATE,
    B_TRAVEL,
    D_END,
    DAY_S,
    E_COST,
    R_COST,
    R_LEN,
    STOPS_MAX,
    W_C_LACK,
    W_C_SPLIT,
    W_C_TRAVEL,
    W_PAID_WAIT,
    W_SPLIT_MIN,
    Data,
    Ints,
    Log,
    State,
)
from carecoord.planning.engine.ledger import touch
from carecoord.planning.engine.rounds import gather, price_timed, store
from carecoord.planning.engine.schedule import hour_price, room_due
from carecoord.planning.engine.weekly import week_allows

GRAIN_S = 60
SLOTS = 1_500
"""Minutes of the longest window that is timed exactly; a day has 1,500 at most."""

WORST = 1 << 60


def tables() -> tuple[Ints, Ints]:
    """Space for costs and choices, stop × minute of its window."""
    return np.zeros((STOPS_MAX, SLOTS), dtype=np.int64), np.zeros((STOPS_MAX, SLOTS), dtype=np.int64)


@njit
def polish(d: Data, s: State, g: Log, cost: Ints, choice: Ints) -> int:
    """Time every round at its best, where that is legal and cheaper; gives how many changed."""
    changed = 0
    for r in range(s.rounds.shape[0]):
        n = s.rounds[r, R_LEN]
        if n == 0:
            continue
        gather(d, s, r)
        line = s.line[r]
        w = r // d.day.shape[0]
        for factor in (1, 3):
            midnight = d.day[r % d.day.shape[0], D_END] - DAY_S
            if not best_times(line, n, d.worker[w], cost, choice, factor, midnight):
                break
            if (
                price_timed(d, s, r, line, n)
                and s.out[E_COST] < s.rounds[r, R_COST]
                and week_allows(d, s, r, s.out)
            ):
                touch(s, g, r)
                store(d, s, r, line, n)
                changed += 1
                break
    return changed


@njit
def best_times(line: Ints, n: int, w: Ints, cost: Ints, choice: Ints, factor: int, midnight: int) -> bool:
    """
    Fill B_AT with the cheapest times; False where times do not fall on the grid.

    Args:
        factor: weight on interruptions; above 1 for a second try with fewer of them.
    """
    for i in range(n):
        step = line[i, B_TRAVEL] + line[i, B_DURATION]
        width = (line[i, B_LATE] - line[i, B_EARLY]) // GRAIN_S
        if line[i, B_EARLY] % GRAIN_S or step % GRAIN_S or width < 0 or width >= SLOTS:
            return False
    for k in range((line[0, B_LATE] - line[0, B_EARLY]) // GRAIN_S + 1):
        cost[0, k] = hour_price(line, 0, line[0, B_EARLY] + k * GRAIN_S, w)
    for i in range(1, n):
        extend(line, i, w, cost, choice, factor, midnight)
    last = n - 1
    best, at = WORST, -1
    for k in range((line[last, B_LATE] - line[last, B_EARLY]) // GRAIN_S + 1):
        if cost[last, k] < best:
            best, at = cost[last, k], k
    if at < 0:
        return False
    for i in range(last, -1, -1):
        line[i, B_AT] = line[i, B_EARLY] + at * GRAIN_S
        if i > 0:
            at = choice[i, at]
    return True


@njit
def extend(line: Ints, i: int, w: Ints, cost: Ints, choice: Ints, factor: int, midnight: int) -> None:
    """Costs of stop `i` at each minute of its window from those of the stop before."""
    step = line[i - 1, B_DURATION] + line[i, B_TRAVEL]
    before = (line[i - 1, B_LATE] - line[i - 1, B_EARLY]) // GRAIN_S + 1
    offset = (line[i, B_EARLY] - line[i - 1, B_EARLY] - step) // GRAIN_S
    waits = w[W_PAID_WAIT] // GRAIN_S
    apart = w[W_SPLIT_MIN] // GRAIN_S
    best_apart, best_k, seen = WORST, -1, 0
    for k in range((line[i, B_LATE] - line[i, B_EARLY]) // GRAIN_S + 1):
        latest = k + offset
        while seen < before and seen <= latest - apart:
            if cost[i - 1, seen] < best_apart:
                best_apart, best_k = cost[i - 1, seen], seen
            seen += 1
        best, at = WORST, -1
        if best_k >= 0:
            best, at = best_apart + factor * w[W_C_SPLIT], best_k
        for m in range(max(0, latest - waits), min(before - 1, latest) + 1):
            value = cost[i - 1, m] + (latest - m) * GRAIN_S * w[W_C_TRAVEL]
            if w[W_C_LACK] > 0:
                leaves = line[i - 1, B_EARLY] + m * GRAIN_S + line[i - 1, B_DURATION]
                due = room_due(line, i - 1, leaves, w, midnight)
                value += max(0, due - (latest - m) * GRAIN_S) * w[W_C_LACK]
            if value < best:
                best, at = value, m
        at_s = line[i, B_EARLY] + k * GRAIN_S
        cost[i, k] = best + hour_price(line, i, at_s, w) if at >= 0 else WORST
        choice[i, k] = at
