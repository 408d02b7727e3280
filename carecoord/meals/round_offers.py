"""
Published rounds as a plan of the meal planner, with deliveries it did not know: pure but for estimates.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from carecoord.kernel.geo import Point
from carecoord.meals.domain import MealDelivery
from carecoord.meals.rounds_domain import SERVICE_S, DeliveryRound
from carecoord.planning.matrix import Matrix
from carecoord.planning.meals.problem import Delivery, Pin, Problem
from carecoord.planning.meals.solution import Round, Solution, Stop, Trip
from carecoord.planning.problem import Place
from carecoord.travel.domain import Mode, TravelStar
from carecoord.travel.haversine import GreatCircle

NEAR_DEGREES = 1e-5


def counts_of(delivery: MealDelivery) -> tuple[int, int]:
    """Cold and hot meals of a delivery."""
    cold = sum(meal.count for meal in delivery.meals if meal.chain == "cold")
    return cold, delivery.meal_count - cold


def widened(problem: Problem, deliveries: Sequence[MealDelivery]) -> Problem:
    """The problem with deliveries it did not know; travel to new doors is estimated by straight line."""
    known = {item.id for item in problem.deliveries}
    for item in deliveries:
        if item.id.hex not in known:
            problem = _with_delivery(problem, item)
    return problem


def _with_delivery(problem: Problem, item: MealDelivery) -> Problem:
    place = _known_place(problem, item)
    if place is None:
        problem, place = _with_place(problem, item)
    cold, hot = counts_of(item)
    kitchen = item.kitchen_id.hex
    releases = [d.release_s for d in problem.deliveries if d.kitchen == kitchen]
    delivery = Delivery(
        id=item.id.hex,
        person=item.person_id.hex,
        place=place,
        kitchen=kitchen,
        earliest_s=item.earliest_s,
        latest_s=item.latest_s,
        service_s=SERVICE_S,
        cold=cold,
        hot=hot,
        release_s=max(releases, default=0),
    )
    return msgspec.structs.replace(problem, deliveries=[*problem.deliveries, delivery])


def _known_place(problem: Problem, item: MealDelivery) -> str | None:
    for place in problem.places:
        if place.lat is None or place.lon is None:
            continue
        if abs(place.lat - item.latitude) < NEAR_DEGREES and abs(place.lon - item.longitude) < NEAR_DEGREES:
            return place.id
    return None


def _with_place(problem: Problem, item: MealDelivery) -> tuple[Problem, str]:
    here = Point(lat=item.latitude, lon=item.longitude)
    others = [Point(lat=p.lat or 0.0, lon=p.lon or 0.0) for p in problem.places]
    star: TravelStar = GreatCircle().estimated_star(here, others, Mode.CAR)
    name = f"p{len(problem.places)}"
    to_s = (-(-star.to_s // 60) * 60).tolist()
    from_s = (-(-star.from_s // 60) * 60).tolist()
    matrix = problem.matrix
    wider = Matrix(
        mode=matrix.mode,
        provider=matrix.provider,
        seconds=[[*row, to] for row, to in zip(matrix.seconds, to_s, strict=True)] + [[*from_s, 0]],
        metres=[[*row, to] for row, to in zip(matrix.metres, star.to_m.tolist(), strict=True)]
        + [[*star.from_m.tolist(), 0]],
        fallback_pairs=matrix.fallback_pairs + 2 * len(others),
    )
    place = Place(id=name, lat=item.latitude, lon=item.longitude)
    return msgspec.structs.replace(problem, places=[*problem.places, place], matrix=wider), name


def standing(problem: Problem, rounds: Sequence[DeliveryRound]) -> tuple[Problem, Solution]:
    """
    Published rounds as a plan, and the problem as they stand in: meals of today, stops made settled.

    Stops of deliveries that the problem does not know are passed over: see `widened`.
    """
    counts = {s.delivery_id.hex: (s.cold, s.hot) for r in rounds for s in r.stops if s.change != "cancelled"}
    known = {item.id for item in problem.deliveries}
    pins, made = [], []
    for item in rounds:
        trips = []
        for trip in item.trips:
            stops = [s for s in trip.stops if s.change != "cancelled" and s.delivery_id.hex in known]
            pins += [
                Pin(delivery=s.delivery_id.hex, driver=item.driver_id.hex, start_s=s.eta_s)
                for s in stops
                if s.state
            ]
            if stops:
                trips.append(
                    Trip(
                        kitchen=trip.kitchen_id.hex,
                        loads_s=trip.loads_s,
                        leaves_s=trip.leaves_s,
                        back_s=trip.back_s,
                        stops=[Stop(delivery=s.delivery_id.hex, start_s=s.eta_s) for s in stops],
                    )
                )
        if trips:
            made.append(
                Round(
                    driver=item.driver_id.hex,
                    vehicle=item.vehicle_id.hex,
                    begins_s=item.begins_s,
                    trips=trips,
                )
            )
    deliveries = [
        msgspec.structs.replace(d, cold=counts[d.id][0], hot=counts[d.id][1]) if d.id in counts else d
        for d in problem.deliveries
    ]
    return (
        msgspec.structs.replace(problem, deliveries=deliveries, pins=pins),
        Solution(rounds=made),
    )
