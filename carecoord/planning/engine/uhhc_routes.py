"""
Compiled routes of a UHHC solution: take operations out, put them back by rank, undo.

A move takes operations out of their routes (`take_out`), changes carers and
ranks, and puts them in again (`put_in`), always in that order. Every removal is
logged, so that a refused move is undone exactly.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

from carecoord.planning.engine.compiled import compiled, inlined
from carecoord.planning.engine.hhcrsp_data import Ints
from carecoord.planning.engine.uhhc_data import (
    CARER,
    DIRTY,
    EPOCH,
    FAR,
    FROM,
    LISTED,
    LOGGED,
    MATE,
    NEXT,
    PREVIOUS,
    TOUCHED,
    WALKED,
    UhhcProblem,
    UhhcState,
)


@inlined
def begin(state: UhhcState) -> None:
    """
    Open a move: nothing logged, nobody touched.
    """
    number = state.number
    number[LOGGED] = 0
    number[DIRTY] = 0
    number[WALKED] = 0
    number[EPOCH] += 1


@inlined
def touch(state: UhhcState, carer: int, node: int) -> None:
    """
    Have a carer's route scheduled again after a node, at least.
    """
    walk, number = state.walk, state.number
    rank = state.rank[node]
    if walk[carer, TOUCHED] != number[EPOCH]:
        walk[carer, TOUCHED] = number[EPOCH]
        walk[number[DIRTY], LISTED] = carer
        number[DIRTY] += 1
    elif rank >= state.spot[carer, 0]:
        return
    walk[carer, FROM] = node
    state.spot[carer, 0] = rank


@inlined
def unlink(state: UhhcState, op: int) -> None:
    """
    Close a route over an operation.
    """
    node = state.node
    before, following = node[op, PREVIOUS], node[op, NEXT]
    node[before, NEXT] = following
    node[following, PREVIOUS] = before


@inlined
def link(state: UhhcState, before: int, op: int) -> None:
    """
    Put an operation in after a node.
    """
    node = state.node
    following = node[before, NEXT]
    node[before, NEXT] = op
    node[op, PREVIOUS] = before
    node[op, NEXT] = following
    node[following, PREVIOUS] = op


@inlined
def take_out(state: UhhcState, op: int) -> bool:
    """
    Take an operation out of its route, if it is in one; False when the log is full.
    """
    number, node = state.number, state.node
    n = number[LOGGED]
    if n >= state.log.shape[0]:
        return False
    number[LOGGED] = n + 1
    carer = node[op, CARER]
    state.log[n, 0] = op
    state.log[n, 1] = carer
    state.log[n, 2] = node[op, PREVIOUS]
    state.log_rank[n] = state.rank[op]
    if carer >= 0:
        touch(state, carer, node[op, PREVIOUS])
        unlink(state, op)
        node[op, CARER] = -1
    return True


@inlined
def put_in(state: UhhcState, op: int, carer: int) -> None:
    """
    Put an operation into a carer's route at its rank.
    """
    node, rank = state.node, state.rank
    end = node.shape[0] - state.walk.shape[0] + carer
    # From the nearer end, as most routes are entered late rather than early.
    before = node[end, PREVIOUS]
    while before != end and rank[before] > rank[op]:
        before = node[before, PREVIOUS]
    node[op, CARER] = carer
    link(state, before, op)
    touch(state, carer, before)


@inlined
def undo(state: UhhcState) -> None:
    """
    Put everything logged back.
    """
    node, log = state.node, state.log
    for n in range(state.number[LOGGED]):
        op = log[n, 0]
        if node[op, CARER] >= 0:
            unlink(state, op)
            node[op, CARER] = -1
    for n in range(state.number[LOGGED] - 1, -1, -1):
        op = log[n, 0]
        state.rank[op] = state.log_rank[n]
        node[op, CARER] = log[n, 1]
        if log[n, 1] >= 0:
            link(state, log[n, 2], op)


@inlined
def allowed(p: UhhcProblem, state: UhhcState, op: int, carer: int) -> bool:
    """
    Whether a carer may take an operation: able, and not already the other carer of the patient.
    """
    mate = p.ops[op, MATE]
    return p.able[carer, op] == 1 and (mate < 0 or state.node[mate, CARER] != carer)


@inlined
def rank_after(state: UhhcState, node: int) -> float:
    """
    Rank of what follows a node in its route.
    """
    rank = state.rank[state.node[node, NEXT]]
    return FAR if rank == -FAR else rank


@compiled
def rebuild(state: UhhcState, order: Ints) -> None:
    """
    Link all routes again from the carers of the operations, given in order of rank.
    """
    node = state.node
    for end in range(order.shape[0], node.shape[0]):
        node[end, NEXT] = end
        node[end, PREVIOUS] = end
    begin(state)
    for carer in range(state.walk.shape[0]):
        touch(state, carer, order.shape[0] + carer)
    for op in order:
        if node[op, CARER] >= 0:
            link(state, node[order.shape[0] + node[op, CARER], PREVIOUS], op)
