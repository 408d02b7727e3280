"""
450 meals and 15 drivers: `python tests/bench/meals_450.py [seconds] [seed …]`.

Generated days with two compartments, two kitchens and reloads; seeds 1 and 3 were looked at while
building, the others were not. Prints for each day: seconds to the first legal rounds; rules broken;
cost beside the rounds dealt out by hand, and how much of it is driving; a repair at 8:40 for a
driver away and for a vehicle broken; seconds of three offers to a new subscriber.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

import msgspec

from carecoord.planning.bench.generate_meals import MealSize, generate_meals
from carecoord.planning.budget import Budget
from carecoord.planning.engine.meal_warm import warm
from carecoord.planning.meals.check import check
from carecoord.planning.meals.naive import naive
from carecoord.planning.meals.offers import offers
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.repair import Situation, repair
from carecoord.planning.meals.solution import Left, Progress, Solution
from carecoord.planning.meals.solve import solve_meals

AT_S = 8 * 3_600 + 40 * 60
REPAIR_S = 10.0


def rules(problem: Problem, plan: Solution) -> str:
    """Rules broken, with their severity."""
    found = Counter(f"{one.rule} ({one.severity})" for one in check(problem, plan))
    return ", ".join(f"{count} x {rule}" for rule, count in found.items()) or "none"


def driving(plan: Solution) -> int:
    """Cents of driving and kilometres."""
    assert plan.score is not None
    return plan.score.terms["travel"] + plan.score.terms["distance"]


def day(seed: int, seconds: float) -> None:
    """Plan, compare, repair, offer."""
    problem = generate_meals(MealSize(), seed=seed)
    meals = sum(d.cold + d.hot for d in problem.deliveries)
    first: list[Progress] = []

    def tell(news: Progress) -> None:
        if news.left == 0 and not first:
            first.append(news)

    began = time.perf_counter()
    plan = solve_meals(problem, Budget(seconds=seconds), on_progress=tell)
    wall = time.perf_counter() - began
    hand = naive(problem)
    assert plan.score is not None
    assert hand.score is not None
    trips = sum(len(r.trips) for r in plan.rounds)
    print(f"day {seed}: {meals} meals, {len(problem.deliveries)} doors, {len(problem.drivers)} drivers")
    told = f"{first[0].elapsed_s:.2f} s" if first else "never"
    print(f"  all served first after {told}; final after {wall:.1f} s; {plan.statistics.iterations} moves")
    print(f"  left {plan.score.left}, rules broken: {rules(problem, plan)}; {trips} trips")
    print(
        f"  cost {plan.score.soft_cents / 100:.0f} EUR, by hand {hand.score.soft_cents / 100:.0f} EUR with "
        f"{hand.score.left} doors left out; driving {driving(plan) / 100:.0f} EUR against "
        f"{driving(hand) / 100:.0f}"
    )
    for name, situation in (
        ("driver away", Situation(at_s=AT_S, away=[plan.rounds[4].driver])),
        ("vehicle broken", Situation(at_s=AT_S, broken=[plan.rounds[7].vehicle])),
    ):
        began = time.perf_counter()
        mended = repair(problem, plan, situation, Budget(seconds=REPAIR_S))
        drivers = sum(change.driver not in ("", change.driver_before) for change in mended.changes)
        blocked = [v.rule for v in mended.violations if v.severity == "block"]
        print(
            f"  8:40 {name}: {time.perf_counter() - began:.1f} s, {drivers} doors with another driver, "
            f"{len(mended.changes)} to be told, {len(mended.solution.left)} left, broken: {blocked or 'none'}"
        )
    print(f"  three offers in {offered(problem, plan):.2f} s")


def offered(problem: Problem, plan: Solution) -> float:
    """Seconds of offers for a delivery taken out of its round."""
    name = plan.rounds[0].trips[0].stops[0].delivery
    rounds = [
        msgspec.structs.replace(
            item,
            trips=[
                msgspec.structs.replace(t, stops=[s for s in t.stops if s.delivery != name])
                for t in item.trips
                if any(s.delivery != name for s in t.stops)
            ],
        )
        for item in plan.rounds
    ]
    began = time.perf_counter()
    offers(problem, Solution(rounds=rounds, left=[Left(delivery=name)]), name)
    return time.perf_counter() - began


def main() -> None:
    """Each day in turn."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 45.0
    seeds = [int(text) for text in sys.argv[2:]] or [1, 11, 12]
    warm()
    for seed in seeds:
        day(seed, seconds)


if __name__ == "__main__":
    main()
