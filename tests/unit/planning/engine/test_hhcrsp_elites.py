"""
Elite solutions of the HHCRSP search: kept, crossed, and their routes chosen anew by CP-SAT.
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from carecoord.planning.bench.hhcrsp_codec import read_instance
from carecoord.planning.bench.hhcrsp_evaluate import evaluate
from carecoord.planning.bench.hhcrsp_model import Instance
from carecoord.planning.bench.hhcrsp_solve import to_problem, to_solution
from carecoord.planning.engine.hhcrsp_anneal import anneal, cost_of
from carecoord.planning.engine.hhcrsp_data import SIMULTANEOUS, HhcrspProblem
from carecoord.planning.engine.hhcrsp_elites import Elite, cross, put, routes_of, take
from carecoord.planning.engine.hhcrsp_recombine import Effort, alone, recombine
from carecoord.planning.engine.hhcrsp_search import begin_search, start_again

BENCH = Path(__file__).parents[4] / "../shared/bench"


def mankowska(name: str) -> tuple[Instance, HhcrspProblem]:
    """A published instance and its engine arrays."""
    path = BENCH / "hhcrsp_mankowska/instances" / f"{name}.json"
    instance = read_instance(name, path.read_bytes())
    return instance, to_problem(instance)


def elites(problem: HhcrspProblem, count: int) -> list[Elite]:
    """Solutions of short searches from nothing."""
    data, state = begin_search(problem, 5)
    found = []
    for _ in range(count):
        start_again(problem, data, state)
        anneal(data, state, 60_000, 60_000.0, 2_000.0)
        found.append(take(problem, data, state))
    return found


def pairs() -> HhcrspProblem:
    """
    Four visits on a line at 10, 20, -10 and -20 from the office, two carers able to do all.
    """
    spot = [0, 10, 20, -10, -20]
    zero = np.zeros(4, dtype=np.int64)
    return HhcrspProblem(
        travel=np.array([[abs(a - b) for b in spot] for a in spot], dtype=np.int64),
        row=np.arange(1, 5),
        duration=zero + 1,
        earliest=zero,
        due=zero + 1_000,
        mate=zero - 1,
        mode=zero,
        gap_min=zero,
        gap_max=zero,
        able=np.ones((2, 4), dtype=np.int8),
    )


def test_what_is_taken_can_be_put_back() -> None:
    """A solution put into another state has the same routes and the same cost."""
    _, problem = mankowska("InstanzCPLEX_HCSRP_25_1")
    elite = elites(problem, 1)[0]
    data, state = begin_search(problem, 9)

    assert put(problem, data, state, elite)

    assert cost_of(state) == elite.cost
    assert routes_of(problem, take(problem, data, state)) == routes_of(problem, elite)


def test_a_child_does_every_visit_with_able_and_different_carers() -> None:
    """Whatever is crossed, nothing is forgotten, and the routes never wait for each other."""
    instance, problem = mankowska("InstanzCPLEX_HCSRP_50_4")
    first, second = elites(problem, 2)
    data, state = begin_search(problem, 9)

    for seed in range(20):
        child = cross(problem, first, second, random.Random(seed))
        assert child is not None
        assert put(problem, data, state, child)
        whole = take(problem, data, state)
        solution = to_solution(instance, routes_of(problem, whole), tuple(whole.start.tolist()))
        assert evaluate(instance, solution).faults == ()


def test_routes_of_two_solutions_are_put_together() -> None:
    """Each solution has one good round out of two: 40 for there and back on one side, not 60."""
    problem = pairs()
    right = Elite(40 + 60 + 20, np.array([0, 0, 1, 1]), np.array([10, 21, 50, 20]))
    left = Elite(40 + 60 + 20, np.array([1, 1, 0, 0]), np.array([50, 20, 10, 21]))
    poor = [right._replace(cost=200), left._replace(cost=200)]

    best = recombine(problem, poor, Effort(deterministic_s=1.0, wall_s=None, seed=1))

    assert best is not None
    assert best.cost == 40 + 40
    assert (best.carer[0] == best.carer[1]) != (best.carer[0] == best.carer[2])


def test_two_carers_are_timed_anew_together() -> None:
    """A visit for two: whoever is there first waits, and the lateness counts twice and once for the worst."""
    problem = pairs()._replace(
        mate=np.array([2, -1, 0, -1]),
        mode=np.array([SIMULTANEOUS, 0, SIMULTANEOUS, 0]),
        row=np.array([1, 2, 1, 4]),
        due=np.array([5, 1_000, 5, 1_000]),
    )
    pool = [Elite(10_000, np.array([0, 0, 1, 1]), np.array([10, 21, 10, 60]))]

    best = recombine(problem, pool, Effort(deterministic_s=1.0, wall_s=None, seed=1))

    assert best is not None
    assert best.start[0] == best.start[2] == 10
    assert best.cost == (10 + 10 + 20) + (10 + 30 + 20) + 5 + 5 + 5


def test_nothing_better_in_the_pool_is_said() -> None:
    """The routes of one solution alone give no cheaper one."""
    _, problem = mankowska("InstanzCPLEX_HCSRP_25_1")
    pool = elites(problem, 1)

    assert recombine(problem, pool, Effort(deterministic_s=1.0, wall_s=None, seed=1)) is None


def test_a_chosen_solution_costs_what_its_routes_cost() -> None:
    """What CP-SAT counts is what the search counts for the same routes."""
    _, problem = mankowska("InstanzCPLEX_HCSRP_50_2")
    pool = elites(problem, 6)
    raised = [elite._replace(cost=elite.cost + 1) for elite in pool]
    data, state = begin_search(problem, 9)

    best = recombine(problem, raised, Effort(deterministic_s=2.0, wall_s=None, seed=1))

    assert best is not None
    assert put(problem, data, state, best)
    assert cost_of(state) <= best.cost <= min(elite.cost for elite in pool)


def test_a_route_alone() -> None:
    """Travel there and back, and 3 late at the first stop: 10 + 10 + 20, start 10 against 7."""
    problem = pairs()._replace(due=np.array([7, 1_000, 0, 0]))

    assert alone(problem, (0, 1)) == (40, 3, 3)
