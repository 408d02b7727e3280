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
