"""
VRPTW files and judge: published routes give their published cost, each planted fault is seen.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.text_reading import Routes, read_routes, write_routes
from carecoord.planning.bench.vrptw_codec import read_instance
from carecoord.planning.bench.vrptw_evaluate import evaluate
from carecoord.planning.bench.vrptw_model import Instance

BENCH = Path(__file__).parents[4] / "../shared/bench"
SOLOMON = BENCH / "vrptw_solomon"
HOMBERGER = BENCH / "vrptw_gehring_homberger"

# Depot at the origin, three customers on a 3-4-5 triangle; two fit into one vehicle.
SMALL = """small

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0        100          0
    1      3         0         10          0         10          2
    2      3         4         10          8         12          2
    3      0         4         10          0         50          2
"""


def small() -> Instance:
    """The instance above."""
    return read_instance("small", SMALL.encode())


@pytest.mark.parametrize("folder", [SOLOMON, HOMBERGER], ids=["solomon", "homberger"])
def test_published_routes_give_their_published_cost(folder: Path) -> None:
    """Every published solution is without fault and costs what its table says, under its own convention."""
    table = json.loads((folder / "best_known.json").read_text())
    replayed = 0
    for name, line in table.items():
        instance = read_instance(name, (folder / f"instances/{name}.txt").read_bytes())
        for value in (line, line.get("distance_only")):
            if value is None or not value.get("solution"):
                continue
            routes = read_routes(name, (folder / value["solution"]).read_bytes())
            one_decimal = value["objective_kind"].startswith("total distance")
            verdict = evaluate(instance, routes, one_decimal=one_decimal)
            assert verdict.faults == ()
            assert verdict.objective == pytest.approx(value["objective"], abs=1e-4)
            assert verdict.vehicles == value["vehicles"]
            replayed += 1
    assert replayed >= 15


def test_routes_survive_writing_and_reading() -> None:
    """What is written is read again: routes without a stop are gone, the cost is kept."""
    content = write_routes(((3, 1), (), (2,)), "12.5")

    assert content == b"Route #1: 3 1\nRoute #2: 2\nCost 12.5\n"
    assert read_routes("small", content) == Routes(((3, 1), (2,)), 12.5)


def test_routes_in_the_form_of_sintef_are_read() -> None:
    """A head of any lines, then routes with their number and a colon apart."""
    content = b"Instance name : small\nSolution\nRoute 1 : 3 1\nRoute 2 : 2\n"

    assert read_routes("small", content) == Routes(((3, 1), (2,)), None)


def test_both_conventions_by_hand() -> None:
    """1 then 2, and 3 alone: 3 + 4 + 5 and 4 + 4, exact in both conventions."""
    routes = Routes(((1, 2), (3,)), 20.0)

    for one_decimal in (True, False):
        verdict = evaluate(small(), routes, one_decimal=one_decimal)
        assert verdict.faults == ()
        assert verdict.objective == 20.0
        assert verdict.vehicles == 2


@pytest.mark.parametrize(
    ("routes", "cost", "rules"),
    [
        (((1, 2),), None, ["not_visited"]),
        (((1, 2), (3, 3)), None, ["visited_twice"]),
        (((1, 2), (3, 7)), None, ["unknown_node"]),
        (((1, 3, 2),), None, ["over_capacity", "after_window"]),
        (((1,), (2,), (3,)), None, ["too_many_vehicles"]),
        (((2, 1), (3,)), None, ["after_window"]),
        (((1, 2), (3,)), 19.0, ["wrong_cost"]),
    ],
)
def test_each_planted_fault_is_seen(
    routes: tuple[tuple[int, ...], ...], cost: float | None, rules: list[str]
) -> None:
    """1, 3, 2: 3 leaves at 12 and is 3 away from 2, which closes at 12. 2 then 1: 10 + 4 is after 10."""
    verdict = evaluate(small(), Routes(routes, cost), one_decimal=True)

    assert [fault.rule for fault in verdict.faults] == rules


def test_late_return_is_seen() -> None:
    """With the depot closing at 14, 1 then 2 comes back at 3 + 2 + 4 + 2 + 5, two late."""
    instance = read_instance(
        "small", SMALL.replace("       100          0", "        14          0").encode()
    )

    verdict = evaluate(instance, Routes(((1, 2), (3,)), None), one_decimal=True)

    assert [(fault.rule, fault.seen) for fault in verdict.faults] == [("late_return", "16.0000 > 14")]


def test_one_decimal_cuts_off() -> None:
    """A diagonal of 1 by 1 is 1.4 for a distance in one decimal and 1.4142 in double precision."""
    text = SMALL.replace("    1      3         0 ", "    1      1         1 ")
    instance = read_instance("small", text.encode())

    assert evaluate(instance, Routes(((1,),), None), one_decimal=True).objective == pytest.approx(2.8)
    assert evaluate(instance, Routes(((1,),), None), one_decimal=False).objective == pytest.approx(2.8284271)


def test_every_defect_is_told_with_its_line() -> None:
    """A missing column, a word, a reversed window, a wrong number and a demand too large, all at once."""
    text = SMALL.replace(
        "    1      3         0         10          0         10          2\n",
        "    1      3         0         10          0         10\n",
    )
    text = text.replace(
        "    2      3         4         10          8         12", "    5      3         4  x  18 12"
    )
    text = text.replace("    3      0         4         10          0         50", "    2  0  4  30  60  50")

    with pytest.raises(Invalid) as caught:
        read_instance("small", text.encode())

    assert [(defect.where, defect.code) for defect in caught.value.defects] == [
        ("small: line 11", "columns"),
        ("small: line 12", "not_number"),
        ("small: line 13", "node_number"),
        ("small: line 13", "window_reversed"),
        ("small: node 1", "over_capacity"),
    ]


def test_a_file_of_something_else_is_refused() -> None:
    """Neither block is there; bytes that are no text are said to be none."""
    with pytest.raises(Invalid) as caught:
        read_instance("other", b"{}")
    assert [defect.code for defect in caught.value.defects] == ["no_block", "no_block", "too_few"]

    with pytest.raises(Invalid) as caught:
        read_instance("other", b"\xff\xfe\x00")
    assert caught.value.defects[0].code == "not_text"


def test_a_bad_solution_file_tells_every_line() -> None:
    """A stop that is no number, one that is no node number, and a line nobody knows."""
    with pytest.raises(Invalid) as caught:
        read_routes("bad", b"Route #1: 1 x\nRoute #2: 0 2\nWhat is this\nCost 3\n")

    assert [(defect.where, defect.code) for defect in caught.value.defects] == [
        ("bad: line 1", "not_number"),
        ("bad: line 1", "not_whole"),
        ("bad: line 2", "not_whole"),
        ("bad: line 3", "unknown_line"),
    ]
