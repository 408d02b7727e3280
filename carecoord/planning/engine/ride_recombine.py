"""
CP-SAT chooses among the routes met: every request in at least one of them, or left out.

Set covering over a pool, as set partitioning in T. Gschwind, M. Drexl, Transportation Science
53 (2019) 480-491 for the dial-a-ride problem. The linear relaxation goes first:
a route whose reduced cost is above the gap to the best plan is in no better one.
A request in two of the routes chosen stays in the first; that costs no more where a
detour is no shorter than the way.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ortools.linear_solver import pywraplp
from ortools.sat.python import cp_model

from carecoord.planning.engine.ride_data import MUST, Ints
from carecoord.planning.engine.ride_layout import (
    N_BEST,
    N_BEST_LEFT,
    P_COST,
    P_STOPS,
    P_TURN,
    P_VEHICLE,
    U_PENALTY,
    V_CLASS,
    Data,
    State,
)

MOST_COLUMNS = 10_000
"""Routes a choice is made of, those met last."""


class Column(NamedTuple):
    """
    A route: its nodes, units, class of vehicles and cost.
    """

    nodes: tuple[int, ...]
    units: tuple[int, ...]
    group: int
    cost: int


class Met(NamedTuple):
    """
    Routes of one search, to be given to another: rows of the pool, and the nodes of each.
    """

    rows: Ints
    nodes: Ints


def met(s: State) -> Met:
    """The routes a search has met."""
    used = np.flatnonzero(s.pool[:, P_STOPS] > 0)
    return Met(s.pool[used].copy(), s.pool_seq[used].copy())


def columns_of(d: Data, pools: list[Met]) -> list[Column]:
    """
    The cheapest route of each class of vehicles and set of units, those met last first.
    """
    n = d.load.shape[0]
    cheapest: dict[tuple[int, tuple[int, ...]], Column] = {}
    share = MOST_COLUMNS // max(1, len(pools))
    for pool in pools:
        last = np.argsort(-pool.rows[:, P_TURN], kind="stable")[:share]
        for row, stops in zip(pool.rows[last].tolist(), pool.nodes[last].tolist(), strict=True):
            nodes = tuple(stops[: row[P_STOPS]])
            units = tuple(sorted({int(d.unit_of[node]) for node in nodes if node < n}))
            group = int(d.vehicle[row[P_VEHICLE], V_CLASS])
            known = cheapest.get((group, units))
            if known is None or row[P_COST] < known.cost:
                cheapest[group, units] = Column(nodes, units, group, row[P_COST])
    return list(cheapest.values())


def recombine(
    d: Data, s: State, pools: list[Met], deterministic_s: float, wall_s: float | None
) -> list[tuple[int, ...]] | None:
    """
    Routes, one a vehicle, of a plan better than the best one of a search; None when none was found.

    Only for a best plan that serves every request which must be served.
    """
    if s.num[N_BEST_LEFT] > 0:
        return None
    best = int(s.num[N_BEST])
    groups: dict[int, list[int]] = {}
    for v in range(d.vehicle.shape[0]):
        groups.setdefault(int(d.vehicle[v, V_CLASS]), []).append(v)
    room = {group: len(vehicles) for group, vehicles in groups.items()}
    columns = _promising(d, columns_of(d, pools), room, best, wall_s)
    if not columns:
        return None
    chosen = _chosen(d, columns, room, best, (deterministic_s, wall_s))
    if chosen is None:
        return None
    routes: list[tuple[int, ...]] = [()] * d.vehicle.shape[0]
    for column in chosen:
        routes[groups[column.group].pop()] = column.nodes
    return routes


def _promising(
    d: Data, columns: list[Column], room: dict[int, int], best: int, wall_s: float | None
) -> list[Column]:
    """The columns whose reduced cost is below the gap between the relaxation and the best plan."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    if wall_s is not None:
        solver.SetTimeLimit(1_000)
    infinity = solver.infinity()
    cover = [solver.Constraint(1.0, infinity) for _ in range(d.unit.shape[0])]
    fleet = {group: solver.Constraint(-infinity, float(count)) for group, count in room.items()}
    objective = solver.Objective()
    for u, penalty in enumerate(d.unit[:, U_PENALTY].tolist()):
        if penalty != MUST:
            left_out = solver.NumVar(0.0, infinity, "")
            cover[u].SetCoefficient(left_out, 1.0)
            objective.SetCoefficient(left_out, float(penalty))
    variables = []
    for column in columns:
        variable = solver.NumVar(0.0, infinity, "")
        for u in column.units:
            cover[u].SetCoefficient(variable, 1.0)
        fleet[column.group].SetCoefficient(variable, 1.0)
        objective.SetCoefficient(variable, float(column.cost))
        variables.append(variable)
    objective.SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return []
    gap = best - objective.Value()
    return [
        column
        for column, variable in zip(columns, variables, strict=True)
        if variable.reduced_cost() < gap + 1.0
    ]


def _chosen(
    d: Data, columns: list[Column], room: dict[int, int], best: int, limits: tuple[float, float | None]
) -> list[Column] | None:
    cp = cp_model.CpModel()
    choices = [cp.new_bool_var("") for _ in columns]
    covering: list[list[cp_model.IntVar]] = [[] for _ in range(d.unit.shape[0])]
    driving: dict[int, list[cp_model.IntVar]] = {group: [] for group in room}
    for column, choice in zip(columns, choices, strict=True):
        driving[column.group].append(choice)
        for u in column.units:
            covering[u].append(choice)
    cost = sum(column.cost * choice for column, choice in zip(columns, choices, strict=True))
    for own, penalty in zip(covering, d.unit[:, U_PENALTY].tolist(), strict=True):
        if penalty == MUST:
            cp.add_at_least_one(own)
        else:
            left_out = cp.new_bool_var("")
            cp.add_at_least_one([*own, left_out])
            cost += penalty * left_out
    for group, own in driving.items():
        if len(own) > room[group]:
            cp.add(sum(own) <= room[group])
    cp.add(cost <= best - 1)
    cp.minimize(cost)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = limits[0]
    if limits[1] is not None:
        solver.parameters.max_time_in_seconds = limits[1]
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [column for column, choice in zip(columns, choices, strict=True) if solver.boolean_value(choice)]
