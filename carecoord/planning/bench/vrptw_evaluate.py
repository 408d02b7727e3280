"""
Independent judge of VRPTW solutions: coverage, capacity, windows, return, number of vehicles, cost.

Reads only the instance and the published file; shares no code with the search. Distances truncated
to one decimal are compared exactly, in tenths. In double precision a start may be late by a
millionth, for sums of many rounded roots.
"""

from __future__ import annotations

import math
from collections import Counter

from carecoord.planning.bench.text_reading import Routes
from carecoord.planning.bench.verdict import Fault, Verdict
from carecoord.planning.bench.vrptw_model import Instance, Node

# Double precision: far below any number of the files, far above rounding of some tens of sums.
HAIR = 1e-6

# Costs are published with four decimals at most.
COST_TOLERANCE = 0.01


def evaluate(instance: Instance, solution: Routes, *, one_decimal: bool) -> Verdict:
    """
    Replay routes under one of the two conventions; the objective is the distance.
    """
    faults = _coverage(instance, solution)
    if len(solution.routes) > instance.vehicles:
        seen = f"{len(solution.routes)} of {instance.vehicles}"
        faults.append(Fault(rule="too_many_vehicles", where="solution", seen=seen))
    scale = 10 if one_decimal else 1
    total = 0.0
    for number, route in enumerate(solution.routes, start=1):
        stops = [stop for stop in route if 0 < stop < len(instance.nodes)]
        total += _replay(instance, number, stops, faults, one_decimal=one_decimal)
    objective = total / scale
    if solution.cost is not None and abs(solution.cost - objective) > COST_TOLERANCE:
        faults.append(
            Fault(rule="wrong_cost", where="Cost", seen=f"{solution.cost:g}, replayed {objective:.4f}")
        )
    return Verdict(
        objective=objective,
        terms={"distance": objective},
        vehicles=sum(1 for route in solution.routes if route),
        faults=tuple(faults),
    )


def _coverage(instance: Instance, solution: Routes) -> list[Fault]:
    visits = Counter(stop for route in solution.routes for stop in route)
    faults = []
    for node in range(1, len(instance.nodes)):
        if visits[node] == 0:
            faults.append(Fault(rule="not_visited", where=f"node {node}", seen="0 of 1"))
        elif visits[node] > 1:
            faults.append(Fault(rule="visited_twice", where=f"node {node}", seen=f"{visits[node]} of 1"))
    faults += [
        Fault(rule="unknown_node", where=f"node {node}", seen="not in the instance")
        for node in sorted(visits)
        if not 0 < node < len(instance.nodes)
    ]
    return faults


def _replay(
    instance: Instance, number: int, stops: list[int], faults: list[Fault], *, one_decimal: bool
) -> float:
    """
    Distance of a route, in tenths under the one-decimal convention; its faults are added.
    """
    scale, hair = (10, 0.0) if one_decimal else (1, HAIR)
    depot = instance.nodes[0]
    load = sum(instance.nodes[stop].demand for stop in stops)
    if load > instance.capacity:
        seen = f"{load} of {instance.capacity}"
        faults.append(Fault(rule="over_capacity", where=f"route {number}", seen=seen))
    total, now, here = 0.0, depot.ready * scale, depot
    for stop in [*stops, 0]:
        node = instance.nodes[stop]
        way = _distance(here, node, one_decimal=one_decimal)
        total += way
        start = max(now + way, node.ready * scale)
        if start > node.due * scale + hair:
            seen = f"{start / scale:.4f} > {node.due:g}"
            rule = "after_window" if stop else "late_return"
            faults.append(Fault(rule=rule, where=f"route {number} at node {stop}", seen=seen))
        now, here = start + node.service * scale, node
    return total


def _distance(one: Node, two: Node, *, one_decimal: bool) -> float:
    """
    In tenths, cut off, under the one-decimal convention; else as it is.
    """
    square = (one.x - two.x) ** 2 + (one.y - two.y) ** 2
    return float(math.isqrt(math.floor(100 * square))) if one_decimal else math.sqrt(square)
