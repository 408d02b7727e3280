"""
Compiled schedule of a UHHC solution: one pass over the order of tasks gives times and cost.

Each task starts as early as its carers can be there. Where a carer would
wait, the whole part of the route before is delayed instead as far as its
windows allow (no two-carer visit in it), which costs nothing: a carer leaves
as late as possible for the first visit. A lunch is taken in a wait that is
long enough, else where the solution says, else at the last chance.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import compiled, inlined
from carecoord.planning.engine.uhhc_data import (
    ABSORBED,
    BALANCE,
    BEFORE_FIRST,
    BROKEN,
    CARER,
    DISLIKES,
    DURATION,
    EATEN,
    EATS,
    EXTRA,
    FIRST_OP,
    FREE,
    GAP_MAX,
    GAP_MIN,
    IDLE,
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
    OPTIONAL,
    PATIENT,
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
    START,
    TARDINESS,
    TASK,
    TOTAL_LATE,
    TOTAL_TRAVEL,
    TOTAL_WAIT,
    TRAVEL,
    VISITS,
    WAITING,
    WINDOW,
    WINDOWS,
    WORKED,
    WORKING,
    WORST_LATE,
    WORST_TARDINESS,
    WORST_WAIT,
    WORST_WAITING,
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
def arrive(p: UhhcProblem, state: UhhcState, op: int) -> int:
    """
    When the carer of an operation is ready at its door, lunch eaten if it is taken there.
    """
    carer = state.cur[op, CARER]
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
    if back <= alone or state.cur[op, EATS] == 1 or last_chance:
        take_lunch(state, carer, start, op, ON_THE_WAY)
        day[carer, PRE_WAIT] = start - there
        return back
    return there


@inlined
def begin_op(p: UhhcProblem, state: UhhcState, op: int, there: int, start: int) -> None:
    """
    Record a start: waiting and what of it is absorbed, lateness, travel, the carer's new place.
    """
    carer = state.cur[op, CARER]
    day, number = state.day, state.number
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
    late = max(0, start - close)
    day[carer, SLACK] = 0 if tied else min(day[carer, SLACK], max(0, close - start))
    day[carer, FREE] = start + p.ops[op, DURATION]
    day[carer, PLACE] = p.ops[op, ROW]
    day[carer, WORKED] += arc + p.ops[op, DURATION]
    day[carer, VISITS] += 1
    number[TOTAL_TRAVEL] += arc
    number[TOTAL_LATE] += late
    number[WORST_LATE] = max(number[WORST_LATE], late)
    number[TOTAL_WAIT] += wait
    number[WORST_WAIT] = max(number[WORST_WAIT], wait)
    number[DISLIKES] += p.disliked[carer, op]
    state.cur[op, START] = start
    state.cur[op, ABSORBED] = absorbed


@inlined
def run_task(p: UhhcProblem, state: UhhcState, task: int) -> None:
    """
    Schedule one task after those before it in the order.
    """
    op, mate = p.tasks[task, FIRST_OP], p.tasks[task, SECOND_OP]
    if mate < 0:
        there = arrive(p, state, op)
        begin_op(p, state, op, there, choose_start(p, op, there))
        return
    one, two = arrive(p, state, op), arrive(p, state, mate)
    if p.tasks[task, MODE] == SIMULTANEOUS:
        first = choose_start(p, op, max(one, two))
        second = first
    else:
        least, most = p.tasks[task, GAP_MIN], p.tasks[task, GAP_MAX]
        first = choose_start(p, op, max(one, two - most))
        second = choose_start(p, mate, max(two, first + least))
        first = max(first, second - most)
    begin_op(p, state, op, one, first)
    begin_op(p, state, mate, two, second)


@inlined
def open_days(p: UhhcProblem, state: UhhcState) -> None:
    """
    Every carer at the place of departure, at the start of the shift.
    """
    for carer in range(p.carers.shape[0]):
        state.day[carer, FREE] = p.carers[carer, SHIFT_OPENS]
        state.day[carer, PLACE] = p.carers[carer, LEAVES]
        state.day[carer, WORKED] = 0
        state.day[carer, EATEN] = 0
        state.day[carer, SLACK] = 0 if p.settings[LEAVES_AT_SHIFT_START] == 1 else ANY_SLACK
        state.day[carer, VISITS] = 0
    for place in range(TOTAL_TRAVEL, DISLIKES + 1):
        state.number[place] = 0


@inlined
def running_cost(p: UhhcProblem, state: UhhcState) -> int:
    """
    Cost of the terms that only grow while tasks are scheduled.
    """
    number, weights = state.number, p.weights
    return (
        weights[TRAVEL] * number[TOTAL_TRAVEL]
        + weights[TARDINESS] * number[TOTAL_LATE]
        + weights[WORST_TARDINESS] * number[WORST_LATE]
        + weights[WAITING] * number[TOTAL_WAIT]
        + weights[WORST_WAITING] * number[WORST_WAIT]
        + weights[PREFERENCE] * number[DISLIKES]
    )


@inlined
def close_days(p: UhhcProblem, state: UhhcState) -> int:
    """
    Returns home, late lunches, and the cost of the terms counted by carer.
    """
    day, carers = state.day, p.carers.shape[0]
    extra, idle, missed, total = 0, 0, 0, 0
    for carer in range(carers):
        opens, closes = p.carers[carer, SHIFT_OPENS], p.carers[carer, SHIFT_CLOSES]
        if day[carer, VISITS] == 0:
            missed += p.carers[carer, LUNCH_DUE]
            idle = max(idle, closes - opens)
            continue
        home = p.travel[day[carer, PLACE], p.carers[carer, RETURNS]]
        back = day[carer, FREE] + home
        if p.carers[carer, LUNCH_DUE] == 1 and day[carer, EATEN] == 0:
            if p.settings[LUNCH_FIRST] <= day[carer, FREE] <= p.settings[LUNCH_LAST]:
                take_lunch(state, carer, day[carer, FREE], -1, ON_THE_WAY)
                back += p.settings[LUNCH_LENGTH]
            else:
                missed += 1
        over = max(0, back - closes)
        day[carer, WORKED] += home
        state.number[TOTAL_TRAVEL] += home
        eaten = p.settings[LUNCH_LENGTH] if day[carer, EATEN] != 0 else 0
        extra += over
        idle = max(idle, closes - opens - day[carer, WORKED] - eaten + over)
        total += day[carer, WORKED]
    state.number[BROKEN] = p.hard[EXTRA] * extra + p.hard[LUNCH] * missed
    spread = 0
    if p.weights[BALANCE] != 0:
        for carer in range(carers):
            spread += (abs(carers * day[carer, WORKED] - total) + carers - 1) // carers
    return (
        p.weights[EXTRA] * extra
        + p.weights[IDLE] * idle
        + p.weights[LUNCH] * missed
        + p.weights[BALANCE] * spread
        + p.weights[WORKING] * total
    )


@compiled
def schedule(p: UhhcProblem, state: UhhcState, limit: float) -> int:
    """
    Times and cost of the current solution; a cost above the limit as soon as it is passed.

    BROKEN is the sum of the hard terms, known when the cost is within the limit.
    """
    open_days(p, state)
    absent = 0
    for i in range(state.order.shape[0]):
        task = state.order[i]
        op = p.tasks[task, FIRST_OP]
        if state.cur[op, CARER] < 0:
            absent += 1
            continue
        run_task(p, state, task)
        if i % 8 == 7:
            cost = running_cost(p, state)
            if cost > limit:
                return cost
    left_out = 0
    if absent > 0:
        left_out = absent_patients(p, state)
    by_carer = close_days(p, state)
    number = state.number
    number[BROKEN] += p.hard[TARDINESS] * number[TOTAL_LATE] + p.hard[WAITING] * number[TOTAL_WAIT]
    number[BROKEN] += p.hard[PREFERENCE] * number[DISLIKES] + p.hard[OPTIONAL] * left_out
    return running_cost(p, state) + by_carer + p.weights[OPTIONAL] * left_out


@inlined
def absent_patients(p: UhhcProblem, state: UhhcState) -> int:
    """
    Number of patients left out (their operations are next to one another).
    """
    count, last = 0, -1
    for op in range(p.ops.shape[0]):
        patient = p.ops[op, PATIENT]
        if state.cur[op, CARER] < 0 and patient != last:
            count += 1
            last = patient
    return count
