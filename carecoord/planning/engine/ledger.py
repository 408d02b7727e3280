"""
Keeping count: faces, hours and totals of a plan, visits without a place, and how to undo.

Every change of an iteration is kept aside at its first occurrence, so a refused
iteration is undone exactly, at the price of the rounds it touched.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import inlined, njit
from carecoord.planning.engine.layout import (
    BIG,
    C_CHANGED,
    C_EXCESS,
    C_FAIR,
    C_NEW_FACE,
    C_OVER,
    C_PEOPLE,
    C_SHORT,
    C_TOLERANCE,
    C_UNWANTED,
    D_WEEK,
    DAY_S,
    I_FRESH,
    NOT_TOLD,
    O_TOLD,
    O_VISIT,
    O_WISH,
    P_FACES,
    R_LEN,
    R_N,
    R_WORK,
    S_N,
    S_OFF,
    S_OPTION,
    S_ROUND,
    S_ROUND2,
    S_START,
    T_BAG,
    T_CHANGED,
    T_LEX,
    T_OFF,
    T_PENALTY,
    T_SOFT,
    T_TOUCHED,
    V_PERSON,
    V_RIVALS,
    V_TOLD,
    W_C_TOLD,
    W_C_WISH,
    W_FAIR,
    W_TARGET,
    Data,
    Log,
    State,
)


@njit
def load_cost(d: Data, w: int, work: int) -> int:
    """Price of an aide's hours over the horizon: short of the contract, above it, unlike the others."""
    over = work - d.worker[w, W_TARGET]
    uneven = abs(work - d.worker[w, W_FAIR]) * d.price[C_FAIR]
    return uneven + (over * d.price[C_OVER] if over > 0 else -over * d.price[C_SHORT])


@inlined
def wish_cost(d: Data, v: int, w: int) -> int:
    """Price of an aide that the person does not want, or was not told."""
    cost = d.price[C_UNWANTED] if d.compat[v, w] & 2 else 0
    return cost + (d.price[C_CHANGED] if d.compat[v, w] & 8 else 0)


@njit
def pair_cost(d: Data, s: State, v: int, w: int) -> int:
    """What it adds that this aide also comes to this visit: new face, too many, not wanted, not told."""
    p = d.visit[v, V_PERSON]
    cost = wish_cost(d, v, w)
    if s.seen[w, p] == 0:
        if d.known[w, p] == 0:
            cost += d.price[C_NEW_FACE]
        if s.seen[d.worker.shape[0], p] >= d.person[p, P_FACES]:
            cost += d.price[C_EXCESS]
    return cost


@njit
def meet(d: Data, s: State, v: int, w: int, sign: int) -> None:
    """Count a visit of this aide in (+1) or out (-1)."""
    p = d.visit[v, V_PERSON]
    s.seen[w, p] += sign
    if sign > 0 and s.seen[w, p] == 1:
        s.seen[d.worker.shape[0], p] += 1
    elif sign < 0 and s.seen[w, p] == 0:
        s.seen[d.worker.shape[0], p] -= 1


@njit
def touch(s: State, g: Log, r: int) -> None:
    """Keep a round aside before its first change in this iteration."""
    if g.mark[r] == 0:
        k = s.total[T_TOUCHED]
        s.total[T_TOUCHED] += 1
        g.mark[r] = k + 1
        g.touched[k] = r
        for i in range(R_N):
            g.rounds[k, i] = s.rounds[r, i]
        for i in range(s.rounds[r, R_LEN]):
            g.stop[k, i, 0] = s.stop[r, i, 0]
            g.stop[k, i, 1] = s.stop[r, i, 1]


@njit
def stale(s: State, r: int) -> None:
    """What is known of a round and of the days beside it no longer holds."""
    s.info[r, I_FRESH] = 0
    if r > 0:
        s.info[r - 1, I_FRESH] = 0
    if r + 1 < s.info.shape[0]:
        s.info[r + 1, I_FRESH] = 0


@njit
def change(s: State, g: Log, v: int) -> None:
    """Keep the place of a visit aside before it changes; each change of a visit is kept."""
    k = s.total[T_CHANGED]
    s.total[T_CHANGED] += 1
    g.changed[k] = v
    for i in range(S_N):
        g.place[k, i] = s.place[v, i]


@njit
def bag_add(s: State, v: int) -> None:
    """Put a visit among those without a place."""
    k = s.total[T_BAG]
    s.bag[0, k] = v
    s.bag[1, v] = k
    s.total[T_BAG] = k + 1


@njit
def bag_take(s: State, v: int) -> None:
    """Take a visit out of those without a place."""
    k = s.bag[1, v]
    s.total[T_BAG] -= 1
    last = s.bag[0, s.total[T_BAG]]
    s.bag[0, k] = last
    s.bag[1, last] = k
    s.bag[1, v] = -1


@njit
def bag_swap(s: State, v: int, u: int) -> None:
    """Exchange the positions of two visits without a place."""
    k, i = s.bag[1, v], s.bag[1, u]
    s.bag[0, k], s.bag[0, i] = u, v
    s.bag[1, v], s.bag[1, u] = i, k


@njit
def team_wish(d: Data, o: int, start: int) -> int:
    """Price of the distance from the wished and the told hour, once for a visit of two aides."""
    wish, told = d.option[o, O_WISH], d.option[o, O_TOLD]
    cost = abs(start - wish) * d.worker[0, W_C_WISH] if wish >= 0 else 0
    if told != NOT_TOLD:
        cost += (abs(start - told) if told >= 0 else DAY_S) * d.worker[0, W_C_TOLD]
    return cost


