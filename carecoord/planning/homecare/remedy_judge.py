"""
Whether a remedy is true: applied to a copy of the plan, it serves the visit and breaks nothing more.

It judges by the checker's rules on the problem and the rounds that come out, not by how the
remedy was found.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import TOLERATED, Board
from carecoord.planning.homecare.day_law import added, depth_of
from carecoord.planning.homecare.ledger import Ledger
from carecoord.planning.homecare.remedy import Remedy
from carecoord.planning.homecare.what_if import what_if
from carecoord.planning.solution import Violation


def is_true(board: Board, remedy: Remedy) -> bool:
    """Whether a remedy stands on a board where its visit is in no round."""
    return not broken_by(board, remedy) and _served(board, remedy)


def broken_by(board: Board, remedy: Remedy) -> list[Violation]:
    """
    What a remedy would break anew, the warnings that it names and too short a day left out.
    """
    changed = what_if(board, remedy.changes)
    before = changed.rounds
    keys = [(item.worker, item.day) for item in remedy.rounds]
    after = {**before, **{(item.worker, item.day): item.stops for item in remedy.rounds}}
    after = {key: stops for key, stops in after.items() if stops}
    ledger = Ledger(changed.lookup, before)
    old, new = ledger.violations(keys, before), ledger.violations(keys, after)
    accepted = {*TOLERATED, *remedy.rules}
    return [
        item for item in added(depth_of(old), new) if item.severity == "block" or item.rule not in accepted
    ]


def _served(board: Board, remedy: Remedy) -> bool:
    """Whether the visit has its whole team, at one start, and no other visit lost its own."""
    visit = board.lookup.visits[remedy.visit]
    made = [stop for item in remedy.rounds for stop in item.stops if stop.visit == visit.id]
    if len(made) != visit.team_size or {stop.start_s for stop in made} != {remedy.start_s}:
        return False
    was = sorted(stop.visit for item in remedy.rounds for stop in board.stops(item.worker, item.day))
    now = sorted(stop.visit for item in remedy.rounds for stop in item.stops if stop.visit != visit.id)
    return was == now
