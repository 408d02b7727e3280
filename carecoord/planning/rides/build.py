"""
A problem of rides as the arrays of the compiled search, and a found plan as a board.

One vehicle of the search is one duty. People kept apart, and those who ride alone, are seat kinds of
their own: a pair that may never share a vehicle takes the one seat of a kind that exists once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from carecoord.planning.engine.ride_data import RideArrays
from carecoord.planning.rides.board import Board, Node
from carecoord.planning.rides.ground import Ground, Windows
from carecoord.planning.rides.problem import PASSENGERS_MAX, TIERS, Request

Ints = NDArray[np.int64]

UNIT = 60
"""Costs are in 1/60 cent, so that a second of a volunteer's time costs a whole number."""

EMPTY_WINDOW = Windows(1, 0, 1, 0)


def arrays_of(ground: Ground, windows: dict[str, Windows]) -> RideArrays:
    """
    Arrays of a problem.

    Args:
        windows: request -> the one of its windows that the search may use.
    """
    problem = ground.problem
    requests, duties = problem.requests, problem.duties
    index = {item.id: number for number, item in enumerate(requests)}
    ways = [ground.ways[item.id] for item in requests]
    spans = [windows.get(item.id, EMPTY_WINDOW) for item in requests]
    travel, cost, homes = _costs(ground)
    load, capacity = _seats(ground)
    return RideArrays(
        travel=travel,
        cost=cost,
        pick_place=_ints([way.pick for way in ways]),
        drop_place=_ints([way.drop for way in ways]),
        pick_service=_ints([way.boarding_s for way in ways]),
        drop_service=_ints([way.alighting_s for way in ways]),
        pick_early=_ints([span.pick_early_s for span in spans]),
        pick_late=_ints([span.pick_late_s for span in spans]),
        drop_early=_ints([span.drop_early_s for span in spans]),
        drop_late=_ints([span.drop_late_s for span in spans]),
        ride_max=_ints([way.ride_max_s for way in ways]),
        load=load,
        penalty=_ints(penalties(ground)),
        allowed=_allowed(ground, windows),
        assign_cost=_table(
            [
                [UNIT * sum(ground.assign_cents(duty.id, item.id).values()) for duty in duties]
                for item in requests
            ],
            len(duties),
        ),
        mate=_ints([-1 if item.mate is None else index[item.mate] for item in requests]),
        fixed_vehicle=_ints([-1] * len(requests)),
        start_place=_ints(homes),
        end_place=_ints(homes),
        shift_start=_ints([duty.start_s for duty in duties]),
        shift_end=_ints([duty.end_s for duty in duties]),
        duration_max=_ints([_share_s(ground, duty.id) for duty in duties]),
        capacity=capacity,
        fixed_cost=_ints([UNIT * problem.prices.tour] * len(duties)),
        time_cost=_ints([problem.prices.minute] * len(duties)),
    )


def penalties(ground: Ground) -> list[int]:
    """
    What leaving a ride out costs: more than any tour for a ride of the last tier, and for one of each
    tier before more than all rides of the tiers after it together. A ride that was told comes before all.
    """
    prices, problem = ground.problem.prices, ground.problem
    longest_s = max((who.day_max_s for who in problem.volunteers), default=0)
    farthest_m = max((who.distance_max_m for who in problem.volunteers), default=0)
    tour = longest_s * prices.minute + UNIT * prices.tour
    tour += UNIT * farthest_m * (prices.km + prices.empty_km) // 1000
    ranks = [_rank(item) for item in problem.requests]
    weight: dict[int, int] = {}
    below = 0
    for rank in sorted(set(ranks), reverse=True):
        weight[rank] = max(tour, below + 1)
        below += weight[rank] * ranks.count(rank)
    return [weight[rank] for rank in ranks]


def _rank(item: Request) -> int:
    """0 for a ride whose driver was told, then the tiers: what comes first is left out last."""
    return 0 if item.told is not None else 1 + TIERS.index(item.tier)


def board_of(ground: Ground, windows: dict[str, Windows], routes: Sequence[Sequence[int]]) -> Board:
    """
    The routes of the search as a plan: timed exactly, legal by every rule. Where limits that the search
    does not know are passed (a volunteer's day, kilometres), the rides that cost most go out until they hold.
    """
    board = Board(ground)
    board.chosen.update(windows)
    ids = [item.id for item in ground.problem.requests]
    for duty, route in zip(ground.problem.duties, routes, strict=True):
        nodes = tuple(Node(ids[node % len(ids)], node >= len(ids)) for node in route)
        timed = board.timed(duty.id, nodes)
        while timed is None and nodes:
            nodes = _lighter(board, duty.id, nodes)
            timed = board.timed(duty.id, nodes)
        if timed is not None and timed.nodes:
            board.put(duty.id, timed)
    for request in list(board.chosen):
        if request not in board.duty_of:
            del board.chosen[request]
    return board


