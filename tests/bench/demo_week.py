"""
The demonstration week, both providers side by side, one core each: `python tests/bench/demo_week.py 180 1`.

Prints, for each provider and for the week as a whole: seconds to the first legal plan, rules
broken, visits left out and how many of them the checker could still place, travel share, and
the same for the naive plan.
"""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from click.testing import CliRunner

from carecoord.cli.demo_problems import demo_problems
from carecoord.planning.budget import Budget
from carecoord.planning.codec import decode_problem
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import find_insertion
from carecoord.planning.homecare.naive import naive
from carecoord.planning.solution import Progress
from carecoord.planning.solve import solve
from carecoord.rosters.apply import figures_of
from carecoord.rosters.domain import KeyFigures


def measure(path: str, seconds: float, seed: int) -> dict[str, object]:
    """Solve one problem and judge what came out."""
    problem = decode_problem(Path(path).read_bytes())
    first: list[float] = []
    warm()  # kernels are compiled at installation; here they are loaded
    started = time.monotonic()

    def told(progress: Progress) -> None:
        if not first and progress.phase != "construct":
            first.append(time.monotonic() - started)

    plan = solve(problem, Budget(seconds=seconds, seed=seed), on_progress=told)
    elapsed = time.monotonic() - started
    violations = check_homecare(problem, plan)
    placeable = [item.visit for item in plan.unassigned if find_insertion(problem, plan, item.visit)]
    return {
        "first_s": round(first[0], 1) if first else None,
        "elapsed_s": round(elapsed, 1),
        "blocking": sum(item.severity == "block" for item in violations),
        "warnings": sum(item.severity == "warn" for item in violations),
        "unserved": plan.score.unserved if plan.score else {},
        "placeable": len(placeable),
        "causes": sorted({item.code for item in plan.unassigned}),
        "iterations": plan.statistics.iterations,
        "plan": figures_of(problem, plan),
        "naive": figures_of(problem, naive(problem)),
    }


def show(name: str, plan: KeyFigures, by_hand: KeyFigures) -> None:
    """One line of figures, ours and the naive plan's."""
    for title, figures in (("plan", plan), ("naive", by_hand)):
        visits = max(1, figures.stops)
        print(
            f"{name:12} {title:6} unserved {figures.unserved}  travel {figures.travel_s / 3600:6.1f} h"
            f" = {figures.travel_s / figures.work_s:5.1%} of work"
            f" ({figures.travel_s / 60 / visits:4.1f} min a visit)"
            f"  {figures.distance_m / 1000:6.0f} km  known face {figures.known_stops / visits:4.0%}"
        )


def main() -> None:
    """Run both providers at once."""
    seconds, seed = float(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        CliRunner().invoke(demo_problems, [folder, "--seed", str(seed)], catch_exceptions=False)
        paths = sorted(Path(folder).glob("*.json"))
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            asked = [pool.submit(measure, str(path), seconds, seed) for path in paths]
            outcomes = [future.result() for future in asked]
    for path, outcome in zip(paths, outcomes, strict=True):
        plan, by_hand = outcome.pop("plan"), outcome.pop("naive")
        print(f"{path.stem}: {outcome}")
        show(path.stem, plan, by_hand)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
