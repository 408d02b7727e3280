"""
Changing a plan round by round: take visits out, time and price anew, write down.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    B_AT,
    B_DURATION,
    B_EARLY,
    B_EXCESS,
    B_LATE,
    B_OPTION,
    B_PLACE,
    B_TOLD,
    B_TRAVEL,
    B_WISH,
    C_TOLERANCE,
    D_END,
    D_WEEK,
    E_BACK,
    E_COST,
    E_DAY,
    E_FIRST,
    E_LAST,
    E_N,
    E_OUT,
    E_WARN,
    E_WORK,
    I_HIGH,
    I_LOW,
    I_WAY,
    I_WORK,
    NOT_TOLD,
    O_DAY,
    O_EARLY,
    O_LATE,
    O_TOLD,
    O_VISIT,
    O_WISH,
    P_FRAIL,
    R_COST,
    R_FIRST,
    R_LAST,
    R_LEN,
    R_WARN,
    R_WORK,
    S_OFF,
    S_OPTION,
    S_ROUND,
    S_ROUND2,
    S_START,
    T_LEX,
    T_PENALTY,
    T_SOFT,
    T_TOUCHED,
    V_DURATION,
    V_EXCESS,
    V_LEX,
    V_PENALTY,
    V_PERSON,
    V_PLACE,
    V_RIVALS,
    V_TEAM,
    V_TOLD,
    W_C_COMMUTE,
    W_C_KM,
    W_C_TRAVEL,
    W_END,
    W_MODE,
    W_SPAN_FRAIL,
    W_START,
    WARN_SPAN,
    Data,
    Ints,
    Log,
    State,
)
from carecoord.planning.engine.ledger import (
    bag_add,
    budgeted,
    change,
    count_off,
    load_cost,
    meet,
    moved,
    pair_cost,
    recheck,
    stale,
    stale_rivals,
    team_wish,
    touch,
)
from carecoord.planning.engine.schedule import (
    account,
    evaluate,
)
from carecoord.planning.engine.weekly import (
    rest_bounds,
    week_allows,
)


@njit
def drop_from(d: Data, s: State, g: Log, r: int, v: int) -> None:
    """Take one visit out of the order of a round, without timing it anew."""
    touch(s, g, r)
    n = s.rounds[r, R_LEN]
    k = 0
    while d.option[s.stop[r, k, 0], O_VISIT] != v:
        k += 1
    for i in range(k, n - 1):
        s.stop[r, i, 0] = s.stop[r, i + 1, 0]
        s.stop[r, i, 1] = s.stop[r, i + 1, 1]
    s.rounds[r, R_LEN] = n - 1
    stale(s, r)
    w = r // d.day.shape[0]
    meet(d, s, v, w, -1)
    s.total[T_SOFT] -= pair_cost(d, s, v, w)


@njit
def unplace(d: Data, s: State, g: Log, v: int) -> None:
    """Take a visit out of its rounds, which then need `settle`."""
    change(s, g, v)
    if s.place[v, S_OFF] == 1:
        count_off(d, s, v, 0)
    drop_from(d, s, g, s.place[v, S_ROUND], v)
    if s.place[v, S_ROUND2] >= 0:
        drop_from(d, s, g, s.place[v, S_ROUND2], v)
        s.total[T_SOFT] -= team_wish(d, s.place[v, S_OPTION], s.place[v, S_START])
    s.place[v, S_OPTION] = -1
    s.place[v, S_ROUND] = -1
    s.place[v, S_ROUND2] = -1
    s.total[T_PENALTY] += d.visit[v, V_PENALTY]
    s.total[T_LEX] += d.visit[v, V_LEX]
    stale_rivals(d, s, v)
    bag_add(s, v)


@njit
def settle(d: Data, s: State, g: Log) -> None:
    """Time every touched round anew; one that lost its legality with a stop gives up all its stops."""
    done = False
    while not done:
        done = True
        for k in range(s.total[T_TOUCHED]):
            r = g.touched[k]
            n = s.rounds[r, R_LEN]
            if n == 0:
                store(d, s, r, s.line[r], 0)
                continue
            gather(d, s, r)
            if price(d, s, r, s.line[r], n) and week_allows(d, s, r, s.out):
                store(d, s, r, s.line[r], n)
                continue
            while s.rounds[r, R_LEN] > 0:
                unplace(d, s, g, d.option[s.stop[r, s.rounds[r, R_LEN] - 1, 0], O_VISIT])
            done = False
            break


@njit
def gather(d: Data, s: State, r: int) -> None:
    """Write the line and the facts of a round anew: windows cut to shift and rests, price of its way."""
    days = d.day.shape[0]
    w, day = r // days, r % days
    mode = d.worker[w, W_MODE]
    low, high = rest_bounds(d, s, w, day)
    line, info, n = s.line[r], s.info[r], s.rounds[r, R_LEN]
    before = -1
    drive, metres, work = 0, 0, 0
    for i in range(n):
        o = s.stop[r, i, 0]
        v = d.option[o, O_VISIT]
        here = d.visit[v, V_PLACE]
        length = d.visit[v, V_DURATION]
        cut_window(d, line, i, o, s.stop[r, i, 1], w)
        if d.visit[v, V_RIVALS] > 0:
            keep_clear(d, s, r, i, s.stop[r, i, 1], v)
        line[i, B_EARLY] = max(line[i, B_EARLY], low)
        line[i, B_LATE] = min(line[i, B_LATE], high - length)
        line[i, B_DURATION] = length
        line[i, B_EXCESS] = d.visit[v, V_EXCESS]
        line[i, B_TRAVEL] = 0
        if i > 0:
            line[i, B_TRAVEL] = d.road[mode, before, here, 0]
            drive += d.road[mode, before, here, 0]
            metres += d.road[mode, before, here, 1]
        line[i, B_PLACE] = here
        line[i, B_OPTION] = o
        work += length
        before = here
    info[I_LOW], info[I_HIGH] = low, high
    info[I_WORK] = work + drive
    way = drive * d.worker[w, W_C_TRAVEL] + metres * d.worker[w, W_C_KM]
    if n > 0:
        out = d.road[mode, d.worker[w, W_START], line[0, B_PLACE], 0]
        way += (out + d.road[mode, before, d.worker[w, W_END], 0]) * d.worker[w, W_C_COMMUTE]
    info[I_WAY] = way


@njit
def keep_clear(d: Data, s: State, r: int, i: int, at: int, v: int) -> None:
    """
    Cut the window of a stop so that it keeps clear of other visits to the same person (`person_overlap`).

    Those stay where they are while this round moves; within one round the order keeps them apart.
    """
    line, length = s.line[r], d.visit[v, V_DURATION]
    for k in range(d.visit[v, V_RIVALS]):
        u = d.rival[v, k]
        if s.place[u, S_OPTION] < 0 or s.place[u, S_ROUND] == r or s.place[u, S_ROUND2] == r:
            continue
        start = s.place[u, S_START]
        if start >= at + length:
            line[i, B_LATE] = min(line[i, B_LATE], start - length)
        elif start + d.visit[u, V_DURATION] <= at:
            line[i, B_EARLY] = max(line[i, B_EARLY], start + d.visit[u, V_DURATION])


@njit
def cut_window(d: Data, line: Ints, i: int, o: int, at: int, w: int) -> None:
    """
    The window of a stop that starts at `at`, inside its shift; a team keeps its start.

    Under a budget of people disturbed, a visit that is as told stays within the tolerance while
    others move: only its own insertion may disturb, which `scan` looks at.
    """
    v, day = d.option[o, O_VISIT], d.option[o, O_DAY]
    early, late, wish = d.option[o, O_EARLY], d.option[o, O_LATE], d.option[o, O_WISH]
    told = d.option[o, O_TOLD]
    if d.visit[v, V_TEAM] > 1:
        early, late, wish, told = at, at, -1, NOT_TOLD
    elif d.visit[v, V_TOLD] >= 0 and budgeted(d) and not moved(d, v, w, at):
        early = max(early, d.visit[v, V_TOLD] - d.price[C_TOLERANCE])
        late = min(late, d.visit[v, V_TOLD] + d.price[C_TOLERANCE])
    length = d.visit[v, V_DURATION]
    for k in range(d.shift[w, day, 0]):
        if d.shift[w, day, 1 + 2 * k] <= at and at + length <= d.shift[w, day, 2 + 2 * k]:
            early = max(early, d.shift[w, day, 1 + 2 * k])
            late = min(late, d.shift[w, day, 2 + 2 * k] - length)
            break
    line[i, B_EARLY] = early
    line[i, B_LATE] = late
    line[i, B_WISH] = wish
    line[i, B_TOLD] = told


@njit
def price(d: Data, s: State, r: int, buf: Ints, n: int) -> bool:
    """Time and price the round in `buf` as round `r`, travel included, into `out`; False if not legal."""
    worker = d.worker[r // d.day.shape[0]]
    ends_of(d, s, r, buf, n)
    return evaluate(buf, n, worker, s.out) and price_way(d, s, r, buf, n)


@njit
def price_timed(d: Data, s: State, r: int, buf: Ints, n: int) -> bool:
    """The same for a round whose times are chosen already."""
    worker = d.worker[r // d.day.shape[0]]
    ends_of(d, s, r, buf, n)
    return account(buf, n, worker, s.out) and price_way(d, s, r, buf, n)


@njit
def ends_of(d: Data, s: State, r: int, buf: Ints, n: int) -> None:
    """What `evaluate` needs of the day and of the way from and to home."""
    worker = d.worker[r // d.day.shape[0]]
    mode = worker[W_MODE]
    s.out[E_DAY] = d.day[r % d.day.shape[0], D_END] - 86_400
    s.out[E_OUT] = d.road[mode, worker[W_START], buf[0, B_PLACE], 0]
    s.out[E_BACK] = d.road[mode, buf[n - 1, B_PLACE], worker[W_END], 0]


@njit
def price_way(d: Data, s: State, r: int, buf: Ints, n: int) -> bool:
    """Add the price of travel to `out`; False where a long span is refused (IDCC 3127)."""
    worker, out = d.worker[r // d.day.shape[0]], s.out
    mode = worker[W_MODE]
    if out[E_WARN] & WARN_SPAN and worker[W_SPAN_FRAIL] == 1:
        for i in range(n):
            v = d.option[buf[i, B_OPTION], O_VISIT]
            if d.person[d.visit[v, V_PERSON], P_FRAIL] == 0:
                return False
    cost = (out[E_OUT] + out[E_BACK]) * worker[W_C_COMMUTE]
    for i in range(1, n):
        metres = d.road[mode, buf[i - 1, B_PLACE], buf[i, B_PLACE], 1]
        cost += buf[i, B_TRAVEL] * worker[W_C_TRAVEL] + metres * worker[W_C_KM]
    out[E_COST] += cost
    return True


@njit
def store(d: Data, s: State, r: int, buf: Ints, n: int) -> None:
    """Make round `r` what `buf` and `out` say, and keep the totals true; an empty round costs nothing."""
    days = d.day.shape[0]
    w, week = r // days, d.day[r % days, D_WEEK]
    line = s.rounds[r]
    if n == 0:
        for i in range(E_N):
            s.out[i] = 0
    more = s.out[E_WORK] - line[R_WORK]
    if more != 0:
        s.total[T_SOFT] -= load_cost(d, w, s.work[w, 0])
        s.work[w, 0] += more
        s.work[w, 1 + week] += more
        s.total[T_SOFT] += load_cost(d, w, s.work[w, 0])
    s.total[T_SOFT] += s.out[E_COST] - line[R_COST]
    line[R_LEN] = n
    line[R_COST] = s.out[E_COST]
    line[R_WORK] = s.out[E_WORK]
    line[R_FIRST] = s.out[E_FIRST]
    line[R_LAST] = s.out[E_LAST]
    line[R_WARN] = s.out[E_WARN]
    for i in range(n):
        s.stop[r, i, 0] = buf[i, B_OPTION]
        s.stop[r, i, 1] = buf[i, B_AT]
        v = d.option[buf[i, B_OPTION], O_VISIT]
        s.place[v, S_START] = buf[i, B_AT]
        if d.visit[v, V_TOLD] >= 0 and budgeted(d):
            recheck(d, s, v)
        if d.visit[v, V_RIVALS] > 0:
            stale_rivals(d, s, v)
    stale(s, r)
