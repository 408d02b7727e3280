"""
Rounds repaired during the day: a driver away or a vehicle broken, redistributed with fewest changes.

What is done stays. A trip that has begun with a driver and a vehicle that are well goes on as it is.
Meals aboard of a driver who drops out, or of a vehicle that broke down, are taken over where the vehicle
stands: that place becomes a kitchen of its own, and the temperature is measured again there.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.meals.check import check
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import (
    DAY_S,
    Delivery,
    Driver,
    Kitchen,
    Pin,
    Prices,
    Problem,
)
from carecoord.planning.meals.score import score
from carecoord.planning.meals.solution import Round, Solution, Trip
from carecoord.planning.meals.solve import solve_meals
from carecoord.planning.problem import Interval
from carecoord.planning.solution import Violation

HANDOVER_S = 600
"""From the event until meals can be taken over."""

ABOARD = "aboard:"
"""Kitchen of meals that are in a vehicle: this, then the vehicle."""

REPAIR_PRICES = Prices(
    driver_change=1_500, new_face=300, hour_change_min=40, hour_tolerance_s=600, order_change=150, fairness=0
)
"""In a repair every change is told to somebody: it costs more than some minutes of driving."""


class Situation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What happened.

    Args:
        at_s: now, seconds from midnight.
        away: drivers who drop out from now on.
        broken: vehicles that cannot be driven any more.
    """

    at_s: int
    away: list[str] = []
    broken: list[str] = []


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that another driver makes, or at another hour; `driver` is empty when it is left out."""

    delivery: str
    driver_before: str
    driver: str
    start_before_s: int
    start_s: int | None


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """
    Repaired rounds.

    Args:
        problem: the day with what is done settled and meals aboard where they are.
        solution: whole rounds, with what was done before.
        changes: who must be told, soonest first.
    """

    problem: Problem
    solution: Solution
    changes: list[Change]
    violations: list[Violation]


def repair(problem: Problem, plan: Solution, situation: Situation, budget: Budget) -> Repair:
    """
    Redistribute what is left of a day with as few changes as possible.

    The result breaks no rule that may not be broken, beyond what is done already.
    """
    facts = Facts(problem)
    rest = _Rest(facts, plan, situation)
    found = solve_meals(rest.problem, budget, start=rest.start)
    whole = rest.whole(found)
    settled = rest.settled
    return Repair(
        problem=settled,
        solution=msgspec.structs.replace(whole, score=score(settled, whole)),
        changes=list(_changes(plan, whole)),
        violations=check(settled, whole),
    )


class _Rest:
    """The part of a day that is still open."""

    def __init__(self, facts: Facts, plan: Solution, situation: Situation) -> None:
        self._facts, self._plan, self._now = facts, plan, situation
        self._kept: dict[str, list[Trip]] = {}
        self._aboard: dict[str, Kitchen] = {}
        self._loaded: dict[str, str] = {}
        # A vehicle on the road is nobody else's, whoever sits in it.
        self._used = set(situation.broken)
        for item in plan.rounds:
            self._freeze(item)
        done = {s.delivery for trips in self._kept.values() for trip in trips for s in trip.stops}
        self._done = done
        self.problem = self._open_problem()
        self.settled = self._settled_problem()
        self.start = self._start()

    def _is_out(self, item: Round) -> bool:
        return item.driver in self._now.away or item.vehicle in self._now.broken

    def _freeze(self, item: Round) -> None:
        """What of a round is settled: trips begun, or stops made where the round breaks off."""
        begun = [trip for trip in item.trips if trip.loads_s <= self._now.at_s]
        if not begun:
            return
        self._used.add(item.vehicle)
        if not self._is_out(item):
            self._kept[item.driver] = begun
            return
        last = begun[-1]
        made = [stop for stop in last.stops if stop.start_s <= self._now.at_s]
        open_stops = [stop for stop in last.stops if stop.start_s > self._now.at_s]
        if open_stops:
            place = self._facts.delivery[made[-1].delivery].place if made else None
            stands = place or self._facts.kitchen[last.kitchen].place
            name = f"{ABOARD}{item.vehicle}"
            self._aboard[name] = Kitchen(id=name, place=stands, opens_s=self._now.at_s + HANDOVER_S)
            self._loaded.update({stop.delivery: name for stop in open_stops})
        cut = [*begun[:-1], msgspec.structs.replace(last, stops=made)] if made else begun[:-1]
        if cut:
            self._kept[item.driver] = cut

    def _open_problem(self) -> Problem:
        problem = self._facts.problem
        usual = _usual(self._plan)
        deliveries = [
            self._open_delivery(item, usual) for item in problem.deliveries if item.id not in self._done
        ]
        return msgspec.structs.replace(
            problem,
            kitchens=[*problem.kitchens, *self._aboard.values()],
            deliveries=deliveries,
            drivers=[self._open_driver(item) for item in problem.drivers],
            pins=[],
            prices=REPAIR_PRICES,
        )

    def _open_delivery(self, item: Delivery, usual: dict[str, tuple[str, int, str | None]]) -> Delivery:
        kitchen = self._loaded.get(item.id, item.kitchen)
        if item.id not in usual:
            return msgspec.structs.replace(item, kitchen=kitchen)
        driver, start_s, before = usual[item.id]
        release = 0 if kitchen != item.kitchen else item.release_s
        return msgspec.structs.replace(
            item,
            kitchen=kitchen,
            release_s=release,
            usual_driver=driver,
            usual_s=start_s,
            usual_before=before,
        )

    def _open_driver(self, driver: Driver) -> Driver:
        """A driver as they stand now: away, on the road until a trip ends, or not begun."""
        now = self._now
        item = next((r for r in self._plan.rounds if r.driver == driver.id), None)
        vehicles = [v for v in driver.vehicles if v not in self._used]
        kept = self._kept.get(driver.id, [])
        if driver.id in now.away or (item is not None and item.vehicle in now.broken and kept):
            return msgspec.structs.replace(driver, shifts=[])
        if item is None or not kept:
            return msgspec.structs.replace(driver, shifts=_from(driver.shifts, now.at_s), vehicles=vehicles)
        back = kept[-1].back_s
        following = item.trips[len(kept) :]
        place = self._facts.kitchen[following[0].kitchen].place if following else driver.end
        return msgspec.structs.replace(
            driver,
            shifts=_from(driver.shifts, max(back, now.at_s)),
            vehicles=[item.vehicle],
            start=place,
            trips_max=max(1, driver.trips_max - len(kept)),
            worked_s=driver.worked_s + back - item.begins_s,
            since_s=item.begins_s,
        )

    def _start(self) -> Solution:
        """The rounds as they were, as far as they are open."""
        rounds = []
        for item in self._plan.rounds:
            trips = [
                msgspec.structs.replace(trip, stops=[s for s in trip.stops if s.delivery not in self._done])
                for trip in item.trips
            ]
            left = [trip for trip in trips if trip.stops]
            if left and not self._is_out(item):
                rounds.append(msgspec.structs.replace(item, trips=left))
        return Solution(rounds=rounds)

    def whole(self, found: Solution) -> Solution:
        """What was settled and what is new, as one plan."""
        new = {item.driver: item for item in found.rounds}
        rounds = []
        for item in self._plan.rounds:
            kept = self._kept.get(item.driver, [])
            if kept:
                rounds.append(self._joined(item, kept, new.pop(item.driver, None)))
        rounds += new.values()
        return Solution(
            rounds=sorted(rounds, key=lambda r: (r.begins_s, r.driver)),
            left=found.left,
            statistics=found.statistics,
        )

    def _joined(self, item: Round, kept: list[Trip], more: Round | None) -> Round:
        """Trips that were settled, then the new ones; the way back leads to where the driver goes next."""
        facts, last = self._facts, kept[-1]
        there = facts.driver[item.driver].end
        if more is not None:
            there = {k.id: k.place for k in self.problem.kitchens}[more.trips[0].kitchen]
        door = facts.delivery[last.stops[-1].delivery]
        back = last.stops[-1].start_s + door.service_s + facts.travel_s(door.place, there)
        trips = [*kept[:-1], msgspec.structs.replace(last, back_s=back)]
        return msgspec.structs.replace(item, trips=[*trips, *(more.trips if more is not None else [])])

    def _settled_problem(self) -> Problem:
        """The whole day, with what is settled pinned where and when it is."""
        problem = self._facts.problem
        pins = [
            Pin(delivery=stop.delivery, driver=driver, start_s=stop.start_s)
            for driver, trips in self._kept.items()
            for trip in trips
            for stop in trip.stops
        ]
        deliveries = [
            msgspec.structs.replace(item, kitchen=self._loaded[item.id], release_s=0)
            if item.id in self._loaded
            else item
            for item in problem.deliveries
        ]
        return msgspec.structs.replace(
            problem,
            kitchens=[*problem.kitchens, *self._aboard.values()],
            deliveries=deliveries,
            pins=pins,
        )


def _from(shifts: Iterable[Interval], at_s: int) -> list[Interval]:
    """Shifts from an instant on."""
    return [
        Interval(start_s=max(shift.start_s, at_s), end_s=shift.end_s)
        for shift in shifts
        if min(shift.end_s, DAY_S) > at_s
    ]


def _usual(plan: Solution) -> dict[str, tuple[str, int, str | None]]:
    """Delivery -> driver, hour and delivery before it, as the plan has them."""
    found: dict[str, tuple[str, int, str | None]] = {}
    for item in plan.rounds:
        for trip in item.trips:
            before = None
            for stop in trip.stops:
                found[stop.delivery] = (item.driver, stop.start_s, before)
                before = stop.delivery
    return found


def _changes(before: Solution, after: Solution) -> Iterable[Change]:
    """Other driver, other hour by more than ten minutes, or left out; soonest first."""
    was, now = _usual(before), _usual(after)
    for name, (driver, start_s, _) in sorted(was.items(), key=lambda item: (item[1][1], item[0])):
        if name not in now:
            yield Change(delivery=name, driver_before=driver, driver="", start_before_s=start_s, start_s=None)
            continue
        new_driver, new_start, _ = now[name]
        if new_driver != driver or abs(new_start - start_s) > REPAIR_PRICES.hour_tolerance_s:
            yield Change(
                delivery=name,
                driver_before=driver,
                driver=new_driver,
                start_before_s=start_s,
                start_s=new_start,
            )
