"""
Records of a day -> the problem and the plan that the planner knows, and back. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.clock import PARIS, local_instant
from carecoord.kernel.ids import new_id
from carecoord.planning.problem import Interval, Place
from carecoord.planning.rides.board import Board, Timed
from carecoord.planning.rides.problem import (
    Duty,
    Passenger,
    Problem,
    Request,
    Seating,
    Tier,
    Travel,
    Vehicle,
    Volunteer,
)
from carecoord.planning.rides.solution import Solution, Stop, Tour
from carecoord.rides.domain import Leg
from carecoord.rides.drivers import Bond, DriverAbsence, RideVehicle, VolunteerDriver
from carecoord.rides.plan_domain import DriverTour, Errand, Shuttle, Trip
from carecoord.rides.ways import rounded
from carecoord.workforce.availability import applies, merged, without

TIER_OF: dict[str, Tier] = {
    "care": "medical", "visit": "leisure", "leisure": "leisure",
}  # fmt: skip
"""Purpose -> tier; errands, offices, stations and the rest are `needed`."""

LEAST_DUTY_S = 1800
"""A shorter stretch between two duties is no time to drive anybody."""

DAY_S = 86_400


class DayInput(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything a day is planned from.

    Args:
        busy: person -> when she is wanted elsewhere, seconds.
        given_s: volunteer -> time given this month before the day.
        strict: tours outside what volunteers can do today are not kept, as in a repair, unless they
            are being driven.
    """

    on: date
    legs: list[Leg]
    errands: dict[UUID, Errand]
    volunteers: list[VolunteerDriver]
    absences: list[DriverAbsence]
    vehicles: list[RideVehicle]
    shuttles: list[Shuttle]
    bonds: list[Bond]
    apart: list[tuple[UUID, UUID]]
    busy: dict[UUID, list[Interval]]
    given_s: dict[UUID, int]
    tours: list[DriverTour]
    strict: bool = False


def second_of(on: date, instant: datetime) -> int:
    """Seconds on the wall clock after midnight of a day; outside 0..86400 on other days."""
    local = instant.astimezone(PARIS)
    return (local.date() - on).days * DAY_S + local.hour * 3600 + local.minute * 60 + local.second


