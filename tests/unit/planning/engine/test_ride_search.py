"""
The ride search: exact times against a linear programme, seats, companions of one vehicle, penalties, repeats.
"""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from ortools.linear_solver import pywraplp

from carecoord.planning.engine.ride_data import MUST, RideArrays, RideFound
from carecoord.planning.engine.ride_layout import DURATION, LEN, NODE, blank_state, prepare
from carecoord.planning.engine.ride_search import search
from carecoord.planning.engine.ride_step import empty
from carecoord.planning.engine.ride_time import retime


def line(places: list[tuple[int, int]], *, vehicles: int = 1, **columns: Any) -> RideArrays:
    """Requests from place to place on a street, 60 s and 60 units of cost from one house to the next."""
    n = len(places)
    street = 60 * np.abs(np.subtract.outer(np.arange(20), np.arange(20))).astype(np.int64)

    def each(value: int, count: int = n) -> np.ndarray:
        return np.full(count, value, dtype=np.int64)

    given = {
        "travel": street,
        "cost": street,
        "pick_place": np.array([pick for pick, _ in places], dtype=np.int64),
        "drop_place": np.array([drop for _, drop in places], dtype=np.int64),
        "pick_service": each(0), "drop_service": each(0),
        "pick_early": each(0), "pick_late": each(10_000), "drop_early": each(0), "drop_late": each(10_000),
        "ride_max": each(10_000), "load": np.ones((n, 1), dtype=np.int64), "penalty": each(MUST),
        "allowed": np.ones((n, vehicles), dtype=np.int8),
        "assign_cost": np.zeros((n, vehicles), dtype=np.int64),
        "mate": each(-1), "fixed_vehicle": each(-1),
        "start_place": each(0, vehicles), "end_place": each(0, vehicles),
        "shift_start": each(0, vehicles), "shift_end": each(20_000, vehicles),
        "duration_max": each(20_000, vehicles),
        "capacity": np.full((vehicles, 1), 4, dtype=np.int64),
        "fixed_cost": each(0, vehicles), "time_cost": each(0, vehicles),
    }  # fmt: skip
    given |= {name: np.array(value, dtype=given[name].dtype) for name, value in columns.items()}
    return RideArrays(**given)


def plan(arrays: RideArrays, **options: Any) -> RideFound:
    """The plan after two hundred steps."""
    return search(arrays, 0.0, 1, iterations=200, **options)


def faults(a: RideArrays, found: RideFound) -> list[str]:
    """What a plan breaks, judged from the arrays alone."""
    n, wrong = a.requests, []
    place = np.concatenate([a.pick_place, a.drop_place])
    early, late = np.concatenate([a.pick_early, a.drop_early]), np.concatenate([a.pick_late, a.drop_late])
    service = np.concatenate([a.pick_service, a.drop_service])
    for v, route in enumerate(found.routes):
        now, at, load = found.departures[v], int(a.start_place[v]), np.zeros(a.load.shape[1], dtype=np.int64)
        seats = a.capacity[v] if a.capacity.ndim == 3 else a.capacity[v][None, :]
        fitting = [True] * len(seats)
        for node in route:
            start = found.starts[node]
            if start < now + a.travel[at, place[node]] or not early[node] <= start <= late[node]:
                wrong.append(f"time at {node}")
            load = load + (a.load[node] if node < n else -a.load[node - n])
            fitting = [fits and bool((load <= room).all()) for fits, room in zip(fitting, seats, strict=True)]
            if not a.allowed[node % n, v]:
                wrong.append(f"{node} not allowed")
            if node >= n and start - found.starts[node - n] - service[node - n] > a.ride_max[node - n]:
                wrong.append(f"ride of {node - n}")
            now, at = start + service[node], int(place[node])
        if route:
            back = found.returns[v]
            if back < now + a.travel[at, a.end_place[v]] or back > a.shift_end[v] or not any(fitting):
                wrong.append(f"vehicle {v}")
            if found.departures[v] < a.shift_start[v] or back - found.departures[v] > a.duration_max[v]:
                wrong.append(f"duration of {v}")
    return wrong


