"""
What a day of solidarity transport is made of: places, people, rides asked for, volunteers and vehicles.

Times are integer seconds after local midnight of the day, distances metres, money cents. A request
is one way: from one place to another. Nothing here names a person: identifiers are opaque.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from carecoord.planning.problem import Interval, Place

FORMAT = "carecoord-rides-problem"

Tier = Literal["medical", "needed", "leisure"]
TIERS: tuple[Tier, ...] = ("medical", "needed", "leisure")
"""What a ride is for, most urgent first: care; errands and papers; company, outings, shopping."""

PASSENGERS_MAX = 8
"""
Nine seats with the driver's (decree 2019-850, code des transports R3133-2 by elimination): eight passengers,
wheelchairs included.
"""


class Seating(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One arrangement of a vehicle: seats beside the driver's, and places for a wheelchair."""

    seats: int
    wheelchairs: int = 0


class Vehicle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A car or minibus; one of its arrangements holds for a whole tour."""

    id: str
    seatings: list[Seating]


class Volunteer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A driver who is paid nothing.

    Args:
        day_max_s: longest time away from home in the day, all tours together.
        distance_max_m: farthest drive of the day, from home to home.
        month_s: time given since the beginning of the month; whoever gave more is asked less.
        areas: areas preferred, names as in `Request.areas`; empty for none.
    """

    id: str
    day_max_s: int
    distance_max_m: int
    month_s: int = 0
    areas: list[str] = []


class Duty(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A stretch of a day in which a volunteer may drive: one tour at most, from home and back.

    Args:
        start_place: where the tour begins and ends: home, or where the vehicle stands.
        start_s, end_s: earliest departure and latest return.
        shuttle: the collective run that this is; it carries those who booked it and nobody else.
    """

    id: str
    volunteer: str
    vehicle: str
    start_place: str
    start_s: int
    end_s: int
    shuttle: str | None = None


class Passenger(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A person who travels.

    Args:
        busy: when she is wanted elsewhere: a visit at home, a meal, another appointment.
    """

    id: str
    busy: list[Interval] = []


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One way asked for.

    Args:
        pick_early_s, pick_late_s: when boarding may begin.
        drop_early_s, drop_late_s: when alighting may begin.
        boarding_s, alighting_s: how long it takes to get in and out.
        ride_max_s: longest time on board, from the end of boarding to the beginning of alighting.
        seats: seats taken, a companion's included; a person in a wheelchair takes none.
        wheelchairs: places for a wheelchair taken.
        mate: the request whose tour this one must be in: the driver waits and brings back.
        shuttle: collective run that it travels with.
        areas: where it begins and ends, for what volunteers prefer.
        refused, preferred: volunteers.
        pin: the only volunteer, decided by hand.
        promise_s: beginning of boarding that was told to the person.
        told: volunteer whose name was told.
        alone: never with anybody who did not ask for the same ride.
    """

    id: str
    person: str
    pick_place: str
    drop_place: str
    pick_early_s: int
    pick_late_s: int
    drop_early_s: int
    drop_late_s: int
    boarding_s: int = 180
    alighting_s: int = 180
    ride_max_s: int = 1800
    seats: int = 1
    wheelchairs: int = 0
    tier: Tier = "needed"
    mate: str | None = None
    shuttle: str | None = None
    areas: list[str] = []
    refused: list[str] = []
    preferred: list[str] = []
    pin: str | None = None
    promise_s: int | None = None
    told: str | None = None
    alone: bool = False


class Travel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Driving between places, row = from, column = to, in the order of `Problem.places`."""

    provider: str
    seconds: list[list[int]]
    metres: list[list[int]]
    estimated_pairs: int = 0


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What weighs against what, in cents; none of it is paid.

    Args:
        minute: a minute of a volunteer between leaving home and being back.
        km: a kilometre driven.
        empty_km: added for a kilometre between home and the first or last passenger.
        tour: asking one more volunteer out of the house.
        equity_hour: for a ride given to a volunteer, for each hour given this month above the mean.
        outside_area: for a ride neither end of which is in an area that its volunteer prefers.
        not_preferred: for a ride with another volunteer than those the person knows.
        told_change: for a ride with another volunteer than was told.
    """

    minute: int = 15
    km: int = 40
    empty_km: int = 20
    tour: int = 300
    equity_hour: int = 40
    outside_area: int = 200
    not_preferred: int = 150
    told_change: int = 800


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One day.

    Args:
        apart: pairs of people who never share a vehicle.
        promise_tolerance_s: how far boarding may be from what was told.
    """

    format: Literal["carecoord-rides-problem"] = "carecoord-rides-problem"
    version: Literal[1] = 1
    on: date
    places: list[Place]
    travel: Travel
    passengers: list[Passenger]
    requests: list[Request]
    volunteers: list[Volunteer]
    vehicles: list[Vehicle]
    duties: list[Duty]
    apart: list[tuple[str, str]] = []
    promise_tolerance_s: int = 900
    prices: Prices = Prices()