def instant_of(on: date, second: int) -> datetime:
    """The instant of a second on the wall clock of a day."""
    return local_instant(on, second // 60) + timedelta(seconds=second % 60)


def points_of(day: DayInput) -> list[tuple[float, float]]:
    """Every place of the day once."""
    found = [rounded(*_base(day, volunteer)) for volunteer in _drivers(day)]
    vehicles = {item.id: item for item in day.vehicles}
    found += [rounded(*_shuttle_base(day, shuttle, vehicles)) for shuttle in day.shuttles]
    for leg in day.legs:
        found.append(rounded(leg.pick_latitude, leg.pick_longitude))
        found.append(rounded(leg.drop_latitude, leg.drop_longitude))
    return list(dict.fromkeys(found))


def free_stretches(day: DayInput) -> dict[UUID, list[tuple[int, int]]]:
    """Volunteer -> when he may drive that day, absences taken out, seconds."""
    found: dict[UUID, list[tuple[int, int]]] = {}
    for volunteer in _drivers(day):
        wanted = [
            (local_instant(day.on, hours.start_minute), local_instant(day.on, hours.end_minute))
            for hours in volunteer.availabilities
            if applies(hours, day.on)
        ]
        away = [(a.starts_at, a.ends_at) for a in day.absences if a.volunteer_id == volunteer.id]
        free = without(merged(wanted), merged(away))
        found[volunteer.id] = [(second_of(day.on, start), second_of(day.on, end)) for start, end in free]
    return found


def problem_of(day: DayInput, travel: Travel) -> Problem:
    """
    The problem of the day.

    Args:
        travel: between `points_of(day)`, in that order.
    """
    points = points_of(day)
    names = {point: f"p{number}" for number, point in enumerate(points)}
    people = sorted({leg.person_id for leg in day.legs})
    drivers = _drivers(day)
    facts = _facts_of(day, drivers)
    return Problem(
        on=day.on,
        places=[Place(id=names[point], lat=point[0], lon=point[1]) for point in points],
        travel=travel,
        passengers=[Passenger(id=person.hex, busy=day.busy.get(person, [])) for person in people],
        requests=[_request(facts, leg, names) for leg in day.legs],
        volunteers=[
            Volunteer(
                id=item.id.hex,
                day_max_s=item.day_minutes_max * 60,
                distance_max_m=item.day_km_max * 1000,
                month_s=day.given_s.get(item.id, 0),
                areas=item.areas,
            )
            for item in drivers
        ],
        vehicles=[
            Vehicle(id=item.id.hex, seatings=[Seating(seats=s, wheelchairs=w) for s, w in item.seatings])
            for item in day.vehicles
        ],
        duties=_duties(day, names),
        apart=[
            (one.hex, other.hex)
            for one, other in day.apart
            if one != other and one in set(people) and other in set(people)
        ],
    )


def _drivers(day: DayInput) -> list[VolunteerDriver]:
    """Those who may drive, and those who left but still have a tour or a shuttle that day."""
    bound = {tour.volunteer_id for tour in day.tours} | {item.volunteer_id for item in day.shuttles}
    return [item for item in day.volunteers if item.active or item.id in bound]


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the requests of a day have in common, by identifier."""

    known: frozenset[UUID]
    errands: dict[UUID, Errand]
    trips: dict[UUID, tuple[DriverTour, Trip]]
    alone: frozenset[UUID]
    bonds: dict[tuple[UUID, str], list[str]]


def _facts_of(day: DayInput, drivers: list[VolunteerDriver]) -> _Facts:
    there = {item.id for item in drivers}
    bonds: dict[tuple[UUID, str], list[str]] = defaultdict(list)
    for bond in day.bonds:
        if bond.volunteer_id in there:
            bonds[bond.person_id, bond.kind].append(bond.volunteer_id.hex)
    return _Facts(
        known=frozenset(item.id for item in day.legs),
        errands=day.errands,
        trips={trip.leg_id: (tour, trip) for tour in day.tours for trip in tour.trips},
        alone=frozenset(one for one, other in day.apart if one == other),
        bonds=bonds,
    )


def _request(facts: _Facts, leg: Leg, names: dict[tuple[float, float], str]) -> Request:
    errand = facts.errands.get(leg.id)
    tour, trip = facts.trips.get(leg.id, (None, None))
    is_fixed = trip is not None and (trip.pinned or trip.outcome != "planned")
    mate = leg.same_driver_as
    return Request(
        id=leg.id.hex,
        person=leg.person_id.hex,
        pick_place=names[rounded(leg.pick_latitude, leg.pick_longitude)],
        drop_place=names[rounded(leg.drop_latitude, leg.drop_longitude)],
        pick_early_s=leg.pick_earliest_s,
        pick_late_s=leg.pick_latest_s,
        drop_early_s=leg.drop_earliest_s,
        drop_late_s=leg.drop_latest_s,
        boarding_s=leg.boarding_s,
        alighting_s=leg.alighting_s,
        ride_max_s=leg.ride_max_s,
        seats=leg.seats,
        wheelchairs=leg.wheelchairs,
        tier=TIER_OF.get(errand.purpose, "needed") if errand else "needed",
        mate=mate.hex if mate is not None and mate in facts.known else None,
        shuttle=leg.shuttle_id.hex if leg.shuttle_id else None,
        areas=[code for code in (errand.origin, errand.destination) if code] if errand else [],
        refused=facts.bonds.get((leg.person_id, "refused"), []),
        preferred=facts.bonds.get((leg.person_id, "preferred"), []),
        pin=tour.volunteer_id.hex if tour is not None and is_fixed else None,
        promise_s=trip.promised_s if trip is not None else None,
        told=tour.volunteer_id.hex if tour is not None else None,
        alone=leg.person_id in facts.alone,
    )


def _base(day: DayInput, volunteer: VolunteerDriver) -> tuple[float, float]:
    """Where the tours of a volunteer begin and end."""
    for vehicle in day.vehicles:
        if vehicle.id == volunteer.vehicle_id and vehicle.of_association:
            return vehicle.latitude or 0.0, vehicle.longitude or 0.0
    return volunteer.latitude, volunteer.longitude


def _shuttle_base(day: DayInput, shuttle: Shuttle, vehicles: dict[UUID, RideVehicle]) -> tuple[float, float]:
    vehicle = vehicles.get(shuttle.vehicle_id)
    if vehicle is not None and vehicle.of_association:
        return vehicle.latitude or 0.0, vehicle.longitude or 0.0
    driver = next(item for item in day.volunteers if item.id == shuttle.volunteer_id)
    return driver.latitude, driver.longitude


def _duties(day: DayInput, names: dict[tuple[float, float], str]) -> list[Duty]:
    """Shuttles first, then what volunteers and vehicles have left; then tours that stand outside of that."""
    vehicles = {item.id: item for item in day.vehicles}
    taken: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    duties: list[Duty] = []
    for shuttle in day.shuttles:
        duties.append(
            Duty(
                id=f"{shuttle.volunteer_id.hex}:s{shuttle.id.hex}",
                volunteer=shuttle.volunteer_id.hex,
                vehicle=shuttle.vehicle_id.hex,
                start_place=names[rounded(*_shuttle_base(day, shuttle, vehicles))],
                start_s=shuttle.leaves_s,
                end_s=shuttle.ends_s,
                shuttle=shuttle.id.hex,
            )
        )
        for owner in (shuttle.volunteer_id, shuttle.vehicle_id):
            taken[owner].append((shuttle.leaves_s, shuttle.ends_s))
    free = free_stretches(day)
    for volunteer in _drivers(day):
        vehicle = vehicles.get(volunteer.vehicle_id)
        if vehicle is None or not vehicle.active or not volunteer.active:
            continue
        away = sorted(taken[volunteer.id] + taken[vehicle.id])
        for start, end in _left(free.get(volunteer.id, []), away):
            if end - start < LEAST_DUTY_S:
                continue
            duties.append(_duty(day, volunteer, names, start, end))
            taken[vehicle.id].append((start, end))
    standing = _standing(day, duties, names)
    return [duty for duty in duties if not any(_collide(duty, other) for other in standing)] + standing


def _collide(duty: Duty, other: Duty) -> bool:
    """Whether a volunteer or a vehicle would be in both."""
    same = duty.volunteer == other.volunteer or duty.vehicle == other.vehicle
    return same and duty.start_s < other.end_s and other.start_s < duty.end_s


def _duty(
    day: DayInput, volunteer: VolunteerDriver, names: dict[tuple[float, float], str], start_s: int, end_s: int
) -> Duty:
    return Duty(
        id=f"{volunteer.id.hex}:{start_s // 60}",
        volunteer=volunteer.id.hex,
        vehicle=volunteer.vehicle_id.hex,
        start_place=names[rounded(*_base(day, volunteer))],
        start_s=start_s,
        end_s=end_s,
    )


def _standing(day: DayInput, duties: list[Duty], names: dict[tuple[float, float], str]) -> list[Duty]:
    """A duty for each tour that was told and that no duty holds any more: it stands until it is repaired."""
    drivers = {item.id: item for item in _drivers(day)}
    found = []
    for tour in day.tours:
        is_driven = any(trip.outcome != "planned" for trip in tour.trips)
        if day.strict and not is_driven:
            continue
        if _duty_of(tour, duties) is None and tour.volunteer_id in drivers:
            duty = _duty(day, drivers[tour.volunteer_id], names, tour.departs_s, tour.back_s)
            found.append(msgspec.structs.replace(duty, id=f"{tour.volunteer_id.hex}:k{tour.departs_s // 60}"))
    return found


def _left(free: list[tuple[int, int]], away: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found = []
    for start, end in free:
        begin = start
        for gone_from, gone_to in away:
            if gone_to <= begin or gone_from >= end:
                continue
            if gone_from > begin:
                found.append((begin, gone_from))
            begin = max(begin, gone_to)
        if begin < end:
            found.append((begin, end))
    return found


def _duty_of(tour: DriverTour, duties: Sequence[Duty]) -> Duty | None:
    """The duty that holds a tour as it was told."""
    shuttle = tour.shuttle_id.hex if tour.shuttle_id else None
    for duty in duties:
        if (
            duty.volunteer == tour.volunteer_id.hex
            and duty.shuttle == shuttle
            and duty.start_s <= tour.departs_s
            and tour.back_s <= duty.end_s
        ):
            return duty
    return None


def solution_of(day: DayInput, problem: Problem) -> Solution:
    """The plan of the day as it stands, rides that were cancelled left out."""
    requests = {item.id: item for item in problem.requests}
    tours: list[Tour] = []
    for tour in day.tours:
        duty = _duty_of(tour, problem.duties)
        ranked: list[tuple[int, Stop]] = []
        for trip in tour.trips:
            item = requests.get(trip.leg_id.hex)
            if item is None:
                continue
            picked = Stop(
                request=item.id, kind="pick", start_s=trip.pickup_s, end_s=trip.pickup_s + item.boarding_s
            )
            dropped = Stop(
                request=item.id, kind="drop", start_s=trip.dropoff_s, end_s=trip.dropoff_s + item.alighting_s
            )
            ranked += [(trip.pick_rank, picked), (trip.drop_rank, dropped)]
        ranked.sort(key=lambda pair: pair[0])
        name = duty.id if duty is not None else f"{tour.volunteer_id.hex}:gone"
        stops = [stop for _, stop in ranked]
        tours.append(Tour(duty=name, departs_s=tour.departs_s, back_s=tour.back_s, stops=stops))
    return Solution(tours=[tour for tour in tours if tour.stops])


def tours_of(day: DayInput, board: Board) -> list[DriverTour]:
    """The rows of a plan; tours and trips that were there keep their identifiers, hours told and marks."""
    before = {(tour.volunteer_id, tour.shuttle_id, tour.duty): tour.id for tour in day.tours}
    trips = {trip.leg_id: trip for tour in day.tours for trip in tour.trips}
    found = []
    for name, timed in sorted(board.tours.items()):
        duty = board.ground.duties[name]
        volunteer, shuttle = UUID(duty.volunteer), UUID(duty.shuttle) if duty.shuttle else None
        found.append(
            DriverTour(
                id=before.get((volunteer, shuttle, name)) or new_id(),
                on=day.on,
                duty=name,
                volunteer_id=volunteer,
                vehicle_id=UUID(duty.vehicle),
                shuttle_id=shuttle,
                departs_s=timed.at[0],
                back_s=timed.at[-1],
                distance_m=timed.distance_m,
                empty_m=timed.empty_m,
                trips=_trips(board, timed, trips),
            )
        )
    return found


def _trips(board: Board, timed: Timed, before: dict[UUID, Trip]) -> list[Trip]:
    ranks: dict[str, list[int]] = defaultdict(list)
    for rank, node in enumerate(timed.nodes):
        ranks[node.request].append(rank)
    found = []
    for request, (pick, drop) in ranks.items():
        leg_id = UUID(request)
        was, told = before.get(leg_id), board.ground.requests[request].promise_s
        found.append(
            Trip(
                leg_id=leg_id,
                promised_s=timed.at[1 + pick] if told is None else told,
                pickup_s=timed.at[1 + pick],
                dropoff_s=timed.at[1 + drop],
                pick_rank=pick,
                drop_rank=drop,
                pinned=was.pinned if was else False,
                outcome=was.outcome if was else "planned",
            )
        )
    return found
