"""
Cheapest legal insertion of a visit: every day, aide and position.

A position is thrown out first by its times, then by a lower bound of its price, and only
then timed and priced for good. Now and then a position is passed over on purpose
("blink", Christiaens & Vanden Berghe 2020), which keeps greedy insertion from repeating itself.
"""

# An element of a table is typed as anything, and is a whole number.
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from carecoord.planning.engine.compiled import njit
from carecoord.planning.engine.layout import (
    B_AT,
    B_DURATION,
    B_EARLIEST,
    B_EARLY,
    B_EXCESS,
    B_GIVEN,
    B_LATE,
    B_OPTION,
    B_PLACE,
    B_SORT,
    B_TOLD,
    B_TRAVEL,
    B_WISH,
    C_TOLERANCE,
    E_COST,
    E_WORK,
    I_FRESH,
    I_HIGH,
    I_LOW,
    K_BLINK,
    K_DELTA,
    K_EARLY,
    K_HIGH,
    K_LATE,
    K_LOW,
    K_OPTION,
    K_POSITION,
    K_ROUND,
    NOT_TOLD,
    O_DAY,
    O_EARLY,
    O_LATE,
    O_TOLD,
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
    V_DURATION,
    V_EXCESS,
    V_FIRST,
    V_LAST,
    V_LEX,
    V_NEED,
    V_PENALTY,
    V_PERSON,
    V_PLACE,
    V_RIVALS,
    V_TEAM,
    V_TOLD,
    W_C_COMMUTE,
    W_C_KM,
    W_C_SPLIT,
    W_C_TRAVEL,
    W_END,
    W_MODE,
    W_PAID_WAIT,
    W_START,
    Data,
    Ints,
    Log,
    State,
)
from carecoord.planning.engine.ledger import (
    bag_take,
    budgeted,
    change,
    load_cost,
    meet,
    pair_cost,
    recheck,
    spent,
    stale_rivals,
    touch,
)
from carecoord.planning.engine.random_numbers import (
    below,
)
from carecoord.planning.engine.rounds import (
    gather,
    price,
    store,
)
from carecoord.planning.engine.weekly import (
    may_work,
    week_allows,
)


@njit
def refresh(d: Data, s: State, r: int) -> None:
    """Make the line of a round true again, with earliest (B_EARLIEST) and latest (B_SORT) starts."""
    gather(d, s, r)
    buf, n = s.line[r], s.rounds[r, R_LEN]
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
    s.info[r, I_FRESH] = 1


@njit
def scan(d: Data, s: State, r: int, cand: Ints) -> None:
    """Look for a better place than `cand` holds for its option in round `r`."""
    days = d.day.shape[0]
    w, day = r // days, r % days
    n = s.rounds[r, R_LEN]
    v = d.option[cand[K_OPTION], O_VISIT]
    length = d.visit[v, V_DURATION]
    fixed = pair_cost(d, s, v, w)
    # The round can hardly get cheaper than by one interruption less.
    least = fixed - d.worker[w, W_C_SPLIT]
    if least >= cand[K_DELTA] or n >= STOPS_MAX - 1:
        return
    least += load_cost(d, w, s.work[w, 0] + length) - load_cost(d, w, s.work[w, 0])
    if least >= cand[K_DELTA] or (n == 0 and not may_work(d, s, w, day)):
        return
    if s.info[r, I_FRESH] == 0:
        refresh(d, s, r)
    low, high = max(cand[K_EARLY], s.info[r, I_LOW]), min(cand[K_LATE], s.info[r, I_HIGH] - length)
    if d.visit[v, V_TOLD] >= 0 and budgeted(d) and spent(d, s, d.visit[v, V_PERSON]):
        if d.compat[v, w] & 8:
            return
        low = max(low, d.visit[v, V_TOLD] - d.price[C_TOLERANCE])
        high = min(high, d.visit[v, V_TOLD] + d.price[C_TOLERANCE])
    for k in range(d.shift[w, day, 0]):
        early = max(low, d.shift[w, day, 1 + 2 * k])
        late = min(high, d.shift[w, day, 2 + 2 * k] - length)
        if d.visit[v, V_RIVALS] > 0:
            scan_pieces(d, s, r, cand, early, late, fixed)
        elif early <= late:
            scan_positions(d, s, r, cand, early, late, fixed)


