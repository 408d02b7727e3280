"""
Dial-a-ride files and judge: both forms of the file, each planted fault seen, a small instance solved by hand.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.darp_codec import read_instance, read_solution, write_solution
from carecoord.planning.bench.darp_evaluate import evaluate
from carecoord.planning.bench.darp_model import Instance, Route, Solution, Stop
from carecoord.planning.bench.families import FAMILIES, solve
from carecoord.planning.engine.hhcrsp_search import Budget
from carecoord.planning.engine.hhcrsp_workers import Team

CORDEAU = Path(__file__).parents[4] / "../shared/bench/darp_cordeau"

# Two rides along a street from the depot: 3 to 9, and 4 to 8 between 20 and 30.
SMALL = """2 2 60 2 15
0 0 0 0 0 0 100
1 3 0 1 1 0 100
2 4 0 1 1 20 30
3 9 0 1 -1 0 100
4 8 0 1 -1 0 100
5 0 0 0 0 0 100
"""


def small() -> Instance:
    """The instance above."""
    return read_instance("small", SMALL.encode())


def ridden(*stops: tuple[int, float], departure: float, back: float) -> Route:
    """A route by nodes and starts."""
    return Route(
        departure=departure, return_=back, stops=tuple(Stop(node=node, start=start) for node, start in stops)
    )


# Both rides together: 3 at 18, 4 at 20, 8 at 25, 9 at 27, home at 37.
GOOD = ridden((1, 18), (2, 20), (4, 25), (3, 27), departure=15, back=37)


def test_every_published_file_is_read() -> None:
    """As many requests and vehicles as the table says, whichever way the file counts them."""
    table = json.loads((CORDEAU / "best_known.json").read_text())
    for name, line in table.items():
        instance = read_instance(name, (CORDEAU / f"instances/{name}.txt").read_bytes())

        assert (instance.requests, instance.vehicles) == (line["requests"], line["vehicles"]), name


def test_a_file_that_counts_nodes_is_the_same_instance() -> None:
    """With twice the number of requests in the first line and without the copy of the depot."""
    lines = SMALL.splitlines()

    other = read_instance("small", "\n".join(["2 4 60 2 15", *lines[1:-1]]).encode())

    assert other == small()


def test_every_defect_of_a_file_is_told() -> None:
    """A number that is none, a window the wrong way round, a wrong count."""
    text = SMALL.replace("1 3 0 1 1 0 100", "1 x 0 1 1 9 2").replace("2 2 60", "2 5 60")

    with pytest.raises(Invalid) as caught:
        read_instance("small", text.encode())

    assert {defect.code for defect in caught.value.defects} >= {"not_number", "requests"}


def test_solution_files_come_back_as_they_were() -> None:
    """The published keys, and nothing lost."""
    content = write_solution(Solution(routes=(GOOD,)))

    assert set(json.loads(content)["routes"][0]) == {"departure", "return", "stops"}
    assert read_solution("small", content) == Solution(routes=(GOOD,))
    with pytest.raises(Invalid):
        read_solution("small", content.replace(b'"node"', b'"stop"'))


def test_a_good_route_has_no_fault() -> None:
    """Eighteen out and home, one vehicle, rides of 8 and 4."""
    verdict = evaluate(small(), Solution(routes=(GOOD,)))

    assert verdict.faults == ()
    assert (verdict.objective, verdict.vehicles) == (18.0, 1)
    assert verdict.terms["ride_time"] == 12.0


ALONE = ridden((1, 4), (3, 12), departure=0, back=30)

FAULTS = {
    "missing_stop": (ridden((1, 18), (2, 20), (4, 25), departure=15, back=60),),
    "visited_twice": (GOOD, ridden((1, 18), departure=15, back=60)),
    "unknown_node": (GOOD, ridden((7, 18), departure=0, back=60)),
    "pair_split": (
        ridden((1, 4), (4, 40), departure=0, back=55),
        ridden((2, 20), (3, 30), departure=0, back=45),
    ),
    "delivery_first": (ridden((1, 18), (4, 24), (2, 29), (3, 36), departure=10, back=50),),
    "ride_too_long": (ridden((1, 3), (2, 20), (4, 25), (3, 27), departure=0, back=37),),
    "route_too_long": (ridden((1, 18), (2, 20), (4, 25), (3, 27), departure=15, back=76),),
    "before_window": (ridden((1, 17), (2, 19), (4, 24), (3, 26), departure=14, back=36),),
    "after_window": (ridden((1, 28), (2, 31), (4, 36), (3, 38), departure=14, back=48),),
    "too_early_for_travel": (ridden((1, 18), (2, 20), (4, 24.9), (3, 27), departure=15, back=37),),
    "departure_too_early": (ridden((1, 18), (2, 20), (4, 25), (3, 27), departure=-1, back=37),),
    "return_too_late": (ridden((1, 18), (2, 20), (4, 25), (3, 27), departure=42, back=101),),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_each_planted_fault_is_seen(rule: str) -> None:
    """One rule broken in a route that was good, and the judge names it."""
    verdict = evaluate(small(), Solution(routes=FAULTS[rule]))

    assert rule in {fault.rule for fault in verdict.faults}


def test_overload_and_too_many_vehicles_are_seen() -> None:
    """The same routes in a vehicle of one seat, and with a fleet of one."""
    narrow = msgspec.structs.replace(small(), capacity=1)
    one = msgspec.structs.replace(small(), vehicles=1)
    other = ridden((2, 20), (4, 25), departure=0, back=34)

    assert [fault.rule for fault in evaluate(narrow, Solution(routes=(GOOD,))).faults] == ["overload"]
    assert "too_many_vehicles" in {
        fault.rule for fault in evaluate(one, Solution(routes=(ALONE, other))).faults
    }


def test_the_small_instance_is_solved_as_by_hand() -> None:
    """One vehicle to house 9 and back: 18."""
    with Team(1) as team:
        outcome = solve(FAMILIES["darp"], small(), team, Budget(seconds=0.0, iterations=50, seed=1))

    assert outcome.verdict.objective == 18.0
    assert outcome.verdict.faults == ()


@pytest.mark.parametrize(("name", "optimum"), [("a2-16", 294.25), ("b2-20", 332.64)])
def test_proved_optima_are_found(name: str, optimum: float) -> None:
    """Small published instances, the same routes each time for a seed."""
    instance = read_instance(name, (CORDEAU / f"instances/{name}.txt").read_bytes())
    budget = Budget(seconds=0.0, iterations=4_000, seed=1)
    with Team(1) as team:
        outcome = solve(FAMILIES["darp"], instance, team, budget)
        again = solve(FAMILIES["darp"], instance, team, budget)

    assert outcome.verdict.objective == pytest.approx(optimum, abs=0.01)
    assert outcome == again


def test_two_parts_hand_over_what_they_met() -> None:
    """The second part goes on from the routes of the first ones, and is never dearer than they are."""
    instance = read_instance("a4-32", (CORDEAU / "instances/a4-32.txt").read_bytes())
    family = FAMILIES["darp"]
    assert family.parts is not None
    problem = family.problem(instance)
    given = [family.parts.first(problem, Budget(0.0, 600, seed)) for seed in (1, 2)]

    found = family.parts.second(problem, Budget(0.0, 300, 3), given)

    assert not evaluate(instance, read_solution("a4-32", family.publish(instance, found))).faults
    assert found.cost <= min(handed.elites[0].cost for handed in given)
