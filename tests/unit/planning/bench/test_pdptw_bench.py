"""
PDPTW files, evaluator and best-known values, against the published collection and seeded faults.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.best_known import read_best_known
from carecoord.planning.bench.pdptw_codec import read_instance, read_solution, write_solution
from carecoord.planning.bench.pdptw_evaluate import evaluate
from carecoord.planning.bench.pdptw_model import Instance, Solution

BENCH = Path(__file__).parents[4] / "../shared/bench/pdptw_li_lim"

# Two pairs on a line: 1 to 2 (from x = 3 to x = 6), 3 to 4 (from x = 4 to x = 8); the depot at x = 0.
SMALL = b"""2 10 1
0 0 0 0 0 40 0 0 0
1 3 0 6 0 10 1 0 2
2 6 0 -6 0 20 1 1 0
3 4 0 5 0 30 1 0 4
4 8 0 -5 0 31 1 3 0
"""


def small() -> Instance:
    """The instance of two pairs."""
    return read_instance("small", SMALL)


def rules(*routes: tuple[int, ...], cost: float | None = None) -> set[str]:
    """Codes of the faults of routes for the instance of two pairs."""
    return {fault.rule for fault in evaluate(small(), Solution(routes=routes, cost=cost)).faults}


def test_published_solutions_have_their_published_value() -> None:
    """Every published solution is feasible, with the vehicles and the distance the collection says."""
    table = json.loads((BENCH / "best_known.json").read_text())

    for name, entry in table.items():
        instance = read_instance(name, (BENCH / "instances" / f"{name}.txt").read_bytes())
        solution = read_solution(name, (BENCH / "solutions" / f"{name}.txt").read_bytes())
        verdict = evaluate(instance, solution)
        assert verdict.faults == (), name
        assert verdict.vehicles == entry["vehicles"], name
        assert verdict.objective == pytest.approx(entry["objective"], abs=1e-4), name
        assert len(instance.tasks) - 1 == entry["tasks"], name


def test_best_known_values_have_vehicles() -> None:
    """The table of the collection is read with the number of vehicles."""
    table = read_best_known((BENCH / "best_known.json").read_bytes())

    assert (table["lr112"].vehicles, table["lr112"].objective) == (9, 1003.767)


def test_a_solution_survives_writing() -> None:
    """What is written is read back, the cost to four decimals, empty routes left out."""
    solution = Solution(routes=((1, 2), (), (3, 4)), cost=28.00004)

    again = read_solution("small", write_solution(solution))

    assert again == Solution(routes=((1, 2), (3, 4)), cost=28.0)


def test_a_right_solution_has_no_fault() -> None:
    """Apart: 6 + 6 and 8 + 8 driven; one after the other in one vehicle: 3 + 3 + 2 + 4 + 8."""
    apart = evaluate(small(), Solution(routes=((1, 2), (3, 4)), cost=28.0))
    together = evaluate(small(), Solution(routes=((1, 2, 3, 4),), cost=20.0))

    assert (apart.objective, apart.vehicles, apart.faults) == (28.0, 2, ())
    assert (together.objective, together.vehicles, together.faults) == (20.0, 1, ())


@pytest.mark.parametrize(
    ("routes", "cost", "rule"),
    [
        (((1, 3, 2, 4),), None, "overloaded"),
        (((2, 1), (3, 4)), None, "delivery_first"),
        (((1, 4), (3, 2)), None, "pair_apart"),
        (((1, 2),), None, "task_missing"),
        (((1, 2), (3, 4, 3)), None, "task_twice"),
        (((1, 2), (3, 4, 9)), None, "unknown_task"),
        (((3, 4, 1, 2),), None, "after_window"),
        (((1, 2), (3, 4)), 27.0, "wrong_cost"),
        (((1,), (2,), (3, 4)), None, "too_many_vehicles"),
    ],
)
def test_each_planted_fault_is_found(
    routes: tuple[tuple[int, ...], ...], cost: float | None, rule: str
) -> None:
    """Load, order, pairing, coverage, windows, cost and fleet: each broken rule is named."""
    assert rule in rules(*routes, cost=cost)


def test_a_late_return_is_found() -> None:
    """Back at 0 + 3 + 1 + 3 + 1 + 6 = 14: a depot open until 13 is closed."""
    instance = small()
    depot = msgspec.structs.replace(instance.tasks[0], latest=13.0)
    early = msgspec.structs.replace(instance, tasks=(depot, *instance.tasks[1:]))

    faults = evaluate(early, Solution(routes=((1, 2),), cost=None)).faults

    assert "late_return" in {fault.rule for fault in faults}


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (b"2 10 1", b"2 10", "columns"),
        (b"3 4 0 5", b"3 4 0 five", "not_number"),
        (b"3 4 0 5", b"7 4 0 5", "task_number"),
        (b"0 30 1 0 4", b"31 30 1 0 4", "pair_reversed"),
        (b"0 30 1 0 4", b"0 30 -1 0 4", "negative_duration"),
        (b"0 30 1 0 4", b"0 30 1 0 0", "sibling"),
        (b"-5 0 31 1 3 0", b"-5 0 31 1 1 0", "sibling"),
        (b"8 0 -5", b"8 0 -4", "demand"),
        (b"2 10 1", b"2 5 1", "demand"),
        (b"0 0 0 0 0 40 0 0 0", b"0 0 0 1 0 40 0 0 0", "depot"),
    ],
)
def test_each_defect_of_a_file_is_named(before: bytes, after: bytes, code: str) -> None:
    """A malformed instance file is refused with the code of its defect."""
    assert before in SMALL

    with pytest.raises(Invalid) as refused:
        read_instance("small", SMALL.replace(before, after, 1))

    assert code in {defect.code for defect in refused.value.defects}
