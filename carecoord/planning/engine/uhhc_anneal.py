"""
Compiled simulated annealing over UHHC solutions.
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
    DIRTY,
    EATS,
    LEFT_OUT,
    LOGGED,
    MATE,
    UhhcProblem,
    UhhcState,
)
from carecoord.planning.engine.uhhc_moves import (
    enter_patient,
    exchange,
    exchange_parts,
    flip_lunch,
    move_beside,
    move_chain,
    move_in_time,
    nobody_twice,
    toggle,
)
from carecoord.planning.engine.uhhc_routes import begin, undo
from carecoord.planning.engine.uhhc_trial import attempt, settle, withdraw

# Upper bounds, out of 100 draws, of the kinds of move.
BESIDE = 25
IN_TIME = 48
EXCHANGE = 76
PARTS = 86
CHAIN = 92
TOGGLE = 96

# Draws of a pair of carers before giving up on a first solution.
TRIES = 200


@compiled
def assign_all(p: UhhcProblem, state: UhhcState) -> bool:
    """
    Carers and minutes drawn for every operation; False when some operation has nobody.
    """
    for op in range(p.ops.shape[0]):
        if 0 <= p.ops[op, MATE] < op:
            continue
        done = False
        for _ in range(TRIES):
            begin(state)
            done = enter_patient(p, state, op)
            if done:
                break
            undo(state)
        if not done:
            return False
    state.number[LEFT_OUT] = 0
    return True


@inlined
def keep_best(state: UhhcState) -> None:
    """
    Remember the current solution as the best.
    """
    state.number[BEST] = state.number[COST]
    state.number[BEST_BROKEN] = state.number[BROKEN]
    for op in range(state.trial.shape[0]):
        state.best_rank[op] = state.rank[op]
        state.node[op, BEST_CARER] = state.node[op, CARER]
        state.node[op, BEST_EATS] = state.node[op, EATS]


@inlined
def propose(p: UhhcProblem, state: UhhcState, kind: int, op: int) -> bool:
    """
    Make one move; False when it does not apply.
    """
    if kind < BESIDE:
        done = move_beside(p, state, op)
    elif kind < IN_TIME:
        done = move_in_time(p, state, op)
    elif kind < EXCHANGE:
        done = exchange(p, state, op)
    elif kind < PARTS:
        done = exchange_parts(p, state, op)
    elif kind < CHAIN:
        done = move_chain(p, state, op)
    elif kind < TOGGLE:
        done = toggle(p, state, op)
    else:
        done = flip_lunch(p, state, op)
    return done and state.number[DIRTY] > 0 and nobody_twice(p, state)


@compiled
def anneal(p: UhhcProblem, state: UhhcState, steps: int, temperature: float) -> None:
    """
    Run `steps` draws at one temperature, in units of the objective.
    """
    number = state.number
    for _ in range(steps):
        kind = draw(number, 100)
        op = draw(number, p.ops.shape[0])
        left_out = number[LEFT_OUT]
        begin(state)
        if propose(p, state, kind, op):
            limit = number[COST] - temperature * math.log(draw_unit(number))
            cost = attempt(p, state, limit)
            if cost <= limit:
                settle(state, cost)
                number[ACCEPTED] += 1
                if number[BROKEN] < number[BEST_BROKEN] or (
                    number[BROKEN] == number[BEST_BROKEN] and cost < number[BEST]
                ):
                    keep_best(state)
                continue
            withdraw(state)
        if number[LOGGED] == 0 and number[DIRTY] > 0:
            # Only a lunch bit was changed.
            state.node[op, EATS] = 1 - state.node[op, EATS]
        undo(state)
        number[LEFT_OUT] = left_out
