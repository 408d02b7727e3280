"""
The child process that plans the rounds of a day; the only module of meals that leads to the solver.

Never imported by the worker or the web process: it is called by name (`round_messages.SOLVE`).
"""

from __future__ import annotations

import msgspec

from carecoord.jobs.child import Link
from carecoord.meals.round_assemble import figures_of, left_of
from carecoord.meals.round_messages import RoundsNews, RoundsOrder, RoundsOutcome, RoundsPlan
from carecoord.meals.rounds_domain import RoundFigures, RunPoint
from carecoord.planning.budget import Budget
from carecoord.planning.meals.check import check
from carecoord.planning.meals.codec import pack, unpack_problem, unpack_solution
from carecoord.planning.meals.naive import naive
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.score import score
from carecoord.planning.meals.solution import Progress, Solution
from carecoord.planning.meals.solve import solve_meals


def solve_rounds(order: RoundsOrder, link: Link) -> RoundsOutcome:
    """
    Plan, judge, and compare with the day dealt out by hand.

    Raises:
        Invalid: the problem has defects; all are listed.
    """
    problem = unpack_problem(order.problem)

    def tell(progress: Progress) -> None:
        point = RunPoint(
            elapsed_ms=int(1000 * progress.elapsed_s),
            left=progress.left,
            warnings=progress.warnings,
            soft_cents=progress.soft_cents,
            phase=progress.phase,
        )
        plan = None if progress.solution is None else judged(problem, progress.solution)
        link.send(RoundsNews(point=point, plan=plan))

    solution = solve_meals(
        problem,
        Budget(seconds=order.seconds, seed=order.seed),
        start=None if order.start is None else unpack_solution(order.start),
        on_progress=tell,
        should_stop=link.should_stop,
    )
    return RoundsOutcome(plan=judged(problem, solution), naive=_figures(problem, naive(problem)))


def judged(problem: Problem, solution: Solution) -> RoundsPlan:
    """A plan with what pages show of it."""
    return RoundsPlan(
        solution=pack(solution),
        figures=_figures(problem, solution),
        left_out=left_of(problem, solution),
        warnings=[msgspec.to_builtins(found) for found in check(problem, solution)],
    )


def _figures(problem: Problem, solution: Solution) -> RoundFigures:
    return figures_of(problem, solution, solution.score or score(problem, solution))
