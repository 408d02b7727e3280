"""
Vital visits left out of whole demonstration weeks, against the same weeks with vital visits alone.

Usage: python tests/bench/tiers.py [SECONDS] [SEED ...]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.codec import decode_problem
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve

PROVIDER = "bocage"


def demo_week(seed: int) -> Problem:
    """The rural provider's week."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "carecoord", "demo-problems", folder, "--seed", str(seed)]
        subprocess.run(command, check=True, capture_output=True)
        return decode_problem((Path(folder) / f"{PROVIDER}-{seed}.json").read_bytes())


def told(problem: Problem, plan: Solution) -> str:
    """Visits left out by tier, and warnings but for too short a day."""
    assert plan.score is not None
    found = check_homecare(problem, plan)
    warned = sum(item.severity == "warn" and item.rule != "daily_minimum" for item in found)
    return f"{list(plan.score.unserved.values())} left out, {warned} warnings"


def main() -> None:
    """One line a seed: the week as it is, then with vital visits alone, in the same time."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
    for seed in [int(item) for item in sys.argv[2:]] or [4, 5, 7]:
        week = demo_week(seed)
        vital = msgspec.structs.replace(week, visits=[v for v in week.visits if v.tier == "vital"])
        parts = [told(p, solve(p, Budget(seconds=seconds, seed=1))) for p in (week, vital)]
        print(f"{PROVIDER} {seed}: whole week {parts[0]}; vital alone {parts[1]}", flush=True)


if __name__ == "__main__":
    main()
