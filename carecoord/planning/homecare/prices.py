"""
What serving one visit adds to the soft cost, estimated from its own round and person.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.trial import Attempt
from carecoord.planning.problem import Option, Visit
from carecoord.planning.score import hour_change_s

MOVED_CENTS = 10
"""For each visit that has to move: it was where it was for a reason."""


def cost_cents(board: Board, visit: Visit, attempt: Attempt) -> int:
    """What an attempt adds to the soft cost."""
    away_s = 0
    if attempt.option.preferred_s is not None:
        away_s = abs(attempt.start_s - attempt.option.preferred_s)
    cents = _road_cents(board, attempt.detour_s, away_s) + _face_cents(board, visit, attempt.worker)
    return cents + _change_cents(board, visit, attempt.worker, attempt.start_s) + attempt.moved * MOVED_CENTS


def least_cents(
    board: Board, visit: Visit, worker: str, option: Option, *, detour_s: int, starts: tuple[int, int]
) -> int:
    """The least that any attempt at one position may cost, whatever its start between two."""
    away_s = 0
    if option.preferred_s is not None:
        away_s = max(starts[0] - option.preferred_s, option.preferred_s - starts[1], 0)
    return _road_cents(board, detour_s, away_s) + _face_cents(board, visit, worker)


def _road_cents(board: Board, detour_s: int, away_s: int) -> int:
    weights = board.lookup.problem.weights
    return detour_s * weights.travel_cents_per_h // 3600 + away_s * weights.hour_deviation_cents_per_h // 3600


def _face_cents(board: Board, visit: Visit, worker: str) -> int:
    weights = board.lookup.problem.weights
    cents = 0
    if worker not in board.lookup.persons[visit.person].known:
        cents += weights.new_face_cents
    if visit.wanted and worker not in visit.wanted:
        cents += weights.not_wanted_cents
    return cents


def _change_cents(board: Board, visit: Visit, worker: str, start_s: int) -> int:
    """The price of another aide or hour than today's, where the plan starts from one."""
    stability, today = board.lookup.problem.stability, board.lookup.references.get(visit.id)
    if stability is None or today is None:
        return 0
    moved_s = hour_change_s(board.lookup, today, start_s)
    cents = 0 if worker in today.workers else stability.aide_change_cents
    return cents + moved_s * stability.hour_change_cents_per_h // 3600
