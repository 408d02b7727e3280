"""
Dial-a-ride instance to engine arrays, and what the search found back to a published solution.
"""

from __future__ import annotations

import math

import numpy as np

from carecoord.planning.bench.darp_codec import read_solution, write_solution
from carecoord.planning.bench.darp_evaluate import evaluate
from carecoord.planning.bench.darp_model import Instance, Node, Route, Solution, Stop
from carecoord.planning.bench.verdict import Verdict
from carecoord.planning.engine.ride_data import MUST, Ints, RideArrays, RideFound

# Travel times are rounded up to these parts of a minute, so that what the search finds feasible is so.
UNITS = 10**6


def _column(values: list[float]) -> Ints:
    return np.array([round(value * UNITS) for value in values], dtype=np.int64)


def to_problem(instance: Instance) -> RideArrays:
    """
    Millionths of a minute: travel times rounded up, distances to the nearest; every vehicle alike.
    """
    n, fleet = instance.requests, instance.vehicles
    picks, drops, depot = instance.nodes[1 : n + 1], instance.nodes[n + 1 :], instance.nodes[0]
    size = range(len(instance.nodes))
    apart = [[instance.distance(a, b) * UNITS for b in size] for a in size]

    def times(nodes: tuple[Node, ...], name: str) -> Ints:
        return _column([getattr(node, name) for node in nodes])

    def same(count: int, value: float) -> Ints:
        return np.full(count, round(value), dtype=np.int64)

    return RideArrays(
        travel=np.array([[math.ceil(cell) for cell in row] for row in apart], dtype=np.int64),
        cost=np.array([[round(cell) for cell in row] for row in apart], dtype=np.int64),
        pick_place=np.arange(1, n + 1),
        drop_place=np.arange(n + 1, 2 * n + 1),
        pick_service=times(picks, "service"),
        drop_service=times(drops, "service"),
        pick_early=times(picks, "earliest"),
        pick_late=times(picks, "latest"),
        drop_early=times(drops, "earliest"),
        drop_late=times(drops, "latest"),
        ride_max=same(n, instance.ride_max * UNITS),
        load=np.array([[node.load] for node in picks], dtype=np.int64),
        penalty=same(n, MUST),
        allowed=np.ones((n, fleet), dtype=np.int8),
        assign_cost=np.zeros((n, fleet), dtype=np.int64),
        mate=same(n, -1),
        fixed_vehicle=same(n, -1),
        start_place=same(fleet, 0),
        end_place=same(fleet, 0),
        shift_start=same(fleet, (depot.earliest + depot.service) * UNITS),
        shift_end=same(fleet, depot.latest * UNITS),
        duration_max=same(fleet, (instance.duration_max - depot.service) * UNITS),
        capacity=np.full((fleet, 1), instance.capacity, dtype=np.int64),
        fixed_cost=same(fleet, 0),
        time_cost=same(fleet, 0),
    )


def publish(instance: Instance, found: RideFound) -> bytes:
    """
    Solution file of what the search found.
    """
    setting_out = instance.nodes[0].service
    routes = tuple(
        Route(
            departure=departure / UNITS - setting_out,
            return_=back / UNITS,
            stops=tuple(Stop(node=node + 1, start=found.starts[node] / UNITS) for node in route),
        )
        for route, departure, back in zip(found.routes, found.departures, found.returns, strict=True)
        if route
    )
    return write_solution(Solution(routes=routes))


def claims(found: RideFound) -> float:
    """
    Distance of what the search found, as it counts.
    """
    return found.cost / UNITS


def judge(instance: Instance, content: bytes) -> Verdict:
    """
    Verdict on a solution file.

    Raises:
        Invalid: the file cannot be read.
    """
    return evaluate(instance, read_solution(instance.name, content))
