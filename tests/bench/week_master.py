"""
What CP-SAT wins for a week: `PYTHONPATH=tests python tests/bench/week_master.py ITERATIONS SEED`.

Equal iterations with and without it; the processor time of both is told.

Four generated weeks that no figure was tuned on: as generated, too few hours for the visits, teams
and alternatives of day under three agreements, too few hours for those.
"""

from __future__ import annotations

import sys
import time

from builders.planning_weeks import random_week

from carecoord.planning.bench.generate import generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import Run, Won
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.build import build
from carecoord.planning.homecare.solve import RECOMBINE, plan_of
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.score import score


def searched(problem: Problem, iterations: int, seed: int, with_master: bool) -> tuple[Run, float]:
    """A run after so many iterations, and its processor seconds."""
    run = Run(build(problem).data, Budget(seconds=None, iterations=iterations, seed=seed))
    began = time.process_time()
    run.construct()
    for begins, ends in RECOMBINE if with_master else ():
        run.search(begins)
        run.recombine(ends)
    run.search()
    run.polish()
    return run, time.process_time() - began


def line(name: str, problem: Problem, run: Run, seconds: float) -> None:
    """Visits left out (vital, important, comfort), cost, processor time."""
    value = score(problem, plan_of(problem, build(problem), run.best))
    left = "/".join(str(value.unserved[tier]) for tier in TIERS)
    won: Won = run.won
    print(
        f"  {name:10} left out {left:10}  {value.soft_cents:9} cents  {seconds:6.1f} s of processor"
        f"  {won.parts} parts, {won.proved} proved, {won.better} better,"
        f" {won.gained / lay.UNIT:.2f} cents won",
        flush=True,
    )


def main() -> None:
    """Each week without and with the master problem."""
    iterations, seed = int(sys.argv[1]), int(sys.argv[2])
    warm()
    weeks = {
        "as generated, 700 visits": generated_problem(
            visits=700, workers=24, days=7, mean_minutes=42, seed=seed
        ),
        "too few hours, 700 visits": generated_problem(
            visits=700, workers=15, days=7, mean_minutes=42, seed=seed
        ),
        "alternatives and teams": random_week(
            seed + 40, aides=16, weekday_visits=80, weekend_visits=35, team_permille=120
        ),
        "alternatives, too few hours": random_week(seed + 50, aides=10, weekday_visits=80, weekend_visits=45),
    }
    for name, problem in weeks.items():
        print(name)
        line("search", problem, *searched(problem, iterations, seed, False))
        line("and CP-SAT", problem, *searched(problem, iterations, seed, True))


if __name__ == "__main__":
    main()
