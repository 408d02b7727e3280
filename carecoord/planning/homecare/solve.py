"""
Strategy for a home-help week: build, start, search, extract, explain.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import News, Run
from carecoord.planning.engine.layout import Best
from carecoord.planning.engine.plan import Stopped, stops_of
from carecoord.planning.engine.start import adopt
from carecoord.planning.engine.warm import warm
from carecoord.planning.homecare.bounding import bound_cents
from carecoord.planning.homecare.build import Built, build
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import explain
from carecoord.planning.homecare.leftovers import serve_leftovers
from carecoord.planning.homecare.stability import within_budget
from carecoord.planning.problem import Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Progress, Round, Score, Solution, Statistics, Stop, Unassigned

ENGINE = "ruin-recreate+cp-sat/1"
RECOMBINE = ((0.6, 0.63), (0.8, 0.83), (0.92, 0.96))
"""Shares of the budget between which CP-SAT chooses among the rounds met; the search goes on from there."""

BOUND_SHARE, BOUND_MOST_S = 0.06, 20.0
"""Time kept for the bound at the end: a share of the budget, and seconds at most."""

BOUND_ROUNDS, BOUND_EVERY = 400, 1_000
"""How often every aide and day is priced for the bound at most; by iterations, once for so many."""

Loads = dict[str, tuple[int, int]]
"""Worker -> seconds due by contract, and the common share of them."""

SOLUTION_EVERY_S = 5.0
"""A progress message carries the plan itself at most this often."""


def solve_homecare(
    problem: Problem,
    budget: Budget,
    *,
    start: Solution | None = None,
    loads: Loads | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """
    Plan the visits of a valid problem.

    Args:
        start: a plan to begin from; what is not legal in it is left out.
        loads: worker -> seconds due and common share that the search aims at, instead of those that
            follow from the problem; not with a bound.
        on_progress: told about the best plan so far.
        should_stop: asked at least once a second; the best plan so far is kept.
    """
    warm()  # compiling is not searching: the clock starts when the kernels are there
    built = build(problem)
    for index, worker in enumerate(problem.workers):
        if loads is not None:
            built.data.worker[index, [lay.W_TARGET, lay.W_FAIR]] = loads[worker.id]
    reporter = _Reporter(problem, built, on_progress) if on_progress is not None else None
    run = Run(built.data, _searching(budget), listener=reporter, should_stop=should_stop)
    if start is not None:
        adopt(built.data, run.state, run.log, stops_in(problem, start))
    run.construct()
    for begins, ends in RECOMBINE:
        run.search(begins)
        run.recombine(ends)
    run.search()
    run.polish()
    plan = finish(problem, built, run)
    return bounded(problem, built, run, plan, budget) if budget.bound else plan


def _searching(budget: Budget) -> Budget:
    """The budget less the time kept for the bound."""
    if budget.seconds is None or not budget.bound:
        return budget
    return msgspec.structs.replace(budget, seconds=budget.seconds - bound_seconds(budget.seconds))


def bound_seconds(seconds: float) -> float:
    """Time kept for the bound in a budget."""
    return min(BOUND_SHARE * seconds, BOUND_MOST_S)


def bounded(problem: Problem, built: Built, run: Run, plan: Solution, budget: Budget) -> Solution:
    """The plan with a proven lower bound on its cost, as good as the time left allows; unless stopped."""

    def go_on(rounds: int) -> bool:
        if run.asked():
            return False
        if budget.seconds is not None and run.elapsed_s >= budget.seconds:
            return False
        if budget.iterations is not None and budget.seconds is None:
            return rounds < min(BOUND_ROUNDS, budget.iterations // BOUND_EVERY)
        return rounds < BOUND_ROUNDS

    cents = bound_cents(problem, built, plan, run.best, go_on)
    statistics = msgspec.structs.replace(
        plan.statistics,
        bound_cents=cents,
        elapsed_s=round(run.elapsed_s, 3) if budget.seconds is not None else 0.0,
    )
    return msgspec.structs.replace(plan, statistics=statistics)


def finish(problem: Problem, built: Built, run: Run) -> Solution:
    """The best plan of a run, with what can still be served, causes, score and statistics."""
    plan = without_faults(problem, within_budget(problem, plan_of(problem, built, run.best)))
    solution = served_within(problem, plan)
    statistics = Statistics(
        seed=run.budget.seed,
        iterations=run.iterations,
        elapsed_s=round(run.elapsed_s, 3) if run.budget.seconds is not None else 0.0,
        engine=ENGINE,
        stopped=run.stopped,
        recombined_parts=run.won.parts,
        recombined_cents=run.won.gained // lay.UNIT,
    )
    return msgspec.structs.replace(solution, statistics=statistics)


def served_within(problem: Problem, plan: Solution) -> Solution:
    """
    The plan with what can still be served, and no more people disturbed than allowed.

    Two seats of one visit may each be within the budget, and not both: such a visit is taken off
    again with its people, and the others stay served.
    """
    solution = serve_leftovers(problem, plan)
    kept = within_budget(problem, solution)
    if kept is solution:
        return solution
    return msgspec.structs.replace(kept, unassigned=explain(problem, kept), score=score(problem, kept))


def without_faults(problem: Problem, solution: Solution) -> Solution:
    """
    The plan without any round that the independent checker refuses; usually the plan itself.

    A fault of the engine may cost visits, which are then tried again one by one, but never
    the law.
    """
    while True:
        refused = {(v.worker, v.day) for v in check_homecare(problem, solution) if v.severity == "block"}
        aides = {worker for worker, day in refused if day is None}
        kept = [r for r in solution.rounds if (r.worker, r.day) not in refused and r.worker not in aides]
        if len(kept) == len(solution.rounds):
            return solution
        solution = msgspec.structs.replace(solution, rounds=kept)


def plan_of(problem: Problem, built: Built, best: Best) -> Solution:
    """Extract rounds and visits left out, not yet explained."""
    rounds: dict[tuple[int, int], list[Stop]] = {}
    served = set()
    for item in stops_of(built.data, best):
        visit = problem.visits[item.visit]
        served.add(item.visit)
        stop = Stop(visit=visit.id, start_s=item.start_s, end_s=item.start_s + visit.duration_s)
        rounds.setdefault((item.worker, item.day), []).append(stop)
    return Solution(
        rounds=[
            Round(worker=problem.workers[worker].id, day=day, stops=stops)
            for (worker, day), stops in rounds.items()
        ],
        unassigned=[Unassigned(visit=v.id) for k, v in enumerate(problem.visits) if k not in served],
    )


def stops_in(problem: Problem, start: Solution) -> list[Stopped]:
    """Stops of a plan as the engine names them; aides and visits that the problem lacks are passed over."""
    workers = {w.id: index for index, w in enumerate(problem.workers)}
    visits = {v.id: index for index, v in enumerate(problem.visits)}
    return [
        Stopped(workers[item.worker], item.day, visits[stop.visit], stop.start_s)
        for item in start.rounds
        for stop in item.stops
        if item.worker in workers and stop.visit in visits
    ]


class _Reporter:
    """Turns the engine's news into progress messages."""

    def __init__(self, problem: Problem, built: Built, send: Callable[[Progress], None]) -> None:
        self._problem = problem
        self._built = built
        self._send = send
        self._sent_s = -SOLUTION_EVERY_S
        self._pending = False
        self._last: tuple[Solution, Score] | None = None

    def __call__(self, news: News) -> None:
        if news.improved or self._last is None:
            solution = plan_of(self._problem, self._built, news.best)
            self._last = solution, score(self._problem, solution)
            self._pending = True
        solution, value = self._last
        carry = self._pending and news.elapsed_s - self._sent_s >= SOLUTION_EVERY_S
        if carry:
            self._sent_s, self._pending = news.elapsed_s, False
        self._send(
            Progress(
                elapsed_s=news.elapsed_s,
                iterations=news.iterations,
                unserved=value.unserved,
                soft_cents=value.soft_cents,
                phase=news.phase,
                solution=msgspec.structs.replace(solution, score=value) if carry else None,
            )
        )
