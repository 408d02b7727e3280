"""
Compiled incremental evaluation of HHCRSP routes: link, propagate, undo.

A move rewires a few links; only the operations whose predecessor changed are
put in the queue, and a changed start time puts the next stop of the route
(and, through the recomputed visit, of the mate's route) in the queue in turn.
Waiting absorbs most changes after a few stops. Everything is logged, so a
refused move is undone exactly.

Times are the earliest ones: a simultaneous visit starts when both carers are
there; a sequential visit delays its first start just enough for the second to
come within its largest gap.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

import numpy as np

from carecoord.planning.engine.compiled import inlined
from carecoord.planning.engine.hhcrsp_data import (
    CARER,
    CARER_LOG,
    DUE,
    DURATION,
    EARLIEST,
    FINISH,
    FIRST,
    GAP_MAX,
    GAP_MIN,
    KEYS,
    LINK_LOG,
    MATE,
    MODE,
    NEXT,
    PREVIOUS,
    PRICE,
    QUEUE,
    QUEUED_AT,
    RANDOM,
    ROW,
    SEEN,
    SIMULTANEOUS,
    SINGLE,
    START,
    TIME_LOG,
    VISITS,
    Data,
    Ints,
    State,
)

# Places of the scalars in State.number.
DISTANCE = 0
LATENESS = 1
WORST = 2
LINKS = 3
CARERS = 4
TIMES = 5
QUEUED = 6
EPOCH = 7
BEST = 8
ACCEPTED = 9
LATE_SEEN = 10

# A visit recomputed more often than this within one move is waiting for itself.
MAX_VISITS = 6


@inlined
def draw(random: Ints, bound: int) -> int:
    """
    Whole number drawn in [0, bound) with a 64-bit xorshift generator.
    """
    x = np.uint64(random[RANDOM])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[RANDOM] = np.int64(x)
    high = (x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(32)
    return int(np.int64((high * np.uint64(bound)) >> np.uint64(32)))


@inlined
def draw_unit(random: Ints) -> float:
    """
    Number drawn in (0, 1].
    """
    return (draw(random, 1 << 30) + 1) / (1 << 30)


@inlined
def push(data: Data, state: State, op: int, key: int) -> None:
    """
    Ask for the visit of an operation to be recomputed; the smallest key, a probable start, comes first.
    """
    number = state.number
    if op < data.near.shape[0] and state.cur[op, QUEUED_AT] != number[EPOCH]:
        state.cur[op, QUEUED_AT] = number[EPOCH]
        state.log[QUEUE, number[QUEUED]] = op
        state.log[KEYS, number[QUEUED]] = key
        number[QUEUED] += 1


@inlined
def start_after(data: Data, state: State, before: int, op: int) -> int:
    """
    Earliest start of an operation were it to follow an element whose times stay.
    """
    there = state.cur[before, FINISH] + data.travel[data.ops[before, ROW], data.ops[op, ROW]]
    return max(data.ops[op, EARLIEST], there)


@inlined
def link(data: Data, state: State, a: int, b: int, key: int) -> None:
    """
    Make `b`, which will start about `key`, follow `a`.

    Every element rewired must be rewired completely before evaluation.
    """
    number, log = state.number, state.log
    n = number[LINKS]
    log[LINK_LOG, n] = a
    log[LINK_LOG, n + 1] = state.cur[a, NEXT]
    log[LINK_LOG, n + 2] = b
    log[LINK_LOG, n + 3] = state.cur[b, PREVIOUS]
    number[LINKS] = n + 4
    number[DISTANCE] += (
        data.travel[data.ops[a, ROW], data.ops[b, ROW]]
        - data.travel[data.ops[a, ROW], data.ops[state.cur[a, NEXT], ROW]]
    )
    state.cur[a, NEXT] = b
    state.cur[b, PREVIOUS] = a
    push(data, state, b, key)


@inlined
def give(state: State, op: int, carer: int) -> None:
    """
    Give an operation to a carer.
    """
    number = state.number
    n = number[CARERS]
    state.log[CARER_LOG, n] = op
    state.log[CARER_LOG, n + 1] = state.cur[op, CARER]
    number[CARERS] = n + 2
    state.cur[op, CARER] = carer


@inlined
def begin(state: State) -> None:
    """
    Open a move: empty logs and queue.
    """
    number = state.number
    number[LINKS] = 0
    number[CARERS] = 0
    number[TIMES] = 0
    number[QUEUED] = 0
    number[LATE_SEEN] = 0
    number[EPOCH] += 1


@inlined
def set_start(data: Data, state: State, op: int, start: int) -> None:
    """
    Record a start time; when it changed, ask for the next stop of that carer.
    """
    if state.cur[op, START] == start and state.cur[op, FINISH] == start + data.ops[op, DURATION]:
        return
    number = state.number
    due = data.ops[op, DUE]
    if state.cur[op, SEEN] != number[EPOCH]:
        state.cur[op, SEEN] = number[EPOCH]
        n = number[TIMES]
        state.log[TIME_LOG, n] = op
        state.log[TIME_LOG, n + 1] = state.cur[op, START]
        number[TIMES] = n + 2
    else:
        number[LATE_SEEN] -= max(0, state.cur[op, START] - due)
    number[LATE_SEEN] += max(0, start - due)
    state.cur[op, START] = start
    state.cur[op, FINISH] = start + data.ops[op, DURATION]
    following = state.cur[op, NEXT]
    push(data, state, following, start_after(data, state, op, following))


@inlined
def ready(data: Data, state: State, op: int) -> int:
    """
    When the carer of an operation can be at its door.
    """
    before = state.cur[op, PREVIOUS]
    return state.cur[before, FINISH] + data.travel[data.ops[before, ROW], data.ops[op, ROW]]


@inlined
def recompute(data: Data, state: State, op: int) -> None:
    """
    Earliest start of an operation and, in a two-carer visit, of its mate.
    """
    mode = data.ops[op, MODE]
    if mode == SINGLE:
        set_start(data, state, op, max(data.ops[op, EARLIEST], ready(data, state, op)))
        return
    mate = data.ops[op, MATE]
    if mode == SIMULTANEOUS:
        both = max(data.ops[op, EARLIEST], ready(data, state, op), ready(data, state, mate))
        set_start(data, state, op, both)
        set_start(data, state, mate, both)
        return
    first, second = (op, mate) if mode == FIRST else (mate, op)
    there = ready(data, state, second)
    begins = max(data.ops[first, EARLIEST], ready(data, state, first), there - data.ops[first, GAP_MAX])
    set_start(data, state, first, begins)
    set_start(data, state, second, max(data.ops[second, EARLIEST], there, begins + data.ops[first, GAP_MIN]))


@inlined
def pop(state: State) -> int:
    """
    Take the queued operation with the smallest key.
    """
    log, number = state.log, state.number
    last = number[QUEUED] - 1
    where = 0
    for i in range(1, last + 1):
        if log[KEYS, i] < log[KEYS, where]:
            where = i
    op = log[QUEUE, where]
    log[QUEUE, where] = log[QUEUE, last]
    log[KEYS, where] = log[KEYS, last]
    number[QUEUED] = last
    state.cur[op, QUEUED_AT] = 0
    return op


@inlined
def propagate(data: Data, state: State, limit: float) -> bool:
    """
    Recompute what a move touched; False when two routes wait for each other or the cost passes the limit.

    Distance and the lateness of the stops recomputed so far bound the cost
    from below (stops are taken in the order of time, so they seldom change
    again): most refused moves stop here after two or three stops.
    """
    number = state.number
    epoch = number[EPOCH] * 16
    while number[QUEUED] > 0:
        op = pop(state)
        seen = state.cur[op, VISITS]
        if seen < epoch:
            seen = epoch
        if seen - epoch >= MAX_VISITS:
            return False
        state.cur[op, VISITS] = seen + 1
        recompute(data, state, op)
        if number[DISTANCE] + number[PRICE] * number[LATE_SEEN] > limit:
            return False
    settle(data, state)
    return True


@inlined
def settle(data: Data, state: State) -> None:
    """
    Bring total and largest lateness up to date from the logged start times.
    """
    number, log = state.number, state.log
    total, highest, lost = number[LATENESS], 0, False
    for i in range(0, number[TIMES], 2):
        op = log[TIME_LOG, i]
        before = max(0, log[TIME_LOG, i + 1] - data.ops[op, DUE])
        after = max(0, state.cur[op, START] - data.ops[op, DUE])
        total += after - before
        highest = max(highest, after)
        if before == number[WORST] and after < before:
            lost = True
    if highest >= number[WORST]:
        number[WORST] = highest
    elif lost:
        worst = 0
        for op in range(data.near.shape[0]):
            worst = max(worst, state.cur[op, START] - data.ops[op, DUE])
        number[WORST] = worst
    number[LATENESS] = total


@inlined
def undo(data: Data, state: State) -> None:
    """
    Put links, carers and times back as they were when the move was opened; scalars are the caller's.
    """
    number = state.number
    log = state.log
    for i in range(number[LINKS] - 4, -1, -4):
        state.cur[log[LINK_LOG, i], NEXT] = log[LINK_LOG, i + 1]
        state.cur[log[LINK_LOG, i + 2], PREVIOUS] = log[LINK_LOG, i + 3]
    for i in range(number[CARERS] - 2, -1, -2):
        state.cur[log[CARER_LOG, i], CARER] = log[CARER_LOG, i + 1]
    for i in range(0, number[TIMES], 2):
        op = log[TIME_LOG, i]
        state.cur[op, START] = log[TIME_LOG, i + 1]
        state.cur[op, FINISH] = log[TIME_LOG, i + 1] + data.ops[op, DURATION]
