"""
The child process that solves a period; the only module of rosters that leads to the solver.

Never imported by the worker or the web process: it is called by name
(`carecoord.rosters.messages.SOLVE`).
"""

from __future__ import annotations

from carecoord.jobs.child import Link
from carecoord.planning.budget import Budget
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.reference import reference_plan
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Progress, Solution
from carecoord.planning.solve import solve
from carecoord.rosters.apply import draft_of, figures_of
from carecoord.rosters.documents import pack_solution, unpack_problem, unpack_solution
from carecoord.rosters.messages import SolveNews, SolveOrder, SolveOutcome


def solve_period(order: SolveOrder, link: Link) -> SolveOutcome:
    """
    Solve, judge, and compare with the naive plan.

    Raises:
        Invalid: the problem has defects; all are listed.
    """
    problem = unpack_problem(order.problem)
    solution = solve(
        problem,
        Budget(seconds=order.seconds, seed=order.seed),
        start=_start(problem, order),
        on_progress=Teller(problem, link).tell,
        should_stop=link.should_stop,
    )
    return SolveOutcome(draft=draft_of(problem, solution), naive=figures_of(problem, naive(problem)))


def _start(problem: Problem, order: SolveOrder) -> Solution | None:
    """The plan of the attempt before, else the rounds of today where the plan stays close to them."""
    if order.start:
        return unpack_solution(order.start)
    return reference_plan(problem) if problem.stability is not None else None


class Teller:
    """
    Tells the parent of each improvement, and gives it the first legal plan ready to be shown.
    """

    def __init__(self, problem: Problem, link: Link) -> None:
        self._problem = problem
        self._link = link
        self._has_shown = False

    def tell(self, progress: Progress) -> None:
        """One message for one progress."""
        solution = progress.solution
        draft = None
        if solution is not None and not self._has_shown:
            draft = draft_of(self._problem, solution)
            self._has_shown = True
        self._link.send(
            SolveNews(
                elapsed_ms=int(progress.elapsed_s * 1000),
                unserved=progress.unserved,
                soft_cents=progress.soft_cents,
                phase=progress.phase,
                solution=pack_solution(solution) if solution is not None else None,
                draft=draft,
            )
        )
