"""
Who is out is not visited in between.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from carecoord.planning.problem import Interval
from carecoord.rides.domain import Leg
from carecoord.rides.outings import around_visits

ODETTE = UUID(int=101)
HOUR = 3600


def a_leg(direction: str, **given: Any) -> Leg:
    """To an appointment at 10 h, picked up from 9 h on; back from 11 h, home by 12 h 30."""
    out = direction == "out"
    values: dict[str, Any] = {
        "id": UUID(int=1 if out else 2),
        "request_id": UUID(int=9),
        "person_id": ODETTE,
        "direction": direction,
        "on": date(2026, 11, 24),
        "pick_latitude": 48.0,
        "pick_longitude": 2.0,
        "drop_latitude": 48.1,
        "drop_longitude": 2.0,
        "pick_earliest_s": 9 * HOUR if out else 11 * HOUR,
        "pick_latest_s": 9 * HOUR + 2400 if out else 11 * HOUR + 1800,
        "drop_earliest_s": 9 * HOUR + 1800 if out else 11 * HOUR + 1200,
        "drop_latest_s": 10 * HOUR if out else 12 * HOUR + 1800,
        "seats": 1,
        "wheelchairs": 0,
        "companion": False,
        "boarding_s": 180,
        "alighting_s": 180,
        "ride_max_s": 1800,
    }
    return Leg(**{**values, **given})


PAIR = [a_leg("out"), a_leg("back")]


def closed(start: float, end: float, legs: list[Leg] = PAIR) -> list[tuple[float, float]]:
    """What one visit between two hours closes, in hours."""
    visit = Interval(start_s=int(start * HOUR), end_s=int(end * HOUR))
    found = around_visits(legs, {ODETTE: [visit]})[ODETTE]
    return [(item.start_s / HOUR, item.end_s / HOUR) for item in found]


def test_visit_before_closes_up_to_its_end() -> None:
    """Visited until 9 h 15: nobody boards before; the way back is as free as it was."""
    assert closed(8.75, 9.25) == [(8.75, 9.25)]
    assert closed(9.1, 9.4) == [(9.0, 9.4), (9.1, 9.4)]


def test_visit_after_closes_from_its_start() -> None:
    """Visited from 12 h on: home before, whatever the window allows."""
    assert closed(12.0, 12.5) == [(12.0, 12.5), (12.0, 12.55)]


def test_visit_in_the_midst_closes_all() -> None:
    """Visited at 10 h 30, in the midst of the appointment: no ride at all."""
    assert closed(10.5, 11.0) == [(9.0, 12.55), (10.5, 11.0)]


def test_visit_hours_apart_closes_nothing_more() -> None:
    """In the afternoon, or with one way alone, a visit is only itself."""
    assert closed(15.0, 16.0) == [(15.0, 16.0)]
    assert closed(10.5, 11.0, [a_leg("out")]) == [(10.5, 11.0)]
