"""
What becomes of a plan when a volunteer falls out: as few people as possible hear of it.

Rides that still have their driver and their hour stay. The others are placed again, care first: at the
hour that was told, else at another; where that is not enough, one ride of less weight makes room and
is itself placed elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import msgspec

from carecoord.planning.rides.board import Board
from carecoord.planning.rides.explain import changed, left_out, unit_of
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import apply, best_spot, stretch, units
from carecoord.planning.rides.problem import TIERS, Problem, Request
from carecoord.planning.rides.solution import Solution


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """
    One ride that is driven otherwise.

    Args:
        before, after: volunteer, None where nobody drives it.
        before_s, after_s: beginning of boarding.
    """

    request: str
    before: str | None
    after: str | None
    before_s: int | None = None
    after_s: int | None = None


class Repaired(msgspec.Struct, frozen=True, kw_only=True):
    """A plan without what fell out, and whom to call."""

    solution: Solution
    changes: list[Change]


def promised(problem: Problem, solution: Solution) -> Problem:
    """The problem in which whoever has a place in the plan was told its hour and its driver."""
    driver = {duty.id: duty.volunteer for duty in problem.duties}
    told = {
        stop.request: (driver.get(tour.duty), stop.start_s)
        for tour in solution.tours
        for stop in tour.stops
        if stop.kind == "pick"
    }
    requests = [
        item
        if item.id not in told
        else msgspec.structs.replace(
            item,
            told=item.told or told[item.id][0],
            promise_s=told[item.id][1] if item.promise_s is None else item.promise_s,
        )
        for item in problem.requests
    ]
    return msgspec.structs.replace(problem, requests=requests)


def repair(problem: Problem, solution: Solution, *, seconds: float = 5.0) -> Repaired:
    """
    The plan laid over a problem in which duties, hours or rides are gone.

    Args:
        problem: as it is now; rides of the plan that it no longer has are dropped.
        solution: the plan before, which may name duties that are gone.
        seconds: time for rides that only fit when another makes room.
    """
    ground = Ground(promised(problem, solution))
    board = _standing(ground, solution)
    waiting = _sorted_units(ground, [item.id for item in problem.requests if item.id not in board.duty_of])
    left = [unit for unit in waiting if not _place(board, unit)]
    until = time.monotonic() + seconds
    for unit in left:
        if time.monotonic() < until:
            _make_room(board, unit, until)
    missing = [item.id for item in problem.requests if item.id not in board.duty_of]
    plan = msgspec.structs.replace(board.solution(), left_out=[left_out(board, name) for name in missing])
    return Repaired(solution=plan, changes=changes(problem, solution, board))


def changes(problem: Problem, before: Solution, board: Board) -> list[Change]:
    """Rides whose driver changes, or whose boarding is farther from before than what may be told."""
    driver = {duty.id: duty.volunteer for duty in problem.duties}
    old = {
        stop.request: (driver.get(tour.duty, tour.duty.split(":")[0]), stop.start_s)
        for tour in before.tours
        for stop in tour.stops
        if stop.kind == "pick"
    }
    found = []
    for item in problem.requests:
        was = old.get(item.id)
        now = _now(board, item.id)
        same = was is not None and now is not None and was[0] == now[0]
        if same and was is not None and now is not None:
            if abs(was[1] - now[1]) <= problem.promise_tolerance_s:
                continue
        elif was is None and now is None:
            continue
        found.append(
            Change(
                request=item.id,
                before=was[0] if was else None,
                after=now[0] if now else None,
                before_s=was[1] if was else None,
                after_s=now[1] if now else None,
            )
        )
    return found


def _now(board: Board, request: str) -> tuple[str, int] | None:
    duty = board.duty_of.get(request)
    if duty is None:
        return None
    return board.ground.duties[duty].volunteer, stretch(board, board.tours[duty], request)[0]


def _standing(ground: Ground, solution: Solution) -> Board:
    """What of the plan is still legal: tours of duties that are left, without rides that are gone."""
    kept = []
    for tour in solution.tours:
        if tour.duty not in ground.duties:
            continue
        stops = [
            stop
            for stop in tour.stops
            if stop.request in ground.requests and ground.may_take(tour.duty, stop.request)
        ]
        names = {stop.request for stop in stops}
        whole = {name for name in names if ground.mates.get(name, set()) <= names}
        kept.append(msgspec.structs.replace(tour, stops=[s for s in stops if s.request in whole]))
    board = Board.of(ground, msgspec.structs.replace(solution, tours=kept))
    for tour in kept:
        if tour.stops and tour.duty not in board.tours:
            # Shorter hours or another seat: the rides go in again one by one, as many as fit.
            for unit in _sorted_units(ground, [s.request for s in tour.stops if s.kind == "pick"]):
                spot = best_spot(board, unit, [tour.duty])
                if spot is not None:
                    apply(board, spot)
    return board


def _sorted_units(ground: Ground, requests: Iterable[str]) -> list[list[str]]:
    """Care first, then by hour."""

    def weight(unit: list[str]) -> tuple[int, int]:
        items = [ground.requests[name] for name in unit]
        return min(TIERS.index(item.tier) for item in items), min(item.pick_early_s for item in items)

    return sorted(units(ground, list(requests)), key=weight)


def _place(board: Board, unit: list[str]) -> bool:
    """At the hour told, else at any hour asked for."""
    spot = best_spot(board, unit)
    if spot is None and any(board.ground.requests[name].promise_s is not None for name in unit):
        loosened = [_free(board.ground.requests[name]) for name in unit]
        trial = changed(board, loosened)
        spot = best_spot(trial, unit)
        if spot is not None:
            board.ground = trial.ground
    if spot is None:
        return False
    apply(board, spot)
    return True


def _free(item: Request) -> Request:
    return msgspec.structs.replace(item, promise_s=None)


def _make_room(board: Board, unit: list[str], until: float) -> None:
    """Take one other ride out for this one, when that one finds another place; cheapest of those tried."""
    ground = board.ground
    weight = min(TIERS.index(ground.requests[name].tier) for name in unit)
    for name in sorted(board.duty_of):
        if time.monotonic() > until:
            return
        other = unit_of(ground, name)
        if other[0] != name or ground.requests[name].pin is not None:
            continue
        if not _meets(ground, unit, other):
            continue
        kept = dict(board.tours), dict(board.duty_of), dict(board.chosen), board.ground
        lighter = min(TIERS.index(ground.requests[item].tier) for item in other) > weight
        board.remove(set(other))
        spot = best_spot(board, unit)
        if spot is not None:
            apply(board, spot)
            if _place(board, other) or lighter:
                return
        board.tours, board.duty_of, board.chosen, board.ground = kept


def _meets(ground: Ground, unit: list[str], other: list[str]) -> bool:
    """Whether two units are wanted at hours that touch, else one cannot make room for the other."""

    def span(names: list[str]) -> tuple[int, int]:
        items = [ground.requests[name] for name in names]
        return min(item.pick_early_s for item in items), max(item.drop_late_s for item in items)

    one, two = span(unit), span(other)
    return one[0] < two[1] and two[0] < one[1]
