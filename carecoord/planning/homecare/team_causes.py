"""
Causes of a visit for two, aide by aide: who is free when, and whether anybody could go along.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.causes import named_beside
from carecoord.planning.homecare.trial import Attempt, at_start, try_worker
from carecoord.planning.problem import Visit
from carecoord.planning.solution import WorkerCause

Able = dict[str, list[Attempt]]
"""Aides who can be one of the team, with how."""


def free_but_alone(worker: str, able: Able) -> WorkerCause:
    """
    An aide who is free, with nobody to go along: when, and when the nearest other one could.

    `with` names that other aide and `with_s` a start at which they could; both are absent
    where nobody else can on those days.
    """
    nearest: tuple[int, int, int, str, Attempt] | None = None
    for own in able[worker]:
        for name, attempts in able.items():
            for other in attempts if name != worker else ():
                if other.day != own.day:
                    continue
                apart_s = abs(other.start_s - own.start_s)
                key = (apart_s, own.start_s, other.start_s, name, own)
                if nearest is None or key[:4] < nearest[:4]:
                    nearest = key
    if nearest is None:
        first = able[worker][0]
        return WorkerCause(worker=worker, code="team", args={"day": first.day, "start_s": first.start_s})
    _, start_s, with_s, name, own = nearest
    args: dict[str, int | str] = {"day": own.day, "start_s": start_s, "with": name, "with_s": with_s}
    return WorkerCause(worker=worker, code="team", args=args)


def needing_partner(
    board: Board, visit: Visit, cause: WorkerCause, place: Attempt | None, able: Able
) -> WorkerCause:
    """
    A cause, with `team` beside it unless somebody could go along once it is lifted.

    Args:
        place: what the cause tells about.
    """
    if place is not None and _has_partner(board, visit, place, able):
        return cause
    return named_beside(cause, ["team"])


def _has_partner(board: Board, visit: Visit, place: Attempt, able: Able) -> bool:
    narrow = [at_start(place.option, place.start_s)]
    others = [board.lookup.workers[name] for name in able if name != place.worker]
    free = sum(bool(try_worker(board, visit, other, narrow, first_only=True).possible) for other in others)
    return free >= visit.team_size - 1
