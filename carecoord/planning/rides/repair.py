"""
What becomes of a plan when a volunteer falls out: as few people as possible hear of it.

Rides that still have their driver and their hour stay. The others are placed again, care first: at the
hour that was told, else at another; where that is not enough, one ride of less weight makes room and
is itself placed elsewhere.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.rides.board import Board
from carecoord.planning.rides.explain import left_out
from carecoord.planning.rides.fill import Room, fill, sorted_units
from carecoord.planning.rides.ground import Ground
from carecoord.planning.rides.insert import apply, best_spot, stretch
from carecoord.planning.rides.problem import Problem
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
    """
    A plan without what fell out, and whom to call.

    Args:
        problem: in which the plan is legal: nothing was told yet about rides that got another hour.
    """

    problem: Problem
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
    fill(board, room=Room(seconds), loosen=True)
    missing = [item.id for item in problem.requests if item.id not in board.duty_of]
    plan = msgspec.structs.replace(board.solution(), left_out=[left_out(board, name) for name in missing])
    after = msgspec.structs.replace(
        problem, requests=[board.ground.requests[item.id] for item in problem.requests]
    )
    return Repaired(problem=after, solution=plan, changes=changes(problem, solution, board))


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
            for unit in sorted_units(ground, [s.request for s in tour.stops if s.kind == "pick"]):
                spot = best_spot(board, unit, [tour.duty])
                if spot is not None:
                    apply(board, spot)
    return board