@inlined
def budgeted(d: Data) -> bool:
    """Whether the number of people who may be disturbed is limited."""
    return d.price[C_PEOPLE] < BIG


@njit
def moved(d: Data, v: int, w: int, start: int) -> bool:
    """Whether a visit by this aide at this time is not what the person was told (`disturbance_budget`)."""
    told = d.visit[v, V_TOLD]
    return told >= 0 and (d.compat[v, w] & 8 > 0 or abs(start - told) > d.price[C_TOLERANCE])


@njit
def recheck(d: Data, s: State, v: int) -> None:
    """Count again whether a visit disturbs, after it came, went or moved."""
    if d.visit[v, V_TOLD] < 0:
        return
    days, off = d.day.shape[0], 0
    if s.place[v, S_OPTION] >= 0:
        one, two, start = s.place[v, S_ROUND], s.place[v, S_ROUND2], s.place[v, S_START]
        off = 1 if moved(d, v, one // days, start) or (two >= 0 and moved(d, v, two // days, start)) else 0
    count_off(d, s, v, off)


@njit
def count_off(d: Data, s: State, v: int, off: int) -> None:
    """Write down whether a visit disturbs, and count its person in or out."""
    more = off - s.place[v, S_OFF]
    if more == 0:
        return
    p, line = d.visit[v, V_PERSON], d.worker.shape[0] + 1
    s.place[v, S_OFF] = off
    s.seen[line, p] += more
    if s.seen[line, p] == max(more, 0):
        s.total[T_OFF] += more


@inlined
def spent(d: Data, s: State, p: int) -> bool:
    """Whether this person may not be disturbed any more: the budget is used up, and not by them."""
    return s.total[T_OFF] >= d.price[C_PEOPLE] and s.seen[d.worker.shape[0] + 1, p] == 0


@njit
def stale_rivals(d: Data, s: State, v: int) -> None:
    """What is known of rounds with rivals of a visit no longer holds: it moved, came or went."""
    for k in range(d.visit[v, V_RIVALS]):
        u = d.rival[v, k]
        if s.place[u, S_OPTION] >= 0:
            s.info[s.place[u, S_ROUND], I_FRESH] = 0
            if s.place[u, S_ROUND2] >= 0:
                s.info[s.place[u, S_ROUND2], I_FRESH] = 0


@njit
def begin(s: State, g: Log) -> None:
    """Forget the changes kept aside: from here on is a new iteration."""
    for k in range(s.total[T_TOUCHED]):
        g.mark[g.touched[k]] = 0
    s.total[T_TOUCHED] = 0
    s.total[T_CHANGED] = 0


@njit
def forget_off(d: Data, s: State, g: Log) -> None:
    """Take whatever this iteration touched out of the count of people disturbed."""
    for k in range(s.total[T_CHANGED]):
        count_off(d, s, g.changed[k], 0)
    for k in range(s.total[T_TOUCHED]):
        r = g.touched[k]
        for i in range(s.rounds[r, R_LEN]):
            count_off(d, s, d.option[s.stop[r, i, 0], O_VISIT], 0)


@njit
def recall_off(d: Data, s: State, g: Log) -> None:
    """Count the same again, once it is back where it was."""
    for k in range(s.total[T_CHANGED]):
        recheck(d, s, g.changed[k])
    for k in range(s.total[T_TOUCHED]):
        r = g.touched[k]
        for i in range(s.rounds[r, R_LEN]):
            recheck(d, s, d.option[s.stop[r, i, 0], O_VISIT])


@njit
def undo(d: Data, s: State, g: Log, soft: int, penalty: int, lex: int) -> None:  # noqa: C901 (places first, then rounds)
    """Take the plan back to where the iteration began; the three totals are those of then."""
    days = d.day.shape[0]
    if budgeted(d):
        forget_off(d, s, g)
    for k in range(s.total[T_CHANGED] - 1, -1, -1):
        v = g.changed[k]
        for seat in (S_ROUND, S_ROUND2):
            if s.place[v, seat] >= 0:
                meet(d, s, v, s.place[v, seat] // days, -1)
            if g.place[k, seat] >= 0:
                meet(d, s, v, g.place[k, seat] // days, 1)
        stale_rivals(d, s, v)
        if s.place[v, S_OPTION] < 0 <= g.place[k, S_OPTION]:
            bag_take(s, v)
        elif s.place[v, S_OPTION] >= 0 > g.place[k, S_OPTION]:
            bag_add(s, v)
        for i in range(S_OFF):
            s.place[v, i] = g.place[k, i]
    for k in range(s.total[T_TOUCHED]):
        r = g.touched[k]
        more = g.rounds[k, R_WORK] - s.rounds[r, R_WORK]
        s.work[r // days, 0] += more
        s.work[r // days, 1 + d.day[r % days, D_WEEK]] += more
        for i in range(R_N):
            s.rounds[r, i] = g.rounds[k, i]
        for i in range(s.rounds[r, R_LEN]):
            s.stop[r, i, 0] = g.stop[k, i, 0]
            s.stop[r, i, 1] = g.stop[k, i, 1]
            v = d.option[s.stop[r, i, 0], O_VISIT]
            s.place[v, S_START] = s.stop[r, i, 1]
            if d.visit[v, V_RIVALS] > 0:
                stale_rivals(d, s, v)
        stale(s, r)
    if budgeted(d):
        recall_off(d, s, g)
    s.total[T_SOFT] = soft
    s.total[T_PENALTY] = penalty
    s.total[T_LEX] = lex
