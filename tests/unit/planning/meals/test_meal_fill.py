"""
What is told of deliveries left out: nothing that has a place, nothing by the fault of another.
"""

from __future__ import annotations

import time

import msgspec
import pytest
from builders.meal_problem import H, a_delivery, a_driver, a_problem, a_round, a_trip

from carecoord.planning.bench.generate_meals import MealSize, generate_meals
from carecoord.planning.budget import Budget
from carecoord.planning.meals.check import check, round_violations
from carecoord.planning.meals.explain import explain
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.fill import filled
from carecoord.planning.meals.offers import offers
from carecoord.planning.meals.problem import Closed, Pin
from carecoord.planning.meals.solution import Cause, Left, Solution
from carecoord.planning.meals.solve import solve_meals
from carecoord.planning.problem import Interval

STEPS = Budget(seconds=None, iterations=60)


def test_a_settled_delivery_without_place_costs_no_other() -> None:
    """Settled at an hour when nobody works: it is left out, and the round of its driver stays."""
    problem = a_problem(
        [a_delivery(1), a_delivery(2)], pins=[Pin(delivery="d2", driver="ana", start_s=20 * H)]
    )
    plan = solve_meals(problem, STEPS)
    assert [stop.delivery for _, _, stop in plan.stops()] == ["d1"]
    assert [item.delivery for item in plan.left] == ["d2"]
    assert plan.left[0].causes[0].code != "not_tried"


def test_what_is_done_does_not_move_for_an_offer() -> None:
    """A round whose first stop is done at 8 h 20: nobody is offered a place that would delay it."""
    problem = a_problem(
        [a_delivery(2), a_delivery(1, latest_s=8 * H + 1_800)],
        pins=[Pin(delivery="d2", driver="ana", start_s=8 * H + 1_800)],
        drivers=[a_driver(trips_max=1)],
    )
    # Ten minutes of loading, twenty of driving; door 1 is half way, and its three minutes delay door 2.
    done = a_round(a_trip(8 * H, [("d2", 8 * H + 1_800)], 8 * H + 1_800 + 180 + 1_200))
    plan = Solution(rounds=[done], left=[Left(delivery="d1")])
    assert check(problem, plan) == []
    assert offers(problem, plan, "d1") == []


@pytest.mark.parametrize("rule", ["meal_absent", "meal_before_visit"])
def test_a_door_closed_all_day(rule: Closed) -> None:
    """Somebody at a door where nobody may come: the checker says by which rule; the plan leaves it out."""
    problem = a_problem([a_delivery(1, closed=rule)])
    served = solve_meals(a_problem([a_delivery(1)]), STEPS)
    assert [found.rule for found in check(problem, served)] == [rule]
    assert [item.code for item in solve_meals(problem, STEPS).left] == [rule]


def test_a_place_that_the_search_passed_over_is_taken() -> None:
    """A plan with room, a delivery left out: its cause says so, and it is put in."""
    problem = a_problem([a_delivery(1), a_delivery(2)])
    first = solve_meals(a_problem([a_delivery(1)]), STEPS)
    plan = Solution(rounds=first.rounds, left=[Left(delivery="d2")])
    plan = Solution(rounds=first.rounds, left=explain(problem, plan))
    assert plan.left[0].causes == [Cause(driver="ana", code="not_tried")]
    whole = filled(Facts(problem), plan)
    assert (whole.left, check(problem, whole)) == ([], [])


def test_one_vehicle_for_a_morning_and_an_evening() -> None:
    """Two drivers share a vehicle one after the other: the second is told his own limit, not `no_vehicle`."""
    early = a_driver("ana", shifts=[Interval(start_s=8 * H, end_s=10 * H)])
    late = a_driver("bob", shifts=[Interval(start_s=17 * H, end_s=19 * H)])
    evening = a_delivery(2, earliest_s=18 * H, latest_s=19 * H - 60)
    problem = a_problem([a_delivery(1, latest_s=9 * H), evening], drivers=[early, late])
    plan = solve_meals(problem, STEPS)
    causes = {cause.driver: cause.code for cause in plan.left[0].causes}
    assert causes["bob"] != "no_vehicle"


def test_a_vehicle_stays_with_its_driver_between_two_shifts() -> None:
    """Ana works at 8 h and at 13 h; Bob in between never gets her vehicle: no round is lost for it."""
    ana = a_driver(
        "ana", shifts=[Interval(start_s=8 * H, end_s=10 * H), Interval(start_s=13 * H, end_s=15 * H)]
    )
    bob = a_driver("bob", shifts=[Interval(start_s=10 * H, end_s=13 * H)])
    problem = a_problem(
        [
            a_delivery(1, latest_s=9 * H, refused=["bob"]),
            a_delivery(2, earliest_s=13 * H + 1_800, latest_s=14 * H, refused=["bob"]),
            a_delivery(3, earliest_s=11 * H, latest_s=12 * H),
        ],
        drivers=[ana, bob],
    )
    plan = solve_meals(problem, STEPS)
    assert check(problem, plan) == []
    assert [item.delivery for item in plan.left] == ["d3"]


def test_a_stop_is_heard_where_much_is_left_out() -> None:
    """A third of the drivers: causes are not looked for without end once somebody asked to stop."""
    problem = generate_meals(MealSize(meals=200, drivers=6), seed=1)
    problem = msgspec.structs.replace(problem, drivers=problem.drivers[:2])
    began: list[float] = []

    def should_stop() -> bool:
        began.append(time.process_time())
        return True

    plan = solve_meals(problem, Budget(seconds=600.0), should_stop=should_stop)
    assert plan.statistics.stopped == "asked"
    assert len(plan.left) > 50
    facts = Facts(problem)
    assert [v for r in plan.rounds for v in round_violations(facts, r) if v.severity == "block"] == []
    assert time.process_time() - began[0] < 3
