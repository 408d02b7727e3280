"""
300 rides a day and 40 volunteers: plan, live answers, repair; also on seeds nobody tuned on.

    python tests/bench/rides_300.py [--seconds 30] [--seeds 1 2 3]

Prints one line per day: share satisfied, violations of the independent checker (ride time and seats
apart), volunteer time and kilometres against the first plan, slowest and median live answer, repair.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import msgspec

from carecoord.planning.bench.generate_rides import generate_rides
from carecoord.planning.budget import Budget
from carecoord.planning.rides.board import Board
from carecoord.planning.rides.check import check
from carecoord.planning.rides.explain import left_out, other_hours, unit_of
from carecoord.planning.rides.fill import fill
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import apply, best_spot
from carecoord.planning.rides.problem import Problem
from carecoord.planning.rides.repair import promised, repair
from carecoord.planning.rides.score import score
from carecoord.planning.rides.solution import Solution
from carecoord.planning.rides.solve import solve


def main() -> int:
    """Run every seed; 1 when some plan breaks a rule or is too late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--rides", type=int, default=300)
    parser.add_argument("--volunteers", type=int, default=40)
    args = parser.parse_args()
    failures = 0
    for seed in args.seeds:
        problem = generate_rides(args.rides, args.volunteers, seed)
        failures += one_day(problem, seed, args.seconds)
    return 1 if failures else 0


def one_day(problem: Problem, seed: int, seconds: float) -> int:
    """Plan, answer, repair; how many targets are missed."""
    first = Board(Ground(problem))
    fill(first)
    naive = score(problem, first.solution())
    began = time.perf_counter()
    plan = solve(problem, Budget(seconds=seconds, seed=seed))
    took_s = time.perf_counter() - began
    worth = score(problem, plan)
    broken = check(problem, plan)
    empty = Board(Ground(problem))
    alone = sum(best_spot(empty, unit_of(empty.ground, item.id)) is None for item in problem.requests)
    rides = sum(item.rule == "ride_time" for item in broken)
    seats = sum(item.rule == "seats" for item in broken)
    print(
        f"seed {seed}: satisfied {worth.served}/{worth.requests} "
        f"({100 * worth.served / worth.requests:.1f} %; {alone} have no place even in an empty day), "
        f"violations {len(broken)} (ride time {rides}, seats {seats}), plan {took_s:.1f} s, "
        f"volunteers' time {worth.minutes_s / 3600:.0f} h against {naive.minutes_s / 3600:.0f} h, "
        f"{worth.distance_m / 1000:.0f} km against {naive.distance_m / 1000:.0f} km, "
        f"satisfied first come first served {naive.served}"
    )
    median_s, worst_s, found = answers(problem, plan)
    print(f"        answers: median {median_s * 1000:.0f} ms, slowest {worst_s * 1000:.0f} ms, found {found}")
    repaired_s, changes, bad = fall_out(problem, plan)
    print(f"        repair of the busiest volunteer: {repaired_s:.1f} s, {changes} changes, {bad} violations")
    return len(broken) + bad + (took_s > 60) + (worst_s > 1)


def answers(problem: Problem, plan: Solution) -> tuple[float, float, str]:
    """Sixty rides taken out and asked for again, with causes and other hours where there is no place."""
    problem = promised(problem, plan)
    times, found, asked = [], 0, 0
    served = [stop.request for tour in plan.tours for stop in tour.stops if stop.kind == "pick"]
    left = [item.id for item in problem.requests if item.id not in set(served)]
    for name in [*served[:: max(1, len(served) // 50)], *left[:10]]:
        began = time.perf_counter()
        ground = Ground(problem)
        item = ground.requests[name]
        board = Board.of(
            ground.with_requests([msgspec.structs.replace(item, promise_s=None, told=None)]), plan
        )
        board.remove({name})
        spot = best_spot(board, [name])
        if spot is not None:
            apply(board, spot)
            rest = msgspec.structs.replace(problem, requests=list(board.ground.requests.values()))
            found += not check(rest, board.solution())
        else:
            left_out(board, name)
            other_hours(board, [name])
        asked += 1
        times.append(time.perf_counter() - began)
    return statistics.median(times), max(times), f"{found}/{asked}"


def fall_out(problem: Problem, plan: Solution) -> tuple[float, int, int]:
    """The volunteer with most rides falls out."""
    told = promised(problem, plan)
    busiest = max(plan.tours, key=lambda tour: len(tour.stops)).duty
    gone = next(duty.volunteer for duty in problem.duties if duty.id == busiest)
    without = msgspec.structs.replace(told, duties=[duty for duty in told.duties if duty.volunteer != gone])
    began = time.perf_counter()
    repaired = repair(without, plan)
    took_s = time.perf_counter() - began
    return took_s, len(repaired.changes), len(check(repaired.problem, repaired.solution))


if __name__ == "__main__":
    sys.exit(main())
