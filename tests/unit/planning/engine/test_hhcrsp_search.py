"""
The compiled HHCRSP search: optimum of the toy, repeatability, incremental evaluation, workers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from carecoord.planning.bench.families import FAMILIES, solve
from carecoord.planning.bench.hhcrsp_codec import read_instance
from carecoord.planning.bench.hhcrsp_solve import to_problem
from carecoord.planning.engine.hhcrsp_anneal import anneal, cost_of, keep_best, restore_best
from carecoord.planning.engine.hhcrsp_data import HhcrspProblem
from carecoord.planning.engine.hhcrsp_search import Budget, NoStart, anneal_problem, begin_search, warm_up
from carecoord.planning.engine.hhcrsp_workers import Overrun, Team

BENCH = Path(__file__).parents[4] / "../shared/bench"


def problem(family: str, name: str) -> HhcrspProblem:
    """Engine arrays of a published instance."""
    return to_problem(read_instance(name, (BENCH / family / "instances" / f"{name}.json").read_bytes()))


def test_toy_optimum_is_found() -> None:
    """334 minutes of travel and no lateness, the proved optimum, in three thirds of thousandths."""
    found = anneal_problem(problem("hhcrsp_toy", "toy"), Budget(seconds=0.0, iterations=100_000, seed=1))

    assert found.cost == 334_000


def test_same_seed_same_answer() -> None:
    """With a number of draws instead of a time, a seed settles everything."""
    instance = problem("hhcrsp_mankowska", "InstanzCPLEX_HCSRP_25_1")
    budget = Budget(seconds=0.0, iterations=30_000, seed=7)

    assert anneal_problem(instance, budget) == anneal_problem(instance, budget)


@pytest.mark.parametrize("name", ["InstanzCPLEX_HCSRP_25_3", "InstanzCPLEX_HCSRP_50_4"])
def test_incremental_cost_agrees_with_a_fresh_schedule(name: str) -> None:
    """After many accepted moves, a fresh schedule gives no more than the running cost."""
    data, state = begin_search(problem("hhcrsp_mankowska", name), 3)

    for temperature in (50_000.0, 10_000.0, 1_000.0):
        anneal(data, state, 50_000, temperature, temperature)
        running = cost_of(state)
        keep_best(state)

        assert restore_best(data, state)
        assert cost_of(state) <= running
        assert cost_of(state) == pytest.approx(running, rel=1e-3)


def test_nobody_able_is_said() -> None:
    """A visit for two with one able carer has no start."""
    toy = problem("hhcrsp_toy", "toy")
    alone = np.zeros_like(toy.able)
    alone[0] = 1

    with pytest.raises(NoStart):
        begin_search(toy._replace(able=alone), 1)


def test_two_workers_take_the_better_answer() -> None:
    """Two processes, other seeds; the answer passes the judge."""
    family = FAMILIES["hhcrsp"]
    name = "InstanzCPLEX_HCSRP_10_2"
    instance = family.read(name, (BENCH / "hhcrsp_mankowska/instances" / f"{name}.json").read_bytes())

    with Team(2) as team:
        team.warm(warm_up)
        outcome = solve(family, instance, team, Budget(seconds=1.0, iterations=0, seed=1))

    assert outcome.verdict.faults == ()
    assert outcome.verdict.objective == pytest.approx(246.6262, abs=0.01)


def test_an_error_of_one_member_leaves_the_team_usable() -> None:
    """After an instance nobody can start, the next answer is that of the next instance."""
    toy = problem("hhcrsp_toy", "toy")
    hopeless = toy._replace(able=np.zeros_like(toy.able))
    budget = Budget(seconds=0.0, iterations=20_000, seed=1)

    with Team(2) as team:
        team.warm(warm_up)
        with pytest.raises(NoStart):
            team.best(anneal_problem, hopeless, budget)
        answer = team.best(anneal_problem, toy, budget)

    assert answer.cost == 334_000


def stuck(_problem: object, budget: Budget) -> None:
    """A search that does not look at the clock."""
    import time

    time.sleep(budget.seconds + 30)


def test_overrun_is_cut() -> None:
    """A search that passes its time is ended and said so."""
    with pytest.raises(Overrun), Team(2) as team:
        team.best(stuck, None, Budget(seconds=0.1, iterations=0, seed=1))
