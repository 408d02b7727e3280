"""
The plan of a day: the compiled search, then every rule and limit made good, then causes.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from carecoord.planning.budget import Budget
from carecoord.planning.engine.ride_data import RideFound
from carecoord.planning.engine.ride_search import search
from carecoord.planning.rides.board import Board, together
from carecoord.planning.rides.build import arrays_of, board_of, routes_of
from carecoord.planning.rides.explain import left_out
from carecoord.planning.rides.fill import Room, fill
from carecoord.planning.rides.ground import Ground, Windows
from carecoord.planning.rides.insert import stretch
from carecoord.planning.rides.problem import Problem
from carecoord.planning.rides.score import score
from carecoord.planning.rides.solution import Progress, Solution, Statistics

ENGINE = "ride-search"
ROOM_S, ROOM_TRIES = 2.0, 200
"""Time, or trials where a number of steps is asked for, for rides that only fit when another makes room."""


def solve(
    problem: Problem,
    budget: Budget,
    *,
    start: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """
    Plan a day.

    Args:
        problem: valid (see `carecoord.planning.rides.validate`).
        start: a plan to begin from.
        on_progress: told of better plans.
        should_stop: asked a few times a second; the best plan so far is finished and returned.
    """
    began = time.monotonic()
    ground = Ground(problem)
    first = _first(ground, start)
    windows = _windows(ground, first)

    def tell(found: RideFound) -> None:
        if on_progress is not None:
            on_progress(_progress(board_of(ground, windows, found.routes), began, "search"))

    if on_progress is not None:
        on_progress(_progress(first, began, "construct"))
    iterations = 0
    board = first
    if problem.requests and problem.duties:
        found = search(
            arrays_of(ground, windows),
            budget.seconds or 1.0,
            budget.seed,
            iterations=budget.iterations or 0,
            start=routes_of(ground, first),
            on_improvement=tell,
            should_stop=should_stop,
        )
        iterations = found.iterations
        board = board_of(ground, windows, found.routes)
        tries = ROOM_TRIES if budget.iterations else None
        fill(board, room=Room(ROOM_S, tries=tries, should_stop=should_stop))
    done = min((first, board), key=lambda one: score(problem, one.solution()).key)
    missing = [item.id for item in problem.requests if item.id not in done.duty_of]
    plan = msgspec.structs.replace(
        done.solution(),
        left_out=[left_out(done, name) for name in missing],
        statistics=Statistics(
            seed=budget.seed,
            iterations=iterations,
            elapsed_s=round(time.monotonic() - began, 3),
            engine=ENGINE,
        ),
    )
    return msgspec.structs.replace(plan, score=score(problem, plan))


def _first(ground: Ground, start: Solution | None) -> Board:
    """The plan to begin from with every ride added that has a place, one after the other."""
    board = Board(ground) if start is None else Board.of(ground, start)
    fill(board)
    return board


def _windows(ground: Ground, board: Board) -> dict[str, Windows]:
    """
    For each ride the window that its place in the plan lies in, else its widest; two rides of a person
    have none in common, as the search knows nothing of persons.
    """
    found: dict[str, Windows] = {}
    for item in ground.problem.requests:
        possible = ground.windows(item.id)
        if possible:
            found[item.id] = board.chosen.get(item.id, possible[0])
    at = {name: stretch(board, board.tours[duty], name) for name, duty in board.duty_of.items()}
    return together(ground, found, at)


def _progress(board: Board, began: float, phase: str) -> Progress:
    worth = score(board.ground.problem, board.solution())
    return Progress(
        elapsed_s=time.monotonic() - began,
        unserved=worth.unserved,
        soft_cents=worth.soft_cents,
        phase=phase,
    )
