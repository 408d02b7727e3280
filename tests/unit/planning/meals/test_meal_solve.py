"""
The search of meal rounds: legal, priced as the score prices, the same for the same seed; repair and offers.
"""

from __future__ import annotations

import time

import msgspec
import numpy as np
import pytest
from builders.meal_problem import MIN, H, a_delivery, a_driver, a_problem, a_vehicle
from hypothesis import given, settings
from hypothesis import strategies as st

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.generate_meals import MealSize, generate_meals
from carecoord.planning.budget import Budget
from carecoord.planning.engine.meal_search import Search
from carecoord.planning.engine.meal_time import day_cost
from carecoord.planning.meals.build import WARN_CENTS, build
from carecoord.planning.meals.check import check, round_violations
from carecoord.planning.meals.codec import decode_problem, encode_problem, pack, unpack_solution
from carecoord.planning.meals.explain import trials
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.naive import naive
from carecoord.planning.meals.offers import offers, with_offer
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.repair import Situation, repair
from carecoord.planning.meals.score import UNIT, round_units, score
from carecoord.planning.meals.solution import Left, Solution
from carecoord.planning.meals.solve import frame_of_day, solve_meals
from carecoord.planning.meals.timing import frame_of, timed

SMALL = MealSize(meals=40, drivers=4, cold=6, hot=3, kitchens=2)


def budget(iterations: int = 300, seed: int = 1) -> Budget:
    """A search that ends by itself, the same on every machine."""
    return Budget(seconds=None, iterations=iterations, seed=seed)


def blocks(problem: Problem, plan: Solution) -> list[str]:
    """Rules that may not be broken, and are."""
    return [found.rule for found in check(problem, plan) if found.severity == "block"]


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(1, 10_000), long_day=st.booleans())
def test_the_search_prices_a_day_as_the_score_does(seed: int, long_day: bool) -> None:
    """
    Cost of each day in the compiled tables = terms of the score from the timed round, warnings
    apart; what the search allows, the checker allows.
    """
    problem = generate_meals(SMALL, seed=seed)
    if long_day:
        drivers = [
            msgspec.structs.replace(
                d, shifts=[msgspec.structs.replace(s, end_s=s.end_s + 3 * H) for s in d.shifts]
            )
            for d in problem.drivers[:2]
        ]
        late = [msgspec.structs.replace(d, latest_s=d.latest_s + 2 * H) for d in problem.deliveries]
        problem = msgspec.structs.replace(problem, drivers=drivers, deliveries=late)
    facts = Facts(problem)
    data = build(facts)
    search = Search(data, budget(60, seed))
    for day in search.run().days:
        row = np.array([*day.entries, 0, 0], dtype=np.int64)
        cost = day_cost(data, search.state, row, len(day.entries), day.driver, day.vehicle)
        item = timed(facts, frame_of_day(problem, day))
        found = list(round_violations(facts, item))
        assert {one.severity for one in found} <= {"warn"}
        assert cost == day.cost
        assert cost == sum(round_units(facts, item).values()) + len(found) * WARN_CENTS * UNIT


def test_a_plan_is_legal_complete_better_than_by_hand_and_the_same_again() -> None:
    """Forty meals, four drivers, two kitchens: all served, nothing broken, cheaper than dealt out by hand."""
    problem = generate_meals(SMALL, seed=7)
    told: list[str] = []
    plan = solve_meals(problem, budget(), on_progress=lambda news: told.append(news.phase))
    by_hand = naive(problem)
    assert blocks(problem, plan) == blocks(problem, by_hand) == []
    assert plan.score is not None
    assert by_hand.score is not None
    assert plan.score == score(problem, plan)
    assert plan.score.key < by_hand.score.key
    assert (plan.left, told[0], told[-1]) == ([], "construct", "done")
    again = solve_meals(problem, budget())
    assert msgspec.json.encode(again) == msgspec.json.encode(plan)
    assert unpack_solution(pack(plan)) == plan


def test_a_search_stops_when_asked() -> None:
    """A budget of ten minutes, a wish to stop at the third question: legal rounds within seconds."""
    problem = generate_meals(SMALL, seed=4)
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    began = time.perf_counter()
    plan = solve_meals(problem, Budget(seconds=600.0), should_stop=should_stop)
    assert (plan.statistics.stopped, blocks(problem, plan)) == ("asked", [])
    assert time.perf_counter() - began < 20


def test_a_reload_when_the_vehicle_is_small() -> None:
    """Three meals at places 1, 2, 3 and two places aboard: two loads, 80 minutes of driving."""
    problem = a_problem(
        [a_delivery(k) for k in (1, 2, 3)], vehicles=[a_vehicle(cold=2)], drivers=[a_driver(trips_max=2)]
    )
    plan = solve_meals(problem, budget(60))
    (item,) = plan.rounds
    assert sorted(len(trip.stops) for trip in item.trips) == [1, 2]
    # 1 alone and 2 with 3: 20 + 60 minutes of driving; any other split drives more.
    assert plan.score is not None
    assert plan.score.terms["travel"] == round(80 * 2_000 / 60)


def test_what_cannot_be_made_is_explained_by_the_checker() -> None:
    """Hot meals and no hot compartment; a refused driver; everybody off."""
    hot = a_delivery(1, cold=0, hot=1)
    refused = a_delivery(2, refused=["ana"])
    plan = solve_meals(a_problem([hot, refused], vehicles=[a_vehicle(hot=0)]), budget(20))
    assert {left.delivery: left.code for left in plan.left} == {"d1": "capacity_hot", "d2": "all_refused"}
    (cause,) = next(left for left in plan.left if left.delivery == "d1").causes
    assert (cause.driver, cause.code, cause.amount, cause.limit) == ("ana", "capacity_hot", 1, 0)
    off = solve_meals(a_problem([a_delivery(1)], drivers=[a_driver(shifts=[])]), budget(20))
    assert [left.code for left in off.left] == ["no_driver"]


