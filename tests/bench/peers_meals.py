"""
Our meal search and PyVRP on driving alone: `python tests/bench/peers_meals.py [seconds] [seed …]`.

What both can express: one kitchen, two compartments, reloads, release times, windows, shifts. Habits,
working time, fairness and time out of the cold are left out, and waiting is free. One thread each,
the same seconds, one after the other. PyVRP's rounds are put through our own timing and checker: its
loading at a depot may be timed otherwise. PyVRP is the extra `bench`; the product never imports it.
"""

from __future__ import annotations

import importlib.util
import sys
import time

import msgspec

from carecoord.planning.bench.generate_meals import MealSize, generate_meals
from carecoord.planning.budget import Budget
from carecoord.planning.engine.meal_warm import warm
from carecoord.planning.meals.check import check
from carecoord.planning.meals.facts import Facts
from carecoord.planning.meals.problem import Delivery, Prices, Problem
from carecoord.planning.meals.score import score
from carecoord.planning.meals.solution import Left, Solution
from carecoord.planning.meals.solve import solve_meals
from carecoord.planning.meals.timing import Frame, timed

if importlib.util.find_spec("pyvrp") is None:
    print("PyVRP is not installed (extra `bench`): comparison with peers skipped.")
    raise SystemExit(0)

# isort: split
import pyvrp
from pyvrp.stop import MaxRuntime


def driving_only(seed: int) -> Problem:
    """A generated day with what both searches can express; every driver has a vehicle of their own."""
    problem = generate_meals(MealSize(kitchens=1), seed=seed)
    plain = [
        msgspec.structs.replace(d, usual_driver=None, usual_s=None, usual_before=None, known=[], refused=[])
        for d in problem.deliveries
    ]
    drivers = [
        msgspec.structs.replace(d, regime=None, planned_s=None, vehicles=[v.id])
        for d, v in zip(problem.drivers, problem.vehicles, strict=True)
    ]
    prices = Prices(wait_h=0, fairness=0, overtime_h=0)
    return msgspec.structs.replace(
        problem, deliveries=plain, drivers=drivers, limits=[], regimes=[], prices=prices
    )


def by_pyvrp(problem: Problem, seconds: float) -> Solution:
    """PyVRP's rounds, timed by us."""
    facts, prices = Facts(problem), problem.prices
    model = pyvrp.Model()
    kitchen = problem.kitchens[0]
    locations = [model.add_location(x=0, y=0) for _ in problem.places]
    depot = model.add_depot(
        locations[facts.place[kitchen.place]],
        tw_early=kitchen.opens_s,
        tw_late=86_400,
        service_duration=problem.vehicles[0].loading_s,
    )
    for item in problem.deliveries:
        model.add_client(
            locations[facts.place[item.place]],
            delivery=[item.cold, item.hot],
            service_duration=item.service_s,
            tw_early=item.earliest_s,
            tw_late=item.latest_s,
            release_time=item.release_s,
        )
    for driver, vehicle in zip(problem.drivers, problem.vehicles, strict=True):
        model.add_vehicle_type(
            capacity=[vehicle.cold, vehicle.hot],
            start_depot=depot,
            end_depot=depot,
            tw_early=driver.shifts[0].start_s,
            tw_late=driver.shifts[0].end_s,
            reload_depots=[depot],
            max_reloads=driver.trips_max - 1,
        )
    for a, here in enumerate(locations):
        for b, there in enumerate(locations):
            if a != b:
                cents = 10 * facts.seconds[a][b] * prices.travel_h // 3_600
                cents += 10 * facts.metres[a][b] * prices.distance_km // 1_000
                model.add_edge(here, there, distance=cents, duration=facts.seconds[a][b])
    best = model.solve(MaxRuntime(seconds), display=False, seed=1).best
    return told(facts, best)


def told(facts: Facts, best: pyvrp.Solution) -> Solution:
    """A solution of PyVRP as our rounds, timed by us."""
    problem, rounds = facts.problem, []
    for route in best.routes():
        trips: list[list[Delivery]] = [[]]
        for step in route.schedule():
            if step.is_client():
                trips[-1].append(problem.deliveries[step.idx])
            elif trips[-1]:
                trips.append([])
        loads = tuple((problem.kitchens[0].id, tuple(d.id for d in trip)) for trip in trips if trip)
        if loads:
            driver = problem.drivers[route.vehicle_type()]
            rounds.append(timed(facts, Frame(driver=driver.id, vehicle=driver.vehicles[0], loads=loads)))
    served = {s.delivery for r in rounds for s in r.stops}
    left = [Left(delivery=d.id) for d in problem.deliveries if d.id not in served]
    return Solution(rounds=rounds, left=left)


def main() -> None:
    """Each day in turn."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    warm()
    for seed in [int(text) for text in sys.argv[2:]] or [1, 11, 12]:
        problem = driving_only(seed)
        began = time.perf_counter()
        mine, other = solve_meals(problem, Budget(seconds=seconds)), by_pyvrp(problem, seconds)
        ours, theirs = score(problem, mine), score(problem, other)
        broken = [len(check(problem, plan)) for plan in (mine, other)]
        print(
            f"day {seed}: ours {ours.soft_cents} cents, {ours.left} left; PyVRP {theirs.soft_cents} cents, "
            f"{theirs.left} left; ratio {ours.soft_cents / max(1, theirs.soft_cents):.4f}; "
            f"rules broken {broken[0]} and {broken[1]}; {time.perf_counter() - began:.0f} s"
        )


if __name__ == "__main__":
    main()
