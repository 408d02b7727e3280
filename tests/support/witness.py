"""
Rounds that causes tell about, as the planner found them, for the judge to look at like any other.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.causes import nearest_miss
from carecoord.planning.homecare.trial import options_of, standing_cause, try_worker
from carecoord.planning.problem import Visit
from support.place_judge import Place, PlaceJudge


def witness(judge: PlaceJudge, board: Board, visit: Visit, worker: str) -> Place | None:
    """The round behind the cause of one aide, judged by the checker; None where there is none."""
    aide, options = board.lookup.workers[worker], options_of(visit)
    tried = None if standing_cause(visit, aide) else try_worker(board, visit, aide, options)
    place = (
        tried.possible[0] if tried and tried.possible else nearest_miss(board, visit, aide, options, tried)[1]
    )
    if place is None:
        return None
    broken = judge.broken(worker, place.day, place.stops)
    return Place(worker, place.day, place.start_s, place.stops, broken)
