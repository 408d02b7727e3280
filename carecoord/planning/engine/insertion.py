"""
Cheapest legal insertion of a visit: every day, aide and position, teams at a common start.

A position is thrown out first by its times, then by a lower bound of its price, and only
then timed and priced for good. Now and then a position is passed over on purpose
("blink", Christiaens & Vanden Berghe 2020), which keeps greedy insertion from repeating itself.
"""

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    B_AT,
    B_DURATION,
    B_EARLIEST,
    B_EARLY,
    B_LATE,
    B_OPTION,
    B_PLACE,
    B_SORT,
    B_TRAVEL,
    B_WISH,
    E_COST,
    E_WORK,
    K_BLINK,
    K_DELTA,
    K_EARLY,
    K_HIGH,
    K_LATE,
    K_LOW,
    K_OPTION,
    K_POSITION,
    K_ROUND,
    O_DAY,
    O_EARLY,
    O_LATE,
    O_VISIT,
    O_WISH,
    R_COST,
    R_LEN,
    R_WORK,
    S_OPTION,
    S_ROUND,
    S_ROUND2,
    S_START,
    STOPS_MAX,
    T_LEX,
    T_PENALTY,
    T_SOFT,
    TOP,
    V_CHOICES,
    V_DURATION,
    V_FIRST,
    V_LAST,
    V_LEX,
    V_NEED,
    V_PENALTY,
    V_PLACE,
    V_TEAM,
    W_C_COMMUTE,
    W_C_KM,
    W_C_TRAVEL,
    W_END,
    W_MODE,
    W_START,
    Data,
    Ints,
    State,
)
from carecoord.planning.engine.random_numbers import below
from carecoord.planning.engine.rounds import (
    bag_take,
    change,
    gather,
    load_cost,
    meet,
    pair_cost,
    price,
    store,
    team_wish,
    touch,
)
from carecoord.planning.engine.weekly import may_work, week_allows

GRID_S = 300
"""Common starts of a team are tried on this grid within the window."""


@njit
def latest_times(buf: Ints, n: int) -> None:
    """Earliest start (B_EARLIEST) and latest start (B_SORT) of each stop of a legal round."""
    for i in range(n):
        soon = buf[i, B_EARLY]
        if i > 0:
            soon = max(soon, buf[i - 1, B_EARLIEST] + buf[i - 1, B_DURATION] + buf[i, B_TRAVEL])
        buf[i, B_EARLIEST] = soon
    for i in range(n - 1, -1, -1):
        late = buf[i, B_LATE]
        if i < n - 1:
            late = min(late, buf[i + 1, B_SORT] - buf[i + 1, B_TRAVEL] - buf[i, B_DURATION])
        buf[i, B_SORT] = late


@njit
def scan(d: Data, s: State, r: int, cand: Ints) -> None:
    """Look for a better place than `cand` holds for its option in round `r`."""
    days = d.day.shape[0]
    w, day = r // days, r % days
    n = s.rounds[r, R_LEN]
    if n >= STOPS_MAX - 1 or (n == 0 and not may_work(d, s, w, day)):
        return
    v = d.option[cand[K_OPTION], O_VISIT]
    length = d.visit[v, V_DURATION]
    fixed = pair_cost(d, s, v, w)
    if (
        fixed + load_cost(d, w, s.work[w, 0] + length) - load_cost(d, w, s.work[w, 0]) - s.rounds[r, R_COST]
        >= cand[K_DELTA]
    ):
        return
    low, high = gather(d, s, r)
    latest_times(s.base, n)
    for k in range(d.shift[w, day, 0]):
        early = max(cand[K_EARLY], d.shift[w, day, 1 + 2 * k], low)
        late = min(cand[K_LATE], d.shift[w, day, 2 + 2 * k] - length, high - length)
        if early <= late:
            scan_positions(d, s, r, cand, early, late, fixed)


@njit
def first_line(d: Data, s: State, cand: Ints, early: int, late: int) -> None:
    """Write the candidate as line 0 of `trial`."""
    o = cand[K_OPTION]
    v = d.option[o, O_VISIT]
    line = s.trial[0]
    line[B_EARLY] = early
    line[B_LATE] = late
    line[B_DURATION] = d.visit[v, V_DURATION]
    line[B_WISH] = d.option[o, O_WISH] if d.visit[v, V_TEAM] == 1 else -1
    line[B_TRAVEL] = 0
    line[B_PLACE] = d.visit[v, V_PLACE]
    line[B_OPTION] = o


