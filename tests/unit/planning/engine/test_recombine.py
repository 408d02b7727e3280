"""
CP-SAT over the rounds met: never worse, never illegal, and better where the best choice is known.
"""

from __future__ import annotations

import functools

from carecoord.planning.budget import Budget
from carecoord.planning.engine.columns import Pool
from carecoord.planning.engine.cpsat_day import Limits, Search, choose_day
from carecoord.planning.engine.driver import Run
from carecoord.planning.engine.plan import restore, stops_of
from carecoord.planning.homecare.build import Built, build
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.solve import plan_of
from carecoord.planning.problem import Problem
from tests.builders.week import week_problem


@functools.cache
def week() -> tuple[Problem, Built]:
    """A small week and its tables."""
    problem = week_problem(5, workers=14, weekday_visits=50, weekend_visits=18)
    return problem, build(problem)


def searched(seed: int, iterations: int) -> Run:
    """A run after some iterations."""
    run = Run(week()[1].data, Budget(seconds=None, iterations=iterations, seed=seed))
    run.construct()
    run.search()
    return run


def whole(run: Run) -> Search:
    """What choosing a day works on."""
    return Search(data=run.data, state=run.state, log=run.log, best=run.best)


def orders_of(run: Run) -> list[tuple[int, int, int]]:
    """Aide, day and visit of every stop of the best plan, in order."""
    return [(stop.worker, stop.day, stop.visit) for stop in stops_of(run.data, run.best)]


def test_the_better_day_of_two_plans_is_found():
    """Given the rounds of a good plan, the days of a poor one come out better and legal."""
    poor, good = searched(1, 50), searched(1, 3_000)
    pool = Pool(poor.data)
    restore(good.data, good.state, good.log, good.best)
    pool.add(good.state)
    before = poor.key()

    better = [choose_day(whole(poor), pool, day, Limits(effort=2.0)) for day in range(7)]

    assert any(better)
    assert poor.key() < before
    problem, built = week()
    broken = [v for v in check_homecare(problem, plan_of(problem, built, poor.best)) if v.severity == "block"]
    assert broken == []


def test_without_other_rounds_every_order_stays():
    """With no column but those of the plan itself, at most a timing gets better."""
    run = searched(2, 200)
    before, orders = run.key(), orders_of(run)

    for day in range(7):
        choose_day(whole(run), Pool(run.data), day, Limits())

    assert run.key() <= before
    assert orders_of(run) == orders
