"""
CP-SAT chooses among the routes of many solutions: every customer in exactly one of them, at least cost.
"""

from __future__ import annotations

from typing import NamedTuple

from ortools.sat.python import cp_model

from carecoord.planning.engine.hhcrsp_recombine import Effort

Route = tuple[int, ...]
Routes = tuple[Route, ...]

MOST_COLUMNS = 4_000
"""Routes of one choice; more of them make it slower than they make it better."""

KEPT = 30_000
"""Routes remembered."""


class Column(NamedTuple):
    """
    A route, its cost, and the best key of a solution that had it.
    """

    route: Route
    cost: int
    seen: int


class Pool:
    """
    The cheapest order met for each set of customers one vehicle has served.
    """

    def __init__(self) -> None:
        """
        Nothing is remembered yet.
        """
        self.columns: dict[frozenset[int], Column] = {}

    def add(self, routes: Routes, costs: list[int], total: int) -> None:
        """
        Remember the routes of a solution of some total cost.
        """
        for route, cost in zip(routes, costs, strict=True):
            self.put(Column(route, cost, total))
        if len(self.columns) > KEPT:
            best = sorted(self.columns.items(), key=lambda item: item[1].seen)[: KEPT // 2]
            self.columns = dict(best)

    def put(self, column: Column) -> None:
        """
        Remember a route; of two orders of the same customers the cheaper one.
        """
        key = frozenset(column.route)
        known = self.columns.get(key)
        if known is None:
            self.columns[key] = column
        elif column.cost < known.cost or column.seen < known.seen:
            cheaper = column if column.cost < known.cost else known
            self.columns[key] = cheaper._replace(seen=min(column.seen, known.seen))

    def best(self, count: int = MOST_COLUMNS) -> list[Column]:
        """
        The routes seen in the best solutions.
        """
        return sorted(self.columns.values(), key=lambda column: (column.seen, column.cost))[:count]


def choose(pool: Pool, best: Routes, most: int, effort: Effort) -> Routes | None:
    """
    The cheapest solution of at most `most` routes of the pool; None where none was found.

    `best` is a solution, from which the choice begins.
    """
    columns = pool.best()
    present = {column.route for column in columns}
    known = {frozenset(route) for route in best}
    for key in sorted(known, key=min):
        column = pool.columns.get(key)
        if column is not None and column.route not in present:
            columns.append(column)
    model = cp_model.CpModel()
    take = [model.new_bool_var("") for _ in columns]
    of_customer: dict[int, list[cp_model.IntVar]] = {}
    for choice, column in zip(take, columns, strict=True):
        model.add_hint(choice, frozenset(column.route) in known)
        for customer in column.route:
            of_customer.setdefault(customer, []).append(choice)
    for choices in of_customer.values():
        model.add_exactly_one(choices)
    model.add(sum(take) <= most)
    model.minimize(sum(column.cost * choice for column, choice in zip(columns, take, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.max_deterministic_time = effort.deterministic_s
    if effort.wall_s is not None:
        solver.parameters.max_time_in_seconds = effort.wall_s
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return tuple(
        column.route for column, choice in zip(columns, take, strict=True) if solver.boolean_value(choice)
    )
