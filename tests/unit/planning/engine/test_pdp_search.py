"""
The compiled pickup and delivery search: repeatability, kept times, fleets and distances reached.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from carecoord.planning.bench.families import FAMILIES, judged
from carecoord.planning.bench.pdptw_codec import read_instance
from carecoord.planning.bench.pdptw_solve import to_problem
from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.pdp_data import (
    DISTANCE,
    FLEET,
    NODE,
    NOWHERE,
    STOPS,
    WAITING,
    PdpProblem,
    blank_state,
    prepare,
)
from carecoord.planning.engine.pdp_fleet import kick, squeeze
from carecoord.planning.engine.pdp_routes import begin, look, place, refresh, undo
from carecoord.planning.engine.pdp_search import Scheme, Search, anneal_problem

BENCH = Path(__file__).parents[4] / "../shared/bench/pdptw_li_lim/instances"


def problem(name: str) -> PdpProblem:
    """Engine arrays of a published instance."""
    return to_problem(read_instance(name, (BENCH / f"{name}.txt").read_bytes()))


def test_same_seed_same_answer() -> None:
    """With a number of steps instead of a time, a seed settles everything."""
    instance = problem("lr112")
    budget = Budget(seconds=0.0, iterations=6_000, seed=7)

    assert anneal_problem(instance, budget) == anneal_problem(instance, budget)


@pytest.mark.parametrize(
    ("name", "vehicles", "distance"), [("lc101", 10, 828.9369), ("lr101", 19, 1650.7992)]
)
def test_best_known_solution_is_found(name: str, vehicles: int, distance: float) -> None:
    """The best-known fleet and distance, judged from the file that is written."""
    family = FAMILIES["pdptw"]
    instance = family.read(name, (BENCH / f"{name}.txt").read_bytes())

    found = family.search(family.problem(instance), Budget(seconds=0.0, iterations=30_000, seed=1))

    verdict = judged(family, instance, found).verdict
    assert verdict.faults == ()
    assert verdict.vehicles == vehicles
    assert verdict.objective == pytest.approx(distance, abs=1e-3)


def test_the_place_found_is_the_cheapest_of_all() -> None:
    """Every pair of places tried one by one, with the times of the whole route, gives the same detour."""
    instance = problem("lr112")
    data, state = prepare(instance), blank_state(instance, 1)
    refresh(data, state, 0)
    for request in (3, 17, 30, 41):
        before = int(state.number[DISTANCE])
        route = state.stop[0, 1 : state.route[0, STOPS] + 1, NODE].tolist()
        detours = [
            length - before
            for i in range(len(route) + 1)
            for j in range(i, len(route) + 1)
            if (length := _length(instance, _with(route, request, instance.requests, i, j))) is not None
        ]
        assert look(data, state, request, 0) == min(detours, default=NOWHERE)
        if detours:
            place(data, state, request, 0)
            assert int(state.number[DISTANCE]) == before + min(detours)


def _with(route: list[int], request: int, requests: int, i: int, j: int) -> list[int]:
    return [*route[:i], request + 1, *route[i:j], request + 1 + requests, *route[j:]]


def _length(instance: PdpProblem, route: list[int]) -> int | None:
    """Distance of a route, None where a time or the capacity is passed."""
    now, load, length, place = int(instance.early[0]), 0, 0, 0
    for node in [*route, 0]:
        arc = int(instance.travel[place, node])
        now = max(int(instance.early[node]), now + int(instance.service[place]) + arc)
        if node:
            demand = int(instance.demand[(node - 1) % instance.requests])
            load += demand if node <= instance.requests else -demand
        if now > instance.late[node] or load > instance.capacity:
            return None
        length, place = length + arc, node
    return length


def test_undo_puts_everything_back() -> None:
    """After a kick is undone, every route, distance and the list of what waits are as before."""
    instance = problem("lr112")
    search = Search(instance, Budget(0.0, 1, 3), Scheme())
    data, state = search.data, search.state
    begin(state)
    stops, at = state.stop.copy(), state.at[1:].copy()
    lengths, distance = state.route[:, STOPS].copy(), int(state.number[DISTANCE])

    kick(data, state, 12)

    assert state.number[WAITING] == 12
    undo(data, state)
    assert state.number[WAITING] == 0
    assert int(state.number[DISTANCE]) == distance
    assert np.array_equal(state.at[1:], at)
    assert np.array_equal(state.route[:, STOPS], lengths)
    for route in range(int(state.number[FLEET])):
        used = lengths[route] + 2
        assert np.array_equal(state.stop[route, :used], stops[route, :used])


def test_a_request_out_of_reach_is_said() -> None:
    """A delivery that closes before it can be reached has no start."""
    instance = problem("lr112")
    late = instance.late.copy()
    late[-1] = 0

    with pytest.raises(NoStart):
        anneal_problem(instance._replace(late=late), Budget(0.0, 10, 1))


def test_nothing_is_thrown_out_when_nothing_waits() -> None:
    """Doing without an empty route leaves a complete solution: it is noted as it is, no step is made."""
    instance = problem("lc106")
    search = Search(instance, Budget(seconds=0.0, iterations=1, seed=1), Scheme())
    before = search.state.at.copy()

    made = squeeze(search.data, search.state, 5, 5, 1.0)

    assert made == 0
    assert (search.state.at == before).all()
    assert search.state.number[WAITING] == 0