def cost(a: RideArrays, found: RideFound) -> int:
    """The cost of a plan, added up from the arrays alone."""
    n, total = a.requests, 0
    place = np.concatenate([a.pick_place, a.drop_place])
    for v, route in enumerate(found.routes):
        if route:
            way = [int(a.start_place[v]), *(int(place[node]) for node in route), int(a.end_place[v])]
            total += int(sum(a.cost[p, q] for p, q in pairwise(way)) + a.fixed_cost[v])
            total += int(a.time_cost[v]) * (found.returns[v] - found.departures[v])
            total += int(sum(a.assign_cost[node, v] for node in route if node < n))
    return total + sum(int(a.penalty[r]) for r in found.unserved if a.penalty[r] != MUST)


def test_two_rides_the_same_way_are_shared() -> None:
    """Houses 2 to 8 and 3 to 7: one way out and back to house 8, 16 houses of 60."""
    found = plan(line([(2, 8), (3, 7)], vehicles=2))

    assert found.cost == 16 * 60
    assert sorted(map(len, found.routes)) == [0, 4]


def test_ride_time_and_window_part_two_rides() -> None:
    """A ride of at most six houses and windows ten minutes apart: the second is fetched after the first."""
    apart = line(
        [(2, 8), (3, 7)], pick_early=[0, 900], pick_late=[0, 900], ride_max=[360, 240], shift_start=[-900]
    )

    found = plan(apart)

    # To 8 by 2, back to 3, to 7 and home: 8 + 5 + 4 + 7 houses.
    assert found.routes == ((0, 2, 1, 3),)
    assert found.cost == 24 * 60
    assert not faults(apart, found)


def test_seats_in_one_of_two_arrangements() -> None:
    """Two seats, or one seat and a wheelchair: three persons go in turns, whatever the order."""
    arrays = line(
        [(5, 9), (5, 9), (5, 9)],
        load=[[1, 0], [1, 0], [0, 1]],
        capacity=[[[2, 0], [1, 1], [-1, -1]]],
    )

    found = plan(arrays)

    # The wheelchair rules the first arrangement out, and the second has one seat: 18 + 8 houses.
    assert found.cost == 26 * 60
    assert not faults(arrays, found)


def test_optional_ride_costs_no_more_than_its_penalty() -> None:
    """A ride 38 houses long in all is left out for less, and made for more."""
    assert plan(line([(19, 18)], penalty=[2_000])).unserved == (0,)
    assert plan(line([(19, 18)], penalty=[2_300])).unserved == ()


def test_must_ride_is_made_whatever_it_costs() -> None:
    """Without a penalty to pay, only what no vehicle may do is left out."""
    found = plan(line([(19, 18), (1, 2)], allowed=[[1], [0]]))

    assert found.unserved == (1,)
    assert found.cost == 38 * 60


def test_mates_share_a_vehicle_or_stay() -> None:
    """The way back with the driver of the way out; where that driver may not, both are left out."""
    ways = [(1, 5), (5, 1)]
    windows = {
        "pick_early": [0, 5_000],
        "drop_late": [4_000, 9_000],
        "start_place": [0, 6],
        "end_place": [0, 6],
    }

    free = plan(line(ways, vehicles=2, **windows))
    bound = plan(line(ways, vehicles=2, mate=[1, -1], **windows))
    torn = plan(line(ways, vehicles=2, mate=[1, -1], allowed=[[1, 0], [0, 1]], **windows))

    assert free.unserved == bound.unserved == ()
    assert [route for route in bound.routes if route] == [(0, 2, 1, 3)]
    assert torn.unserved == (0, 1)


def test_fixed_vehicle_and_its_price() -> None:
    """The dearer vehicle drives when the request is fixed to it, at its fixed and assignment cost."""
    dear = {"fixed_cost": [0, 70], "assign_cost": [[0, 8]]}

    assert plan(line([(1, 2)], vehicles=2, **dear)).cost == 240
    assert plan(line([(1, 2)], vehicles=2, fixed_vehicle=[1], **dear)).cost == 240 + 78


