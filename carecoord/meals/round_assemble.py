"""
Deliveries, drivers, vehicles and travel -> a problem of the meal planner, and its plan back: pure.

Identifiers are the hexadecimal form of ours; no name goes in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec

from carecoord.identity.domain import Organisation
from carecoord.kernel.clock import local_instant
from carecoord.kernel.geo import Point
from carecoord.meals.domain import Kitchen, MealDelivery
from carecoord.meals.elsewhere import Door
from carecoord.meals.rounds_domain import SERVICE_S, DeliveryRound, MealDriver, MealVehicle, RoundFigures
from carecoord.planning.matrix import Matrix
from carecoord.planning.meals import problem as planning
from carecoord.planning.meals.chain import limits_for
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.solution import Round, Score, Solution
from carecoord.planning.problem import Interval, Place
from carecoord.planning.rules.parameters import regime_for
from carecoord.travel.domain import TravelMatrix

PLACE_DECIMALS = 5
DEFAULT_REGIMES = {"ccas": "FPT", "cias": "FPT", "provider": "BAD_2941"}
KITCHEN_CLOSES_S = 22 * 3_600
EARLIEST_LOADING_S = 5 * 3_600


class Habit(msgspec.Struct, frozen=True, kw_only=True):
    """Who came to a subscription on the comparable day, when, and after which subscription."""

    driver_id: UUID
    eta_s: int
    before: UUID | None


class RoundInput(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything the rounds of a day are made from, travel apart.

    Args:
        away: aides absent on the day, with the stretches (seconds) in which they are.
        habits: subscription -> what was on the comparable day.
        known: person -> drivers that came lately.
        last_ends: driver -> end of their last round before the day, seconds (negative).
        week_work: driver -> work in the days before of the same week, seconds.
        doors: delivery -> when it can be handed over, where rides or visits cut its window.
    """

    on: date
    organisation: Organisation
    kitchens: list[Kitchen]
    deliveries: list[MealDelivery]
    vehicles: list[MealVehicle]
    drivers: list[MealDriver]
    away: Mapping[UUID, Sequence[tuple[datetime, datetime]]] = {}
    habits: Mapping[UUID, Habit] = {}
    known: Mapping[UUID, Sequence[UUID]] = {}
    last_ends: Mapping[UUID, int] = {}
    week_work: Mapping[UUID, int] = {}
    doors: Mapping[UUID, Door] = {}


class MealPlaces(msgspec.Struct, frozen=True, kw_only=True):
    """Distinct places: points in the order of the matrix, and which one is at which coordinates."""

    points: list[Point]
    ids: dict[tuple[float, float], str]

    def at(self, latitude: float, longitude: float) -> str:
        """Identifier of the place at coordinates."""
        return self.ids[_rounded(latitude, longitude)]


def meal_places(given: RoundInput) -> MealPlaces:
    """Every place once: doors, kitchens, bases."""
    found: dict[tuple[float, float], str] = {}
    points = [(d.latitude, d.longitude) for d in given.deliveries]
    points += [(k.latitude, k.longitude) for k in given.kitchens]
    points += [(d.base_latitude, d.base_longitude) for d in given.drivers]
    for latitude, longitude in points:
        found.setdefault(_rounded(latitude, longitude), f"p{len(found)}")
    return MealPlaces(points=[Point(lat=lat, lon=lon) for lat, lon in found], ids=found)


def _rounded(latitude: float, longitude: float) -> tuple[float, float]:
    return (round(latitude, PLACE_DECIMALS) + 0.0, round(longitude, PLACE_DECIMALS) + 0.0)


