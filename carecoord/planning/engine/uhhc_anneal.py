"""
Compiled simulated annealing over UHHC solutions: order of tasks, carers, optional patients, lunches.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

import math

from carecoord.planning.engine.compiled import compiled, inlined
from carecoord.planning.engine.hhcrsp_kernel import draw, draw_unit
from carecoord.planning.engine.uhhc_data import (
    ACCEPTED,
    BEST,
    BEST_BROKEN,
    BEST_CARER,
    BEST_EATS,
    BROKEN,
    CARER,
    COST,
    EATS,
    FIRST_OP,
    LOGGED,
    MATE,
    MODE,
    PATIENT,
    SECOND_OP,
    SINGLE,
    TASK,
    UhhcProblem,
    UhhcState,
)
from carecoord.planning.engine.uhhc_schedule import schedule

# Upper bounds, out of 100 draws, of the kinds of move.
SHIFT = 20
ASSIGN = 50
ASSIGN_AND_SHIFT = 68
EXCHANGE = 88
TAILS = 94
TOGGLE = 97

# Draws of a pair of carers before giving up on a first solution.
TRIES = 200


@inlined
def allowed(p: UhhcProblem, state: UhhcState, op: int, carer: int) -> bool:
    """
    Whether a carer may take an operation: able, and not already the other carer of the patient.
    """
    mate = p.ops[op, MATE]
    return p.able[carer, op] == 1 and (mate < 0 or state.cur[mate, CARER] != carer)


@inlined
def put(state: UhhcState, op: int, column: int, value: int) -> None:
    """
    Change one cell of an operation, logged.
    """
    n = state.number[LOGGED]
    if n < state.log.shape[0]:
        state.log[n, 0] = op
        state.log[n, 1] = column
        state.log[n, 2] = state.cur[op, column]
    state.number[LOGGED] = n + 1
    state.cur[op, column] = value


@inlined
def undo_cells(state: UhhcState) -> None:
    """
    Put the changed cells back.
    """
    for n in range(state.number[LOGGED] - 1, -1, -1):
        state.cur[state.log[n, 0], state.log[n, 1]] = state.log[n, 2]


@inlined
def shift_task(state: UhhcState, origin: int, target: int) -> None:
    """
    Move the task at one place of the order to another place.
    """
    order, place = state.order, state.place
    task = order[origin]
    step = 1 if target > origin else -1
    i = origin
    while i != target:
        order[i] = order[i + step]
        place[order[i]] = i
        i += step
    order[target] = task
    place[task] = target


@inlined
def another_place(state: UhhcState, origin: int) -> int:
    """
    A place of the order, near more often than far.
    """
    tasks = state.order.shape[0]
    if draw(state.number, 4) == 0:
        return draw(state.number, tasks)
    reach = max(2, min(tasks // 8, 12))
    target = origin + (draw(state.number, reach) + 1) * (2 * draw(state.number, 2) - 1)
    return min(max(target, 0), tasks - 1)


@inlined
def assign(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Give an operation in the plan to another allowed carer.
    """
    carer = draw(state.number, p.carers.shape[0])
    if state.cur[op, CARER] < 0 or carer == state.cur[op, CARER] or not allowed(p, state, op, carer):
        return False
    put(state, op, CARER, carer)
    return True


