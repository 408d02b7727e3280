"""
PDPTW instance to engine arrays, and what the search found back to a published solution.
"""

from __future__ import annotations

import math

import numpy as np

from carecoord.planning.bench.pdptw_codec import read_solution, write_solution
from carecoord.planning.bench.pdptw_evaluate import evaluate
from carecoord.planning.bench.pdptw_model import Instance, Solution, Task
from carecoord.planning.bench.verdict import Verdict
from carecoord.planning.engine.pdp_data import Ints, PdpProblem
from carecoord.planning.engine.pdp_search import Found

# Distances are irrational: sums in such small units differ from double precision by far less than 1e-6.
UNITS = 10**9


def _rows(instance: Instance) -> list[int]:
    """
    Task numbers in the order of the engine: depot, pickups, their deliveries.
    """
    pickups = [number for number, task in enumerate(instance.tasks) if task.delivery]
    return [0, *pickups, *(instance.tasks[number].delivery for number in pickups)]


def _column(values: list[float]) -> Ints:
    return np.array([round(value * UNITS) for value in values], dtype=np.int64)


def _travel(one: Task, two: Task) -> int:
    return round(math.hypot(one.x - two.x, one.y - two.y) * UNITS)


def to_problem(instance: Instance) -> PdpProblem:
    """
    Thousand-millionths of the unit of the file; requests in the order of their pickups' numbers.
    """
    tasks = [instance.tasks[number] for number in _rows(instance)]
    return PdpProblem(
        travel=np.array([[_travel(one, two) for two in tasks] for one in tasks], dtype=np.int64),
        early=_column([task.earliest for task in tasks]),
        late=_column([task.latest for task in tasks]),
        service=_column([task.service for task in tasks]),
        demand=np.array([task.demand for task in tasks if task.delivery], dtype=np.int64),
        capacity=instance.capacity,
        fleet=instance.vehicles,
    )


def publish(instance: Instance, found: Found) -> bytes:
    """
    Solution file of what the search found.
    """
    rows = _rows(instance)
    routes = tuple(tuple(rows[node] for node in route) for route in found.routes)
    return write_solution(Solution(routes=routes, cost=claims(found)))


def claims(found: Found) -> float:
    """
    Distance of what the search found, as it counts.
    """
    return found.distance / UNITS


def judge(instance: Instance, content: bytes) -> Verdict:
    """
    Verdict on a solution file.

    Raises:
        Invalid: the file cannot be read.
    """
    return evaluate(instance, read_solution(instance.name, content))
