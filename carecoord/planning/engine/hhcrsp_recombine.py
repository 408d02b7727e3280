"""
CP-SAT chooses among the routes of many solutions: set partitioning with synchronised visits.

Each route found so far, as a sequence of operations, is a column for every
group of carers with the same abilities who may drive it. Starts are variables
of the model, so that routes of different solutions can be put together and
timed anew; the order of stops is what a column fixes.

Source of the idea: F. Grenouilleau, A. Legrain, N. Lahrichi, L.-M. Rousseau,
European Journal of Operational Research 275 (2019), set partitioning over a
pool of routes for home health care.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from carecoord.planning.engine.hhcrsp_data import FIRST, SIMULTANEOUS, HhcrspProblem
from carecoord.planning.engine.hhcrsp_elites import Elite, routes_of

Route = tuple[int, ...]

# More columns than that make a model slower to build than it gains.
MOST_COLUMNS = 1_000


class Column(NamedTuple):
    """
    A route for a group of carers: travel, and the lateness it has without waiting for any other route.
    """

    route: Route
    group: int
    travel: int
    late: int
    worst: int


class Group(NamedTuple):
    """
    Carers with the same abilities.
    """

    carers: list[int]
    able: frozenset[int]


class Model(NamedTuple):
    """
    The model with its choices, by column, and its starts, by operation.
    """

    cp: cp_model.CpModel
    chosen: list[cp_model.IntVar]
    start: list[cp_model.IntVar]


class Effort(NamedTuple):
    """
    Limits of one choice: CP-SAT's deterministic seconds, so that the same pool
    gives the same answer; wall seconds where somebody waits; the seed.
    """

    deterministic_s: float
    wall_s: float | None
    seed: int


def recombine(problem: HhcrspProblem, pool: list[Elite], effort: Effort) -> Elite | None:
    """
    The cheapest solution made of routes of the pool, when cheaper than the best of the pool.
    """
    best = min(pool, key=lambda elite: elite.cost)
    groups = groups_of(problem)
    columns = columns_of(problem, groups, pool)
    model = build(problem, groups, columns, best)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.max_deterministic_time = effort.deterministic_s
    if effort.wall_s is not None:
        solver.parameters.max_time_in_seconds = effort.wall_s
    if solver.solve(model.cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    carer = np.zeros(problem.operations, dtype=np.int64)
    free = [list(group.carers) for group in groups]
    for column, choice in zip(columns, model.chosen, strict=True):
        if solver.boolean_value(choice):
            carer[list(column.route)] = free[column.group].pop()
    start = np.array([solver.value(variable) for variable in model.start], dtype=np.int64)
    return Elite(round(solver.objective_value), carer, start)


def groups_of(problem: HhcrspProblem) -> list[Group]:
    """
    Carers by what they are able to do.
    """
    groups: dict[frozenset[int], list[int]] = defaultdict(list)
    for carer in range(problem.carers):
        groups[frozenset(np.flatnonzero(problem.able[carer]).tolist())].append(carer)
    return [Group(carers, able) for able, carers in groups.items()]


def columns_of(problem: HhcrspProblem, groups: list[Group], pool: Iterable[Elite]) -> list[Column]:
    """
    The different routes of the pool, the cheapest solutions first, for each group able to drive them.
    """
    routes: dict[Route, None] = {}
    for elite in sorted(pool, key=lambda elite: elite.cost):
        for route in routes_of(problem, elite):
            if route:
                routes.setdefault(route)
    columns: list[Column] = []
    for route in routes:
        travel, late, worst = alone(problem, route)
        ops = frozenset(route)
        columns += [
            Column(route, number, travel, late, worst)
            for number, group in enumerate(groups)
            if ops <= group.able
        ]
        if len(columns) >= MOST_COLUMNS:
            break
    return columns


def alone(problem: HhcrspProblem, route: Route) -> tuple[int, int, int]:
    """
    Travel, total and largest lateness of a route that waits for nobody.
    """
    place = now = travel = late = worst = 0
    for op in route:
        arc = int(problem.travel[place, problem.row[op]])
        begins = max(int(problem.earliest[op]), now + arc)
        behind = max(0, begins - int(problem.due[op]))
        travel, late, worst = travel + arc, late + behind, max(worst, behind)
        place, now = int(problem.row[op]), begins + int(problem.duration[op])
    return travel + int(problem.travel[place, 0]), late, worst


def build(problem: HhcrspProblem, groups: list[Group], columns: list[Column], best: Elite) -> Model:
    """
    The model, asked for less than the cost of the best.
    """
    cp = cp_model.CpModel()
    chosen = [cp.new_bool_var("") for _ in columns]
    covering: list[list[cp_model.IntVar]] = [[] for _ in range(problem.operations)]
    for column, choice in zip(columns, chosen, strict=True):
        for op in column.route:
            covering[op].append(choice)
    for choices in covering:
        cp.add_exactly_one(choices)
    for number, group in enumerate(groups):
        own = [choice for column, choice in zip(columns, chosen, strict=True) if column.group == number]
        cp.add(sum(own) <= len(group.carers))
    model = Model(cp, chosen, _starts(cp, problem, best))
    _travel_times(problem, model, columns)
    _synchronised(problem, model)
    _objective(problem, model, columns, best)
    return model


def _starts(cp: cp_model.CpModel, problem: HhcrspProblem, best: Elite) -> list[cp_model.IntVar]:
    # An operation later than half the cost of the best would, with the largest lateness, cost as much.
    return [
        cp.new_int_var(earliest, max(earliest, due + best.cost // 2), "")
        for earliest, due in zip(problem.earliest.tolist(), problem.due.tolist(), strict=True)
    ]


def _travel_times(problem: HhcrspProblem, model: Model, columns: list[Column]) -> None:
    arcs: dict[tuple[int, int], list[cp_model.IntVar]] = defaultdict(list)
    for column, choice in zip(columns, model.chosen, strict=True):
        for pair in zip(column.route, column.route[1:], strict=False):
            arcs[pair].append(choice)
    for (before, after), choices in arcs.items():
        least = int(problem.duration[before] + problem.travel[problem.row[before], problem.row[after]])
        used = choices[0]
        if len(choices) > 1:
            used = model.cp.new_bool_var("")
            model.cp.add(sum(choices) == used)
        model.cp.add(model.start[after] >= model.start[before] + least).only_enforce_if(used)
    for column, choice in zip(columns, model.chosen, strict=True):
        first = column.route[0]
        model.cp.add(model.start[first] >= int(problem.travel[0, problem.row[first]])).only_enforce_if(choice)


def _synchronised(problem: HhcrspProblem, model: Model) -> None:
    for op in range(problem.operations):
        mate = int(problem.mate[op])
        if problem.mode[op] == SIMULTANEOUS and op < mate:
            model.cp.add(model.start[op] == model.start[mate])
        elif problem.mode[op] == FIRST:
            gap = model.start[mate] - model.start[op]
            model.cp.add(gap >= int(problem.gap_min[op]))
            model.cp.add(gap <= int(problem.gap_max[op]))


def _objective(problem: HhcrspProblem, model: Model, columns: list[Column], best: Elite) -> None:
    cp = model.cp
    late = []
    worst = cp.new_int_var(0, best.cost, "")
    for op, due in enumerate(problem.due.tolist()):
        behind = cp.new_int_var(0, best.cost // 2 + 1, "")
        cp.add(behind >= model.start[op] - due)
        cp.add(worst >= behind)
        late.append(behind)
    for column, choice in zip(columns, model.chosen, strict=True):
        if column.late:
            cp.add(sum(late[op] for op in column.route) >= column.late * choice)
            cp.add(worst >= column.worst * choice)
    travel = sum(column.travel * choice for column, choice in zip(columns, model.chosen, strict=True))
    cost = travel + problem.late_price * sum(late) + worst
    cp.add(cost <= best.cost - 1)
    cp.minimize(cost)
