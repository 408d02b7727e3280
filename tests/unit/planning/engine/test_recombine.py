"""
CP-SAT over the rounds met: never worse, never illegal, and better where the best choice is known.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

from carecoord.planning.budget import Budget
from carecoord.planning.engine import layout as lay
from carecoord.planning.engine.driver import Run
from carecoord.planning.engine.plan import restore, stops_of
from carecoord.planning.engine.pool import collect, empty_pool
from carecoord.planning.engine.recombine import Limits, Parts, Plan, choose
from carecoord.planning.engine.search import iterate
from carecoord.planning.homecare.build import Built, build
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.solve import plan_of
from carecoord.planning.problem import Problem
from tests.builders.week import week_problem

DAYS = 7


@functools.cache
def week() -> tuple[Problem, Built]:
    """A small week and its tables."""
    problem = week_problem(5, workers=14, weekday_visits=50, weekend_visits=18)
    return problem, build(problem)


def searched(seed: int, iterations: int, built: Built | None = None) -> Run:
    """A run after some iterations."""
    run = Run((built or week()[1]).data, Budget(seconds=None, iterations=iterations, seed=seed))
    run.construct()
    run.search()
    return run


def whole(run: Run) -> Plan:
    """What choosing works on."""
    return Plan(data=run.data, state=run.state, log=run.log, best=run.best)


def orders_of(run: Run) -> list[tuple[int, int, int]]:
    """Aide, day and visit of every stop of the best plan, in order."""
    return [(stop.worker, stop.day, stop.visit) for stop in stops_of(run.data, run.best)]


def blocking(problem: Problem, built: Built, run: Run) -> list[str]:
    """Rules that the best plan breaks for good."""
    plan = plan_of(problem, built, run.best)
    return [v.rule for v in check_homecare(problem, plan) if v.severity == "block"]


def test_the_week_of_the_better_plan_is_found():
    """
    Given all rounds of a good plan, the whole week of a poor one becomes as good, and stays legal.

    Twice: an aide whose weekly rest lies oddly keeps that week the first time.
    """
    poor, good = searched(1, 50), searched(1, 3_000)
    pool = empty_pool(poor.data)
    restore(good.data, good.state, good.log, good.best)
    collect(good.state, pool, 0)
    everything = np.ones(poor.best.rounds.shape[0], dtype=bool)

    first, _ = (choose(whole(poor), pool, everything, Limits(effort=1.0)) for _ in range(2))

    assert first.better
    assert first.proved
    assert poor.key() <= good.key()
    assert blocking(*week(), poor) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_part_leaves_a_legal_plan_that_is_no_worse(seed: int):
    """Days of all aides and weeks of some, on rounds of two searches of crowded weeks."""
    problem = week_problem(20 + seed, workers=9, weekday_visits=45, weekend_visits=16)
    built = build(problem)
    run = searched(seed, 600, built)
    other = searched(seed + 10, 600, built)
    pool = run.pool
    restore(other.data, other.state, other.log, other.best)
    collect(other.state, pool, 0)
    parts = Parts(run.data, seed)
    keys = [run.key()]

    for turn in range(4):
        free = np.zeros((9, DAYS), dtype=bool)
        free[[turn, turn + 1, turn + 4]] = True
        part = free.reshape(-1) if turn % 2 else parts.next(run.best, pool)
        choose(whole(run), pool, part, Limits(effort=0.5))
        keys.append(run.key())
        assert blocking(problem, built, run) == []

    assert keys == sorted(keys, reverse=True)


def test_without_other_rounds_every_order_stays():
    """With no column but those of the plan itself, at most a timing gets better."""
    run = searched(2, 200)
    before, orders = run.key(), orders_of(run)

    choose(whole(run), empty_pool(run.data), np.ones(14 * DAYS, dtype=bool), Limits())

    assert run.key() <= before
    assert orders_of(run) == orders


def test_the_pool_keeps_rounds_as_they_were_met():
    """What is kept of a round is what the plan says of it: price, work, first and last minute."""
    run = searched(3, 300)
    pool = empty_pool(run.data)
    restore(run.data, run.state, run.log, run.best)

    collect(run.state, pool, 5)
    collect(run.state, pool, 9)

    filled = run.state.rounds[:, lay.R_LEN] > 0
    assert pool.used.tolist() == filled.astype(int).tolist()
    assert pool.line[filled, 0, 1].tolist() == [5] * int(filled.sum())
    assert pool.line[filled, 0, 2:].tolist() == run.state.rounds[filled].tolist()


def test_a_stop_is_heard_while_cp_sat_works():
    """Told to stop at the second asking, an effort without end comes back with a plan that is no worse."""
    problem = week_problem(31, workers=12, weekday_visits=60, weekend_visits=20)
    run = searched(1, 2_500, build(problem))
    run.pool.near[0] = 10**12
    for heat in (10**7, 10**6):
        iterate(run.data, run.state, run.log, run.best, run.pool, heat, 400)
    asked = iter([False, True])
    before = run.key()

    choose(
        whole(run),
        run.pool,
        np.ones(12 * DAYS, dtype=bool),
        Limits(effort=10.0**9, stop=lambda: next(asked, True)),
    )

    assert run.key() <= before
    assert blocking(problem, build(problem), run) == []
