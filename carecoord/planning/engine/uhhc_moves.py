"""
Compiled moves of the UHHC search: each changes routes, carers, ranks or bits, or does not apply.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import inlined
from carecoord.planning.engine.hhcrsp_kernel import draw, draw_unit
from carecoord.planning.engine.uhhc_data import (
    CARER,
    EATS,
    FAR,
    FIRST_OP,
    FREE,
    LEFT_OUT,
    LOGGED,
    LUNCH_DUE,
    MATE,
    NEXT,
    OPTIONAL,
    PATIENT,
    PREVIOUS,
    ROW,
    SECOND_OP,
    TASK,
    WINDOW,
    WINDOWS,
    UhhcProblem,
    UhhcState,
)
from carecoord.planning.engine.uhhc_routes import allowed, put_in, rank_after, take_out, touch

# Minutes before the first visit of a route, or after the last one, where another may be put.
MARGIN = 60.0

# Between two ranks with less than this, several visits do not fit until ranks are refreshed.
LEAST_ROOM = 1e-9

# Draws before giving up on finding an operation in the plan.
DRAWS = 5


@inlined
def tied_to(p: UhhcProblem, op: int) -> int:
    """
    The other operation of a synchronised visit, or -1.
    """
    task = p.ops[op, TASK]
    second = p.tasks[task, SECOND_OP]
    return -1 if second < 0 else p.tasks[task, FIRST_OP] + second - op


@inlined
def draw_planned(state: UhhcState) -> int:
    """
    An operation in the plan, or -1 when none is found soon.
    """
    ops = state.trial.shape[0]
    for _ in range(DRAWS):
        op = draw(state.number, ops)
        if state.node[op, CARER] >= 0:
            return op
    return -1


@inlined
def draw_rank(p: UhhcProblem, state: UhhcState, op: int) -> float:
    """
    A minute in one of the windows of an operation.
    """
    column = WINDOW + 2 * draw(state.number, p.ops[op, WINDOWS])
    opens, closes = p.ops[op, column], p.ops[op, column + 1]
    return opens + (closes - opens + 1) * draw_unit(state.number)


@inlined
def rank_beside(p: UhhcProblem, state: UhhcState, op: int, node: int) -> float:
    """
    A rank for an operation just after a node: when it could start there, or between the neighbours.
    """
    low, high = state.rank[node], rank_after(state, node)
    if low == -FAR:
        low = high - MARGIN if high != FAR else 0.0
    if high == FAR:
        high = low + MARGIN
    there = (
        state.after[node, FREE] + p.travel[p.ops[node, ROW], p.ops[op, ROW]] if node < p.ops.shape[0] else low
    )
    if low < there < high:
        return there + (high - there) * 0.01 * draw_unit(state.number)
    return low + (high - low) * (0.1 + 0.8 * draw_unit(state.number))


@inlined
def place(p: UhhcProblem, state: UhhcState, op: int, carer: int, rank: float) -> bool:
    """
    Move an operation to a carer at a rank; the other one of a synchronised visit follows in rank.
    """
    mate = tied_to(p, op)
    other = -1
    if mate >= 0:
        other = state.node[mate, CARER]
        if draw(state.number, 3) == 0:
            drawn = draw(state.number, p.carers.shape[0])
            other = drawn if p.able[drawn, mate] == 1 else other
        if other < 0 or other == carer or not take_out(state, mate):
            return False
        state.rank[mate] = rank
    if not take_out(state, op):
        return False
    state.rank[op] = rank
    put_in(state, op, carer)
    if mate >= 0:
        put_in(state, mate, other)
    return True


@inlined
def move_beside(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Move an operation just before or after another one.
    """
    near = draw_planned(state)
    if near < 0 or state.node[op, CARER] < 0 or p.ops[near, TASK] == p.ops[op, TASK]:
        return False
    carer = state.node[near, CARER]
    if carer != state.node[op, CARER] and not allowed(p, state, op, carer):
        return False
    before = near if draw(state.number, 2) == 0 else state.node[near, PREVIOUS]
    if before == op or state.node[before, NEXT] == op:
        return False
    rank = rank_beside(p, state, op, before)
    if not state.rank[before] < rank < rank_after(state, before):
        # No digit left between the neighbours until ranks are refreshed.
        return False
    return place(p, state, op, carer, rank)


