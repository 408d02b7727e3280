"""
Times of a round whose order is settled: as early as possible, then loading as late as that allows.

Each trip ends as early as it can; its loading then begins as late as possible without ending later,
so that meals are out of the cold, and drivers waiting, no longer than the order of stops asks for.
A pause is put before a trip where a rule wants one. What does not fit is timed all the same: the
checker says what is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from carecoord.planning.meals.check import round_violations
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Driver
from carecoord.planning.meals.score import round_units
from carecoord.planning.meals.solution import Round, Stop, Trip
from carecoord.planning.problem import Interval

Load = tuple[str, tuple[str, ...]]
"""A trip whose times are open: kitchen and deliveries in order."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A round without its times."""

    driver: str
    vehicle: str
    loads: tuple[Load, ...]


def frame_of(item: Round) -> Frame:
    """The order of a round."""
    return Frame(
        driver=item.driver,
        vehicle=item.vehicle,
        loads=tuple((trip.kitchen, tuple(stop.delivery for stop in trip.stops)) for trip in item.trips),
    )


def timed(facts: Facts, frame: Frame) -> Round:
    """
    The round with its times; with a pause before one of its trips where that breaks fewer rules.
    """
    plain = _timed(facts, frame, pause_before=0)
    pause_s = pause_of(facts, facts.driver[frame.driver])
    if pause_s == 0 or len(frame.loads) < 2 or not _wants_pause(facts, plain):
        return plain
    rounds = [plain, *(_timed(facts, frame, pause_before=n) for n in range(1, len(frame.loads)))]
    return min(rounds, key=lambda item: _badness(facts, item))


def pause_of(facts: Facts, driver: Driver) -> int:
    """Length of a pause that satisfies both the break and the meal, seconds; 0 without such rules."""
    regime = facts.regime_of(driver)
    return max(regime.break_min_s or 0, regime.meal_min_s or 0)


def _wants_pause(facts: Facts, item: Round) -> bool:
    return any(found.rule in ("break", "meal") for found in round_violations(facts, item))


def _badness(facts: Facts, item: Round) -> tuple[int, int, int]:
    found = list(round_violations(facts, item))
    blocks = sum(one.severity == "block" for one in found)
    return (blocks, len(found) - blocks, sum(round_units(facts, item).values()))


def _timed(facts: Facts, frame: Frame, *, pause_before: int) -> Round:
    driver, vehicle = facts.driver[frame.driver], facts.vehicle[frame.vehicle]
    lead = facts.travel_s(driver.start, facts.kitchen[frame.loads[0][0]].place)
    free, trips = earliest_s(facts, driver) + lead, list[Trip]()
    for number, load in enumerate(frame.loads):
        if number and number == pause_before:
            free += pause_of(facts, driver)
        last = number == len(frame.loads) - 1
        there = driver.end if last else facts.kitchen[frame.loads[number + 1][0]].place
        leg = _Leg(facts, load, vehicle.loading_s, there)
        trip = _in_a_shift(leg, free, lead if number == 0 else 0, driver.shifts)
        trips.append(trip)
        free = trip.back_s
    return Round(driver=driver.id, vehicle=vehicle.id, begins_s=trips[0].loads_s - lead, trips=trips)


def earliest_s(facts: Facts, driver: Driver) -> int:
    """When a driver may begin: after the daily rest, and after what is done already."""
    rest = facts.regime_of(driver).daily_rest_min_s
    rested = 0 if rest is None or driver.last_end_s is None else driver.last_end_s + rest
    return max(0, rested)


def _in_a_shift(leg: _Leg, free: int, lead: int, shifts: Sequence[Interval]) -> Trip:
    """The trip in the first shift that holds it, else as early as possible."""
    found = None
    for shift in shifts:
        trip = leg.at(max(free, shift.start_s + lead))
        if trip.back_s <= shift.end_s:
            return trip
        found = found or trip
    return found or leg.at(free)


class _Leg:
    """One trip to be timed."""

    def __init__(self, facts: Facts, load: Load, loading_s: int, there: str) -> None:
        self._kitchen = facts.kitchen[load[0]]
        self._deliveries = [facts.delivery[name] for name in load[1]]
        self._windows = [window_of(facts, item) for item in self._deliveries]
        self._loading_s = loading_s
        places = [self._kitchen.place, *(item.place for item in self._deliveries), there]
        self._travel = [facts.travel_s(a, b) for a, b in pairwise(places)]

    def at(self, free: int) -> Trip:
        """The trip when the vehicle is at the kitchen from `free` on."""
        ready = max([free, self._kitchen.opens_s, *(item.release_s for item in self._deliveries)])
        starts, back = self._forward(ready)
        moved = self._loading_s
        latest = self._kitchen.closes_s - self._loading_s
        for (_, closes), delivery, way in zip(self._windows, self._deliveries, self._travel, strict=False):
            moved += way
            latest = min(latest, closes - moved)
            moved += delivery.service_s
        moved += self._travel[-1]
        loads = max(ready, min(latest, back - moved))
        if loads > ready:
            starts, back = self._forward(loads)
        return Trip(
            kitchen=self._kitchen.id,
            loads_s=loads,
            leaves_s=loads + self._loading_s,
            stops=[Stop(delivery=d.id, start_s=s) for d, s in zip(self._deliveries, starts, strict=True)],
            back_s=back,
        )

    def _forward(self, loads: int) -> tuple[list[int], int]:
        now, starts = loads + self._loading_s, list[int]()
        for (opens, _), delivery, way in zip(self._windows, self._deliveries, self._travel, strict=False):
            starts.append(max(now + way, opens))
            now = starts[-1] + delivery.service_s
        return starts, now + self._travel[-1]


def window_of(facts: Facts, delivery: Delivery) -> tuple[int, int]:
    """The window of a delivery; the settled instant for one that is done already."""
    pin = facts.pin.get(delivery.id)
    if pin is not None and pin.start_s is not None:
        return pin.start_s, pin.start_s
    return delivery.earliest_s, delivery.latest_s
