"""
Compiled simulated annealing over HHCRSP moves, and the greedy start.

Source of the idea of a multi-neighbourhood annealing for this problem:
S. Ceschia, L. Di Gaspero, R. M. Rosati, A. Schaerf, International
Transactions in Operational Research (2024). The moves, the incremental
evaluation and the early refusal on distance alone are ours.
"""

# Reading an integer array gives Any to the type checker.
# mypy: disable-error-code="no-any-return"

import math

from carecoord.planning.engine.compiled import compiled, inlined
from carecoord.planning.engine.hhcrsp_data import (
    CARER,
    DUE,
    DURATION,
    EARLIEST,
    FINISH,
    FIRST,
    GAP_MAX,
    GAP_MIN,
    MATE,
    MODE,
    NEXT,
    PREVIOUS,
    PRICE,
    ROW,
    SIMULTANEOUS,
    START,
    Data,
    Ints,
    State,
)
from carecoord.planning.engine.hhcrsp_kernel import (
    ACCEPTED,
    BEST,
    DISTANCE,
    LATENESS,
    WORST,
    begin,
    draw,
    draw_unit,
    link,
    propagate,
    undo,
)
from carecoord.planning.engine.hhcrsp_moves import (
    CHAIN,
    exchange_tails,
    move_chain,
    relocate,
    relocate_visit,
    relocation_hopeless,
    swap,
    swap_hopeless,
    tails_hopeless,
)

# Upper bounds, out of 100 draws, of the kinds of move.
PAIR = 15
MOVE = 55
SWAP = 72
TAIL = 88


@inlined
def cost_of(state: State) -> int:
    """
    Distance, lateness at its price and worst lateness, summed (three times the published cost).
    """
    number = state.number
    return number[DISTANCE] + number[PRICE] * number[LATENESS] + number[WORST]


@compiled
def keep_best(state: State) -> None:
    """
    Remember the current routes as the best.
    """
    state.number[BEST] = cost_of(state)
    for element in range(state.cur.shape[0]):
        state.best[element, 0] = state.cur[element, NEXT]
        state.best[element, 1] = state.cur[element, CARER]


@compiled
def append(data: Data, state: State, op: int, carer: int) -> None:
    """
    Put an operation at the end of a carer's route.
    """
    marker = data.near.shape[0] + carer
    last = state.cur[marker, PREVIOUS]
    state.cur[op, CARER] = carer
    link(data, state, op, marker, 0)
    link(data, state, last, op, 0)


@compiled
def cheapest_carer(data: Data, state: State, op: int) -> int:
    """
    The able carer who can be there soonest and with least travel after their last stop.
    """
    m, k = data.near.shape[0], data.able.shape[0]
    chosen, lowest = -1, 0
    for carer in range(k):
        if data.able[carer, op] == 0 or (
            data.ops[op, MATE] >= 0 and state.cur[data.ops[op, MATE], CARER] == carer
        ):
            continue
        last = state.cur[m + carer, PREVIOUS]
        arc = data.travel[data.ops[last, ROW], data.ops[op, ROW]]
        there = max(data.ops[op, EARLIEST], state.cur[last, FINISH] + arc)
        cost = arc + 3 * max(0, there - data.ops[op, DUE]) + there // 4
        if chosen < 0 or cost < lowest:
            chosen, lowest = carer, cost
    return chosen


@compiled
def construct(data: Data, state: State, order: Ints) -> bool:
    """
    Greedy start: visits in the given order, each appended to the cheapest able carers.

    False when a visit has no able pair of carers under this rule.
    """
    for op in order:
        mate = data.ops[op, MATE]
        if mate >= 0 and mate < op:
            continue
        begin(state)
        carer = cheapest_carer(data, state, op)
        if carer < 0:
            return False
        append(data, state, op, carer)
        if mate >= 0:
            helper = cheapest_carer(data, state, mate)
            if helper < 0:
                return False
            append(data, state, mate, helper)
        if not propagate(data, state, math.inf):
            return False
    keep_best(state)
    return True


@compiled
def restore_best(data: Data, state: State) -> bool:
    """
    Go back to the best routes found so far and recompute their times.
    """
    m, k = data.near.shape[0], data.able.shape[0]
    distance = 0
    begin(state)
    for element in range(m + k):
        state.cur[element, NEXT] = state.best[element, 0]
        state.cur[state.best[element, 0], PREVIOUS] = element
        state.cur[element, CARER] = state.best[element, 1]
        distance += data.travel[data.ops[element, ROW], data.ops[state.cur[element, NEXT], ROW]]
    return recompute_all(data, state, distance)