def test_time_away_is_as_short_as_windows_allow() -> None:
    """With time paid, the vehicle leaves late for a late window: 2 houses of driving, no waiting."""
    arrays = line([(1, 0)], pick_early=[3_000], time_cost=[10])

    found = plan(arrays)

    assert (found.departures, found.returns) == ((2_940,), (3_060,))
    assert found.cost == 120 + 10 * 120


def odd(seed: int, n: int = 12, vehicles: int = 4) -> RideArrays:
    """A random problem with everything in it; its travel times obey no triangle inequality."""
    dice = np.random.default_rng(seed)

    def draw(low: int, high: int, *shape: int) -> np.ndarray:
        return dice.integers(low, high, shape).astype(np.int64)

    spots = dice.integers(0, 1_500, (16, 2))
    road = np.hypot(*(spots[:, None] - spots[None, :]).transpose(2, 0, 1)).astype(np.int64) + draw(
        0, 90, 16, 16
    )
    np.fill_diagonal(road, 0)
    pick_early, drop_early = draw(0, 9_000, n), draw(0, 3_000, n)
    return RideArrays(
        travel=road, cost=road + draw(0, 50, 16, 16),
        pick_place=draw(0, 16, n), drop_place=draw(0, 16, n),
        pick_service=draw(0, 200, n), drop_service=draw(0, 200, n),
        pick_early=pick_early, pick_late=pick_early + draw(300, 4_000, n),
        drop_early=drop_early, drop_late=pick_early + draw(2_500, 9_000, n),
        ride_max=draw(900, 4_000, n), load=draw(0, 3, n, 2), penalty=draw(2_000, 9_000, n),
        allowed=(dice.random((n, vehicles)) < 0.8).astype(np.int8),
        assign_cost=draw(0, 300, n, vehicles),
        mate=np.array([1, -1, *[-1] * (n - 2)], dtype=np.int64),
        fixed_vehicle=np.array([*[-1] * (n - 1), 2], dtype=np.int64),
        start_place=draw(0, 16, vehicles), end_place=draw(0, 16, vehicles),
        shift_start=draw(0, 2_000, vehicles), shift_end=draw(9_000, 16_000, vehicles),
        duration_max=draw(5_000, 14_000, vehicles), capacity=draw(1, 5, vehicles, 2, 2),
        fixed_cost=draw(0, 900, vehicles), time_cost=draw(0, 2, vehicles),
    )  # fmt: skip


def test_plans_of_odd_problems_break_nothing_and_cost_what_they_say() -> None:
    """Thirty random problems: rules and cost recounted from the arrays, mates together, all told left out."""
    for seed in range(30):
        arrays = odd(seed)

        found = search(arrays, 0.0, seed, iterations=150)

        home = {node: v for v, route in enumerate(found.routes) for node in route}
        assert faults(arrays, found) == [], seed
        assert cost(arrays, found) == found.cost, seed
        assert home.get(0) == home.get(1), seed
        assert home.get(11, 2) == 2, seed
        assert sorted({node % 12 for node in home} | set(found.unserved)) == list(range(12)), seed


def test_given_routes_are_kept_and_never_made_worse() -> None:
    """A search that begins with a plan ends with one no dearer; a broken plan is mended, not refused."""
    for seed in range(10):
        arrays = odd(seed)
        before = search(arrays, 0.0, seed, iterations=150)

        after = search(arrays, 0.0, seed, iterations=1, start=before.routes)
        mended = search(arrays, 0.0, seed, iterations=1, start=[route[::-1] for route in before.routes])

        assert after.cost <= before.cost, seed
        assert faults(arrays, mended) == [], seed


def test_a_seed_settles_everything() -> None:
    """The same seed and number of steps give the same plan; better plans are told, each cheaper."""
    told: list[RideFound] = []

    first = search(odd(3), 0.0, 5, iterations=400, on_improvement=told.append)

    assert first == search(odd(3), 0.0, 5, iterations=400)
    assert [found.cost for found in told] == sorted((found.cost for found in told), reverse=True)
    assert told[-1].cost == first.cost


