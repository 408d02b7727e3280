"""
What room for delays costs, and how punctual a plan becomes by it, on one generated week.

Usage: python tests/bench/punctuality.py [SECONDS] [SEED]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from builders.planning_weeks import random_week

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.punctuality import punctuality
from carecoord.planning.problem import Problem, Robust
from carecoord.planning.solve import solve

MONDAY = date(2026, 11, 23)
RUSH = [1100] * 7 + [1500] * 2 + [1200] * 7 + [1500] * 3 + [1100] * 5
"""Travel at its 80th percentile over planned travel, by hour of departure."""
PRICES = (0, 1200, 2400, 3600)
TOLERANCE_S = 300


def late_week(seed: int, cents_per_h: int) -> Problem:
    """Thirty aides, 120 visits a weekday; a visit in five lasts two minutes and a tenth longer, or more."""
    drawn = random_week(seed, aides=30, weekday_visits=120, weekend_visits=50, first=MONDAY)
    excess = {visit.id: 120 + visit.duration_s // 10 for visit in drawn.visits}
    robust = Robust(service_excess_s=excess, travel_permille=RUSH, missing_buffer_cents_per_h=cents_per_h)
    return msgspec.structs.replace(drawn, robust=robust)


def main() -> None:
    """One line for each price of missing room."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("cents/h  punctual  mean late  unserved  travel+waits  other soft  (EUR)")
    for cents_per_h in PRICES:
        problem = late_week(seed, cents_per_h)
        plan = solve(problem, Budget(seconds=seconds, seed=seed))
        found = punctuality(problem, plan, tolerance_s=TOLERANCE_S)
        assert plan.score is not None
        terms = plan.score.terms
        road = terms["travel"] / 100
        rest = (plan.score.soft_cents - terms["travel"] - terms["robustness"]) / 100
        left = sum(plan.score.unserved.values())
        told = f"{cents_per_h:7d}  {found.permille / 10:6.1f} %  {found.late_mean_s:6d} s"
        print(f"{told}  {left:8d}  {road:12.0f}  {rest:10.0f}", flush=True)


if __name__ == "__main__":
    main()