@inlined
def move_in_time(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Move an operation to a minute of one of its windows, or to another carer about the same minute, or both.
    """
    carer = state.node[op, CARER]
    if carer < 0:
        return False
    kind = draw(state.number, 4)
    rank = state.rank[op]
    if kind != 0:
        rank = draw_rank(p, state, op)
    if kind != 1:
        carer = draw(state.number, p.carers.shape[0])
        if carer == state.node[op, CARER] or not allowed(p, state, op, carer):
            return False
    return place(p, state, op, carer, rank)


@inlined
def draw_about(p: UhhcProblem, state: UhhcState, rank: float) -> int:
    """
    An operation of some carer about a rank, or -1.
    """
    end = p.ops.shape[0] + draw(state.number, p.carers.shape[0])
    node = state.node[end, PREVIOUS]
    while node != end and state.rank[node] > rank:
        node = state.node[node, PREVIOUS]
    if draw(state.number, 2) == 0:
        node = state.node[node, NEXT]
    return node if node < p.ops.shape[0] else -1


@inlined
def lift(state: UhhcState, op: int, rank: float) -> int:
    """
    Take out the other operation of a visit, if there is one (not -1), and change its rank; returns its carer.
    """
    if op < 0:
        return -1
    carer = state.node[op, CARER]
    take_out(state, op)
    state.rank[op] = rank
    return carer


@inlined
def exchange(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Exchange the carers of two operations, and most often their ranks.
    """
    about = draw(state.number, 3) != 0
    other = draw_about(p, state, state.rank[op]) if about else draw_planned(state)
    if state.node[op, CARER] < 0 or other < 0 or p.ops[other, TASK] == p.ops[op, TASK]:
        return False
    mine, theirs = state.node[op, CARER], state.node[other, CARER]
    by_rank = draw(state.number, 4) != 0
    if mine == theirs:
        if not by_rank:
            return False
    elif not (allowed(p, state, op, theirs) and allowed(p, state, other, mine)):
        return False
    my_rank, their_rank = state.rank[op], state.rank[other]
    take_out(state, op)
    take_out(state, other)
    if by_rank:
        my_mate, their_mate = tied_to(p, op), tied_to(p, other)
        first, second = lift(state, my_mate, their_rank), lift(state, their_mate, my_rank)
        state.rank[op], state.rank[other] = their_rank, my_rank
        if first >= 0:
            put_in(state, my_mate, first)
        if second >= 0:
            put_in(state, their_mate, second)
    put_in(state, op, theirs)
    put_in(state, other, mine)
    return True


@inlined
def exchange_parts(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Exchange what two carers do from an operation on, up to the end or for a few visits.
    """
    mine, theirs = state.node[op, CARER], draw(state.number, p.carers.shape[0])
    if mine < 0 or mine == theirs:
        return False
    low, high = state.rank[op], FAR
    if draw(state.number, 2) == 0:
        last = op
        for _ in range(draw(state.number, 3)):
            if state.node[last, NEXT] < p.ops.shape[0]:
                last = state.node[last, NEXT]
        high = rank_after(state, last)
    for side in range(2):
        carer = mine if side == 0 else theirs
        taker = mine + theirs - carer
        end = p.ops.shape[0] + carer
        node = state.node[end, PREVIOUS]
        while node != end and state.rank[node] >= low:
            before = state.node[node, PREVIOUS]
            if state.rank[node] < high and (p.able[taker, node] == 0 or not take_out(state, node)):
                return False
            node = before
    for n in range(state.number[LOGGED]):
        put_in(state, state.log[n, 0], mine + theirs - state.log[n, 1])
    return True


@inlined
def move_chain(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Move two or three visits that follow one another just after another visit.
    """
    near = draw_planned(state)
    mine = state.node[op, CARER]
    if mine < 0 or near < 0 or near == op:
        return False
    carer, count = state.node[near, CARER], 2 + draw(state.number, 2)
    low, high = state.rank[near], rank_after(state, near)
    if high == FAR:
        high = low + MARGIN
    if high - low < LEAST_ROOM:
        return False
    each = op
    for _ in range(count):
        if each >= p.ops.shape[0] or each == near or tied_to(p, each) >= 0 or p.able[carer, each] == 0:
            return False
        following = state.node[each, NEXT]
        take_out(state, each)
        each = following
    for n in range(count):
        state.rank[state.log[n, 0]] = low + (high - low) * (n + 0.2 + 0.6 * draw_unit(state.number)) / count
    for n in range(count):
        put_in(state, state.log[n, 0], carer)
    return True


@inlined
def toggle(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Leave an optional patient out, or take the patient back with carers and a minute drawn.
    """
    if p.optional[p.ops[op, PATIENT]] == 0 or p.hard[OPTIONAL] == 1:
        return False
    mate = p.ops[op, MATE]
    if state.node[op, CARER] >= 0:
        state.number[LEFT_OUT] += 1
        return take_out(state, op) and (mate < 0 or take_out(state, mate))
    state.number[LEFT_OUT] -= 1
    return enter_patient(p, state, op)


@inlined
def enter_patient(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Put the one or two operations of a patient into the plan at minutes drawn.
    """
    mate = p.ops[op, MATE]
    rank = draw_rank(p, state, op)
    if mate < 0:
        return enter_at(p, state, op, rank)
    other = rank if tied_to(p, op) >= 0 else draw_rank(p, state, mate)
    return enter_at(p, state, op, rank) and enter_at(p, state, mate, other)


@inlined
def enter_at(p: UhhcProblem, state: UhhcState, op: int, rank: float) -> bool:
    """
    Give an operation out of the plan to an allowed carer drawn at random, at a rank.
    """
    carers = p.carers.shape[0]
    carer = draw(state.number, carers)
    for _ in range(carers):
        if allowed(p, state, op, carer):
            if not take_out(state, op):
                return False
            state.rank[op] = rank
            put_in(state, op, carer)
            return True
        carer = (carer + 1) % carers
    return False


@inlined
def flip_lunch(p: UhhcProblem, state: UhhcState, op: int) -> bool:
    """
    Have lunch taken before an operation, or not.
    """
    carer = state.node[op, CARER]
    if carer < 0 or p.carers[carer, LUNCH_DUE] == 0:
        return False
    state.node[op, EATS] = 1 - state.node[op, EATS]
    touch(state, carer, state.node[op, PREVIOUS])
    return True


@inlined
def nobody_twice(p: UhhcProblem, state: UhhcState) -> bool:
    """
    Whether no moved operation is now done by the carer of its mate.
    """
    for n in range(state.number[LOGGED]):
        op = state.log[n, 0]
        mate, carer = p.ops[op, MATE], state.node[op, CARER]
        if mate >= 0 and carer >= 0 and carer == state.node[mate, CARER]:
            return False
    return True
