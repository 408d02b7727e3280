"""
The independent judge of meal rounds: every rule, from the problem and the declared times alone.

It shares no code with the search nor with the timing of rounds; it reads what a plan says and
says what is broken. `block` may never be published; `warn` is shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from carecoord.planning.meals.check_work import work_rules
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Problem, Vehicle
from carecoord.planning.meals.solution import Round, Solution, Stop, Trip
from carecoord.planning.solution import Violation

RULES = (
    "unknown", "served_once", "kitchen", "release", "reload", "travel", "window", "capacity_cold",
    "capacity_hot", "cold_time", "hot_time", "shift", "trips", "vehicle_allowed", "vehicle_twice",
    "driver_twice", "refusal", "pin", "daily_work", "weekly_work", "span", "daily_rest", "break", "meal",
    "meal_absent", "meal_before_visit",
)  # fmt: skip
"""Names of the rules, the same in build, check, causes, sentences, tests and docs."""


def check(problem: Problem, solution: Solution) -> list[Violation]:
    """Every rule that a plan breaks; empty for a legal plan without warnings."""
    facts = Facts(problem)
    unknown = list(_unknown(facts, solution))
    if unknown:
        return unknown
    found = [*_served_once(facts, solution), *_vehicle_twice(solution), *_driver_twice(solution)]
    for item in solution.rounds:
        found.extend(round_violations(facts, item))
    found.extend(_pins(facts, solution))
    return found


def round_violations(facts: Facts, item: Round) -> Iterator[Violation]:
    """What one round breaks by itself: all that needs no other round."""
    driver, vehicle = facts.driver[item.driver], facts.vehicle[item.vehicle]
    if item.vehicle not in driver.vehicles:
        yield _breach("vehicle_allowed", item.driver)
    if len(item.trips) > driver.trips_max:
        yield _breach("trips", item.driver, amount=len(item.trips), limit=driver.trips_max)
    yield from _ways(facts, item)
    for trip in item.trips:
        yield from _loading(facts, item, trip, vehicle)
        yield from _doors(facts, item, trip)
        yield from _chain(facts, item, trip, vehicle)
    yield from _shifts(facts, item)
    yield from work_rules(facts, item)


def _breach(
    rule: str,
    driver: str | None,
    *,
    delivery: str | None = None,
    amount: int = 0,
    limit: int = 0,
    unit: Literal["s", "count"] = "count",
    severity: Literal["block", "warn"] = "block",
    source: str = "",
) -> Violation:
    return Violation(
        rule=rule, severity=severity, worker=driver, visit=delivery, day=0,
        amount=amount, limit=limit, unit=unit, source=source,
    )  # fmt: skip


def _unknown(facts: Facts, solution: Solution) -> Iterator[Violation]:
    for item in solution.rounds:
        if item.driver not in facts.driver or item.vehicle not in facts.vehicle or not item.trips:
            yield _breach("unknown", item.driver)
        for trip in item.trips:
            if trip.kitchen not in facts.kitchen or not trip.stops:
                yield _breach("unknown", item.driver)
            for stop in trip.stops:
                if stop.delivery not in facts.delivery:
                    yield _breach("unknown", item.driver, delivery=stop.delivery)
    for left in solution.left:
        if left.delivery not in facts.delivery:
            yield _breach("unknown", None, delivery=left.delivery)


def _served_once(facts: Facts, solution: Solution) -> Iterator[Violation]:
    """`served_once`: each delivery is on one stop, or among those left out; never both nor neither."""
    seen = Counter(stop.delivery for _, _, stop in solution.stops())
    seen.update(left.delivery for left in solution.left)
    for name in facts.delivery:
        if seen[name] != 1:
            yield _breach("served_once", None, delivery=name, amount=seen[name], limit=1)


def _vehicle_twice(solution: Solution) -> Iterator[Violation]:
    """`vehicle_twice`: a vehicle is in one round at a time."""
    by_vehicle: dict[str, list[Round]] = {}
    for item in solution.rounds:
        by_vehicle.setdefault(item.vehicle, []).append(item)
    for rounds in by_vehicle.values():
        for before, after in pairwise(sorted(rounds, key=lambda r: r.begins_s)):
            if after.begins_s < before.ends_s:
                amount = before.ends_s - after.begins_s
                yield _breach("vehicle_twice", after.driver, amount=amount, unit="s")


def _driver_twice(solution: Solution) -> Iterator[Violation]:
    """`driver_twice`: a driver has one round; several trips are within it."""
    for name, count in Counter(item.driver for item in solution.rounds).items():
        if count > 1:
            yield _breach("driver_twice", name, amount=count, limit=1)


def _ways(facts: Facts, item: Round) -> Iterator[Violation]:
    """`travel`: nobody is anywhere sooner than the road allows; `reload`: nor loads before being back."""
    driver = facts.driver[item.driver]
    first = facts.kitchen[item.trips[0].kitchen].place
    least = item.begins_s + facts.travel_s(driver.start, first)
    if item.trips[0].loads_s < least:
        yield _breach(
            "travel", item.driver, amount=item.trips[0].loads_s - item.begins_s,
            limit=least - item.begins_s, unit="s",
        )  # fmt: skip
    for number, trip in enumerate(item.trips):
        here, now = facts.kitchen[trip.kitchen].place, trip.leaves_s
        for stop in trip.stops:
            delivery = facts.delivery[stop.delivery]
            yield from _way(item, stop, stop.start_s - now, facts.travel_s(here, delivery.place))
            here, now = delivery.place, stop.start_s + delivery.service_s
        last = number == len(item.trips) - 1
        there = driver.end if last else facts.kitchen[item.trips[number + 1].kitchen].place
        yield from _way(item, trip.stops[-1], trip.back_s - now, facts.travel_s(here, there))
        if not last and item.trips[number + 1].loads_s < trip.back_s:
            amount = trip.back_s - item.trips[number + 1].loads_s
            yield _breach("reload", item.driver, amount=amount, unit="s")


def _way(item: Round, stop: Stop, taken_s: int, needed_s: int) -> Iterator[Violation]:
    if taken_s < needed_s:
        yield _breach("travel", item.driver, delivery=stop.delivery, amount=taken_s, limit=needed_s, unit="s")


def _loading(facts: Facts, item: Round, trip: Trip, vehicle: Vehicle) -> Iterator[Violation]:
    """`kitchen`, `release`, `reload` and the two capacities of one trip."""
    kitchen = facts.kitchen[trip.kitchen]
    deliveries = [facts.delivery[stop.delivery] for stop in trip.stops]
    if trip.loads_s < kitchen.opens_s:
        yield _breach("kitchen", item.driver, amount=trip.loads_s, limit=kitchen.opens_s, unit="s")
    if trip.leaves_s > kitchen.closes_s:
        yield _breach("kitchen", item.driver, amount=trip.leaves_s, limit=kitchen.closes_s, unit="s")
    if trip.leaves_s - trip.loads_s < vehicle.loading_s:
        amount = trip.leaves_s - trip.loads_s
        yield _breach("reload", item.driver, amount=amount, limit=vehicle.loading_s, unit="s")
    for delivery in deliveries:
        if delivery.kitchen != trip.kitchen:
            yield _breach("kitchen", item.driver, delivery=delivery.id)
        if trip.loads_s < delivery.release_s:
            yield _breach(
                "release", item.driver, delivery=delivery.id, amount=trip.loads_s,
                limit=delivery.release_s, unit="s",
            )  # fmt: skip
    cold, hot = sum(d.cold for d in deliveries), sum(d.hot for d in deliveries)
    if cold > vehicle.cold:
        yield _breach("capacity_cold", item.driver, amount=cold, limit=vehicle.cold)
    if hot > vehicle.hot:
        yield _breach("capacity_hot", item.driver, amount=hot, limit=vehicle.hot)


def _doors(facts: Facts, item: Round, trip: Trip) -> Iterator[Violation]:
    """
    `window`, `refusal`, and `meal_absent` or `meal_before_visit` where others leave no moment; a stop that is
    settled at an instant has that instant for its window.
    """
    for stop in trip.stops:
        delivery = facts.delivery[stop.delivery]
        if item.driver in delivery.refused:
            yield _breach("refusal", item.driver, delivery=delivery.id)
        pin = facts.pin.get(delivery.id)
        if pin is not None and pin.start_s is not None:
            if stop.start_s != pin.start_s:
                yield _breach(
                    "pin", item.driver, delivery=delivery.id, amount=stop.start_s, limit=pin.start_s, unit="s"
                )
            continue
        if delivery.closed:
            yield _breach(delivery.closed, item.driver, delivery=delivery.id)
        if not delivery.earliest_s <= stop.start_s <= delivery.latest_s:
            limit = delivery.earliest_s if stop.start_s < delivery.earliest_s else delivery.latest_s
            yield _breach(
                "window", item.driver, delivery=delivery.id, amount=stop.start_s, limit=limit, unit="s"
            )


def _chain(facts: Facts, item: Round, trip: Trip, vehicle: Vehicle) -> Iterator[Violation]:
    """`cold_time` and `hot_time`: from the start of loading to the door, for the last meal of each chain."""
    for chain, kept in (("cold", vehicle.keeps_cold), ("hot", vehicle.keeps_hot)):
        limit = facts.limits.get(chain)
        if limit is None or kept:
            continue
        out = [
            (stop.start_s - trip.loads_s, stop.delivery)
            for stop in trip.stops
            if _meals(facts.delivery[stop.delivery], chain)
        ]
        longest, delivery = max(out, default=(0, ""))
        if longest > limit.limit_s:
            yield _breach(
                f"{chain}_time", item.driver, delivery=delivery, amount=longest, limit=limit.limit_s,
                unit="s", severity="warn" if limit.doubtful else "block", source=limit.source,
            )  # fmt: skip


def _meals(delivery: Delivery, chain: str) -> int:
    return delivery.cold if chain == "cold" else delivery.hot


def _shifts(facts: Facts, item: Round) -> Iterator[Violation]:
    """`shift`: each trip within one shift, the way from the base with the first."""
    shifts = facts.driver[item.driver].shifts
    for number, trip in enumerate(item.trips):
        begins = item.begins_s if number == 0 else trip.loads_s
        if not any(s.start_s <= begins and trip.back_s <= s.end_s for s in shifts):
            over = min(
                (max(s.start_s - begins, 0) + max(trip.back_s - s.end_s, 0) for s in shifts),
                default=trip.back_s - begins,
            )
            yield _breach("shift", item.driver, amount=over, unit="s")


def _pins(facts: Facts, solution: Solution) -> Iterator[Violation]:
    """`pin`: what is settled stays: the driver (what is done already: see `_doors`)."""
    for item, _, stop in solution.stops():
        pin = facts.pin.get(stop.delivery)
        if pin is not None and pin.driver != item.driver:
            yield _breach("pin", item.driver, delivery=stop.delivery)
    for left in solution.left:
        if left.delivery in facts.pin:
            yield _breach("pin", facts.pin[left.delivery].driver, delivery=left.delivery)