def test_stop_is_heard() -> None:
    """A search told to stop at once gives the plan it has, after a tenth of a second at most of steps."""
    found = search(odd(1), 600.0, 1, should_stop=lambda: True)

    assert found.iterations == 0
    assert not faults(odd(1), found)


def test_misfit_arrays_are_refused() -> None:
    """A table of the wrong shape and an unknown place are told."""
    arrays = line([(1, 2)])

    with pytest.raises(ValueError, match="load has shape"):
        plan(arrays._replace(load=np.ones((2, 1), dtype=np.int64)))
    with pytest.raises(ValueError, match="drop_place names a place"):
        plan(arrays._replace(drop_place=np.array([99])))


def shortest(arrays: RideArrays, route: list[int], narrow: np.ndarray) -> int | None:
    """Shortest duration of a route of vehicle 0 by linear programming; None when it has no schedule."""
    n = arrays.requests
    solver = pywraplp.Solver.CreateSolver("GLOP")
    place = [0, *(int(p) for p in np.concatenate([arrays.pick_place, arrays.drop_place])[route]), 0]
    service = [0, *(int(t) for t in np.concatenate([arrays.pick_service, arrays.drop_service])[route]), 0]
    whole = (int(arrays.shift_start[0]), int(arrays.shift_end[0]))
    bounds = [whole, *((int(narrow[node, 0]), int(narrow[node, 1])) for node in route), whole]
    if any(low > high for low, high in bounds):
        return None
    start = [solver.NumVar(low, high, "") for low, high in bounds]
    for k in range(len(start) - 1):
        solver.Add(start[k + 1] >= start[k] + service[k] + int(arrays.travel[place[k], place[k + 1]]))
    for node in route:
        if node >= n:
            pick, drop = route.index(node - n) + 1, route.index(node) + 1
            solver.Add(start[drop] - start[pick] <= service[pick] + int(arrays.ride_max[node - n]))
    solver.Add(start[-1] - start[0] <= int(arrays.duration_max[0]))
    solver.Minimize(start[-1] - start[0])
    return round(solver.Objective().Value()) if solver.Solve() == pywraplp.Solver.OPTIMAL else None


def test_times_agree_with_a_linear_programme() -> None:
    """Of 600 random sequences, those the kernel accepts are those with a schedule, and as short."""
    dice, yes = random.Random(4), 0
    for seed in range(600):
        chance = np.random.default_rng(seed)
        pick_early = chance.integers(0, 2_500, 5).astype(np.int64)
        arrays = line(
            [(dice.randrange(9), dice.randrange(9)) for _ in range(5)],
            pick_early=pick_early,
            pick_late=pick_early + chance.integers(0, 2_500, 5),
            drop_late=pick_early + chance.integers(900, 5_000, 5),
            pick_service=chance.integers(0, 90, 5),
            ride_max=chance.integers(400, 1_500, 5),
            duration_max=[int(chance.integers(1_500, 4_000))],
            capacity=[[5]],
        )
        order = sorted(range(5), key=lambda r: pick_early[r] + 400 * dice.random())
        route = [node for r in order for node in (r, 5 + r)]
        for _ in range(8):
            k = dice.randrange(9)
            if route[k + 1] != route[k] + 5:
                route[k], route[k + 1] = route[k + 1], route[k]
        data = prepare(arrays)
        state = blank_state(data, 1, 16)
        empty(data, state)
        state.plan[0, : len(route) + 2, NODE] = [10, *route, 11]
        state.head[0, LEN] = len(route) + 2
        wide = np.stack([
            np.concatenate([arrays.pick_early, arrays.drop_early]),
            np.concatenate([arrays.pick_late, arrays.drop_late]),
        ], axis=1)  # fmt: skip

        expected = shortest(arrays, route, wide)

        assert bool(retime(data, state, 0, 0)) == (expected is not None), seed
        if expected is not None:
            yes += 1
            assert state.head[0, DURATION] == expected, seed
    assert 100 < yes < 500