@njit
def scan_positions(d: Data, s: State, r: int, cand: Ints, early: int, late: int, fixed: int) -> None:
    """Try every position of a round, the candidate's window being cut to one shift and the rests."""
    w = r // d.day.shape[0]
    base, trial = s.base, s.trial
    worker = d.worker[w]
    mode = worker[W_MODE]
    n = s.rounds[r, R_LEN]
    first_line(d, s, cand, early, late)
    trial[1 : n + 1] = base[:n]
    here = trial[0, B_PLACE]
    length = trial[0, B_DURATION]
    way, drive, worked = way_of(d, s, w, n)
    old = s.rounds[r, R_COST] + load_cost(d, w, s.work[w, 0])
    rest = s.work[w, 0] - s.rounds[r, R_WORK]
    for pos in range(n + 1):
        before = base[pos - 1, B_PLACE] if pos > 0 else worker[W_START]
        after = base[pos, B_PLACE] if pos < n else worker[W_END]
        t_in, t_out, t_old = (
            d.seconds[mode, before, here],
            d.seconds[mode, here, after],
            d.seconds[mode, before, after],
        )
        soon = early
        if pos > 0:
            soon = max(early, base[pos - 1, B_EARLIEST] + base[pos - 1, B_DURATION] + t_in)
            if soon > late:
                break
        if pos == n or soon + length + t_out <= base[pos, B_SORT]:
            c_in = worker[W_C_TRAVEL] if pos > 0 else worker[W_C_COMMUTE]
            c_out = worker[W_C_TRAVEL] if pos < n else worker[W_C_COMMUTE]
            c_old = min(c_in, c_out) if n > 0 else 0
            if n > 0 and 0 < pos < n:
                metres = (
                    d.metres[mode, before, here] + d.metres[mode, here, after] - d.metres[mode, before, after]
                )
            elif n > 0:
                c_old = worker[W_C_COMMUTE]
                metres = d.metres[mode, here, after] if pos == 0 else d.metres[mode, before, here]
            else:
                metres = 0
            guess = way + t_in * c_in + t_out * c_out - t_old * c_old + metres * worker[W_C_KM]
            paid = (t_in if pos > 0 else 0) + (t_out if pos < n else 0) - (t_old if 0 < pos < n else 0)
            guess += load_cost(d, w, rest + worked + length + paid) - old + fixed
            if guess < cand[K_DELTA] and below(s.rng, 1000) >= cand[K_BLINK]:
                trial[pos, B_TRAVEL] = t_in if pos > 0 else 0
                if pos < n:
                    trial[pos + 1, B_TRAVEL] = t_out
                if price(d, s, r, trial, n + 1):
                    delta = s.out[E_COST] + load_cost(d, w, rest + s.out[E_WORK]) - old + fixed
                    if delta < cand[K_DELTA] and week_allows(d, s, r, s.out):
                        cand[K_DELTA] = delta
                        cand[K_ROUND] = r
                        cand[K_POSITION] = pos
                        cand[K_LOW] = early
                        cand[K_HIGH] = late
        if pos < n:
            trial[pos + 1] = trial[pos]
            trial[pos] = base[pos]


@njit
def way_of(d: Data, s: State, w: int, n: int) -> tuple[int, int, int]:
    """Price of the way of the round in `base`, its driving time, and its least work (no waits)."""
    worker = d.worker[w]
    mode = worker[W_MODE]
    if n == 0:
        return 0, 0, 0
    base = s.base
    drive = 0
    worked = base[0, B_DURATION]
    cost = (
        d.seconds[mode, worker[W_START], base[0, B_PLACE]]
        + d.seconds[mode, base[n - 1, B_PLACE], worker[W_END]]
    ) * worker[W_C_COMMUTE]
    for i in range(1, n):
        drive += base[i, B_TRAVEL]
        worked += base[i, B_DURATION]
        cost += d.metres[mode, base[i - 1, B_PLACE], base[i, B_PLACE]] * worker[W_C_KM]
    return cost + drive * worker[W_C_TRAVEL], drive, worked + drive


@njit
def put(d: Data, s: State, cand: Ints) -> int:
    """Insert the candidate at its best place; gives its start time."""
    r, pos, o = cand[K_ROUND], cand[K_POSITION], cand[K_OPTION]
    v = d.option[o, O_VISIT]
    w = r // d.day.shape[0]
    mode = d.worker[w, W_MODE]
    n = s.rounds[r, R_LEN]
    touch(s, r)
    gather(d, s, r)
    first_line(d, s, cand, cand[K_LOW], cand[K_HIGH])
    line = s.trial[0].copy()
    s.trial[:pos] = s.base[:pos]
    s.trial[pos] = line
    s.trial[pos + 1 : n + 1] = s.base[pos:n]
    if pos > 0:
        s.trial[pos, B_TRAVEL] = d.seconds[mode, s.trial[pos - 1, B_PLACE], line[B_PLACE]]
    if pos < n:
        s.trial[pos + 1, B_TRAVEL] = d.seconds[mode, line[B_PLACE], s.trial[pos + 1, B_PLACE]]
    price(d, s, r, s.trial, n + 1)
    s.total[T_SOFT] += pair_cost(d, s, v, w)
    meet(d, s, v, w, 1)
    store(d, s, r, s.trial, n + 1)
    return s.trial[pos, B_AT]