def test_who_is_out_all_day_is_left_out_with_that_cause() -> None:
    """Nobody comes to a closed door: told without trying drivers, refused by the checker, never offered."""
    out = a_delivery(2, closed="meal_absent")
    problem = a_problem(deliveries=[a_delivery(1), out])
    plan = solve_meals(problem, budget(50))
    assert [(left.delivery, left.code, left.causes) for left in plan.left] == [("d2", "meal_absent", [])]
    assert offers(problem, plan, "d2") == []
    opened = a_problem(deliveries=[a_delivery(1), a_delivery(2)])
    assert blocks(problem, solve_meals(opened, budget(50))) == ["meal_absent"]


def test_stability_keeps_the_usual_driver_and_gives_way_to_a_delivery() -> None:
    """Bob is usual for both; with Bob off, Ana comes and it is priced."""
    usual = [a_delivery(k, usual_driver="bob", known=["bob"]) for k in (1, 2)]
    drivers = [a_driver(), a_driver("bob", vehicles=["w"])]
    problem = a_problem(usual, drivers=drivers, vehicles=[a_vehicle(), a_vehicle("w")])
    kept = solve_meals(problem, budget(40))
    assert {item.driver for item in kept.rounds} == {"bob"}
    away = [drivers[0], msgspec.structs.replace(drivers[1], shifts=[])]
    other = solve_meals(msgspec.structs.replace(problem, drivers=away), budget(40))
    assert other.score is not None
    # another driver, and one they have never met: 2.50 + 2.50 each
    assert (other.left, other.score.terms["driver_change"]) == ([], 1_000)


@pytest.mark.parametrize("at_s", [7 * H, 8 * H + 40 * MIN, 10 * H])
def test_repair_keeps_what_is_done_and_breaks_nothing(at_s: int) -> None:
    """A driver away, or a vehicle broken: stops made stay where they were, nobody is told twice."""
    problem = generate_meals(SMALL, seed=3)
    plan = solve_meals(problem, budget())
    for situation in (
        Situation(at_s=at_s, away=[plan.rounds[0].driver]),
        Situation(at_s=at_s, broken=[plan.rounds[1].vehicle]),
    ):
        mended = repair(problem, plan, situation, budget(150))
        assert [v.rule for v in mended.violations if v.severity == "block"] == []
        after = {s.delivery: (r.driver, s.start_s) for r, _, s in mended.solution.stops()}
        for item, _, stop in plan.stops():
            if stop.start_s <= at_s:
                assert after[stop.delivery] == (item.driver, stop.start_s)
        for item, _, stop in mended.solution.stops():
            if stop.start_s > at_s:
                assert item.driver not in situation.away
                assert item.vehicle not in situation.broken
        assert {change.delivery for change in mended.changes if not change.driver} == {
            left.delivery for left in mended.solution.left
        }


def test_offers_are_the_cheapest_places_of_all() -> None:
    """Against every place of every driver, tried one by one; taking one costs what it says."""
    problem = generate_meals(SMALL, seed=5)
    plan = solve_meals(problem, budget())
    facts = Facts(problem)
    name = plan.rounds[0].trips[0].stops[0].delivery
    rounds = []
    for item in plan.rounds:
        trips = [
            msgspec.structs.replace(t, stops=[s for s in t.stops if s.delivery != name]) for t in item.trips
        ]
        loads = tuple((t.kitchen, tuple(s.delivery for s in t.stops)) for t in trips if t.stops)
        frame = msgspec.structs.replace(frame_of(item), loads=loads)
        rounds.append(timed(facts, frame))
    without = Solution(rounds=rounds, left=[Left(delivery=name)])
    found = offers(problem, without, name)
    assert found
    before = {r.driver: sum(round_units(facts, r).values()) for r in rounds}
    taken = {r.vehicle: r.driver for r in rounds}
    best: dict[str, int] = {}
    for driver in problem.drivers:
        if driver.id in facts.delivery[name].refused:
            continue
        current = next((r for r in rounds if r.driver == driver.id), None)
        warned = 0 if current is None else len(list(round_violations(facts, current)))
        for frame in trials(current, taken, facts.delivery[name], driver):
            item = timed(facts, frame)
            broken = list(round_violations(facts, item))
            if len(broken) <= warned and all(v.severity == "warn" for v in broken):
                added = sum(round_units(facts, item).values()) - before.get(driver.id, 0)
                best[driver.id] = min(best.get(driver.id, added), added)
    wanted = sorted((added + UNIT // 2) // UNIT for added in best.values())[:3]
    assert [offer.added_cents for offer in found] == wanted
    assert blocks(problem, with_offer(without, found[0])) == []


def test_every_defect_at_once() -> None:
    """Four defects, four sentences; a good problem comes back as it was."""
    problem = a_problem([a_delivery(1, cold=0), a_delivery(2, kitchen="elsewhere", earliest_s=14 * H)])
    bad = msgspec.structs.replace(problem, vehicles=[a_vehicle(cold=0, hot=0)])
    with pytest.raises(Invalid) as caught:
        decode_problem(encode_problem(bad))
    assert sorted(defect.code for defect in caught.value.defects) == [
        "kitchen_unknown",
        "no_compartment",
        "no_meal",
        "window_empty",
    ]
    good = generate_meals(SMALL, seed=2)
    assert decode_problem(encode_problem(good)) == good
