"""
The cheapest round of an aide on a day where each visit pays a price: dynamic programming over minutes.

Relaxed, so that its value bounds from below what any legal round of that aide and day costs: a
visit may come twice in a round, limits of a day's work and span are left to the windows of the
shift, both aides of a team may start apart, hours that were told cost nothing. Windows, travel,
waits, interruptions and wished hours are exact to the minute; where times do not fall on whole
minutes, travel is rounded down and waits cost nothing.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import MINUTE_S, Data, Ints, Small

NONE = 1 << 61
"""No way to be there."""

# One line for each candidate of the round being priced: its option, first and last start in minutes,
# minutes of service, place, wish in seconds or -1 and the price of a second from it, what the visit
# costs less what it pays, the way home, the cheapest arrival that does not hang on the minute with
# the candidate it comes from, the best of all its own starts with its minute, the same among starts
# long enough ago for an interruption, and how many candidates may come just before it.
(
    N_OPTION, N_OPEN, N_CLOSE, N_SERVICE, N_PLACE, N_WISH, N_RATE, N_PAY, N_HOME, N_BASE, N_FROM, N_BEST,
    N_AT, N_OLD, N_OLD_AT, N_NEAR, N_N,
) = range(17)  # fmt: skip

PATH_MAX = 64
OFFSETS = 1 << 12
"""More than the minutes of any window that is priced."""


class Duals(NamedTuple):
    """
    Prices under which rounds are looked for, in cost units.

    Args:
        visit: what a visit pays to each aide who makes it.
        hour: worker -> what a second of work costs beside everything else; may be negative.
        face: worker × visit: share of the price of a new face that this visit carries.
    """

    visit: Ints
    hour: Ints
    face: Ints


class Search(NamedTuple):
    """
    What pricing reads beside the problem, and its space.

    Args:
        option: round × candidates, -1 fills up.
        number: round -> how many candidates.
        whole: one number, 1 where all times fall on whole minutes.
        node: candidate × N_ columns.
        cost, back: candidate × minute of its window: cheapest arrival, and where it comes from.
        gap: candidate × minute from its opening on: cheapest departure at that minute, wait or
            interruption included; then the minute of the start that gives it.
        near, step, arc: candidate × candidates that may come just before it.
        path: round × stops × (option, start in seconds); last to first while it is found.
        length, value: round -> stops of the cheapest round and its price; 0 and NONE where there is none.
    """

    option: Small
    number: Ints
    whole: Ints
    node: Ints
    cost: Ints
    back: Ints
    gap: Ints
    gap_at: Ints
    near: Ints
    step: Ints
    arc: Ints
    path: Ints
    length: Ints
    value: Ints


def open_search(d: Data, whole_minutes: bool) -> Search:
    """Candidates of every aide and day, and room for pricing."""
    workers, days = d.worker.shape[0], d.day.shape[0]
    lists: list[list[int]] = [[] for _ in range(workers * days)]
    visit = d.option[:, lay.O_VISIT]
    for o in range(d.option.shape[0] if d.visit.shape[0] else 0):
        v, day = int(visit[o]), int(d.option[o, lay.O_DAY])
        if not d.visit[v, lay.V_FIRST] <= o < d.visit[v, lay.V_LAST]:
            continue
        need = int(d.visit[v, lay.V_NEED])
        for w in np.flatnonzero(d.compat[v] > 0).tolist():
            # Where pins name all aides of a visit, nobody else comes.
            if need < d.visit[v, lay.V_TEAM] or d.compat[v, w] & 4:
                lists[w * days + day].append(o)
    most = max(1, max(map(len, lists), default=1))
    option = np.full((workers * days, most), -1, dtype=np.int32)
    for r, items in enumerate(lists):
        items.sort(key=lambda o: (int(d.option[o, lay.O_EARLY]), o))
        option[r, : len(items)] = items
    widest = max((d.option[:, lay.O_LATE] - d.option[:, lay.O_EARLY]).tolist(), default=0) // MINUTE_S + 3
    waits = max(d.worker[:, lay.W_PAID_WAIT].tolist(), default=0) // MINUTE_S + 6

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    rounds = workers * days
    return Search(
        option=option,
        number=np.array([len(items) for items in lists], dtype=np.int64),
        whole=np.array([int(whole_minutes)], dtype=np.int64),
        node=ints(most, N_N),
        cost=ints(most, widest),
        back=ints(most, widest),
        gap=ints(most, widest + waits),
        gap_at=ints(most, widest + waits),
        near=ints(most, most),
        step=ints(most, most),
        arc=ints(most, most),
        path=ints(rounds, PATH_MAX, 2),
        length=ints(rounds),
        value=ints(rounds),
    )


@njit
def price_day(d: Data, x: Search, u: Duals, day: int) -> None:
    """The cheapest round of every aide on a day, into `path`, `length` and `value`."""
    days = d.day.shape[0]
    for w in range(d.worker.shape[0]):
        r = w * days + day
        x.length[r] = 0
        x.value[r] = NONE
        if d.shift[w, day, 0] > 0:
            n = lay_candidates(d, x, u, w, day)
            play(d, x, u, w, n)
            trace(x, r, n)


@njit
def lay_candidates(d: Data, x: Search, u: Duals, w: int, day: int) -> int:
    """Write the candidates that fit the day's shifts; gives their number."""
    r = w * d.day.shape[0] + day
    worker = d.worker[w]
    low, high = d.shift[w, day, 1], d.shift[w, day, 2 * d.shift[w, day, 0]]
    if day == 0 and worker[lay.W_PAST_END] > -lay.BIG:
        low = max(low, worker[lay.W_PAST_END] + worker[lay.W_REST])
    commute = worker[lay.W_C_COMMUTE] + (u.hour[w] if worker[lay.W_COMMUTE_WORK] else 0)
    road = d.road[worker[lay.W_MODE]]
    n = 0
    for k in range(x.number[r]):
        o = x.option[r, k]
        v = d.option[o, lay.O_VISIT]
        length = d.visit[v, lay.V_DURATION]
        opens = max(d.option[o, lay.O_EARLY], low) // MINUTE_S
        closes = -(-min(d.option[o, lay.O_LATE], high - length) // MINUTE_S)
        if closes < opens:
            continue
        line = x.node[n]
        line[N_OPTION] = o
        line[N_OPEN], line[N_CLOSE] = opens, closes
        line[N_SERVICE] = length // MINUTE_S
        line[N_PLACE] = d.visit[v, lay.V_PLACE]
        line[N_WISH] = d.option[o, lay.O_WISH]
        line[N_RATE] = worker[lay.W_C_WISH] // d.visit[v, lay.V_TEAM]
        line[N_PAY] = length * u.hour[w] + u.face[w, v] - u.visit[v]
        if d.compat[v, w] & 2:
            line[N_PAY] += d.price[lay.C_UNWANTED]
        if d.compat[v, w] & 8:
            line[N_PAY] += d.price[lay.C_CHANGED] // d.visit[v, lay.V_TEAM]
        line[N_HOME] = road[line[N_PLACE], worker[lay.W_END], 0] * commute
        line[N_BASE] = road[worker[lay.W_START], line[N_PLACE], 0] * commute
        line[N_FROM] = -1
        line[N_BEST], line[N_OLD] = NONE, NONE
        n += 1
    return n


@njit
def play(d: Data, x: Search, u: Duals, w: int, n: int) -> None:
    """Go through the minutes of the day; whoever may start at one is reached at its cheapest."""
    if n == 0:
        return
    worker = d.worker[w]
    paid = worker[lay.W_PAID_WAIT]
    split = worker[lay.W_C_SPLIT]
    # Where seconds are cut off, a gap may look up to three minutes longer, or one shorter, than it is.
    longest = -(-paid // MINUTE_S) + (0 if x.whole[0] else 3)
    apart = max(0, paid // MINUTE_S - (0 if x.whole[0] else 1))
    wait = (worker[lay.W_C_TRAVEL] + u.hour[w]) * MINUTE_S if x.whole[0] else 0
    first, last = x.node[0, N_OPEN], x.node[0, N_CLOSE]
    for j in range(n):
        first = min(first, x.node[j, N_OPEN])
        last = max(last, x.node[j, N_CLOSE])
    for t in range(first, last + longest + 1):
        for j in range(n):
            line = x.node[j]
            if t < line[N_OPEN] or t > line[N_CLOSE] + longest:
                continue
            if t == line[N_OPEN]:
                arrive(d, x, u, w, j, n, longest)
            if t <= line[N_CLOSE]:
                reach(x, j, t, longest)
            leave(x, j, t, longest, apart, wait, split)


@njit
def arrive(d: Data, x: Search, u: Duals, w: int, j: int, n: int, longest: int) -> None:
    """Who may come just before candidate `j`: those long over at once, the others into `near`."""
    worker, to = d.worker[w], x.node[j]
    road = d.road[worker[lay.W_MODE]]
    hour = worker[lay.W_C_TRAVEL] + u.hour[w]
    count = 0
    for i in range(n):
        line = x.node[i]
        if i == j or line[N_OPEN] >= to[N_CLOSE]:
            continue
        seconds = road[line[N_PLACE], to[N_PLACE], 0]
        step = line[N_SERVICE] + seconds // MINUTE_S
        if line[N_OPEN] + step > to[N_CLOSE]:
            continue
        arc = seconds * hour + road[line[N_PLACE], to[N_PLACE], 1] * worker[lay.W_C_KM]
        if line[N_CLOSE] + step + longest < to[N_OPEN]:
            value = line[N_BEST] + worker[lay.W_C_SPLIT] + arc
            if value < to[N_BASE]:
                to[N_BASE], to[N_FROM] = value, i
            continue
        x.near[j, count], x.step[j, count], x.arc[j, count] = i, step, arc
        count += 1
    to[N_NEAR] = count


@njit
def reach(x: Search, j: int, t: int, longest: int) -> None:
    """Cheapest way for candidate `j` to start at minute `t`."""
    line = x.node[j]
    best, come = line[N_BASE], -1
    if line[N_FROM] >= 0:
        come = line[N_FROM] * OFFSETS + x.node[line[N_FROM], N_AT] - x.node[line[N_FROM], N_OPEN]
    for k in range(line[N_NEAR]):
        i = x.near[j, k]
        left = t - x.step[j, k] - x.node[i, N_OPEN]
        if left < 0:
            continue
        # After the last minute that is kept, only an interruption is left, from the best start.
        left = min(left, x.node[i, N_CLOSE] - x.node[i, N_OPEN] + longest)
        value = x.gap[i, left] + x.arc[j, k]
        if value < best:
            best, come = value, i * OFFSETS + x.gap_at[i, left]
    value = best + line[N_PAY]
    if line[N_WISH] >= 0:
        away = abs(t * MINUTE_S - line[N_WISH])
        value += (away if x.whole[0] else max(0, away - MINUTE_S)) * line[N_RATE]
    x.cost[j, t - line[N_OPEN]] = value
    x.back[j, t - line[N_OPEN]] = come
    if value < line[N_BEST]:
        line[N_BEST], line[N_AT] = value, t


@njit
def leave(x: Search, j: int, t: int, longest: int, apart: int, wait: int, split: int) -> None:
    """Cheapest state of candidate `j` at minute `t` if its start lies at or before that, the gap included."""
    line = x.node[j]
    here = t - line[N_OPEN]
    best, at = NONE, 0
    for k in range(max(0, here - longest), min(here, line[N_CLOSE] - line[N_OPEN]) + 1):
        value = x.cost[j, k] + (here - k) * wait
        if value < best:
            best, at = value, k
    old = here - apart
    if 0 <= old <= line[N_CLOSE] - line[N_OPEN] and x.cost[j, old] < line[N_OLD]:
        line[N_OLD], line[N_OLD_AT] = x.cost[j, old], old
    if line[N_OLD] < NONE and line[N_OLD] + split < best:
        best, at = line[N_OLD] + split, line[N_OLD_AT]
    x.gap[j, here] = best
    x.gap_at[j, here] = at


@njit
def trace(x: Search, r: int, n: int) -> None:
    """Write the cheapest round down."""
    best, last = NONE, -1
    for j in range(n):
        if x.node[j, N_BEST] < NONE and x.node[j, N_BEST] + x.node[j, N_HOME] < best:
            best, last = x.node[j, N_BEST] + x.node[j, N_HOME], j
    x.value[r] = best
    if last < 0:
        return
    come = last * OFFSETS + x.node[last, N_AT] - x.node[last, N_OPEN]
    n = 0
    while come >= 0 and n < PATH_MAX:
        j, k = come // OFFSETS, come % OFFSETS
        x.path[r, n, 0] = x.node[j, N_OPTION]
        x.path[r, n, 1] = (x.node[j, N_OPEN] + k) * MINUTE_S
        come = x.back[j, k]
        n += 1
    x.length[r] = n
    for i in range(n // 2):
        for c in range(2):
            x.path[r, i, c], x.path[r, n - 1 - i, c] = x.path[r, n - 1 - i, c], x.path[r, i, c]
