"""
VRPTW instance to engine tables under either convention, and engine routes back to a published solution.
"""

from __future__ import annotations

import math

import numpy as np

from carecoord.planning.bench.text_reading import write_routes
from carecoord.planning.bench.vrptw_model import Instance, Node, exact, tenths
from carecoord.planning.engine.vrp_data import VrpProblem
from carecoord.planning.engine.vrp_search import Found

# Engine units of one unit of the file: tenths, and where distances are exact, as fine as 32 bits allow.
TENTHS = 10
FINE = 1_000_000
LARGEST = 2**31 - 1


def one_decimal_problem(instance: Instance) -> VrpProblem:
    """
    Whole tenths, travel cut off, any number of vehicles up to that of the file.
    """
    travel = [[tenths(one, two) for two in instance.nodes] for one in instance.nodes]
    return _problem(instance, np.array(travel, dtype=np.int64), TENTHS, fleet_first=False)


def fleet_problem(instance: Instance) -> VrpProblem:
    """
    Travel in double precision rounded up to a fine unit, so that what fits here fits there; vehicles first.
    """
    units = fine_units(instance)
    travel = [[math.ceil(exact(one, two) * units) for two in instance.nodes] for one in instance.nodes]
    return _problem(instance, np.array(travel, dtype=np.int64), units, fleet_first=True)


def fine_units(instance: Instance) -> int:
    """
    Engine units of one unit of the file in double precision: fewer where distances are very long.
    """
    longest = max(exact(instance.nodes[0], node) for node in instance.nodes)
    units = FINE
    while 2 * longest * units > LARGEST:
        units //= 10
    return max(1, units)


def _problem(instance: Instance, travel: np.ndarray, units: int, *, fleet_first: bool) -> VrpProblem:
    def column(values: list[float]) -> np.ndarray:
        return np.array([round(value * units) for value in values], dtype=np.int64)

    nodes: tuple[Node, ...] = instance.nodes
    return VrpProblem(
        travel=travel,
        demand=np.array([node.demand for node in nodes], dtype=np.int64),
        service=column([node.service for node in nodes]),
        earliest=column([node.ready for node in nodes]),
        latest=column([node.due for node in nodes]),
        capacity=instance.capacity,
        vehicles=min(instance.vehicles, instance.customers),
        fleet_first=fleet_first,
        units=units,
    )


def publish_one_decimal(_instance: Instance, found: Found) -> bytes:
    """
    Solution file with the distance in one decimal.
    """
    return write_routes(found.routes, f"{found.cost[1] / TENTHS:.1f}")


def publish_exact(instance: Instance, found: Found) -> bytes:
    """
    Solution file with the distance in double precision, four decimals.
    """
    nodes = instance.nodes
    legs = (
        exact(nodes[here], nodes[there])
        for route in found.routes
        for here, there in zip((0, *route), (*route, 0), strict=True)
    )
    return write_routes(found.routes, f"{math.fsum(legs):.4f}")


def claimed(found: Found) -> float:
    """
    Distance the search counted, in the unit of the file.
    """
    return found.cost[1] / found.units