@compiled
def recompute_all(data: Data, state: State, distance: int) -> bool:
    """
    All times of the current routes from nothing, in the order the routes allow.
    """
    m, k = data.near.shape[0], data.able.shape[0]
    number = state.number
    for element in range(m + k):
        state.cur[element, START] = 0
        state.cur[element, FINISH] = data.ops[element, DURATION]
    lateness = 0
    worst = 0
    for _ in range(2 * m + 2):
        changed = sweep(data, state)
        if not changed:
            for op in range(m):
                late = max(0, state.cur[op, START] - data.ops[op, DUE])
                lateness += late
                worst = max(worst, late)
            number[DISTANCE] = distance
            number[LATENESS] = lateness
            number[WORST] = worst
            return True
    return False


@compiled
def sweep(data: Data, state: State) -> bool:
    """
    Raise every start to what its predecessors ask; whether any moved.
    """
    m, k = data.near.shape[0], data.able.shape[0]
    changed = False
    for carer in range(k):
        op = state.cur[m + carer, NEXT]
        while op < m:
            before = state.cur[op, PREVIOUS]
            least = max(
                state.cur[op, START],
                data.ops[op, EARLIEST],
                state.cur[before, FINISH] + data.travel[data.ops[before, ROW], data.ops[op, ROW]],
            )
            mate = data.ops[op, MATE]
            if mate >= 0:
                if data.ops[op, MODE] == SIMULTANEOUS:
                    least = max(least, state.cur[mate, START])
                elif data.ops[op, MODE] == FIRST:
                    least = max(least, state.cur[mate, START] - data.ops[op, GAP_MAX])
                else:
                    least = max(least, state.cur[mate, START] + data.ops[op, GAP_MIN])
            if least > state.cur[op, START]:
                state.cur[op, START] = least
                state.cur[op, FINISH] = least + data.ops[op, DURATION]
                changed = True
            op = state.cur[op, NEXT]
    return changed


@inlined
def propose(data: Data, state: State, limit: float) -> bool:
    """
    Draw one move and rewire for it; False when the draw does not apply or is hopeless under the limit.
    """
    m = data.near.shape[0]
    kind = draw(state.number, 100)
    op = draw(state.number, m)
    if kind < PAIR and data.doubles.shape[0] > 0:
        op = data.doubles[draw(state.number, data.doubles.shape[0])]
        return relocate_visit(data, state, op, target_of(data, state, op))
    after = target_of(data, state, op)
    if kind < MOVE:
        return not relocation_hopeless(data, state, op, after, limit) and relocate(data, state, op, after)
    if kind < SWAP:
        other = state.cur[after, NEXT]
        if other >= m or swap_hopeless(data, state, op, other, limit):
            return False
        return swap(data, state, op, other)
    if kind < TAIL:
        before = state.cur[op, PREVIOUS]
        if tails_hopeless(data, state, before, after, limit):
            return False
        return exchange_tails(data, state, before, after)
    return move_chain(data, state, op, after, 2 + draw(state.number, CHAIN - 1))


@inlined
def target_of(data: Data, state: State, op: int) -> int:
    """
    The element to insert an operation after: mostly one of its near ones, else any, else an office marker.
    """
    m = data.near.shape[0]
    aim = draw(state.number, 20)
    if aim < 13:
        return data.near[op, draw(state.number, data.near.shape[1])]
    if aim < 18:
        return draw(state.number, m)
    return m + draw(state.number, data.able.shape[0])


@compiled
def anneal(data: Data, state: State, steps: int, hot: float, cold: float) -> None:
    """
    Run `steps` draws, the temperature falling geometrically from `hot` to `cold`.

    Temperatures are in time units, on three times the published cost.
    """
    number = state.number
    temperature = hot
    factor = (cold / hot) ** (64.0 / max(1, steps))
    for step in range(steps):
        if step % 64 == 0:
            temperature *= factor
        distance, lateness, worst = number[DISTANCE], number[LATENESS], number[WORST]
        margin = -temperature * math.log(draw_unit(number))
        limit = cost_of(state) + margin
        begin(state)
        if not propose(data, state, limit):
            continue
        if number[DISTANCE] <= limit and propagate(data, state, limit) and cost_of(state) <= limit:
            number[ACCEPTED] += 1
            if cost_of(state) < number[BEST]:
                keep_best(state)
            continue
        undo(data, state)
        number[DISTANCE], number[LATENESS], number[WORST] = distance, lateness, worst