@njit
def placed(d: Data, s: State, cand: Ints, second: int, start: int) -> None:
    """Write down where a visit now is; `second` is the round of the second aide or -1."""
    o = cand[K_OPTION]
    v = d.option[o, O_VISIT]
    change(s, v)
    bag_take(s, v)
    s.place[v, S_OPTION] = o
    s.place[v, S_ROUND] = cand[K_ROUND]
    s.place[v, S_ROUND2] = second
    s.place[v, S_START] = start
    s.total[T_PENALTY] -= d.visit[v, V_PENALTY]
    s.total[T_LEX] -= d.visit[v, V_LEX]


@njit
def aim(d: Data, s: State, cand: Ints, o: int, blink: int) -> None:
    """Start a search for the best place of an option."""
    cand[K_OPTION] = o
    cand[K_EARLY] = d.option[o, O_EARLY]
    cand[K_LATE] = d.option[o, O_LATE]
    cand[K_BLINK] = blink


@njit
def insert_single(d: Data, s: State, v: int, blink: int) -> bool:
    """Insert a visit for one aide at its cheapest legal place; False when there is none."""
    cand = s.cand
    days = d.day.shape[0]
    best = -1
    cand[K_DELTA] = TOP
    for o in range(d.visit[v, V_FIRST], d.visit[v, V_LAST]):
        aim(d, s, cand, o, blink)
        before = cand[K_DELTA]
        for w in range(d.worker.shape[0]):
            if d.compat[v, w] > 0 and (d.visit[v, V_NEED] == 0 or d.compat[v, w] & 4):
                scan(d, s, w * days + d.option[o, O_DAY], cand)
        if cand[K_DELTA] < before:
            best = o
    if best < 0 or cand[K_DELTA] >= d.visit[v, V_PENALTY]:
        return False
    cand[K_OPTION] = best
    start = put(d, s, cand)
    placed(d, s, cand, -1, start)
    return True


@njit
def insert_pair(d: Data, s: State, v: int, blink: int) -> bool:
    """Insert a visit for two aides who start together, both or none."""
    days = d.day.shape[0]
    one, two = s.cand, s.cand2
    best = d.visit[v, V_PENALTY]
    keep, keep2 = one.copy(), two.copy()
    found = -1
    for o in range(d.visit[v, V_FIRST], d.visit[v, V_LAST]):
        day = d.option[o, O_DAY]
        early, late = d.option[o, O_EARLY], d.option[o, O_LATE]
        step = GRID_S
        while (late - early) // step >= d.visit[v, V_CHOICES]:
            step += GRID_S
        start = early + (below(s.rng, (step // GRID_S)) * GRID_S if step > GRID_S else 0)
        while start <= late:
            aside = team_wish(d, o, start)
            aim(d, s, one, o, blink)
            aim(d, s, two, o, blink)
            pair = seats(d, s, v, day, start, best - aside)
            if pair + aside < best:
                best = pair + aside
                found = start
                keep[:] = one
                keep2[:] = two
            start += step
    if found < 0:
        return False
    put(d, s, keep)
    put(d, s, keep2)
    placed(d, s, keep, keep2[K_ROUND], found)
    s.total[T_SOFT] += team_wish(d, keep[K_OPTION], found)
    return True


@njit
def seats(d: Data, s: State, v: int, day: int, start: int, limit: int) -> int:
    """Best two different aides for a fixed start: `cand` and `cand2`; gives the sum of both prices."""
    days = d.day.shape[0]
    one, two = s.cand, s.cand2
    need = d.visit[v, V_NEED]
    pinned = 0
    for c in (one, two):
        c[K_EARLY] = start
        c[K_LATE] = start
        c[K_DELTA] = limit
    top = TOP
    one[K_DELTA], two[K_DELTA] = top, top
    for w in range(d.worker.shape[0]):
        if d.compat[v, w] == 0 or (need >= 2 and not d.compat[v, w] & 4):
            continue
        # A demanded aide who is alone in being demanded takes the first seat whatever the price.
        if need == 1 and d.compat[v, w] & 4:
            continue
        keep_delta = two[K_DELTA]
        scan(d, s, w * days + day, two)
        if two[K_DELTA] < keep_delta and need != 1 and two[K_DELTA] < one[K_DELTA]:
            for k in range(two.shape[0]):
                one[k], two[k] = two[k], one[k]
    if need == 1:
        for w in range(d.worker.shape[0]):
            if d.compat[v, w] & 4:
                pinned = 1
                scan(d, s, w * days + day, one)
    if one[K_DELTA] >= top or two[K_DELTA] >= top or (need == 1 and pinned == 0):
        return top
    return one[K_DELTA] + two[K_DELTA]


@njit
def insert(d: Data, s: State, v: int, blink: int) -> bool:
    """Insert a visit at its cheapest legal place, alone or with both aides."""
    if d.visit[v, V_TEAM] > 1:
        return insert_pair(d, s, v, blink)
    return insert_single(d, s, v, blink)
