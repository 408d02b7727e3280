"""
The door of the planner: a problem and a budget in, a plan out.
"""

from __future__ import annotations

from collections.abc import Callable

from carecoord.planning.budget import Budget
from carecoord.planning.homecare.solve import solve_homecare
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Progress, Solution


def solve(
    problem: Problem,
    budget: Budget,
    *,
    start: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """
    Plan a problem within a budget; the plan never breaks a rule that may not be broken.

    Args:
        problem: a valid one (see `carecoord.planning.codec`).
        start: a plan to begin from; what is not legal in it is left out.
        on_progress: told about the best plan so far, at most every `budget.report_every_s`.
        should_stop: asked at least once a second; the best plan so far comes back.
    """
    return solve_homecare(problem, budget, start=start, on_progress=on_progress, should_stop=should_stop)