def assemble_rounds(given: RoundInput, places: MealPlaces, travel: TravelMatrix) -> planning.Problem:
    """
    The problem of a day.

    Raises:
        NotFound: a working-time regime is unknown.
        Invalid: an override of a threshold is wrong.
    """
    organisation = given.organisation
    regime = organisation.regime or DEFAULT_REGIMES[organisation.kind]
    vehicles = [item for item in given.vehicles if item.active]
    names = {item.id for item in vehicles}
    return planning.Problem(
        on=given.on,
        places=[
            Place(id=name, lat=point.lat, lon=point.lon)
            for name, point in zip(places.ids.values(), places.points, strict=True)
        ],
        matrix=Matrix(
            mode="car",
            provider=travel.provider,
            seconds=(-(-travel.seconds // 60) * 60).tolist(),
            metres=travel.metres.tolist(),
            fallback_pairs=travel.fallback_pairs,
        ),
        kitchens=[
            planning.Kitchen(
                id=item.id.hex,
                place=places.at(item.latitude, item.longitude),
                opens_s=EARLIEST_LOADING_S,
                closes_s=KITCHEN_CLOSES_S,
            )
            for item in given.kitchens
        ],
        deliveries=_deliveries(given, places),
        vehicles=[
            planning.Vehicle(
                id=item.id.hex,
                cold=item.cold,
                hot=item.hot,
                loading_s=60 * item.loading_minutes,
                keeps_cold=item.keeps_cold,
                keeps_hot=item.keeps_hot,
            )
            for item in vehicles
        ],
        drivers=[
            _driver(given, places, item, names, regime)
            for item in sorted(given.drivers, key=lambda d: d.id)
            if item.active
        ],
        regimes=[regime_for(regime, given.on, dict(organisation.regime_overrides))],
        limits=limits_for(given.on),
    )


def _deliveries(given: RoundInput, places: MealPlaces) -> list[planning.Delivery]:
    ready = {item.id: item for item in given.kitchens}
    by_subscription = {item.subscription_id: item for item in given.deliveries}
    known_drivers = {item.id for item in given.drivers}
    found = []
    for item in sorted(given.deliveries, key=lambda d: d.id):
        door = given.doors.get(item.id) or Door(earliest_s=item.earliest_s, latest_s=item.latest_s)
        habit = given.habits.get(item.subscription_id)
        before = None if habit is None or habit.before is None else by_subscription.get(habit.before)
        met = [driver for driver in given.known.get(item.person_id, ()) if driver in known_drivers]
        has_driver = habit is not None and habit.driver_id in known_drivers
        found.append(
            planning.Delivery(
                id=item.id.hex,
                person=item.person_id.hex,
                place=places.at(item.latitude, item.longitude),
                kitchen=item.kitchen_id.hex,
                earliest_s=door.earliest_s,
                latest_s=door.latest_s,
                closed=door.closed,
                service_s=SERVICE_S,
                cold=_count(item, "cold"),
                hot=_count(item, "hot"),
                release_s=60 * ready[item.kitchen_id].ready_minute,
                usual_driver=habit.driver_id.hex if habit is not None and has_driver else None,
                usual_s=None if habit is None else habit.eta_s,
                usual_before=None if before is None else before.id.hex,
                known=[driver.hex for driver in met],
            )
        )
    return found


def _count(delivery: MealDelivery, chain: str) -> int:
    return sum(meal.count for meal in delivery.meals if meal.chain == chain)


def _driver(
    given: RoundInput, places: MealPlaces, driver: MealDriver, vehicles: set[UUID], regime: str
) -> planning.Driver:
    base = places.at(driver.base_latitude, driver.base_longitude)
    return planning.Driver(
        id=driver.id.hex,
        regime=None if driver.volunteer else regime,
        shifts=shifts_of(given, driver),
        vehicles=[vehicle.hex for vehicle in driver.vehicle_ids if vehicle in vehicles],
        start=base,
        end=base,
        planned_s=None if driver.planned_minutes is None else 60 * driver.planned_minutes,
        trips_max=driver.trips_max,
        last_end_s=given.last_ends.get(driver.id),
        week_work_s=given.week_work.get(driver.id, 0),
    )


def shifts_of(given: RoundInput, driver: MealDriver) -> list[Interval]:
    """When a driver may be on the road: weekly hours, less days off and absences of the aide."""
    if given.on in driver.away_on:
        return []
    pieces = [
        (60 * hours.start_minute, 60 * hours.end_minute)
        for hours in sorted(driver.hours)
        if hours.weekday == given.on.weekday()
    ]
    midnight = local_instant(given.on, 0)
    for starts_at, ends_at in given.away.get(driver.aide_id, ()) if driver.aide_id else ():
        start, end = (starts_at - midnight) // _SECOND, (ends_at - midnight) // _SECOND
        pieces = [
            piece
            for begin, finish in pieces
            for piece in ((begin, min(finish, start)), (max(begin, end), finish))
            if piece[0] < piece[1]
        ]
    return [Interval(start_s=begin, end_s=finish) for begin, finish in pieces]


_SECOND = timedelta(seconds=1)


def habits_of(rounds: Sequence[DeliveryRound]) -> dict[UUID, Habit]:
    """What rounds of another day make usual: driver, hour, and who comes just before."""
    found: dict[UUID, Habit] = {}
    for item in rounds:
        for trip in item.trips:
            before: UUID | None = None
            for stop in trip.stops:
                if stop.change == "cancelled":
                    continue
                found[stop.subscription_id] = Habit(driver_id=item.driver_id, eta_s=stop.eta_s, before=before)
                before = stop.subscription_id
    return found


def drivers_met(rounds: Sequence[DeliveryRound]) -> dict[UUID, list[UUID]]:
    """Person -> drivers that came, in rounds of several days."""
    found: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    for item in rounds:
        for stop in item.stops:
            if stop.change != "cancelled":
                found[stop.person_id][item.driver_id] = None
    return {person: list(drivers) for person, drivers in found.items()}


def distance_of(facts: Facts, item: Round) -> int:
    """Metres of a round, from the base and back."""
    places = [facts.driver[item.driver].start]
    for trip in item.trips:
        places.append(facts.kitchen[trip.kitchen].place)
        places += [facts.delivery[stop.delivery].place for stop in trip.stops]
    places.append(facts.driver[item.driver].end)
    return sum(facts.distance_m(a, b) for a, b in pairwise(places))


def figures_of(problem: planning.Problem, plan: Solution, value: Score) -> RoundFigures:
    """What a plan is worth, for the pages."""
    facts = Facts(problem)
    served = [(item, facts.delivery[stop.delivery], stop) for item, _, stop in plan.stops()]
    tolerance = problem.prices.hour_tolerance_s
    return RoundFigures(
        deliveries=len(served),
        left=value.left,
        warnings=value.warnings,
        rounds=len(plan.rounds),
        trips=sum(len(item.trips) for item in plan.rounds),
        meals=sum(delivery.cold + delivery.hot for _, delivery, _ in served),
        distance_m=sum(distance_of(facts, item) for item in plan.rounds),
        work_s=sum(item.ends_s - item.begins_s for item in plan.rounds),
        driver_changes=sum(
            delivery.usual_driver is not None and delivery.usual_driver != item.driver
            for item, delivery, _ in served
        ),
        hour_changes=sum(
            delivery.usual_s is not None and abs(stop.start_s - delivery.usual_s) > tolerance
            for _, delivery, stop in served
        ),
        soft_cents=value.soft_cents,
        terms=value.terms,
    )


def left_of(problem: planning.Problem, plan: Solution) -> list[dict[str, Any]]:
    """Deliveries left out, as they are kept with a run."""
    persons = {item.id: item.person for item in problem.deliveries}
    return [
        {
            "delivery_id": str(UUID(left.delivery)),
            "person_id": str(UUID(persons[left.delivery])),
            "code": left.code,
            "causes": msgspec.to_builtins(left.causes),
        }
        for left in plan.left
    ]
