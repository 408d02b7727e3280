"""
The compiled UHHC search, judged by the independent evaluator.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.families import FAMILIES, Family, solve
from carecoord.planning.bench.verdict import Fault, Verdict
from carecoord.planning.engine.hhcrsp_search import Budget
from carecoord.planning.engine.hhcrsp_workers import Team
from carecoord.planning.engine.uhhc_anneal import anneal, assign_all
from carecoord.planning.engine.uhhc_data import (
    BEST_BROKEN,
    BROKEN,
    CARER,
    COST,
    FREE,
    LEFT_OUT,
    NEXT,
    UhhcProblem,
    UhhcState,
    blank_state,
)
from carecoord.planning.engine.uhhc_search import refresh_ranks, start_again

INSTANCES = Path(__file__).parents[4] / "../shared/bench/uhhc/instances"
UHHC = FAMILIES["uhhc"]


@pytest.mark.parametrize("name", ["D1", "E1", "J2", "M9", "i-077", "i-116", "i-235", "i-369"])
def test_solutions_pass_the_judge_at_the_cost_counted(name: str) -> None:
    """Every term is counted by the search as the judge counts it."""
    instance = UHHC.read(name, (INSTANCES / f"{name}.json").read_bytes())

    with Team(1) as team:
        outcome = solve(UHHC, instance, team, Budget(seconds=0.0, iterations=300_000, seed=1))

    assert outcome.verdict.faults == ()
    assert outcome.verdict.objective > 0


def annealed(name: str) -> tuple[UhhcProblem, UhhcState]:
    """A problem and what it looks like after ten thousand draws, from hot to cold."""
    problem = UHHC.problem(UHHC.read(name, (INSTANCES / f"{name}.json").read_bytes()))
    state = blank_state(problem, 3)
    assert assign_all(problem, state)
    start_again(problem, state)
    state.number[BEST_BROKEN] = 1 << 40
    for temperature in (500.0, 50.0, 5.0):
        anneal(problem, state, 4_000, temperature)
        refresh_ranks(problem, state)
    return problem, state


@pytest.mark.parametrize("name", ["F4", "K9", "N2001", "i-235", "i-360"])
def test_moves_add_up_to_a_schedule_from_nothing(name: str) -> None:
    """What thousands of moves left, each scheduled in part only, is what one whole schedule gives."""
    problem, state = annealed(name)
    m = problem.ops.shape[0]
    counted = [int(state.number[place]) for place in (COST, BROKEN, LEFT_OUT)]
    finishes = state.after[:m, FREE][state.node[:m, CARER] >= 0].tolist()

    start_again(problem, state)

    assert [int(state.number[place]) for place in (COST, BROKEN, LEFT_OUT)] == counted
    assert state.after[:m, FREE][state.node[:m, CARER] >= 0].tolist() == finishes


def test_routes_stay_in_order_of_rank() -> None:
    """Refreshed ranks rise along every route, and the two operations of a synchronised visit share one."""
    problem, state = annealed("i-360")
    m = problem.ops.shape[0]
    steps = [(op, int(state.node[op, NEXT])) for op in range(m) if state.node[op, CARER] >= 0]
    pairs = problem.tasks[problem.tasks[:, 1] >= 0, :2]

    assert all(state.rank[op] < state.rank[following] for op, following in steps if following < m)
    assert len(pairs) == 82
    assert all(state.rank[one] == state.rank[two] for one, two in pairs)


def test_same_seed_same_answer() -> None:
    """With a number of draws instead of a time, a seed settles everything."""
    instance = UHHC.read("i-116", (INSTANCES / "i-116.json").read_bytes())
    problem = UHHC.problem(instance)
    budget = Budget(seconds=0.0, iterations=20_000, seed=5)

    first, second = UHHC.search(problem, budget), UHHC.search(problem, budget)

    assert UHHC.publish(instance, first) == UHHC.publish(instance, second)


def test_violated_solution_is_an_error() -> None:
    """What the judge refuses is never given out as a solution."""
    instance = UHHC.read("D1", (INSTANCES / "D1.json").read_bytes())
    fault = Fault(rule="not_able", where="c1", seen="s9")

    def harsh(_instance: object, _content: bytes) -> Verdict:
        return Verdict(objective=0.0, terms={}, vehicles=0, faults=(fault,))

    family = Family(**{field: getattr(UHHC, field) for field in UHHC.__struct_fields__} | {"judge": harsh})
    with Team(1) as team, pytest.raises(Invalid) as refused:
        solve(family, instance, team, Budget(seconds=0.0, iterations=1_000, seed=1))

    assert refused.value.code == "bench_solution_wrong"
    assert [defect.code for defect in refused.value.defects] == ["not_able", "objective_differs"]
