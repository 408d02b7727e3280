"""
Compiled trial of a move: only what it changes is scheduled again.

Each touched carer is taken up after the last node the move left alone. The
operations to come are scheduled in order of rank over all touched carers; a
two-carer visit whose other carer was not touched draws that carer in only when
the visit leaves them other than before.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import compiled, inlined
from carecoord.planning.engine.uhhc_data import (
    ALL_BROKEN,
    ALL_COSTS,
    ALL_IDLE,
    ALL_LATE,
    ALL_WAIT,
    ALL_WORKED,
    BALANCE,
    BASE,
    BROKEN,
    CARER,
    COST,
    COSTS,
    DIRTY,
    EPOCH,
    FAR,
    FIRST_OP,
    FROM,
    IDLE,
    LEFT_OUT,
    LISTED,
    NEW_BASE,
    NEW_BROKEN,
    NEW_WORKED,
    NEXT,
    OPTIONAL,
    PREVIOUS,
    SECOND_OP,
    TASK,
    TODO,
    TOUCHED,
    WALKED,
    WORKED_SUM,
    WORST_TARDINESS,
    WORST_WAITING,
    UhhcProblem,
    UhhcState,
)
from carecoord.planning.engine.uhhc_schedule import close_day, open_day, run_pair, run_single

# Cost of a ring of two-carer visits that wait for one another: no temperature accepts it.
NEVER = 1 << 50


@inlined
def load(state: UhhcState, carer: int, node: int) -> None:
    """
    Put a carer where the current solution leaves them after a node.
    """
    for column in range(state.after.shape[1]):
        state.day[carer, column] = state.after[node, column]


@inlined
def note(state: UhhcState, op: int, carer: int) -> None:
    """
    Write down where a carer stands after an operation of the trial.
    """
    for column in range(state.after.shape[1]):
        state.trial[op, column] = state.day[carer, column]
    state.walked[state.number[WALKED]] = op
    state.number[WALKED] += 1


@inlined
def look_ahead(state: UhhcState, carer: int, node: int) -> None:
    """
    Set the next operation of a carer under trial: the one after a node.
    """
    following = state.node[node, NEXT]
    state.walk[carer, TODO] = following
    rank = state.rank[following]
    state.spot[carer, 1] = FAR if rank == -FAR else rank


@inlined
def same_after(state: UhhcState, op: int) -> bool:
    """
    Whether the trial leaves the carer of an operation as the current solution does.
    """
    different = 0
    for column in range(state.after.shape[1]):
        different |= state.trial[op, column] ^ state.after[op, column]
    return different == 0


@inlined
def next_carer(state: UhhcState) -> int:
    """
    The touched carer whose next operation has the lowest rank, or -1 when all routes are done.
    """
    chosen, lowest = -1, FAR
    for i in range(state.number[DIRTY]):
        carer = state.walk[i, LISTED]
        if state.spot[carer, 1] < lowest:
            chosen, lowest = carer, state.spot[carer, 1]
    return chosen


@inlined
def draw_in(state: UhhcState, carer: int, op: int) -> int:
    """
    Touch the other carer of a pair, from just after an operation on; returns what leaves the base cost.
    """
    walk, number = state.walk, state.number
    walk[carer, TOUCHED] = number[EPOCH]
    walk[number[DIRTY], LISTED] = carer
    number[DIRTY] += 1
    look_ahead(state, carer, op)
    return state.total[carer, ALL_COSTS]


@inlined
def try_pair(p: UhhcProblem, state: UhhcState, op: int, carer: int, base: int) -> int:
    """
    Schedule a two-carer visit whose one carer is touched; returns the base cost after it.
    """
    task, walk, node = p.ops[op, TASK], state.walk, state.node
    first, second = p.tasks[task, FIRST_OP], p.tasks[task, SECOND_OP]
    mate = first + second - op
    other = node[mate, CARER]
    if other < 0 or other == carer:
        return NEVER
    touched = walk[other, TOUCHED] == state.number[EPOCH]
    if not touched:
        load(state, other, node[mate, PREVIOUS])
    elif walk[other, TODO] != mate:
        return NEVER
    base -= state.day[carer, COSTS]
    if touched:
        base -= state.day[other, COSTS]
    if op == first:
        run_pair(p, state, op, mate, carer, other)
    else:
        run_pair(p, state, mate, op, other, carer)
    note(state, op, carer)
    note(state, mate, other)
    look_ahead(state, carer, op)
    base += state.day[carer, COSTS]
    if touched:
        look_ahead(state, other, mate)
        base += state.day[other, COSTS]
    elif not same_after(state, mate):
        base += state.day[other, COSTS] - draw_in(state, other, mate)
    return base


@inlined
def swap_totals(state: UhhcState, carer: int) -> None:
    """
    Exchange a carer's totals with those of before the trial.
    """
    for column in range(state.total.shape[1]):
        kept = state.total[carer, column]
        state.total[carer, column] = state.former[carer, column]
        state.former[carer, column] = kept


@inlined
def shared_terms(p: UhhcProblem, state: UhhcState, worked: int) -> int:
    """
    Cost of the terms that compare carers: the worst ones, and the balance.
    """
    total, weights, carers = state.total, p.weights, state.total.shape[0]
    cost = 0
    if weights[IDLE] + weights[WORST_TARDINESS] + weights[WORST_WAITING] != 0:
        idle, late, wait = 0, 0, 0
        for carer in range(carers):
            idle = max(idle, total[carer, ALL_IDLE])
            late = max(late, total[carer, ALL_LATE])
            wait = max(wait, total[carer, ALL_WAIT])
        cost += weights[IDLE] * idle + weights[WORST_TARDINESS] * late + weights[WORST_WAITING] * wait
    if weights[BALANCE] != 0:
        spread = 0
        for carer in range(carers):
            spread += (abs(carers * total[carer, ALL_WORKED] - worked) + carers - 1) // carers
        cost += weights[BALANCE] * spread
    return cost


@compiled
def attempt(p: UhhcProblem, state: UhhcState, limit: float) -> int:
    """
    Cost of the routes as changed; some cost above the limit as soon as it is passed.

    Afterwards either `settle` or `withdraw` must be called.
    """
    number, walk, total = state.number, state.walk, state.total
    base = number[BASE]
    for i in range(number[DIRTY]):
        carer = walk[i, LISTED]
        load(state, carer, walk[carer, FROM])
        base += state.day[carer, COSTS] - total[carer, ALL_COSTS]
        look_ahead(state, carer, walk[carer, FROM])
    absent = p.weights[OPTIONAL] * number[LEFT_OUT]
    number[NEW_BASE] = NEVER
    carer = next_carer(state)
    while carer >= 0:
        op = walk[carer, TODO]
        if p.tasks[p.ops[op, TASK], SECOND_OP] < 0:
            base -= state.day[carer, COSTS]
            run_single(p, state, op, carer)
            base += state.day[carer, COSTS]
            note(state, op, carer)
            look_ahead(state, carer, op)
        else:
            base = try_pair(p, state, op, carer, base)
        if base + absent > limit:
            return base + absent
        carer = next_carer(state)
    worked, broken = number[WORKED_SUM], number[BROKEN]
    for i in range(number[DIRTY]):
        carer = walk[i, LISTED]
        base -= state.day[carer, COSTS]
        worked -= total[carer, ALL_WORKED]
        broken -= total[carer, ALL_BROKEN]
        swap_totals(state, carer)
        close_day(p, state, carer)
        base += total[carer, ALL_COSTS]
        worked += total[carer, ALL_WORKED]
        broken += total[carer, ALL_BROKEN]
    number[NEW_BASE], number[NEW_WORKED], number[NEW_BROKEN] = base, worked, broken
    return base + absent + shared_terms(p, state, worked)


@inlined
def withdraw(state: UhhcState) -> None:
    """
    Forget a trial.
    """
    number = state.number
    if number[NEW_BASE] != NEVER:
        for i in range(number[DIRTY]):
            swap_totals(state, state.walk[i, LISTED])


@inlined
def settle(state: UhhcState, cost: int) -> None:
    """
    Make a trial the current solution.
    """
    number = state.number
    number[COST], number[BASE] = cost, number[NEW_BASE]
    number[WORKED_SUM], number[BROKEN] = number[NEW_WORKED], number[NEW_BROKEN]
    for i in range(number[WALKED]):
        op = state.walked[i]
        for column in range(state.after.shape[1]):
            state.after[op, column] = state.trial[op, column]


@compiled
def schedule_all(p: UhhcProblem, state: UhhcState) -> int:
    """
    Schedule all routes from nothing, all carers having been touched at their ends, and settle.
    """
    number = state.number
    number[BASE], number[WORKED_SUM], number[BROKEN] = 0, 0, 0
    for carer in range(p.carers.shape[0]):
        open_day(p, state, carer)
        for column in range(state.total.shape[1]):
            state.total[carer, column] = 0
    cost = attempt(p, state, float(NEVER))
    settle(state, cost)
    return cost
