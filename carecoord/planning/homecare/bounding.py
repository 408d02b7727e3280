"""
How far from the best a plan may be: a proven lower bound on the cost, or none.

The bound speaks of every legal plan that leaves out no more visits of each tier than this one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.bound import Allowance, Lagrange
from carecoord.planning.engine.layout import Best, Data
from carecoord.planning.homecare.build import Built
from carecoord.planning.homecare.build_law import time_grain_s
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.score import TERMS
from carecoord.planning.solution import Solution

RELIED_ON = frozenset(
    {
        "consecutive_days_max",
        "daily_rest_min_s",
        "weekly_work_max_s",
        "average_work_max_s",
        "part_time_weekly_below_s",
        "complementary_permille_max",
    }
)
"""Fields of a regime that the relaxation takes as never broken; one of doubtful source is not."""

WIDEST_S = 4_000 * 60
"""Windows wider than this are not priced minute by minute."""


def bound_cents(
    problem: Problem,
    built: Built,
    plan: Solution,
    best: Best,
    go_on: Callable[[int], bool],
) -> int | None:
    """
    A proven lower bound on the soft cost, or None where nothing useful was proved.

    Args:
        best: the plan as the engine has it; only aims the search for prices, never the proof.
        go_on: asked with the number of times that every aide and day was priced.
    """
    if plan.score is None or not _fits(problem) or not go_on(0):
        return None
    if any(v.severity == "block" for v in check_homecare(problem, plan)):
        return None
    relaxation = Lagrange(
        _certain(problem, built.data),
        _allowance(problem, plan),
        whole_minutes=_whole_minutes(problem),
        upper=plan.score.soft_cents * lay.UNIT,
        best=best,
    )
    done = [0]
    while go_on(done[0]) and relaxation.improve(lambda: go_on(done[0])):
        done[0] += 1
    # Each term of the score is rounded once, by at most half a cent.
    cents = -(-relaxation.best // lay.UNIT) - len(TERMS) // 2 - 1
    return cents if cents > 0 else None


def _fits(problem: Problem) -> bool:
    """Whether the relaxation says true things of this problem: see the proof in formulation.md."""
    if not problem.visits or not problem.workers:
        return False
    for visit in problem.visits:
        for option in visit.options:
            day = problem.days[option.day]
            inside = day.starts_s <= option.earliest_s and option.latest_s <= day.ends_s - visit.duration_s
            if not inside or option.latest_s - option.earliest_s > WIDEST_S:
                return False
    return all(visit.duration_s >= lay.MINUTE_S for visit in problem.visits)


def _whole_minutes(problem: Problem) -> bool:
    """
    Whether the cheapest times of a fixed order of visits lie on whole minutes.

    Wished hours count as well: pricing looks at whole minutes alone, and would make a wish
    between two of them look dearer than it is.
    """
    wishes = (option.preferred_s for visit in problem.visits for option in visit.options)
    whole = all(wish is None or wish % lay.MINUTE_S == 0 for wish in wishes)
    return whole and time_grain_s(problem) == lay.MINUTE_S


def _certain(problem: Problem, d: Data) -> Data:
    """The tables without those limits of aides that may be passed with a warning."""
    doubtful = {r.key for r in problem.regimes if RELIED_ON & set(r.doubtful)}
    loose = np.array([w.regime in doubtful for w in problem.workers], dtype=bool)
    worker, cap = d.worker.copy(), d.cap.copy()
    worker[loose, lay.W_IN_A_ROW] = lay.BIG
    worker[loose, lay.W_PAST_END] = -lay.BIG
    cap[loose] = lay.BIG
    return d._replace(worker=worker, cap=cap)


def _allowance(problem: Problem, plan: Solution) -> Allowance:
    unserved = plan.score.unserved if plan.score is not None else {}
    return Allowance(
        tier=[TIERS.index(visit.tier) for visit in problem.visits],
        left_out=[unserved.get(tier, 0) for tier in TIERS],
    )
