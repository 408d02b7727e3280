"""
The best legal place for rides in a plan that otherwise stays as it is: pure Python, for an answer while
the caller is on the line.

Places are weighed by a bound that costs little (way alone), and timed exactly in that order until no
other can be better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from carecoord.planning.rides.board import STRICT, Board, Node, Relaxed, Timed
from carecoord.planning.rides.ground import Ground, Way, Windows
from carecoord.planning.rides.persons import parted

KEPT_FIRST = 8
"""Places of the way out that are followed further when the same driver brings back."""


class Spot(NamedTuple):
    """
    Where rides go.

    Args:
        cents60: what it adds to the cost of the plan, in 1/60 cent.
        tours: duty -> its new tour.
        windows: request -> those it was placed within.
    """

    cents60: int
    tours: dict[str, Timed]
    windows: dict[str, Windows]


class _Try(NamedTuple):
    """One place before it is timed; `bound` is a cost it cannot be below, in 1/60 cent."""

    bound: int
    duty: str
    nodes: tuple[Node, ...]
    windows: Windows


def best_spot(
    board: Board, requests: Sequence[str], duties: Sequence[str] | None = None, relaxed: Relaxed = STRICT
) -> Spot | None:
    """
    The cheapest legal place for all of these rides, or None.

    Rides bound to each other by `mate` go into one tour; others each where it is best. The board is
    left as it was.

    Args:
        duties: where to look; everywhere by default.
    """
    kept = dict(board.tours), dict(board.duty_of), dict(board.chosen)
    total, tours, windows = 0, dict[str, Timed](), dict[str, Windows]()
    try:
        for unit in units(board.ground, requests):
            found = _unit_spot(board, unit, duties or list(board.ground.duties), relaxed)
            if found is None:
                return None
            total += found.cents60
            tours.update(found.tours)
            windows.update(found.windows)
            apply(board, found)
    finally:
        board.tours, board.duty_of, board.chosen = kept
    return Spot(total, tours, windows)


def apply(board: Board, spot: Spot) -> None:
    """
    Put rides where they go.

    From then on they keep out of the way of other rides of their persons, whatever moves their tours.
    """
    board.chosen.update(spot.windows)
    for duty, timed in spot.tours.items():
        board.put(duty, timed)
    requests = board.ground.requests
    for person in {requests[name].person for name in spot.windows}:
        names = [name for name in board.duty_of if requests[name].person == person]
        if len(names) > 1:
            at = {name: stretch(board, board.tours[board.duty_of[name]], name) for name in names}
            board.chosen.update(parted(board.ground, names, board.chosen, at))


def units(ground: Ground, requests: Sequence[str]) -> list[list[str]]:
    """Rides that stand or fall together, in order of their first boarding."""
    wanted, seen = set(requests), set[str]()
    found: list[list[str]] = []
    for first in requests:
        if first in seen:
            continue
        unit, queue = [], [first]
        while queue:
            name = queue.pop()
            if name in seen:
                continue
            seen.add(name)
            unit.append(name)
            queue += sorted(ground.mates.get(name, set()) & wanted)
        found.append(sorted(unit, key=lambda name: (ground.requests[name].pick_early_s, name)))
    return found


def _unit_spot(board: Board, unit: list[str], duties: Sequence[str], relaxed: Relaxed) -> Spot | None:
    """Cheapest place of one ride, or of some in one tour."""
    fixed = {
        board.duty_of[mate]
        for name in unit
        for mate in board.ground.mates.get(name, ())
        if mate in board.duty_of
    }
    allowed = [
        duty
        for duty in duties
        if all(board.ground.may_take(duty, name) for name in unit) and (not fixed or fixed == {duty})
    ]
    if len(unit) == 1:
        found = next(_timed(board, unit[0], allowed, relaxed, 1), None)
        return None if found is None else Spot(found[0], {found[1]: found[2]}, {unit[0]: found[3]})
    best: Spot | None = None
    for duty in allowed:
        spot = _chained(board, unit, duty, relaxed)
        if spot is not None and (best is None or spot.cents60 < best.cents60):
            best = spot
    return best


def _chained(board: Board, unit: list[str], duty: str, relaxed: Relaxed) -> Spot | None:
    """All rides of a unit into one tour, one after the other, from the best places of the first."""
    kept = dict(board.tours), dict(board.duty_of), dict(board.chosen)
    before = board.cents(duty, board.tours[duty]) if duty in board.tours else 0
    best: Spot | None = None
    for _, _, timed, windows in list(_timed(board, unit[0], [duty], relaxed, KEPT_FIRST)):
        board.put(duty, timed)
        board.chosen[unit[0]] = windows
        chosen = {unit[0]: windows}
        for name in unit[1:]:
            found = next(_timed(board, name, [duty], relaxed, 1), None)
            if found is None:
                break
            board.put(duty, found[2])
            board.chosen[name] = chosen[name] = found[3]
        if len(chosen) == len(unit):
            cents60 = board.cents(duty, board.tours[duty]) - before
            if best is None or cents60 < best.cents60:
                best = Spot(cents60, {duty: board.tours[duty]}, chosen)
        board.tours, board.duty_of, board.chosen = dict(kept[0]), dict(kept[1]), dict(kept[2])
    return best


def _timed(
    board: Board, request: str, duties: Sequence[str], relaxed: Relaxed, count: int
) -> Iterator[tuple[int, str, Timed, Windows]]:
    """The `count` cheapest legal places of one ride, cheapest first: added cost, duty, tour, windows."""
    tries: list[_Try] = []
    for windows in board.ground.windows(request):
        for duty in duties:
            tries.extend(_tries(board, request, duty, windows, relaxed))
    tries.sort(key=lambda item: (item.bound, item.duty))
    best: list[tuple[int, str, Timed, Windows]] = []
    before = {duty: board.cents(duty, board.tours[duty]) if duty in board.tours else 0 for duty in duties}
    had = board.chosen.get(request)
    for item in tries:
        if len(best) == count and item.bound >= best[-1][0]:
            break
        board.chosen[request] = item.windows
        timed = board.timed(item.duty, item.nodes, relaxed)
        if timed is None or not _is_alone(board, request, timed, relaxed):
            continue
        best.append((board.cents(item.duty, timed) - before[item.duty], item.duty, timed, item.windows))
        best.sort(key=lambda found: (found[0], found[1]))
        del best[count:]
    if had is None:
        board.chosen.pop(request, None)
    else:
        board.chosen[request] = had
    yield from best


def _is_alone(board: Board, request: str, timed: Timed, relaxed: Relaxed) -> bool:
    """Whether the person is in no other ride at the same time."""
    if "person_busy" in relaxed.rules:
        return True
    requests = board.ground.requests
    person = requests[request].person
    others = [
        other
        for other, duty in board.duty_of.items()
        if other != request and requests[other].person == person
    ]
    if not others:
        return True
    start, end = stretch(board, timed, request)
    for other in others:
        home = timed if Node(other, is_drop=False) in timed.nodes else board.tours[board.duty_of[other]]
        begin, over = stretch(board, home, other)
        if start < over and begin < end:
            return False
    return True


def stretch(board: Board, timed: Timed, request: str) -> tuple[int, int]:
    """From the beginning of boarding to the end of alighting of a ride in a tour."""
    picked = timed.at[1 + timed.nodes.index(Node(request, is_drop=False))]
    dropped = timed.at[1 + timed.nodes.index(Node(request, is_drop=True))]
    return picked, dropped + board.ground.ways[request].alighting_s


class _Slack(NamedTuple):
    """A tour as it can be: places in order, soonest and latest begin of each item, time spent there."""

    places: list[int]
    soonest: list[int]
    latest: list[int]
    service: list[int]


def _slack(board: Board, duty: str, nodes: tuple[Node, ...], relaxed: Relaxed) -> _Slack | None:
    chain = board.chain(duty, nodes, relaxed)
    if chain is None:
        return None
    ways, home = board.ground.ways, board.ground.home[duty]
    places = [home, *(ways[n.request].drop if n.is_drop else ways[n.request].pick for n in nodes), home]
    service = [
        0,
        *(ways[n.request].alighting_s if n.is_drop else ways[n.request].boarding_s for n in nodes),
        0,
    ]
    soonest, latest = list(chain.early), list(chain.late)
    for k in range(1, len(soonest)):
        soonest[k] = max(soonest[k], soonest[k - 1] + chain.gap_s[k - 1])
    for k in range(len(latest) - 2, -1, -1):
        latest[k] = min(latest[k], latest[k + 1] - chain.gap_s[k])
    return _Slack(places, soonest, latest, service)


def _tries(board: Board, request: str, duty: str, windows: Windows, relaxed: Relaxed) -> Iterator[_Try]:
    """Places that windows alone allow, with what their way costs at least."""
    ground, way = board.ground, board.ground.ways[request]
    if "seats" not in relaxed.rules and not ground.fits(duty, way.seats, way.wheelchairs):
        return
    nodes = board.tours[duty].nodes if duty in board.tours else ()
    slack = _slack(board, duty, nodes, relaxed)
    if slack is None:
        return
    seconds, prices = ground.seconds, ground.problem.prices
    extra = 60 * sum(ground.assign_cents(duty, request).values())
    if not nodes:
        extra += 60 * prices.tour + prices.minute * (
            seconds[slack.places[0]][way.pick] + way.boarding_s + seconds[way.pick][way.drop]
            + way.alighting_s + seconds[way.drop][slack.places[0]]
        )  # fmt: skip
    last = len(nodes) + 1
    pick, drop = Node(request, is_drop=False), Node(request, is_drop=True)
    for i in range(last):
        picked = max(
            windows.pick_early_s,
            slack.soonest[i] + slack.service[i] + seconds[slack.places[i]][way.pick],
        )
        if picked > windows.pick_late_s:
            if slack.soonest[i] > windows.pick_late_s:
                return
            continue
        for j in _drops(slack, (i, picked), way, windows, seconds):
            places = [slack.places[i], way.pick, *slack.places[i + 1 : j + 1], way.drop, slack.places[j + 1]]
            metres = _added_m(ground, places, slack.places[i : j + 2])
            empty = _added_empty(ground, slack.places, (i == 0, j == last - 1), way)
            bound = extra + 60 * (metres * prices.km + empty * prices.empty_km) // 1000
            yield _Try(bound, duty, (*nodes[:i], pick, *nodes[i:j], drop, *nodes[j:]), windows)


def _drops(
    slack: _Slack, where: tuple[int, int], way: Way, windows: Windows, seconds: list[list[int]]
) -> Iterator[int]:
    """Positions of alighting after boarding right after item `i`, as far as windows allow."""
    i, at = where
    place, service = way.pick, way.boarding_s
    last = len(slack.places) - 1
    for j in range(i, last):
        if j > i:
            at = max(slack.soonest[j], at + service + seconds[place][slack.places[j]])
            if at > slack.latest[j]:
                return
            place, service = slack.places[j], slack.service[j]
        dropped = max(windows.drop_early_s, at + service + seconds[place][way.drop])
        if dropped > windows.drop_late_s:
            continue
        if dropped + way.alighting_s + seconds[way.drop][slack.places[j + 1]] <= slack.latest[j + 1]:
            yield j


def _added_m(ground: Ground, new: list[int], old: list[int]) -> int:
    metres = ground.metres
    driven = sum(metres[one][other] for one, other in pairwise(new))
    return driven - sum(metres[one][other] for one, other in pairwise(old))


def _added_empty(ground: Ground, places: list[int], ends: tuple[bool, bool], way: Way) -> int:
    """Metres without passenger added at both ends of a tour, where the ride comes first or last."""
    metres, home, added = ground.metres, places[0], 0
    pick, drop = way.pick, way.drop
    is_first, is_last = ends
    if is_first:
        added += metres[home][pick] - (metres[home][places[1]] if len(places) > 2 else 0)
    if is_last:
        added += metres[drop][home] - (metres[places[-2]][home] if len(places) > 2 else 0)
    return added


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where new rides would go.

    Args:
        volunteers: request -> volunteer.
        pickups, dropoffs: request -> beginning of boarding and of alighting, seconds after midnight.
        extra_distance_m, extra_s: what it adds to what volunteers drive and give.
    """

    volunteers: dict[str, str]
    duties: dict[str, str]
    pickups: dict[str, int]
    dropoffs: dict[str, int]
    extra_distance_m: int
    extra_s: int
    cents: int


def answer_of(board: Board, spot: Spot, requests: Sequence[str]) -> Answer:
    """A place in the terms of whoever asked."""
    distance = sum(timed.distance_m for timed in spot.tours.values())
    length = sum(timed.duration_s for timed in spot.tours.values())
    for duty in spot.tours:
        if duty in board.tours:
            distance -= board.tours[duty].distance_m
            length -= board.tours[duty].duration_s
    where = {
        name: duty for duty, timed in spot.tours.items() for name in timed.requests if name in set(requests)
    }
    picked, dropped = {}, {}
    for name, duty in where.items():
        picked[name], end = stretch(board, spot.tours[duty], name)
        dropped[name] = end - board.ground.ways[name].alighting_s
    return Answer(
        volunteers={name: board.ground.duties[duty].volunteer for name, duty in where.items()},
        duties=where,
        pickups=picked,
        dropoffs=dropped,
        extra_distance_m=distance,
        extra_s=length,
        cents=spot.cents60 // 60,
    )