def routes_of(ground: Ground, board: Board) -> list[list[int]]:
    """A plan as routes of the search."""
    index = {item.id: number for number, item in enumerate(ground.problem.requests)}
    count = len(index)
    return [
        [index[node.request] + count * node.is_drop for node in board.tours[duty.id].nodes]
        if duty.id in board.tours
        else []
        for duty in ground.problem.duties
    ]


def _lighter(board: Board, duty: str, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """A tour without the unit of rides whose leaving saves the most metres for its weight."""
    ground = board.ground
    best: tuple[Node, ...] = ()
    best_key: tuple[int, int] | None = None
    for node in nodes:
        if node.is_drop:
            continue
        gone = {node.request, *ground.mates.get(node.request, ())}
        rest = tuple(item for item in nodes if item.request not in gone)
        tier = min(TIERS.index(ground.requests[name].tier) for name in gone)
        key = (-tier, board.metres(duty, rest)[0] if rest else 0)
        if best_key is None or key < best_key:
            best, best_key = rest, key
    return best


def _costs(ground: Ground) -> tuple[Ints, Ints, list[int]]:
    """Time, cost in 1/60 cent, and each duty's home: a place of its own, as empty ways cost more."""
    problem, prices = ground.problem, ground.problem.prices
    bases = sorted({ground.home[duty.id] for duty in problem.duties})
    number = {place: len(problem.places) + position for position, place in enumerate(bases)}
    order = [*range(len(problem.places)), *bases]
    travel = _table(ground.seconds, len(problem.places))[np.ix_(order, order)]
    metres = _table(ground.metres, len(problem.places))[np.ix_(order, order)]
    price = np.full(metres.shape, prices.km, dtype=np.int64)
    first = len(problem.places)
    price[first:, :] += prices.empty_km
    price[:, first:] += prices.empty_km
    return (
        np.ascontiguousarray(travel),
        np.ascontiguousarray(UNIT * metres * price // 1000),
        [number[ground.home[duty.id]] for duty in problem.duties],
    )


def _seats(ground: Ground) -> tuple[Ints, Ints]:
    """Seats taken by each request, and those of each duty in each arrangement of its vehicle."""
    problem = ground.problem
    people = {item.person for item in problem.requests}
    pairs = [pair for pair in dict.fromkeys(problem.apart) if set(pair) <= people]
    alone = any(item.alone for item in problem.requests)
    columns = [[item.seats for item in problem.requests], [item.wheelchairs for item in problem.requests]]
    limits = [0, 0]
    if alone:
        columns.append([PASSENGERS_MAX if item.alone else 1 for item in problem.requests])
        limits.append(PASSENGERS_MAX)
    for pair in pairs:
        columns.append([int(item.person in pair) for item in problem.requests])
        limits.append(1)
    most = max((len(item.seatings) for item in problem.vehicles), default=1)
    capacity = np.full((len(problem.duties), most, len(limits)), -1, dtype=np.int64)
    for row, duty in enumerate(problem.duties):
        for column, seating in enumerate(ground.seatings[duty.vehicle]):
            capacity[row, column] = [seating.seats, seating.wheelchairs, *limits[2:]]
    load = np.array(columns, dtype=np.int64).T.reshape(len(problem.requests), len(limits))
    return np.ascontiguousarray(load), capacity


def _allowed(ground: Ground, windows: dict[str, Windows]) -> NDArray[np.int8]:
    rows = [
        [item.id in windows and ground.may_take(duty.id, item.id) for duty in ground.problem.duties]
        for item in ground.problem.requests
    ]
    return np.array(rows, dtype=np.int8).reshape(len(rows), len(ground.problem.duties))


def _share_s(ground: Ground, duty: str) -> int:
    """
    Longest time of one duty: the volunteer's day, shared out between his duties by their length.

    With one duty this is the limit itself; with two it is on the safe side, and what is left over is
    given out again after the search.
    """
    run = ground.duties[duty]
    lengths = {name: _length(ground, name) for name in ground.duties_of[run.volunteer]}
    whole, most = sum(lengths.values()), ground.volunteers[run.volunteer].day_max_s
    return lengths[duty] if whole <= most else most * lengths[duty] // whole


def _length(ground: Ground, duty: str) -> int:
    return ground.duties[duty].end_s - ground.duties[duty].start_s


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _table(rows: Sequence[Sequence[int]], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)
