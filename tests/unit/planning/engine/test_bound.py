"""
The proven bound: never above the cost of any legal plan that serves as much, and worth telling.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import product

import msgspec
import pytest
from builders.planning_weeks import random_week

from carecoord.planning.budget import Budget
from carecoord.planning.engine.bound import best_days
from carecoord.planning.engine.driver import Run
from carecoord.planning.homecare.bounding import bound_cents
from carecoord.planning.homecare.build import build
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.problem import Interval, Option, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Round, Solution, Stop
from carecoord.planning.solve import solve
from tests.builders.week import week_problem

PRICED = 12


def bound_of(problem: Problem, plan: Solution, priced: int = PRICED) -> int | None:
    """The bound at a plan, every aide and day priced so many times."""
    built = build(problem)
    run = Run(built.data, Budget(seconds=None, iterations=300))
    run.construct()
    run.search()
    return bound_cents(problem, built, plan, run.best, lambda rounds: rounds < priced)


@functools.cache
def week(seed: int) -> Problem:
    """A small week; the odd ones with alternatives of day, several regimes and overlapping visits."""
    if seed % 2:
        return random_week(seed, aides=8, weekday_visits=14, weekend_visits=5)
    return week_problem(seed, workers=7, weekday_visits=18, weekend_visits=6)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_plan_found_costs_less_than_the_bound(seed: int):
    """Plans of several searches, each held against its own bound and against those of the others."""
    problem = week(seed)
    plans = [solve(problem, Budget(seconds=None, iterations=n, seed=n)) for n in (1, 1_000)]

    for plan in plans:
        bound = bound_of(problem, plan)
        for other in plans:
            assert plan.score is not None
            assert other.score is not None
            left, allowed = other.score.unserved, plan.score.unserved
            if bound is not None and all(left[tier] <= allowed[tier] for tier in allowed):
                assert bound <= other.score.soft_cents


def test_travel_off_the_minute_is_bounded_too():
    """Seconds in travel times are rounded down, so the bound holds there as well."""
    problem = week(2)
    uneven = [
        msgspec.structs.replace(m, seconds=[[s + 37 if s else 0 for s in row] for row in m.seconds])
        for m in problem.matrices
    ]
    problem = msgspec.structs.replace(problem, matrices=uneven)
    plan = solve(problem, Budget(seconds=None, iterations=1_500))

    bound = bound_of(problem, plan)

    assert plan.score is not None
    assert bound is not None
    assert 0 < bound <= plan.score.soft_cents


def small_day() -> Problem:
    """Two aides, one day, four visits of one hour with windows of ten minutes."""
    problem = random_week(4, aides=2, weekday_visits=4, weekend_visits=0, days=1, team_permille=0)
    workers = [
        msgspec.structs.replace(
            worker,
            skills=["lifting", "cooking", "dementia"],
            shifts=[Interval(start_s=6 * 3600, end_s=22 * 3600)],
        )
        for worker in problem.workers
    ]
    visits = [
        msgspec.structs.replace(
            visit,
            duration_s=3600,
            refused=[],
            options=[
                msgspec.structs.replace(
                    visit.options[0],
                    earliest_s=(8 + 2 * k) * 3600,
                    latest_s=(8 + 2 * k) * 3600 + 600,
                    preferred_s=(8 + 2 * k) * 3600 + 300,
                )
            ],
        )
        for k, visit in enumerate(problem.visits)
    ]
    return msgspec.structs.replace(problem, workers=workers, visits=visits)


def every_plan(problem: Problem) -> Iterator[Solution]:
    """Each visit with each aide, at each of three starts."""
    count = len(problem.visits)
    for who in product(problem.workers, repeat=count):
        for late in product((0, 300, 600), repeat=count):
            rounds: dict[str, list[Stop]] = {}
            for visit, worker, after in zip(problem.visits, who, late, strict=True):
                start = visit.options[0].earliest_s + after
                stop = Stop(visit=visit.id, start_s=start, end_s=start + visit.duration_s)
                rounds.setdefault(worker.id, []).append(stop)
            yield Solution(rounds=[Round(worker=w, day=0, stops=s) for w, s in rounds.items()])


def test_the_bound_is_near_the_best_of_all_plans_of_a_small_day():
    """All 1,296 plans are tried: the cheapest legal one costs at least the bound, and not much more."""
    problem = small_day()
    best = min(
        score(problem, plan).soft_cents
        for plan in every_plan(problem)
        if not any(v.severity == "block" for v in check_homecare(problem, plan))
    )
    plan = solve(problem, Budget(seconds=None, iterations=2_000))

    bound = bound_of(problem, plan)

    assert bound is not None
    assert 0.8 * best <= bound <= best


def test_a_wish_between_two_minutes_does_not_lift_the_bound():
    """Nine hours wished at half minutes, all of them kept: nothing to pay, though a minute missed is dear."""
    problem = small_day()
    opens = [6 * 3600 + k * 4800 for k in range(9)]
    visits = [
        msgspec.structs.replace(
            problem.visits[0],
            id=f"v{k}",
            duration_s=1200,
            wanted=[],
            options=[Option(day=0, earliest_s=start, latest_s=start + 600, preferred_s=start + 330)],
        )
        for k, start in enumerate(opens)
    ]
    hours_alone = msgspec.structs.replace(
        problem.weights,
        hour_deviation_cents_per_h=1200,
        shortfall_cents_per_h=0,
        fairness_cents_per_h=0,
        overtime_cents_per_h=0,
        new_face_cents=0,
    )
    problem = msgspec.structs.replace(problem, visits=visits, weights=hours_alone)
    plan = solve(problem, Budget(seconds=None, iterations=1_000, bound=False))

    bound = bound_of(problem, plan, priced=100)

    assert plan.score is not None
    assert plan.score.terms["hour_deviation"] == 0
    assert bound is not None
    assert bound <= plan.score.soft_cents


def test_nothing_is_said_of_a_plan_that_breaks_a_rule():
    """The bound compares legal plans; beside one that is not, it would mean nothing."""
    problem = small_day()
    early = problem.visits[0].options[0].earliest_s - 3600
    stop = Stop(visit=problem.visits[0].id, start_s=early, end_s=early + 3600)
    plan = Solution(rounds=[Round(worker=problem.workers[0].id, day=0, stops=[stop])])

    assert bound_of(problem, msgspec.structs.replace(plan, score=score(problem, plan))) is None


def test_days_are_chosen_together():
    """Of seven days that all pay, with two worked just before and three in a row allowed, five are worked."""
    # Saved by history: one more day, then one off, three on, one off, one on.
    taken = best_days([-1, -1, -1, -1, -1, -1, -1], 3, 2)

    assert sum(taken) == 5
    assert best_days([-5, 4, -2], 1, 0) == [True, False, True]
    assert best_days([-5, -4], 0, 0) == [False, False]
