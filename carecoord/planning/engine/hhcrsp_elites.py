"""
Elite solutions of the HHCRSP search: taken from a state, put back into one, crossed.

A solution is kept as the carer and the start of every operation: operations
in the order of their starts give the routes back, and that order never lets
two routes wait for each other.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from carecoord.planning.engine.hhcrsp_anneal import cost_of, keep_best, restore_best
from carecoord.planning.engine.hhcrsp_data import CARER, START, Data, HhcrspProblem, Ints, State

UNASSIGNED = -1


class Elite(NamedTuple):
    """
    A solution: `cost` in engine units, `carer` and `start` by operation.
    """

    cost: int
    carer: Ints
    start: Ints


def routes_of(problem: HhcrspProblem, elite: Elite) -> tuple[tuple[int, ...], ...]:
    """
    The operations of each carer in order.
    """
    routes: list[list[int]] = [[] for _ in range(problem.carers)]
    for op in in_order(problem, elite.start):
        routes[int(elite.carer[op])].append(int(op))
    return tuple(tuple(route) for route in routes)


def in_order(problem: HhcrspProblem, start: Ints) -> Ints:
    """
    Operations by start; at equal starts, by end, then by number.
    """
    return np.lexsort((start + problem.duration, start)).astype(np.int64)


def current(problem: HhcrspProblem, state: State) -> Elite:
    """
    The current solution of a state, as it is.
    """
    m = problem.operations
    return Elite(int(cost_of(state)), state.cur[:m, CARER].copy(), state.cur[:m, START].copy())


def take(problem: HhcrspProblem, data: Data, state: State) -> Elite:
    """
    The best solution of a state; the state goes back to it.
    """
    restore_best(data, state)
    return current(problem, state)


def put(problem: HhcrspProblem, data: Data, state: State, elite: Elite) -> bool:
    """
    Make a solution the current and best one of a state; False when its routes wait for each other.
    """
    m, k = problem.operations, problem.carers
    last = np.arange(m, m + k)
    state.best[m:, 1] = np.arange(k)
    state.best[:m, 1] = elite.carer
    for op in in_order(problem, elite.start):
        carer = elite.carer[op]
        state.best[last[carer], 0] = op
        last[carer] = op
    state.best[last, 0] = np.arange(m, m + k)
    if not restore_best(data, state):
        return False
    keep_best(state)
    return True


def cross(problem: HhcrspProblem, taker: Elite, giver: Elite, chance: random.Random) -> Elite | None:
    """
    The first solution with a few neighbouring routes of the second; None when a visit finds no carer.

    Operations of the replaced routes that nobody does any more are put where
    they cost least at about the same hour. The cost of the child is not known yet.
    """
    used = [carer for carer in range(problem.carers) if bool((giver.carer == carer).any())]
    centre = problem.row[chance.randrange(problem.operations)]
    away = problem.travel[centre, problem.row]
    used.sort(key=lambda carer: float(away[giver.carer == carer].mean()))
    given = np.isin(giver.carer, used[: chance.randint(1, max(2, len(used) // 3))])
    freed = np.isin(taker.carer, np.unique(giver.carer[given])) & ~given
    carer = np.where(given, giver.carer, np.where(freed, UNASSIGNED, taker.carer))
    start = np.where(given, giver.start, taker.start)
    for op in np.flatnonzero(given & (problem.mate >= 0)):
        mate = problem.mate[op]
        start[mate] = giver.start[mate]
        if carer[mate] == carer[op] and not given[mate]:
            carer[mate] = UNASSIGNED
    return _filled(problem, carer, start)


def _filled(problem: HhcrspProblem, carer: Ints, start: Ints) -> Elite | None:
    for op in in_order(problem, start):
        if carer[op] != UNASSIGNED:
            continue
        mate = problem.mate[op]
        able = [
            who
            for who in np.flatnonzero(problem.able[:, op])
            if mate < 0 or carer[mate] == UNASSIGNED or carer[mate] != who
        ]
        if not able:
            return None
        carer[op] = min(able, key=lambda who: _price(problem, carer, start, op=int(op), who=int(who)))
    return Elite(0, carer, start)


def _price(problem: HhcrspProblem, carer: Ints, start: Ints, *, op: int, who: int) -> int:
    """
    Travel and lateness an operation would add to a carer's route at its hour, times of the others kept.
    """
    own = np.flatnonzero(carer == who)
    earlier, later = own[start[own] <= start[op]], own[start[own] > start[op]]
    travel, row, here = problem.travel, problem.row, problem.row[op]
    cost = 0
    before = after = 0
    if earlier.size:
        last = earlier[np.argmax(start[earlier])]
        before = row[last]
        free = start[last] + problem.duration[last] + travel[before, here]
        cost += max(0, int(free - max(start[op], problem.due[op])))
    if later.size:
        first = later[np.argmin(start[later])]
        after = row[first]
        there = start[op] + problem.duration[op] + travel[here, after]
        cost += max(0, int(there - max(start[first], problem.due[first])))
    skipped = travel[before, after] if before != after else 0
    return cost + int(travel[before, here] + travel[here, after] - skipped)
