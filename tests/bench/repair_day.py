"""
Every aide absent in turn from 7:10: `python tests/bench/repair_day.py [seconds]`.

On the generated day of 350 visits and 30 aides, and on the Tuesday of each provider of the
demonstration week. Prints, over all absences: seconds to the first repair, judged; seconds to
the three ranked ones as a worker gives them, start of the child process included; and for each
kind of repair the people disturbed, calls, kilometres, hours and visits left out by tier. Checks
on the way that nothing that may not move has moved and that no rule that blocks is newly broken.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from click.testing import CliRunner

from carecoord.cli.demo_problems import demo_problems
from carecoord.jobs.process import run_in_child
from carecoord.planning.bench.generate import generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.codec import decode_problem
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.day_law import added, depth_of
from carecoord.planning.homecare.repair import Absent, Repair, Situation
from carecoord.planning.homecare.repair_ground import Ground, ground
from carecoord.planning.homecare.repair_insert import first_plan
from carecoord.planning.homecare.repair_judge import Judge
from carecoord.planning.homecare.repair_search import ranked_repairs
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.solution import Solution
from carecoord.planning.solve import solve
from carecoord.rosters.repair_messages import SEARCH, SECONDS, RepairOrder, RepairOutcome, pack
from carecoord.rosters.repair_terms import RepairDocument

PLAN_S = 30.0
CHILDREN = 5
"""Absences for which the whole way through a child process is timed; the others are searched here."""


def absences(problem: Problem, plan: Solution, day: int) -> list[Situation]:
    """Each aide with visits left after 7:10 of a day, away from then on."""
    start_s = problem.days[day].starts_s + 7 * 3600 + 600
    found = []
    for worker in problem.workers:
        stops = [s for r in plan.rounds if (r.worker, r.day) == (worker.id, day) for s in r.stops]
        if any(stop.start_s >= start_s for stop in stops):
            event = Absent(worker=worker.id, from_s=start_s, until_s=problem.days[day].ends_s)
            found.append(Situation(now_s=start_s, events=[event]))
    return found


def faults(base: Ground, repair: Repair) -> int:
    """Fixed visits that moved, and new rules broken that block."""
    where = {(s.visit, r.worker): s.start_s for r in base.baseline.rounds for s in r.stops}
    now = {(s.visit, r.worker): s.start_s for r in repair.solution.rounds for s in r.stops}
    moved = sum(now.get(key) != start_s for key, start_s in where.items() if key[0] in base.fixed)
    least = depth_of(check_homecare(base.problem, base.baseline))
    fresh = added(least, check_homecare(base.problem, repair.solution))
    return moved + sum(item.severity == "block" for item in fresh)


def spread(values: list[float]) -> str:
    """Median, 95th percentile and longest, in seconds."""
    ranked = sorted(values)
    high = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    return f"median {statistics.median(ranked):.2f} s, p95 {high:.2f} s, max {ranked[-1]:.2f} s"


def described(name: str, found: list[Repair]) -> str:
    """One line of means for a kind of repair."""
    count = max(1, len(found))
    left = Counter[str]()
    for repair in found:
        tier = {visit.id: visit.tier for visit in _VISITS}
        left.update(tier[item.visit] for item in repair.left_out)
    return (
        f"  {name:7} {len(found):3} repairs: people {sum(len(r.disturbed) for r in found) / count:5.1f}"
        f"  calls {sum(len(r.calls) for r in found) / count:5.1f}"
        f"  km {sum(r.distance_m for r in found) / count / 1000:+6.1f}"
        f"  hours {sum(r.work_s for r in found) / count / 3600:+5.1f}"
        f"  rules {sum(len(r.law) for r in found) / count:4.1f}"
        f"  price {sum(r.soft_cents for r in found) / count / 100:+6.0f} €"
        f"  left out {', '.join(f'{left[t]} {t}' for t in TIERS)}"
    )


_VISITS: list = []


async def through_a_child(problem: Problem, plan: Solution, situation: Situation, seconds: float) -> float:
    """Wall seconds from the packed request to the three repairs in our own terms."""
    started = time.monotonic()
    document = pack(RepairDocument(problem=problem, plan=plan, situation=situation))
    order = RepairOrder(document=document, seconds=seconds)
    outcome: RepairOutcome = await run_in_child(SEARCH, order, timeout_s=120)
    if not outcome.proposals:
        raise SystemExit("no repair came back")
    return time.monotonic() - started


def measure(name: str, problem: Problem, plan: Solution, day: int, seconds: float) -> None:
    """All absences of one day."""
    _VISITS[:] = problem.visits
    situations = absences(problem, plan, day)
    stops = sum(len(r.stops) for r in plan.rounds if r.day == day)
    print(f"{name}: {stops} stops that day, {len(situations)} absences in turn from 7:10")
    first_s, three_s, wrong = [], [], 0
    kinds: dict[str, list[Repair]] = defaultdict(list)
    for situation in situations:
        began = time.monotonic()
        base = ground(problem, plan, situation)
        first = Judge(base, problem).judge("first", first_plan(base))
        first_s.append(time.monotonic() - began)
        began = time.monotonic()
        found = ranked_repairs(problem, plan, situation, Budget(seconds=seconds, seed=1))
        three_s.append(time.monotonic() - began)
        wrong += sum(faults(base, repair) for repair in (first, *found))
        for repair in (first, *found):
            kinds[repair.breadth].append(repair)
        kinds["best"].append(found[0])
    # the worker speaks in the product's identifiers, which generated problems do not have
    is_ours = re.fullmatch("[0-9a-f]{32}", problem.visits[0].id) is not None
    whole_s = [
        asyncio.run(through_a_child(problem, plan, situation, seconds))
        for situation in situations[: CHILDREN * is_ours]
    ]
    print(f"  first repair, judged: {spread(first_s)}")
    print(f"  three ranked repairs, searched in this process: {spread(three_s)}")
    if whole_s:
        print(f"  three ranked repairs through a child process: {spread(whole_s)}")
    for kind, found in kinds.items():
        print(described(kind, found))
    print(
        f"  three different repairs for {len(kinds['free'])} free, {len(kinds['medium'])} medium, "
        f"{len(kinds['small'])} small of {len(situations)}; moved or newly blocked: {wrong}"
    )


def main() -> None:
    """The generated day, then the demonstration's Tuesday."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    warm()
    day = generated_problem(visits=350, workers=30, seed=1)
    measure("generated day", day, solve(day, Budget(seconds=PLAN_S, seed=1)), 0, seconds)
    with tempfile.TemporaryDirectory() as folder:
        CliRunner().invoke(demo_problems, [folder, "--seed", "1"], catch_exceptions=False)
        for path in sorted(Path(folder).glob("*.json")):
            week = decode_problem(path.read_bytes())
            measure(path.stem, week, solve(week, Budget(seconds=PLAN_S, seed=1)), 1, seconds)


if __name__ == "__main__":
    main()
