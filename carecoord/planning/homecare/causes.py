"""
Why one aide cannot take one visit, told so that lifting what is told makes it possible.

After the nearest miss, the aide is tried again as if it were lifted: with the skill, with a
shift, with a shorter visit or a longer window. What still stands in the way then is named in `also`.
"""

from __future__ import annotations

import msgspec

from carecoord.planning.homecare.board import Board
from carecoord.planning.homecare.trial import Outcome, standing_cause, try_worker
from carecoord.planning.problem import Interval, Option, Visit, Worker
from carecoord.planning.solution import WorkerCause


def full_cause(
    board: Board, visit: Visit, worker: Worker, options: list[Option], tried: Outcome | None
) -> WorkerCause:
    """
    The cause of one aide for whom a visit is impossible.

    Args:
        options: alternatives of the visit, already narrowed by its pin; at least one.
        tried: what trying the aide gave; absent for one who is refused or lacks a skill.
    """
    if tried is not None and tried.cause is not None:
        return _complete(board, visit, worker, options, tried.cause)
    standing = standing_cause(visit, worker) or WorkerCause(worker=worker.id, code="team")
    lifted = try_worker(board, visit, worker, options, first_only=True).cause
    return (
        standing if lifted is None else with_also(standing, _complete(board, visit, worker, options, lifted))
    )


def _complete(
    board: Board, visit: Visit, worker: Worker, options: list[Option], cause: WorkerCause
) -> WorkerCause:
    if cause.code == "availability":
        lifted = try_worker(board, visit, on_duty(visit, worker, options), options, first_only=True).cause
        if lifted is not None and lifted.code == "travel_time":
            lifted = _complete(board, visit, worker, options, lifted)
        return with_also(cause, lifted)
    if cause.code != "travel_time":
        return cause
    late_s, squeeze_s = int(cause.args.get("late_s", 0)), int(cause.args.get("squeeze_s", 0))
    if squeeze_s >= visit.duration_s:
        return cause
    roomy = [msgspec.structs.replace(item, latest_s=item.latest_s + late_s) for item in options]
    later = on_duty(visit, worker, roomy) if late_s else worker
    shorter = msgspec.structs.replace(visit, duration_s=visit.duration_s - squeeze_s)
    return with_also(cause, try_worker(board, shorter, later, roomy, first_only=True).cause)


def on_duty(visit: Visit, worker: Worker, options: list[Option]) -> Worker:
    """The aide with a shift around every window."""
    extra = [
        Interval(start_s=option.earliest_s, end_s=option.latest_s + visit.duration_s) for option in options
    ]
    return msgspec.structs.replace(worker, shifts=[*worker.shifts, *extra])


def with_also(cause: WorkerCause, other: WorkerCause | None) -> WorkerCause:
    """A cause with the rules of another one named beside it."""
    if other is None:
        return cause
    named = [cause.code, *_split(cause), other.code, *_split(other)]
    also = [code for code in dict.fromkeys(named) if code != cause.code]
    return msgspec.structs.replace(cause, args={**cause.args, "also": ", ".join(also)}) if also else cause


def _split(cause: WorkerCause) -> list[str]:
    return [code for code in str(cause.args.get("also", "")).split(", ") if code]


def rules_in_the_way(cause: WorkerCause) -> list[str]:
    """The code of a cause and the others named beside it."""
    return [cause.code, *_split(cause)]
