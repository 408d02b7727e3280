"""
Why one aide cannot take one visit, told so that lifting what is told makes it possible.

After the nearest miss, the aide is tried again as if it were lifted: with the skill, with a
shift, with the missing time. What still stands in the way then is named in `also`.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.trial import (
    Attempt,
    Outcome,
    crammed,
    standing_cause,
    standing_rules,
    try_worker,
)
from carecoord.planning.problem import Interval, Option, Visit, Worker
from carecoord.planning.solution import WorkerCause


def nearest_miss(
    board: Board, visit: Visit, worker: Worker, options: list[Option], tried: Outcome | None
) -> tuple[WorkerCause, Attempt | None]:
    """
    The cause of one aide for whom a visit is impossible, and the round that it tells about.

    The round is absent where no order of time allows one.

    Args:
        options: alternatives of the visit, already narrowed by its pin; at least one.
        tried: what trying the aide gave; absent for one who is refused or lacks a skill.
    """
    if tried is not None:
        cause, place = _complete(board, visit, worker, options, tried)
        if cause is not None:
            return cause, place
    standing = standing_cause(visit, worker) or WorkerCause(worker=worker.id, code="team")
    lifted = try_worker(board, visit, worker, options, first_only=True)
    cause, place = _complete(board, visit, worker, options, lifted)
    return with_also(named_beside(standing, standing_rules(visit, worker)), cause), place


def _complete(
    board: Board, visit: Visit, worker: Worker, options: list[Option], missed: Outcome
) -> tuple[WorkerCause | None, Attempt | None]:
    """What stands in the way, with all that would still stand there once that is lifted, and where."""
    cause = missed.cause
    if cause is None:
        return None, missed.possible[0]
    if cause.code == "availability":
        lifted = try_worker(board, visit, on_duty(visit, worker, options), options, first_only=True)
        further, place = _complete(board, visit, worker, options, lifted)
        return with_also(cause, further), place
    if missed.tight is not None:
        place = crammed(missed.tight)
        return named_beside(cause, [] if place is None else place.rules), place
    return cause, missed.nearest


def on_duty(visit: Visit, worker: Worker, options: list[Option]) -> Worker:
    """The aide with a shift around every window."""
    extra = [
        Interval(start_s=option.earliest_s, end_s=option.latest_s + visit.duration_s) for option in options
    ]
    return msgspec.structs.replace(worker, shifts=[*worker.shifts, *extra])


def with_also(cause: WorkerCause, other: WorkerCause | None) -> WorkerCause:
    """A cause with the rules of another one named beside it."""
    return cause if other is None else named_beside(cause, [other.code, *_split(other)])


def named_beside(cause: WorkerCause, rules: list[str]) -> WorkerCause:
    """A cause with more rules named beside it."""
    also = [code for code in dict.fromkeys([*_split(cause), *rules]) if code != cause.code]
    return msgspec.structs.replace(cause, args={**cause.args, "also": ", ".join(also)}) if also else cause


def _split(cause: WorkerCause) -> list[str]:
    return [code for code in str(cause.args.get("also", "")).split(", ") if code]
