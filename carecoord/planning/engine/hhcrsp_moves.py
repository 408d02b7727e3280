"""
Compiled moves of the HHCRSP search; each only rewires links, evaluation comes after.

A move returns False when it does not apply (no ability, both carers of a
visit the same person, nothing changed); nothing has been rewired then.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import inlined
from carecoord.planning.engine.hhcrsp_data import (
    CARER,
    DUE,
    DURATION,
    EARLIEST,
    FINISH,
    FIRST,
    GAP_MIN,
    MATE,
    MODE,
    NEXT,
    PREVIOUS,
    PRICE,
    ROW,
    SECOND,
    START,
    Data,
    State,
)
from carecoord.planning.engine.hhcrsp_kernel import DISTANCE, draw, give, link, start_after

CHAIN = 3


@inlined
def allowed(data: Data, state: State, op: int, carer: int) -> bool:
    """
    Whether a carer may take an operation: able, and not already at the same visit.
    """
    if data.able[carer, op] == 0:
        return False
    mate = data.ops[op, MATE]
    return mate < 0 or state.cur[mate, CARER] != carer


@inlined
def arc(data: Data, a: int, b: int) -> int:
    """
    Travel between two elements.
    """
    return data.travel[data.ops[a, ROW], data.ops[b, ROW]]


@inlined
def lateness_after(data: Data, state: State, op: int, after: int) -> int:
    """
    Price of the lateness of an operation were it to follow an element whose times stay.
    """
    if op >= data.near.shape[0]:
        return 0
    return state.number[PRICE] * max(0, start_after(data, state, after, op) - data.ops[op, DUE])


@inlined
def relocation_hopeless(data: Data, state: State, op: int, after: int, limit: float) -> bool:
    """
    Whether distance and the lateness at the new place alone pass the limit.

    Only told for a move to another route, where the times before the new
    place do not depend on the stop that leaves.
    """
    before, following = state.cur[op, PREVIOUS], state.cur[op, NEXT]
    target = state.cur[after, NEXT]
    change = arc(data, before, following) - arc(data, before, op) - arc(data, op, following)
    change += arc(data, after, op) + arc(data, op, target) - arc(data, after, target)
    if state.cur[op, CARER] == state.cur[after, CARER]:
        return state.number[DISTANCE] + change > limit
    there = start_after(data, state, after, op)
    change += state.number[PRICE] * max(0, there - data.ops[op, DUE])
    if target < data.near.shape[0]:
        there += data.ops[op, DURATION] + arc(data, op, target)
        change += state.number[PRICE] * max(0, there - data.ops[target, DUE])
    return state.number[DISTANCE] + change > limit


@inlined
def tails_hopeless(data: Data, state: State, a: int, b: int, limit: float) -> bool:
    """
    Whether distance and the lateness of the first stops of two exchanged tails alone pass the limit.
    """
    tail_a, tail_b = state.cur[a, NEXT], state.cur[b, NEXT]
    change = arc(data, a, tail_b) + arc(data, b, tail_a) - arc(data, a, tail_a) - arc(data, b, tail_b)
    change += lateness_after(data, state, tail_a, b) + lateness_after(data, state, tail_b, a)
    return state.number[DISTANCE] + change > limit


@inlined
def swap_hopeless(data: Data, state: State, a: int, b: int, limit: float) -> bool:
    """
    Whether distance and lateness of two stops of different routes that change places alone pass the limit.
    """
    if state.cur[a, CARER] == state.cur[b, CARER]:
        return False
    before_a, after_a = state.cur[a, PREVIOUS], state.cur[a, NEXT]
    before_b, after_b = state.cur[b, PREVIOUS], state.cur[b, NEXT]
    change = arc(data, before_a, b) + arc(data, b, after_a) + arc(data, before_b, a) + arc(data, a, after_b)
    change -= arc(data, before_a, a) + arc(data, a, after_a) + arc(data, before_b, b) + arc(data, b, after_b)
    change += lateness_after(data, state, a, before_b) + lateness_after(data, state, b, before_a)
    return state.number[DISTANCE] + change > limit


@inlined
def place(data: Data, state: State, op: int, after: int) -> None:
    """
    Insert an operation already cut out after an element.
    """
    following = state.cur[after, NEXT]
    key = start_after(data, state, after, op)
    link(data, state, op, following, key_behind(data, state, op, following, key))
    link(data, state, after, op, key)
    if state.cur[op, CARER] != state.cur[after, CARER]:
        give(state, op, state.cur[after, CARER])


@inlined
def key_behind(data: Data, state: State, op: int, following: int, key: int) -> int:
    """
    Probable start of an element behind an operation that will start about `key`.
    """
    return max(state.cur[following, START], key + data.ops[op, DURATION] + arc(data, op, following))


@inlined
def cut(data: Data, state: State, op: int) -> None:
    """
    Cut an operation out of its route.
    """
    following = state.cur[op, NEXT]
    link(data, state, state.cur[op, PREVIOUS], following, state.cur[following, START])


@inlined
def relocate(data: Data, state: State, op: int, after: int) -> bool:
    """
    Move one operation after another element, in any route.
    """
    if after == op or after == state.cur[op, PREVIOUS]:
        return False
    carer = state.cur[after, CARER]
    if carer != state.cur[op, CARER] and not allowed(data, state, op, carer):
        return False
    cut(data, state, op)
    place(data, state, op, after)
    return True


@inlined
def swap(data: Data, state: State, a: int, b: int) -> bool:
    """
    Exchange two operations, in the same route or not.
    """
    if a == b:
        return False
    if state.cur[a, NEXT] == b:
        return relocate(data, state, a, b)
    if state.cur[b, NEXT] == a:
        return relocate(data, state, b, a)
    mine, theirs = state.cur[a, CARER], state.cur[b, CARER]
    if mine != theirs:
        if data.ops[a, MATE] == b:
            if data.able[theirs, a] == 0 or data.able[mine, b] == 0:
                return False
        elif not (allowed(data, state, a, theirs) and allowed(data, state, b, mine)):
            return False
        give(state, a, theirs)
        give(state, b, mine)
    before_a, after_a = state.cur[a, PREVIOUS], state.cur[a, NEXT]
    before_b, after_b = state.cur[b, PREVIOUS], state.cur[b, NEXT]
    key_a, key_b = start_after(data, state, before_b, a), start_after(data, state, before_a, b)
    link(data, state, before_a, b, key_b)
    link(data, state, b, after_a, key_behind(data, state, b, after_a, key_b))
    link(data, state, before_b, a, key_a)
    link(data, state, a, after_b, key_behind(data, state, a, after_b, key_a))
    return True


@inlined
def move_chain(data: Data, state: State, first: int, after: int, length: int) -> bool:
    """
    Move up to `length` consecutive stops after an element outside the chain.
    """
    m = data.near.shape[0]
    carer = state.cur[after, CARER]
    other = carer != state.cur[first, CARER]
    last = first
    for step in range(length):
        if last == after or (other and not allowed(data, state, last, carer)):
            return False
        if step == length - 1 or state.cur[last, NEXT] >= m:
            break
        last = state.cur[last, NEXT]
    if after == state.cur[first, PREVIOUS]:
        return False
    leaving = state.cur[last, NEXT]
    link(data, state, state.cur[first, PREVIOUS], leaving, state.cur[leaving, START])
    following = state.cur[after, NEXT]
    key = start_after(data, state, after, first)
    span = state.cur[last, FINISH] - state.cur[first, START]
    link(data, state, last, following, max(state.cur[following, START], key + span))
    link(data, state, after, first, key)
    if other:
        op = first
        while op != following:
            give(state, op, carer)
            op = state.cur[op, NEXT]
    return True


@inlined
def tail_fits(data: Data, state: State, op: int, carer: int, other_tail: int) -> bool:
    """
    Whether the stops from `op` on may go to `carer`, whose own stops from `other_tail` on leave.
    """
    m = data.near.shape[0]
    while op < m:
        if data.able[carer, op] == 0:
            return False
        mate = data.ops[op, MATE]
        if mate >= 0 and state.cur[mate, CARER] == carer:
            leaving, found = other_tail, False
            while leaving < m:
                if leaving == mate:
                    found = True
                leaving = state.cur[leaving, NEXT]
            if not found:
                return False
        op = state.cur[op, NEXT]
    return True


@inlined
def exchange_tails(data: Data, state: State, a: int, b: int) -> bool:
    """
    Exchange what follows `a` and what follows `b` in two routes.
    """
    m = data.near.shape[0]
    mine, theirs = state.cur[a, CARER], state.cur[b, CARER]
    if mine == theirs:
        return False
    tail_a, tail_b = state.cur[a, NEXT], state.cur[b, NEXT]
    if tail_a >= m and tail_b >= m:
        return False
    if not tail_fits(data, state, tail_a, theirs, tail_b) or not tail_fits(data, state, tail_b, mine, tail_a):
        return False
    end_a, end_b = state.cur[m + mine, PREVIOUS], state.cur[m + theirs, PREVIOUS]
    retag(data, state, tail_a, theirs)
    retag(data, state, tail_b, mine)
    if tail_b < m:
        link(data, state, end_b, m + mine, 0)
        link(data, state, a, tail_b, start_after(data, state, a, tail_b))
    else:
        link(data, state, a, m + mine, 0)
    if tail_a < m:
        link(data, state, end_a, m + theirs, 0)
        link(data, state, b, tail_a, start_after(data, state, b, tail_a))
    else:
        link(data, state, b, m + theirs, 0)
    return True


@inlined
def retag(data: Data, state: State, op: int, carer: int) -> None:
    """
    Give every stop from `op` to the end of its route to a carer.
    """
    while op < data.near.shape[0]:
        give(state, op, carer)
        op = state.cur[op, NEXT]


@inlined
def position_at(data: Data, state: State, carer: int, time: int, skipped: int) -> int:
    """
    The last element of a route that starts before a time, or the office marker.
    """
    m = data.near.shape[0]
    at = m + carer
    op = state.cur[at, NEXT]
    while op < m and (op == skipped or state.cur[op, START] <= time):
        if op != skipped:
            at = op
        op = state.cur[op, NEXT]
    return at


@inlined
def relocate_visit(data: Data, state: State, op: int, after: int) -> bool:
    """
    Move both operations of a two-carer visit: one after an element, the other where its time leads.
    """
    mate = data.ops[op, MATE]
    carer = state.cur[after, CARER]
    if after in (op, mate) or data.able[carer, op] == 0:
        return False
    helper = draw(state.number, data.able.shape[0])
    if helper == carer or data.able[helper, mate] == 0:
        return False
    time = max(
        data.ops[op, EARLIEST],
        state.cur[after, FINISH] + data.travel[data.ops[after, ROW], data.ops[op, ROW]],
    )
    if data.ops[op, MODE] == FIRST:
        time += data.ops[op, GAP_MIN]
    elif data.ops[op, MODE] == SECOND:
        time -= data.ops[mate, GAP_MIN]
    at = position_at(data, state, helper, time, mate)
    shift = draw(state.number, 3)
    if shift == 1 and at < data.near.shape[0] and state.cur[at, PREVIOUS] != mate:
        at = state.cur[at, PREVIOUS]
    elif shift == 2 and state.cur[at, NEXT] < data.near.shape[0] and state.cur[at, NEXT] != mate:
        at = state.cur[at, NEXT]
    if at == op:
        return False
    cut(data, state, op)
    cut(data, state, mate)
    place(data, state, op, after)
    place(data, state, mate, at)
    return True
