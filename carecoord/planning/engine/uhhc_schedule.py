"""
Compiled schedule of UHHC routes: times and cost of one operation after another.

Each task starts as early as its carers can be there. Where a carer would
wait, the whole part of the route before is delayed instead as far as its
windows allow (no two-carer visit in it), which costs nothing: a carer leaves
as late as possible for the first visit. A lunch is taken in a wait that is
long enough, else where the solution says, else at the last chance.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import inlined
from carecoord.planning.engine.uhhc_data import (
    ABSORBED,
    ALL_BROKEN,
    ALL_COSTS,
    ALL_IDLE,
    ALL_LATE,
    ALL_WAIT,
    ALL_WORKED,
    BEFORE_FIRST,
    BROKEN_SO_FAR,
    COSTS,
    DURATION,
    EATEN,
    EATS,
    EXTRA,
    FREE,
    GAP_MAX,
    GAP_MIN,
    LEAVES,
    LEAVES_AT_SHIFT_START,
    LUNCH,
    LUNCH_AT,
    LUNCH_DUE,
    LUNCH_FIRST,
    LUNCH_LAST,
    LUNCH_LENGTH,
    LUNCH_OP,
    MODE,
    ON_THE_WAY,
    PLACE,
    PRE_WAIT,
    PREFERENCE,
    RETURNS,
    ROW,
    SECOND_OP,
    SHIFT_CLOSES,
    SHIFT_OPENS,
    SIMULTANEOUS,
    SLACK,
    TARDINESS,
    TASK,
    TRAVEL,
    VISITS,
    WAITING,
    WINDOW,
    WINDOWS,
    WORKED,
    WORKING,
    WORST_LATE,
    WORST_WAIT,
    UhhcProblem,
    UhhcState,
)

ANY_SLACK = 1 << 40


@inlined
def window_in_force(p: UhhcProblem, op: int, start: int) -> int:
    """
    Column of the last window that opens at a start or before (the first one at least).
    """
    column = WINDOW + 2 * (p.ops[op, WINDOWS] - 1)
    while column > WINDOW and p.ops[op, column] > start:
        column -= 2
    return column


@inlined
def choose_start(p: UhhcProblem, op: int, there: int) -> int:
    """
    Start of an operation whose carer is there: at once, or at the opening of a window when that is cheaper.
    """
    start = max(there, p.ops[op, WINDOW])
    column = window_in_force(p, op, start)
    late = start - p.ops[op, column + 1]
    if late > 0 and column < WINDOW + 2 * (p.ops[op, WINDOWS] - 1):
        opening = p.ops[op, column + 2]
        if p.weights[TARDINESS] * late > p.weights[WAITING] * (opening - start):
            start = opening
    return start


@inlined
def take_lunch(state: UhhcState, carer: int, start: int, op: int, meal: int) -> None:
    """
    Record a lunch at the place of an operation; `meal` is ON_THE_WAY or BEFORE_FIRST.
    """
    state.day[carer, EATEN] = meal
    state.day[carer, LUNCH_AT] = start
    state.day[carer, LUNCH_OP] = op


@inlined
def arrive(p: UhhcProblem, state: UhhcState, op: int, carer: int) -> int:
    """
    When a carer is ready at the door of an operation, lunch eaten if it is taken there.
    """
    day = state.day
    day[carer, PRE_WAIT] = 0
    there = day[carer, FREE] + p.travel[day[carer, PLACE], p.ops[op, ROW]]
    if p.carers[carer, LUNCH_DUE] == 0 or day[carer, EATEN] != 0 or day[carer, VISITS] == 0:
        return there
    start = max(there, p.settings[LUNCH_FIRST])
    if start > p.settings[LUNCH_LAST]:
        return there
    back = start + p.settings[LUNCH_LENGTH]
    alone = choose_start(p, op, there)
    last_chance = alone + p.ops[op, DURATION] > p.settings[LUNCH_LAST]
    if back <= alone or state.node[op, EATS] == 1 or last_chance:
        take_lunch(state, carer, start, op, ON_THE_WAY)
        day[carer, PRE_WAIT] = start - there
        return back
    return there


@inlined
def begin_op(p: UhhcProblem, state: UhhcState, op: int, carer: int, there: int, start: int) -> None:
    """
    Record a start: waiting and what of it is absorbed, lateness, travel, the carer's new place.
    """
    day = state.day
    arc = p.travel[day[carer, PLACE], p.ops[op, ROW]]
    wait, absorbed = start - there, 0
    if day[carer, VISITS] == 0:
        if p.settings[LEAVES_AT_SHIFT_START] == 0:
            wait = 0
        if p.carers[carer, LUNCH_DUE] == 1:
            lunch = min(p.settings[LUNCH_LAST], start - p.settings[LUNCH_LENGTH])
            if lunch >= p.settings[LUNCH_FIRST] and lunch >= there:
                take_lunch(state, carer, lunch, op, BEFORE_FIRST)
    elif wait > 0:
        if day[carer, EATEN] == ON_THE_WAY:
            day[carer, SLACK] = min(day[carer, SLACK], p.settings[LUNCH_LAST] - day[carer, LUNCH_AT])
        absorbed = min(wait, day[carer, SLACK])
        if day[carer, EATEN] == ON_THE_WAY:
            day[carer, LUNCH_AT] += absorbed
        day[carer, SLACK] -= absorbed
        wait -= absorbed
    wait += day[carer, PRE_WAIT]
    close = p.ops[op, window_in_force(p, op, start) + 1]
    tied = p.tasks[p.ops[op, TASK], SECOND_OP] >= 0
    late, disliked = max(0, start - close), p.disliked[carer, op]
    day[carer, SLACK] = 0 if tied else min(day[carer, SLACK], max(0, close - start))
    day[carer, FREE] = start + p.ops[op, DURATION]
    day[carer, PLACE] = p.ops[op, ROW]
    day[carer, WORKED] += arc + p.ops[op, DURATION]
    day[carer, VISITS] += 1
    day[carer, COSTS] += (
        p.weights[TRAVEL] * arc
        + p.weights[WAITING] * wait
        + p.weights[TARDINESS] * late
        + p.weights[PREFERENCE] * disliked
    )
    day[carer, BROKEN_SO_FAR] += (
        p.hard[TARDINESS] * late + p.hard[WAITING] * wait + p.hard[PREFERENCE] * disliked
    )
    day[carer, WORST_LATE] = max(day[carer, WORST_LATE], late)
    day[carer, WORST_WAIT] = max(day[carer, WORST_WAIT], wait)
    state.node[op, ABSORBED] = absorbed


@inlined
def run_single(p: UhhcProblem, state: UhhcState, op: int, carer: int) -> None:
    """
    Schedule an operation of one carer.
    """
    there = arrive(p, state, op, carer)
    begin_op(p, state, op, carer, there, choose_start(p, op, there))


@inlined
def run_pair(p: UhhcProblem, state: UhhcState, op: int, mate: int, carer: int, other: int) -> None:
    """
    Schedule a synchronised visit of two carers; `op` is the first operation of the task.
    """
    task = p.ops[op, TASK]
    one, two = arrive(p, state, op, carer), arrive(p, state, mate, other)
    if p.tasks[task, MODE] == SIMULTANEOUS:
        first = choose_start(p, op, max(one, two))
        second = first
    else:
        least, most = p.tasks[task, GAP_MIN], p.tasks[task, GAP_MAX]
        first = choose_start(p, op, max(one, two - most))
        second = choose_start(p, mate, max(two, first + least))
        first = max(first, second - most)
    begin_op(p, state, op, carer, one, first)
    begin_op(p, state, mate, other, two, second)


@inlined
def open_day(p: UhhcProblem, state: UhhcState, carer: int) -> None:
    """
    Where a carer stands before the first visit: at the place of departure, at the start of the shift.
    """
    end = p.ops.shape[0] + carer
    for column in range(state.after.shape[1]):
        state.after[end, column] = 0
    state.after[end, FREE] = p.carers[carer, SHIFT_OPENS]
    state.after[end, PLACE] = p.carers[carer, LEAVES]
    state.after[end, SLACK] = 0 if p.settings[LEAVES_AT_SHIFT_START] == 1 else ANY_SLACK


@inlined
def close_day(p: UhhcProblem, state: UhhcState, carer: int) -> None:
    """
    Return home, late lunch, and what the route adds up to.
    """
    day, total = state.day, state.total
    opens, closes = p.carers[carer, SHIFT_OPENS], p.carers[carer, SHIFT_CLOSES]
    missed, over = 0, 0
    if day[carer, VISITS] == 0:
        missed = p.carers[carer, LUNCH_DUE]
        total[carer, ALL_IDLE] = closes - opens
    else:
        home = p.travel[day[carer, PLACE], p.carers[carer, RETURNS]]
        back = day[carer, FREE] + home
        if p.carers[carer, LUNCH_DUE] == 1 and day[carer, EATEN] == 0:
            if p.settings[LUNCH_FIRST] <= day[carer, FREE] <= p.settings[LUNCH_LAST]:
                take_lunch(state, carer, day[carer, FREE], -1, ON_THE_WAY)
                back += p.settings[LUNCH_LENGTH]
            else:
                missed = 1
        over = max(0, back - closes)
        day[carer, WORKED] += home
        day[carer, COSTS] += p.weights[TRAVEL] * home
        eaten = p.settings[LUNCH_LENGTH] if day[carer, EATEN] != 0 else 0
        total[carer, ALL_IDLE] = closes - opens - day[carer, WORKED] - eaten + over
    worked = day[carer, WORKED]
    total[carer, ALL_COSTS] = day[carer, COSTS] + (
        p.weights[EXTRA] * over + p.weights[LUNCH] * missed + p.weights[WORKING] * worked
    )
    total[carer, ALL_BROKEN] = day[carer, BROKEN_SO_FAR] + p.hard[EXTRA] * over + p.hard[LUNCH] * missed
    total[carer, ALL_WORKED] = worked
    total[carer, ALL_LATE] = day[carer, WORST_LATE]
    total[carer, ALL_WAIT] = day[carer, WORST_WAIT]