@njit
def scan_pieces(d: Data, s: State, r: int, cand: Ints, early: int, late: int, fixed: int) -> None:
    """Try every stretch of a window that keeps clear of other visits to the same person."""
    day = r % d.day.shape[0]
    v = d.option[cand[K_OPTION], O_VISIT]
    length = d.visit[v, V_DURATION]
    start = early
    while start <= late:
        stretch = late
        moved = False
        for k in range(d.visit[v, V_RIVALS]):
            u = d.rival[v, k]
            if s.place[u, S_OPTION] < 0 or d.option[s.place[u, S_OPTION], O_DAY] != day:
                continue
            if s.place[u, S_ROUND] == r or s.place[u, S_ROUND2] == r:
                continue
            opens, closes = s.place[u, S_START] - length, s.place[u, S_START] + d.visit[u, V_DURATION]
            if opens < start < closes:
                start = closes
                moved = True
                break
            if opens >= start:
                stretch = min(stretch, opens)
        if not moved:
            scan_positions(d, s, r, cand, start, stretch, fixed)
            start = stretch + 1


@njit
def scan_positions(d: Data, s: State, r: int, cand: Ints, early: int, late: int, fixed: int) -> None:
    """Try every position of a round, the candidate's window being cut to one shift and the rests."""
    w = r // d.day.shape[0]
    line, worker, n = s.line[r], d.worker[w], s.rounds[r, R_LEN]
    road = d.road[worker[W_MODE]]
    v = d.option[cand[K_OPTION], O_VISIT]
    here, length = d.visit[v, V_PLACE], d.visit[v, V_DURATION]
    load = load_cost(d, w, s.work[w, 0])
    for pos in range(n + 1):
        before = line[pos - 1, B_PLACE] if pos > 0 else worker[W_START]
        t_in = road[before, here, 0]
        soon = early
        if pos > 0:
            soon = max(early, line[pos - 1, B_EARLIEST] + line[pos - 1, B_DURATION] + t_in)
            if soon > late:
                return
        after = line[pos, B_PLACE] if pos < n else worker[W_END]
        t_out = road[here, after, 0]
        if pos < n and soon + length + t_out > line[pos, B_SORT]:
            continue
        guess = fixed
        drive, metres = 0, 0
        if pos == 0:
            guess += t_in * worker[W_C_COMMUTE]
        else:
            drive, metres = t_in, road[before, here, 1]
        if pos == n:
            guess += t_out * worker[W_C_COMMUTE]
        else:
            drive += t_out
            metres += road[here, after, 1]
        if 0 < pos < n:
            drive -= road[before, after, 0]
            metres -= road[before, after, 1]
            gap = s.stop[r, pos, 1] - s.stop[r, pos - 1, 1] - line[pos - 1, B_DURATION] - line[pos, B_TRAVEL]
            guess -= worker[W_C_SPLIT] if gap > worker[W_PAID_WAIT] else gap * worker[W_C_TRAVEL]
        elif n > 0:
            guess -= road[before, after, 0] * worker[W_C_COMMUTE]
        guess += drive * worker[W_C_TRAVEL] + metres * worker[W_C_KM]
        guess += load_cost(d, w, s.work[w, 0] + length + drive) - load
        if guess < cand[K_DELTA] and below(s.rng, 1000) >= cand[K_BLINK]:
            attempt(d, s, r, cand, pos, early, late, fixed)


