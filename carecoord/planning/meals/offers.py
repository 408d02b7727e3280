"""
Where one more delivery fits into rounds that stand: the cheapest place of each driver, priced.

Pure and quick: for somebody on the telephone. Nothing else is moved; a place that would break a
rule, or warn where nothing warned, is no offer.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.meals.check import round_violations
from carecoord.planning.meals.explain import trials
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Problem
from carecoord.planning.meals.score import UNIT, round_units
from carecoord.planning.meals.solution import Round, Solution
from carecoord.planning.meals.timing import timed


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """
    A place for a delivery.

    Args:
        start_s: when the driver would be at the door.
        added_cents, added_s, added_m: cost, driving and distance that it adds.
        shifted: stops whose hour moves by more than five minutes.
        after: delivery made just before in the same trip; None for the first.
        changed: the round with the delivery in it.
    """

    driver: str
    vehicle: str
    start_s: int
    added_cents: int
    added_s: int
    added_m: int
    shifted: int
    after: str | None
    changed: Round


NOTICED_S = 300


def offers(problem: Problem, plan: Solution, delivery: str, most: int = 3) -> list[Offer]:
    """
    The cheapest places of a delivery that no round has, one for each driver at most, cheapest first.

    Args:
        problem: with the delivery in it, and its place in the matrix.
        plan: rounds as they stand.
    """
    facts = Facts(problem)
    wanted = facts.delivery[delivery]
    if wanted.closed:
        return []
    rounds = {item.driver: item for item in plan.rounds}
    found = []
    for driver in problem.drivers:
        if driver.id in wanted.refused or not driver.shifts:
            continue
        best = _best(facts, rounds.get(driver.id), facts.taken(plan.rounds, driver), wanted, driver.id)
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda offer: (offer.added_cents, offer.driver))[:most]


def _best(
    facts: Facts, current: Round | None, taken: set[str], wanted: Delivery, driver: str
) -> Offer | None:
    before = 0 if current is None else sum(round_units(facts, current).values())
    warned = 0 if current is None else sum(1 for _ in round_violations(facts, current))
    best: tuple[int, Round] | None = None
    for frame in trials(current, taken, wanted, facts.driver[driver]):
        trial = timed(facts, frame)
        added = sum(round_units(facts, trial).values()) - before
        if best is not None and added >= best[0]:
            continue
        found = list(round_violations(facts, trial))
        if len(found) <= warned and all(one.severity == "warn" for one in found):
            best = (added, trial)
    return None if best is None else _offer(facts, current, best[1], wanted, best[0])


def _offer(facts: Facts, current: Round | None, changed: Round, wanted: Delivery, added: int) -> Offer:
    trip = next(t for t in changed.trips if any(s.delivery == wanted.id for s in t.stops))
    rank = next(k for k, stop in enumerate(trip.stops) if stop.delivery == wanted.id)
    hours = {} if current is None else {stop.delivery: stop.start_s for stop in current.stops}
    driving = [0, 0] if current is None else road_of(facts, current)
    more = road_of(facts, changed)
    return Offer(
        driver=changed.driver,
        vehicle=changed.vehicle,
        start_s=trip.stops[rank].start_s,
        added_cents=(added + UNIT // 2) // UNIT,
        added_s=more[0] - driving[0],
        added_m=more[1] - driving[1],
        shifted=sum(
            abs(stop.start_s - hours[stop.delivery]) > NOTICED_S
            for stop in changed.stops
            if stop.delivery in hours
        ),
        after=trip.stops[rank - 1].delivery if rank else None,
        changed=changed,
    )


def road_of(facts: Facts, item: Round) -> list[int]:
    """Seconds and metres driven in a round, from the base and back."""
    here, seconds, metres = facts.driver[item.driver].start, 0, 0
    for trip in item.trips:
        places = [facts.kitchen[trip.kitchen].place]
        places += [facts.delivery[stop.delivery].place for stop in trip.stops]
        for there in places:
            seconds += facts.travel_s(here, there)
            metres += facts.distance_m(here, there)
            here = there
    end = facts.driver[item.driver].end
    return [seconds + facts.travel_s(here, end), metres + facts.distance_m(here, end)]


def with_offer(plan: Solution, offer: Offer) -> Solution:
    """The plan with an offer taken."""
    rounds = [item for item in plan.rounds if item.driver != offer.driver]
    served = {stop.delivery for stop in offer.changed.stops}
    return msgspec.structs.replace(
        plan,
        rounds=sorted([*rounds, offer.changed], key=lambda item: (item.begins_s, item.driver)),
        left=[left for left in plan.left if left.delivery not in served],
        score=None,
    )
