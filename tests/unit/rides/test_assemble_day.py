"""
Records of a day -> duties and back: hours, absences, shuttles, shared vehicles, tours that stand.
"""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from carecoord.kernel.clock import local_instant
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.problem import Problem
from carecoord.planning.rides.validate import validate
from carecoord.rides.assemble import DayInput, points_of, problem_of, solution_of, tours_of
from carecoord.rides.domain import Leg
from carecoord.rides.drivers import DriverAbsence, RideVehicle, VolunteerDriver
from carecoord.rides.plan_domain import Shuttle
from carecoord.rides.ways import completed, no_ways, travel_between
from carecoord.workforce.domain import Availability

ON = date(2026, 12, 1)
CAR, BUS, ANNE, JEAN = UUID(int=1), UUID(int=2), UUID(int=11), UUID(int=12)
HOUR = 3600
ALL_DAY = [Availability(weekday=1, start_minute=480, end_minute=1080)]


def a_driver(key: UUID, vehicle: UUID, **given: Any) -> VolunteerDriver:
    """Tuesdays from 8 h to 18 h."""
    values = {
        "id": key, "version": 1, "last_name": "M", "first_name": "J", "insee": "91016", "latitude": 48.31,
        "longitude": 2.0, "vehicle_id": vehicle, "availabilities": ALL_DAY, **given,
    }  # fmt: skip
    return VolunteerDriver(**values)


def a_leg(number: int, at_s: int, **given: Any) -> Leg:
    """Eight kilometres, boarding within a quarter of an hour."""
    values = {
        "id": UUID(int=100 + number), "request_id": UUID(int=200 + number),
        "person_id": UUID(int=300 + number), "direction": "out", "on": ON, "pick_latitude": 48.32,
        "pick_longitude": 2.05, "drop_latitude": 48.3,
        "drop_longitude": 2.1, "pick_earliest_s": at_s, "pick_latest_s": at_s + 900, "drop_earliest_s": at_s,
        "drop_latest_s": at_s + 3600, "seats": 1, "wheelchairs": 0, "companion": False, "boarding_s": 240,
        "alighting_s": 180, "ride_max_s": 1800, **given,
    }  # fmt: skip
    return Leg(**values)


def a_day(*legs: Leg, **given: Any) -> DayInput:
    """One volunteer with his own car."""
    values: dict[str, Any] = {
        "on": ON, "legs": list(legs), "errands": {}, "volunteers": [a_driver(ANNE, CAR)], "absences": [],
        "vehicles": [RideVehicle(id=CAR, version=1, label="Clio", seatings=[(4, 0)])], "shuttles": [],
        "bonds": [], "apart": [], "busy": {}, "given_s": {}, "tours": [], **given,
    }  # fmt: skip
    return DayInput(**values)


def problem(day: DayInput) -> Problem:
    """With times as the crow flies; always valid."""
    ways, _ = asyncio.run(completed(no_ways(), points_of(day), None))
    found = problem_of(day, travel_between(ways, points_of(day)))
    assert validate(found) == []
    return found


def hours(day: DayInput) -> list[tuple[int, int, bool]]:
    """Hours of the duties, and whether they are shuttles."""
    return [(d.start_s // HOUR, d.end_s // HOUR, d.shuttle is not None) for d in problem(day).duties]


def an_absence(start: int, end: int) -> DriverAbsence:
    """Between two hours."""
    return DriverAbsence(
        id=UUID(int=9),
        volunteer_id=ANNE,
        starts_at=local_instant(ON, start * 60),
        ends_at=local_instant(ON, end * 60),
    )


def test_absences_and_shuttles_cut_the_day() -> None:
    """Away from 10 h to 11 h, a shuttle from 14 h to 16 h: what is left between them."""
    shuttle = Shuttle(
        id=UUID(int=50), on=ON, label="Marché", destination="Marché", insee="91016", latitude=48.3,
        longitude=2.1, volunteer_id=ANNE, vehicle_id=CAR, leaves_s=14 * HOUR, arrives_s=14 * HOUR + 1800,
        back_s=15 * HOUR, ends_s=16 * HOUR,
    )  # fmt: skip
    day = a_day(absences=[an_absence(10, 11)], shuttles=[shuttle])
    assert hours(day) == [(14, 16, True), (8, 10, False), (11, 14, False), (16, 18, False)]


def test_a_shared_vehicle_is_never_in_two_places() -> None:
    """Two volunteers with the association's minibus: the second drives when the first does not."""
    bus = RideVehicle(
        id=BUS,
        version=1,
        label="Minibus",
        seatings=[(8, 0)],
        of_association=True,
        latitude=48.3,
        longitude=2.1,
    )
    morning = [Availability(weekday=1, start_minute=480, end_minute=720)]
    day = a_day(vehicles=[bus], volunteers=[a_driver(ANNE, BUS, availabilities=morning), a_driver(JEAN, BUS)])
    found = problem(day).duties
    assert [(d.volunteer, d.start_s // HOUR, d.end_s // HOUR) for d in found] == [
        (ANNE.hex, 8, 12),
        (JEAN.hex, 12, 18),
    ]
    assert len({duty.start_place for duty in found}) == 1


def test_a_plan_goes_there_and_back() -> None:
    """Rows of a plan read back as the same plan, hours told and identifiers kept."""
    day = a_day(a_leg(1, 9 * HOUR), a_leg(2, 11 * HOUR))
    board = Board(Ground(problem(day)))
    fill(board)
    kept = msgspec.structs.replace(day, tours=tours_of(day, board))
    again = problem(kept)
    assert solution_of(kept, again) == board.solution()
    assert tours_of(kept, Board.of(Ground(again), solution_of(kept, again))) == kept.tours
    assert all(item.promise_s is not None and item.told == ANNE.hex for item in again.requests)


def test_what_was_told_stands_until_it_is_repaired() -> None:
    """An absence over a tour leaves the tour in place; a repair takes it away, unless it is being driven."""
    day = a_day(a_leg(1, 9 * HOUR))
    board = Board(Ground(problem(day)))
    fill(board)
    tours = tours_of(day, board)
    away = msgspec.structs.replace(day, tours=tours, absences=[an_absence(8, 18)])
    assert [duty.id.split(":")[1][0] for duty in problem(away).duties] == ["k"]
    strict = msgspec.structs.replace(away, strict=True)
    assert problem(strict).duties == []
    (tour,) = tours
    driven = msgspec.structs.replace(
        tour, trips=[msgspec.structs.replace(trip, outcome="done") for trip in tour.trips]
    )
    assert len(problem(msgspec.structs.replace(strict, tours=[driven])).duties) == 1


def test_a_cancelled_ride_leaves_its_tour() -> None:
    """Its way is not among those to drive: the plan is read without it."""
    day = a_day(a_leg(1, 9 * HOUR), a_leg(2, 11 * HOUR))
    board = Board(Ground(problem(day)))
    fill(board)
    left = msgspec.structs.replace(day, tours=tours_of(day, board), legs=[day.legs[1]])
    found = solution_of(left, problem(left))
    assert {stop.request for tour in found.tours for stop in tour.stops} == {day.legs[1].id.hex}