@njit
def fill_trial(d: Data, s: State, r: int, cand: Ints, pos: int, early: int, late: int) -> None:
    """Write round `r` with the candidate at `pos` into `trial`."""
    line, trial, n = s.line[r], s.trial, s.rounds[r, R_LEN]
    mode = d.worker[r // d.day.shape[0], W_MODE]
    o = cand[K_OPTION]
    v = d.option[o, O_VISIT]
    for i in range(pos):
        for k in range(B_GIVEN):
            trial[i, k] = line[i, k]
    for i in range(pos, n):
        for k in range(B_GIVEN):
            trial[i + 1, k] = line[i, k]
    here = d.visit[v, V_PLACE]
    trial[pos, B_EARLY] = early
    trial[pos, B_LATE] = late
    trial[pos, B_DURATION] = d.visit[v, V_DURATION]
    trial[pos, B_EXCESS] = d.visit[v, V_EXCESS]
    alone = d.visit[v, V_TEAM] == 1
    trial[pos, B_WISH] = d.option[o, O_WISH] if alone else -1
    trial[pos, B_TOLD] = d.option[o, O_TOLD] if alone else NOT_TOLD
    trial[pos, B_TRAVEL] = d.road[mode, line[pos - 1, B_PLACE], here, 0] if pos > 0 else 0
    trial[pos, B_PLACE] = here
    trial[pos, B_OPTION] = o
    if pos < n:
        trial[pos + 1, B_TRAVEL] = d.road[mode, here, line[pos, B_PLACE], 0]


@njit
def attempt(d: Data, s: State, r: int, cand: Ints, pos: int, early: int, late: int, fixed: int) -> None:
    """Time and price one position for good; keep it where it is the best so far and legal."""
    fill_trial(d, s, r, cand, pos, early, late)
    if not price(d, s, r, s.trial, s.rounds[r, R_LEN] + 1):
        return
    w = r // d.day.shape[0]
    delta = s.out[E_COST] - s.rounds[r, R_COST] + fixed - load_cost(d, w, s.work[w, 0])
    delta += load_cost(d, w, s.work[w, 0] - s.rounds[r, R_WORK] + s.out[E_WORK])
    if delta < cand[K_DELTA] and week_allows(d, s, r, s.out):
        cand[K_DELTA] = delta
        cand[K_ROUND] = r
        cand[K_POSITION] = pos
        cand[K_LOW] = early
        cand[K_HIGH] = late


@njit
def put(d: Data, s: State, g: Log, cand: Ints) -> int:
    """
    Insert the candidate at the place found for it; gives its start time.

    Gives -1, and changes nothing, where that place is gone: inserting the first aide of a
    team may have moved a visit to whom a stop in the round of the second gives way.
    """
    r, pos, o = cand[K_ROUND], cand[K_POSITION], cand[K_OPTION]
    v = d.option[o, O_VISIT]
    w = r // d.day.shape[0]
    touch(s, g, r)
    if s.info[r, I_FRESH] == 0:
        refresh(d, s, r)
    n = s.rounds[r, R_LEN] + 1
    fill_trial(d, s, r, cand, pos, cand[K_LOW], cand[K_HIGH])
    if not price(d, s, r, s.trial, n) or not week_allows(d, s, r, s.out):
        return -1
    s.total[T_SOFT] += pair_cost(d, s, v, w)
    meet(d, s, v, w, 1)
    store(d, s, r, s.trial, n)
    return s.trial[pos, B_AT]


@njit
def placed(d: Data, s: State, g: Log, cand: Ints, second: int, start: int) -> None:
    """Write down where a visit now is; `second` is the round of the second aide or -1."""
    o = cand[K_OPTION]
    v = d.option[o, O_VISIT]
    change(s, g, v)
    bag_take(s, v)
    s.place[v, S_OPTION] = o
    s.place[v, S_ROUND] = cand[K_ROUND]
    s.place[v, S_ROUND2] = second
    s.place[v, S_START] = start
    if d.visit[v, V_TOLD] >= 0 and budgeted(d):
        recheck(d, s, v)
    s.total[T_PENALTY] -= d.visit[v, V_PENALTY]
    s.total[T_LEX] -= d.visit[v, V_LEX]
    stale_rivals(d, s, v)


@njit
def aim(d: Data, cand: Ints, o: int, blink: int) -> None:
    """Start a search for the best place of an option."""
    cand[K_OPTION] = o
    cand[K_EARLY] = d.option[o, O_EARLY]
    cand[K_LATE] = d.option[o, O_LATE]
    cand[K_BLINK] = blink


@njit
def insert_single(d: Data, s: State, g: Log, v: int, blink: int) -> bool:
    """Insert a visit for one aide at its cheapest legal place; False when there is none."""
    cand = s.cand[0]
    days = d.day.shape[0]
    p = d.visit[v, V_PERSON]
    best = -1
    cand[K_DELTA] = d.visit[v, V_PENALTY]
    for o in range(d.visit[v, V_FIRST], d.visit[v, V_LAST]):
        aim(d, cand, o, blink)
        before = cand[K_DELTA]
        for k in range(d.worker.shape[0]):
            w = d.order[p, k]
            if d.compat[v, w] > 0 and (d.visit[v, V_NEED] == 0 or d.compat[v, w] & 4):
                scan(d, s, w * days + d.option[o, O_DAY], cand)
        if cand[K_DELTA] < before:
            best = o
    if best < 0:
        return False
    cand[K_OPTION] = best
    start = put(d, s, g, cand)
    placed(d, s, g, cand, -1, start)
    return True
