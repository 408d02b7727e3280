"""
What a day of meal delivery is made of: kitchens, deliveries, vehicles, drivers.

Times are integer seconds from local midnight of the day of delivery. Nothing here names a
person: identifiers are opaque to the planner.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Interval, Place, Regime

FORMAT = "carecoord-meals-problem"
VERSION = 1
DAY_S = 86_400

Closed = Literal["", "meal_absent", "meal_before_visit"]
"""What leaves no moment for a delivery: out all the while, or the visit that serves it comes sooner."""


class Kitchen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Where vehicles are loaded: a kitchen, or a vehicle that broke down with its meals.

    Args:
        place: identifier of a place.
        opens_s, closes_s: loading takes place between these.
    """

    id: str
    place: str
    opens_s: int = 0
    closes_s: int = DAY_S


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The meals of one household on one day.

    Args:
        earliest_s, latest_s: window in which the driver is at the door.
        service_s: time at the door.
        cold, hot: meals of each chain; one of them at least.
        release_s: when the kitchen has them ready: loading does not start before.
        usual_driver, usual_s, usual_before: who comes on a comparable day, at what time, and which
            delivery the same driver makes just before; what is missing costs nothing.
        known: drivers that the household has met.
        refused: drivers that it does not want.
        closed: the rule by which nobody may come at all that day: the delivery is left out, with it as cause.
    """

    id: str
    person: str
    place: str
    kitchen: str
    earliest_s: int
    latest_s: int
    service_s: int
    cold: int = 0
    hot: int = 0
    release_s: int = 0
    usual_driver: str | None = None
    usual_s: int | None = None
    usual_before: str | None = None
    known: list[str] = []
    refused: list[str] = []
    closed: Closed = ""


class Vehicle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        cold, hot: meals that each compartment holds; either may be 0.
        loading_s: time to load, at each trip.
        keeps_cold, keeps_hot: the compartment makes its own cold or heat, so that no time limit applies.
    """

    id: str
    cold: int
    hot: int
    loading_s: int
    keeps_cold: bool = False
    keeps_hot: bool = False


class Driver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        regime: key of one of `Problem.regimes`; absent for a volunteer, whom no working-time rule binds.
        shifts: each trip lies within one of them, with the way from the base to the first kitchen and
            back to the base after the last stop.
        vehicles: those this driver may drive.
        start, end: places where the vehicle is taken and left.
        planned_s: working time due on the day; more is overtime. Absent: no overtime is counted.
        trips_max: trips in the day.
        last_end_s: end of the last work before the day (zero or negative).
        week_work_s: work done before the day in its civil week.
        worked_s, since_s: work done earlier on the day itself, and when it began: for the rest of a day.
    """

    id: str
    regime: str | None = None
    shifts: list[Interval]
    vehicles: list[str]
    start: str
    end: str
    planned_s: int | None = None
    trips_max: int = 6
    last_end_s: int | None = None
    week_work_s: int = 0
    worked_s: int = 0
    since_s: int | None = None


class ChainLimit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Longest time between the start of loading and the door, in a vehicle without its own cold or heat.

    Args:
        doubtful: the source is not certain: passing the limit warns, and is not refused.
        source: where it comes from, in French.
    """

    chain: Literal["cold", "hot"]
    limit_s: int
    doubtful: bool = True
    source: str = ""


class Pin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is settled about a delivery: who makes it, and when where it is done already."""

    delivery: str
    driver: str
    start_s: int | None = None


class Prices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Cents.

    Args:
        travel_h: an hour of driving.
        distance_km: a kilometre.
        wait_h: an hour of loading, or of waiting that is paid.
        driver_change: another driver than the usual one comes; `new_face` more when never met.
        hour_change_min: a minute of difference with the usual time, beyond `hour_tolerance_s`.
        order_change: another delivery just before than usual, by the usual driver.
        overtime_h: an hour beyond the working time due.
        fairness: a delivery beyond the driver's share, which follows from the length of shifts.
    """

    travel_h: int = 2_000
    distance_km: int = 35
    wait_h: int = 2_000
    driver_change: int = 250
    new_face: int = 250
    hour_change_min: int = 10
    hour_tolerance_s: int = 900
    order_change: int = 25
    overtime_h: int = 1_500
    fairness: int = 40


class Problem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One day of meal delivery.

    Args:
        on: the day, in Europe/Paris.
        matrix: travel between `places`, in their order.
        limits: at most one for each chain; a chain without one has no limit.
    """

    format: Literal["carecoord-meals-problem"] = "carecoord-meals-problem"
    version: Literal[1] = 1
    on: date
    places: list[Place]
    matrix: Matrix
    kitchens: list[Kitchen]
    deliveries: list[Delivery]
    vehicles: list[Vehicle]
    drivers: list[Driver]
    regimes: list[Regime] = []
    limits: list[ChainLimit] = []
    pins: list[Pin] = []
    prices: Prices = Prices()
