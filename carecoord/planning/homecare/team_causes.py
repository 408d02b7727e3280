"""
Causes of a visit for two, aide by aide: who is free when, and whether anybody could go along.
"""

from __future__ import annotations

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.causes import on_duty, rules_in_the_way, with_also
from carecoord.planning.homecare.trial import Attempt, at_start, try_worker
from carecoord.planning.problem import Option, Visit
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
    board: Board, visit: Visit, options: list[Option], cause: WorkerCause, able: Able
) -> WorkerCause:
    """A cause, with `team` beside it unless somebody could go along once it is lifted."""
    if _has_partner(board, visit, options, cause, able):
        return cause
    return with_also(cause, WorkerCause(worker=cause.worker, code="team"))


def _has_partner(board: Board, visit: Visit, options: list[Option], cause: WorkerCause, able: Able) -> bool:
    others = [name for name in able if name != cause.worker]
    if len(others) < visit.team_size - 1:
        return False
    for option, start_s in _lifted_starts(board, visit, options, cause):
        narrow = [at_start(option, start_s)]
        free = sum(
            bool(try_worker(board, visit, board.lookup.workers[name], narrow, first_only=True).possible)
            for name in others
        )
        if free >= visit.team_size - 1:
            return True
    return False


def _lifted_starts(
    board: Board, visit: Visit, options: list[Option], cause: WorkerCause
) -> list[tuple[Option, int]]:
    """Starts at which the aide could, were what the cause names out of the way."""
    if "start_s" in cause.args:
        start_s, day = int(cause.args["start_s"]), int(cause.args["day"])
        return [(option, start_s) for option in options if option.day == day][:1]
    named, worker = rules_in_the_way(cause), board.lookup.workers[cause.worker]
    aide = on_duty(visit, worker, options) if "availability" in named else worker
    if "travel_time" in named:
        # the shortage is told for one position; its start is not, so nobody can be promised for it
        return []
    outcome = try_worker(board, visit, aide, options)
    found = [*outcome.possible, *([outcome.nearest] if outcome.nearest is not None else [])]
    return list({(item.day, item.start_s): (item.option, item.start_s) for item in found}.values())
