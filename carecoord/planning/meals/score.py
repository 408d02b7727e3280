"""
Cost of a plan of meal rounds by named term, recomputed from the plan alone.

Sums are kept in 18,000ths of a cent, so that hours, minutes and kilometres add up without
rounding; each term is rounded once.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from carecoord.planning.meals.check import check
from carecoord.planning.meals.check_work import work_of
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Problem
from carecoord.planning.meals.solution import Round, Score, Solution

UNIT = 18_000
PER_HOUR, PER_MINUTE, PER_KM = UNIT // 3_600, UNIT // 60, UNIT // 1_000

TERMS = ("travel", "distance", "wait", "driver_change", "hour_change", "order_change", "overtime", "fairness")


def score(problem: Problem, solution: Solution) -> Score:
    """Deliveries left out, warnings, and what the rest costs."""
    facts = Facts(problem)
    total: Counter[str] = Counter()
    for item in solution.rounds:
        total.update(round_units(facts, item))
    terms = {name: (total[name] + UNIT // 2) // UNIT for name in TERMS}
    return Score(
        left=len(solution.left),
        warnings=sum(found.severity == "warn" for found in check(problem, solution)),
        terms=terms,
        soft_cents=sum(terms.values()),
    )


def round_units(facts: Facts, item: Round) -> Counter[str]:
    """Cost of one round by term, in 18,000ths of a cent; rounds add up."""
    prices, driver = facts.problem.prices, facts.driver[item.driver]
    regime = facts.regime_of(driver)
    units: Counter[str] = Counter()
    here = driver.start
    for trip in item.trips:
        kitchen = facts.kitchen[trip.kitchen].place
        _way(facts, units, here, kitchen)
        here, now = kitchen, trip.leaves_s
        units["wait"] += (trip.leaves_s - trip.loads_s) * prices.wait_h * PER_HOUR
        before = None
        for stop in trip.stops:
            delivery = facts.delivery[stop.delivery]
            _way(facts, units, here, delivery.place)
            waited = stop.start_s - now - facts.travel_s(here, delivery.place)
            units["wait"] += waited * prices.wait_h * PER_HOUR
            units["order_change"] += _order(facts, delivery, before) * UNIT
            units["driver_change"] += change_cents(facts, delivery, item.driver) * UNIT
            units["hour_change"] += _hour_units(facts, delivery, stop.start_s)
            here, now, before = delivery.place, stop.start_s + delivery.service_s, delivery.id
    _way(facts, units, here, driver.end)
    for gap in (after.loads_s - before.back_s for before, after in pairwise(item.trips)):
        if gap <= regime.paid_wait_max_s:
            units["wait"] += gap * prices.wait_h * PER_HOUR
    if driver.planned_s is not None:
        over = max(0, work_of(regime, driver, item) - driver.planned_s)
        units["overtime"] += over * prices.overtime_h * PER_HOUR
    beyond = max(0, len(item.stops) - facts.share[item.driver])
    units["fairness"] += beyond * prices.fairness * UNIT
    return units


def change_cents(facts: Facts, delivery: Delivery, driver: str) -> int:
    """What it costs that this driver comes: not the usual one, and perhaps a new face."""
    prices = facts.problem.prices
    if delivery.usual_driver is None:
        return 0 if driver in delivery.known or not delivery.known else prices.new_face
    if driver == delivery.usual_driver:
        return 0
    return prices.driver_change + (0 if driver in delivery.known else prices.new_face)


def _way(facts: Facts, units: Counter[str], here: str, there: str) -> None:
    prices = facts.problem.prices
    units["travel"] += facts.travel_s(here, there) * prices.travel_h * PER_HOUR
    units["distance"] += facts.distance_m(here, there) * prices.distance_km * PER_KM


def _order(facts: Facts, delivery: Delivery, before: str | None) -> int:
    """Cents for another delivery just before than usual; one that is not made today asks for nothing."""
    usual = delivery.usual_before
    if usual is None or usual == before or usual not in facts.delivery:
        return 0
    return facts.problem.prices.order_change


def _hour_units(facts: Facts, delivery: Delivery, start_s: int) -> int:
    if delivery.usual_s is None:
        return 0
    prices = facts.problem.prices
    off = max(0, abs(start_s - delivery.usual_s) - prices.hour_tolerance_s)
    return off * prices.hour_change_min * PER_MINUTE
