"""
Problems of meal rounds, small enough to be worked out on paper.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from carecoord.planning.matrix import Matrix
from carecoord.planning.meals.problem import Delivery, Driver, Kitchen, Problem, Vehicle
from carecoord.planning.meals.solution import Round, Stop, Trip
from carecoord.planning.problem import Interval, Place

H, MIN = 3_600, 60
TUESDAY = date(2026, 11, 24)


def line_matrix(count: int, *, step_s: int = 600, step_m: int = 5_000) -> Matrix:
    """Places in a line, ten minutes and five kilometres apart."""
    return Matrix(
        mode="car",
        provider="test",
        seconds=[[abs(a - b) * step_s for b in range(count)] for a in range(count)],
        metres=[[abs(a - b) * step_m for b in range(count)] for a in range(count)],
    )


def a_delivery(number: int, **given: Any) -> Delivery:
    """One cold meal at place `number`, from 8 h to 13 h, three minutes at the door."""
    values: dict[str, Any] = {
        "id": f"d{number}",
        "person": f"x{number}",
        "place": f"p{number}",
        "kitchen": "k",
        "earliest_s": 8 * H,
        "latest_s": 13 * H,
        "service_s": 3 * MIN,
        "cold": 1,
    }
    return Delivery(**{**values, **given})


def a_driver(name: str = "ana", **given: Any) -> Driver:
    """From 8 h to 14 h, from the kitchen, with vehicle `v`; a volunteer unless a regime is given."""
    values: dict[str, Any] = {
        "id": name,
        "shifts": [Interval(start_s=8 * H, end_s=14 * H)],
        "vehicles": ["v"],
        "start": "p0",
        "end": "p0",
    }
    return Driver(**{**values, **given})


def a_vehicle(name: str = "v", **given: Any) -> Vehicle:
    """Ten cold meals and two hot ones, ten minutes to load."""
    return Vehicle(**{"id": name, "cold": 10, "hot": 2, "loading_s": 10 * MIN, **given})


def a_problem(deliveries: list[Delivery], **given: Any) -> Problem:
    """Kitchen and base at place 0, six places in a line."""
    values: dict[str, Any] = {
        "on": TUESDAY,
        "places": [Place(id=f"p{k}") for k in range(6)],
        "matrix": line_matrix(6),
        "kitchens": [Kitchen(id="k", place="p0", opens_s=7 * H, closes_s=14 * H)],
        "deliveries": deliveries,
        "vehicles": [a_vehicle()],
        "drivers": [a_driver()],
    }
    return Problem(**{**values, **given})


def a_trip(loads_s: int, stops: list[tuple[str, int]], back_s: int) -> Trip:
    """A load of ten minutes at kitchen `k`."""
    return Trip(
        kitchen="k",
        loads_s=loads_s,
        leaves_s=loads_s + 10 * MIN,
        stops=[Stop(delivery=name, start_s=start) for name, start in stops],
        back_s=back_s,
    )


def a_round(*trips: Trip, driver: str = "ana", vehicle: str = "v", begins_s: int | None = None) -> Round:
    """A round that begins with its first loading, the base being at the kitchen."""
    return Round(
        driver=driver,
        vehicle=vehicle,
        begins_s=trips[0].loads_s if begins_s is None else begins_s,
        trips=list(trips),
    )
