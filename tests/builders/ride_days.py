"""
Small days of rides, valid by default: places on a line, one minute and one kilometre apart.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from carecoord.planning.problem import Place
from carecoord.planning.rides.problem import (
    Duty,
    Passenger,
    Problem,
    Request,
    Seating,
    Travel,
    Vehicle,
    Volunteer,
)

HOUR = 3600
MINUTE = 60


def a_line(count: int = 40) -> Travel:
    """Places 0..count-1 on a road: one minute and one kilometre from each to the next."""
    return Travel(
        provider="line",
        seconds=[[abs(one - other) * MINUTE for other in range(count)] for one in range(count)],
        metres=[[abs(one - other) * 1000 for other in range(count)] for one in range(count)],
    )


def a_ride(name: str = "a", start: int = 5, end: int = 15, at_s: int = 9 * HOUR, **given: Any) -> Request:
    """From one place of the line to another, boarding within a quarter of an hour after `at_s`."""
    direct_s = abs(end - start) * MINUTE
    values: dict[str, Any] = {
        "id": name,
        "person": f"p-{name}",
        "pick_place": f"x{start}",
        "drop_place": f"x{end}",
        "pick_early_s": at_s,
        "pick_late_s": at_s + 15 * MINUTE,
        "drop_early_s": at_s,
        "drop_late_s": at_s + 15 * MINUTE + 3 * MINUTE + max(30 * MINUTE, 2 * direct_s),
        "ride_max_s": max(30 * MINUTE, 2 * direct_s),
    }
    return Request(**{**values, **given})


def a_duty(name: str = "v", **given: Any) -> Duty:
    """From 8 h to 18 h, from place 0 and back."""
    values: dict[str, Any] = {
        "id": f"{name}:480", "volunteer": name, "vehicle": f"c{name}", "start_place": "x0",
        "start_s": 8 * HOUR, "end_s": 18 * HOUR,
    }  # fmt: skip
    return Duty(**{**values, **given})


def a_ride_day(*requests: Request, **given: Any) -> Problem:
    """One volunteer with four seats unless other duties are given; people without anything else to do."""
    duties: list[Duty] = given.pop("duties", [a_duty()])
    names = list(dict.fromkeys(duty.volunteer for duty in duties))
    values: dict[str, Any] = {
        "on": date(2026, 12, 1),
        "places": [Place(id=f"x{number}") for number in range(40)],
        "travel": a_line(),
        "passengers": [Passenger(id=name) for name in dict.fromkeys(item.person for item in requests)],
        "requests": list(requests),
        "volunteers": [Volunteer(id=name, day_max_s=6 * HOUR, distance_max_m=200_000) for name in names],
        "vehicles": [Vehicle(id=f"c{name}", seatings=[Seating(seats=4)]) for name in names],
        "duties": duties,
    }
    return Problem(**{**values, **given})
