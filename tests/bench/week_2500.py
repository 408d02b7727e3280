"""
A generated week of 2,500 visits and 80 aides: `python tests/bench/week_2500.py SECONDS SEED [VISITS AIDES]`.

Prints seconds to the first legal plan, the final plan judged by the checker, what CP-SAT won, the
proven bound, and the cost by term beside the same week planned day after day in the same time.
"""

from __future__ import annotations

import sys
import time

from carecoord.planning.bench.generate import generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.day_by_day import solve_day_by_day
from carecoord.planning.problem import Problem
from carecoord.planning.score import TERMS
from carecoord.planning.solution import Progress, Solution
from carecoord.planning.solve import solve


def judged(name: str, problem: Problem, plan: Solution, seconds: float) -> None:
    """One line: time, rules broken, visits left out."""
    violations = check_homecare(problem, plan)
    blocking = sum(item.severity == "block" for item in violations)
    left = plan.score.unserved if plan.score else {}
    warned = len(violations) - blocking
    print(f"{name:11} {seconds:6.1f} s  {blocking} rules broken  {warned} warnings  left out {left}")


def main() -> None:
    """Solve both ways and show both."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    visits, aides = (int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 4 else (2_500, 80)
    problem = generated_problem(visits=visits, workers=aides, days=7, mean_minutes=42, seed=seed)
    warm()
    first: list[float] = []
    started = time.monotonic()

    def told(progress: Progress) -> None:
        if not first:
            first.append(time.monotonic() - started)

    week = solve(problem, Budget(seconds=seconds, seed=seed), on_progress=told)
    judged("whole week", problem, week, time.monotonic() - started)
    started = time.monotonic()
    days = solve_day_by_day(problem, Budget(seconds=seconds, seed=seed))
    judged("day by day", problem, days, time.monotonic() - started)
    facts = week.statistics
    print(
        f"first plan after {first[0]:.1f} s; {facts.iterations} iterations; bound {facts.bound_cents} cents"
    )
    print(f"CP-SAT: {facts.recombined_parts} parts chosen anew, {facts.recombined_cents / 100:.2f} euros won")
    if week.score is not None and days.score is not None:
        print(f"{'cents':15} {'whole week':>12} {'day by day':>12}")
        for term in TERMS:
            print(f"{term:15} {week.score.terms[term]:12} {days.score.terms[term]:12}")
        print(f"{'all':15} {week.score.soft_cents:12} {days.score.soft_cents:12}")


if __name__ == "__main__":
    main()
