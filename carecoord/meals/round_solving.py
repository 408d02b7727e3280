"""
The child process that plans the rounds of a day; the only module of meals that leads to the solver.

Never imported by the worker or the web process: it is called by name (`round_messages.SOLVE`).
"""

from __future__ import annotations

import msgspec

from carecoord.jobs.child import Link
from carecoord.meals.round_assemble import figures_of, left_of
from carecoord.meals.round_messages import (
    RepairOrder,
    RepairOutcome,
    RoundsNews,
    RoundsOrder,
    RoundsOutcome,
    RoundsPlan,
)
from carecoord.meals.rounds_domain import RoundFigures, RunPoint
from carecoord.planning.budget import Budget
from carecoord.planning.meals.check import check
from carecoord.planning.meals.codec import pack, unpack_problem, unpack_solution
from carecoord.planning.meals.naive import naive
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.repair import Situation, repair
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


def repair_rounds(order: RepairOrder, link: Link) -> RepairOutcome:
    """
    Redistribute what is left of a day.

    Meals taken over from a vehicle are told as loads of the kitchen that cooked them.

    Raises:
        Invalid: the problem has defects; all are listed.
    """
    del link  # a repair takes seconds: nothing is told on the way
    problem, plan = unpack_problem(order.problem), unpack_solution(order.plan)
    found = repair(
        problem,
        plan,
        Situation(at_s=order.at_s, away=order.away, broken=order.broken),
        Budget(seconds=order.seconds, seed=order.seed),
    )
    cooked = {item.id: item.kitchen for item in problem.deliveries}
    rounds = [
        msgspec.structs.replace(
            item,
            trips=[msgspec.structs.replace(t, kitchen=cooked[t.stops[0].delivery]) for t in item.trips],
        )
        for item in found.solution.rounds
    ]
    told = msgspec.structs.replace(found.solution, rounds=rounds)
    return RepairOutcome(
        plan=RoundsPlan(
            solution=pack(told),
            figures=figures_of(problem, told, found.solution.score or score(found.problem, found.solution)),
            left_out=left_of(problem, told),
            warnings=[msgspec.to_builtins(one) for one in found.violations],
        ),
        changes=[msgspec.to_builtins(change) for change in found.changes],
    )


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
