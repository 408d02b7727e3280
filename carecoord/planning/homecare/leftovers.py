"""
Serve what can still be served: visits left out, put in wherever the explanations find a place.

A last pass over a plan, so that no visit is told impossible while an aide could take it.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.explain import apply_insertion, board_of, explain_on, insertion_on
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import TIERS, Problem, Visit
from carecoord.planning.score import score_rounds
from carecoord.planning.solution import Round, Solution


def serve_leftovers(problem: Problem, solution: Solution) -> Solution:
    """
    The plan with every visit that still fits, and the causes of the others.

    Visits are tried by tier, vital first, then in the order of the problem, again and again
    until none fits: an insertion moves others inside their windows and may make room. Nothing
    that blocks is added, nor any warning but for too short a day, except for a vital visit:
    one that fits at the price of a warning is served rather than left out.

    Raises:
        Invalid: the plan names an aide, a visit or a day that the problem does not have.
    """
    lookup = Lookup(problem)
    board, left = board_of(lookup, stops_by_round(lookup, solution))
    waiting = _fill(board, sorted(left, key=lambda visit: TIERS.index(visit.tier)))
    board.warnings_allowed = True
    vital = [visit for visit in waiting if visit.tier == "vital"]
    stuck = {visit.id for visit in _fill(board, vital)}
    board.warnings_allowed = False
    served = {visit.id for visit in vital} - stuck
    waiting = _fill(board, [visit for visit in waiting if visit.id not in served])
    remaining = {visit.id for visit in waiting}
    return msgspec.structs.replace(
        solution,
        rounds=[
            Round(worker=worker, day=day, stops=stops)
            for (worker, day), stops in sorted(board.rounds.items(), key=lambda item: item[0][::-1])
        ],
        unassigned=[explain_on(board, visit)[0] for visit in problem.visits if visit.id in remaining],
        score=score_rounds(lookup, board.rounds),
    )


def _fill(board: Board, waiting: list[Visit]) -> list[Visit]:
    """Serve what fits, over and over; returns what does not."""
    while True:
        left = []
        for visit in waiting:
            insertion = insertion_on(board, visit)
            if insertion is None:
                left.append(visit)
            else:
                apply_insertion(board, insertion)
        if len(left) == len(waiting):
            return left
        waiting = left