@inlined
def exchange(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Exchange the carers of two operations near one another in the order.
    """
    other_task = state.order[another_place(state, state.place[p.ops[op, TASK]])]
    other = p.tasks[other_task, FIRST_OP]
    if p.tasks[other_task, SECOND_OP] >= 0 and draw(state.number, 2) == 0:
        other = p.tasks[other_task, SECOND_OP]
    mine, theirs = state.cur[op, CARER], state.cur[other, CARER]
    if mine < 0 or theirs < 0 or mine == theirs or other == op:
        return False
    if not (allowed(p, state, op, theirs) and allowed(p, state, other, mine)):
        return False
    put(state, op, CARER, theirs)
    put(state, other, CARER, mine)
    return True


@inlined
def exchange_tails(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Exchange two carers' operations from a place of the order on.
    """
    mine = state.cur[op, CARER]
    theirs = draw(state.number, p.carers.shape[0])
    if mine < 0 or mine == theirs:
        return False
    for i in range(state.place[p.ops[op, TASK]], state.order.shape[0]):
        task = state.order[i]
        for column in range(FIRST_OP, SECOND_OP + 1):
            each = p.tasks[task, column]
            if each < 0:
                continue
            carer = state.cur[each, CARER]
            if carer in (mine, theirs):
                taker = mine + theirs - carer
                if p.able[taker, each] == 0 or state.number[LOGGED] >= state.log.shape[0]:
                    return False
                put(state, each, CARER, taker)
    return same_carer_nowhere(p, state)


@inlined
def same_carer_nowhere(p: UhhcProblem, state: UhhcState) -> bool:
    """
    Whether no logged operation is now done by the carer of its mate.
    """
    for n in range(state.number[LOGGED]):
        op = state.log[n, 0]
        mate = p.ops[op, MATE]
        if mate >= 0 and state.cur[op, CARER] == state.cur[mate, CARER]:
            return False
    return True


@inlined
def toggle(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Leave an optional patient out, or take the patient back with carers drawn.
    """
    patient = p.ops[op, PATIENT]
    if p.optional[patient] == 0:
        return False
    for each in range(max(0, op - 1), min(p.ops.shape[0], op + 2)):
        if p.ops[each, PATIENT] != patient:
            continue
        if state.cur[op, CARER] >= 0 and each != op:
            put(state, each, CARER, -1)
        elif each != op and not assign_drawn(p, state, each):
            return False
    if state.cur[op, CARER] >= 0:
        put(state, op, CARER, -1)
        return True
    return assign_drawn(p, state, op)


@inlined
def assign_drawn(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Give an operation out of the plan to an allowed carer drawn at random.
    """
    carers = p.carers.shape[0]
    carer = draw(state.number, carers)
    for _ in range(carers):
        if allowed(p, state, op, carer):
            put(state, op, CARER, carer)
            return True
        carer = (carer + 1) % carers
    return False


@compiled
def construct(p: UhhcProblem, state: UhhcState) -> bool:
    """
    First solution: carers drawn for every operation; False when some operation has nobody.
    """
    for op in range(p.ops.shape[0]):
        mate = p.ops[op, MATE]
        if 0 <= mate < op:
            continue
        done = False
        for _ in range(TRIES):
            state.number[LOGGED] = 0
            done = assign_drawn(p, state, op) and (mate < 0 or assign_drawn(p, state, mate))
            if done:
                break
            undo_cells(state)
        if not done:
            return False
    state.number[COST] = schedule(p, state, math.inf)
    keep_best(state)
    return True


@inlined
def keep_best(state: UhhcState) -> None:
    """
    Remember the current solution as the best.
    """
    state.number[BEST] = state.number[COST]
    state.number[BEST_BROKEN] = state.number[BROKEN]
    for i in range(state.order.shape[0]):
        state.best_order[i] = state.order[i]
    for op in range(state.cur.shape[0]):
        state.cur[op, BEST_CARER] = state.cur[op, CARER]
        state.cur[op, BEST_EATS] = state.cur[op, EATS]


@compiled
def restore_best(p: UhhcProblem, state: UhhcState) -> None:
    """
    Go back to the best solution, with its times.
    """
    for i in range(state.order.shape[0]):
        state.order[i] = state.best_order[i]
        state.place[state.order[i]] = i
    for op in range(state.cur.shape[0]):
        state.cur[op, CARER] = state.cur[op, BEST_CARER]
        state.cur[op, EATS] = state.cur[op, BEST_EATS]
    state.number[COST] = schedule(p, state, math.inf)


@inlined
def propose(p: UhhcProblem, state: UhhcState, kind: int, op: int) -> bool:
    """
    Change the cells of one move; False when it does not apply.
    """
    if kind < SHIFT:
        return state.cur[op, CARER] >= 0
    if kind < ASSIGN_AND_SHIFT:
        done = assign(p, state, op)
        task = p.ops[op, TASK]
        if done and p.tasks[task, MODE] != SINGLE and draw(state.number, 2) == 0:
            done = assign(p, state, p.tasks[task, FIRST_OP] + p.tasks[task, SECOND_OP] - op)
        return done
    if kind < EXCHANGE:
        return exchange(p, state, op)
    if kind < TAILS:
        return exchange_tails(p, state, op)
    if kind < TOGGLE:
        return toggle(p, state, op)
    put(state, op, EATS, 1 - state.cur[op, EATS])
    return True


@compiled
def anneal(p: UhhcProblem, state: UhhcState, steps: int, temperature: float) -> None:
    """
    Run `steps` draws at one temperature, in units of the objective.
    """
    number = state.number
    for _ in range(steps):
        kind = draw(number, 100)
        op = draw(number, p.ops.shape[0])
        number[LOGGED] = 0
        if not propose(p, state, kind, op):
            undo_cells(state)
            continue
        origin = state.place[p.ops[op, TASK]]
        target = origin
        if kind < SHIFT or ASSIGN <= kind < ASSIGN_AND_SHIFT or (TAILS <= kind < TOGGLE):
            target = another_place(state, origin)
            shift_task(state, origin, target)
        limit = number[COST] - temperature * math.log(draw_unit(number))
        cost = schedule(p, state, limit)
        if cost <= limit:
            number[COST] = cost
            number[ACCEPTED] += 1
            if number[BROKEN] < number[BEST_BROKEN] or (
                number[BROKEN] == number[BEST_BROKEN] and cost < number[BEST]
            ):
                keep_best(state)
            continue
        undo_cells(state)
        shift_task(state, target, origin)
