"""
Whether a repair still holds when it is made, and who was not there already when it was asked: pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.clock import local_instant
from carecoord.planning.homecare.repair import Cancelled
from carecoord.planning.homecare.repair_ground import without
from carecoord.planning.problem import Problem
from carecoord.rosters.domain import RosterStop
from carecoord.rosters.repair_terms import RepairDocument, seconds_of
from carecoord.rosters.repairs import Proposal, RequestRepair, VisitTold
from carecoord.workforce.domain import Absence


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known when a repair is made, besides the rounds.

    Args:
        asked_at, now: when the repair was asked for, and when it is made.
        promised: visits whose hour is promised.
        cancelled: visits that will not take place.
        absences: of any aide on that day.
    """

    asked_at: datetime
    now: datetime
    promised: frozenset[UUID]
    cancelled: frozenset[UUID]
    absences: list[Absence]


def is_overtaken(document: RepairDocument, proposal: Proposal, since: Since) -> bool:
    """
    Whether something happened since a repair was worked out that it does not know of.

    That is: a visit that it changes has been promised or cancelled, should have begun meanwhile, or
    falls into an absence recorded meanwhile.
    """
    known = {UUID(visit) for visit in document.situation.promised}
    gone = {UUID(event.visit) for event in document.situation.events if isinstance(event, Cancelled)}
    length_s = {UUID(visit.id): visit.duration_s for visit in document.problem.visits}
    return any(
        change.visit_id in since.promised - known
        or change.visit_id in since.cancelled - gone
        or any(since.asked_at < at <= since.now for at in (change.before_at, change.after_at) if at)
        or _is_away(change, length_s.get(change.visit_id, 0), since.absences)
        for change in proposal.changes
    )


def _is_away(change: VisitTold, length_s: int, absences: list[Absence]) -> bool:
    if change.after_at is None:
        return False
    ends_at = change.after_at + timedelta(seconds=length_s)
    return any(
        absence.aide_id in change.after and absence.starts_at < ends_at and absence.ends_at > change.after_at
        for absence in absences
    )


def without_absent(
    problem: Problem, command: RequestRepair, absences: Iterable[Absence], stops: Iterable[RosterStop]
) -> Problem:
    """
    A problem without the hours of absences of one day that make no event of their own.

    Those take no visit away, or their aide was told absent with hours of another sort: nobody is
    sent to work in them either way.
    """
    day = command.on_date
    starts_at, ends_at = local_instant(day, 0), local_instant(day + timedelta(days=1), 0)
    told = {event.aide_id for event in command.events if event.kind == "absent"}
    today = [stop for stop in stops if stop.on_date == day]
    away: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for absence in absences:
        if absence.aide_id in told or not takes_away(absence, today):
            first, last = max(absence.starts_at, starts_at), min(absence.ends_at, ends_at)
            away[absence.aide_id.hex].append((seconds_of(problem, first), seconds_of(problem, last)))
    workers = [
        msgspec.structs.replace(worker, shifts=without(worker.shifts, away.get(worker.id, [])))
        for worker in problem.workers
    ]
    return msgspec.structs.replace(problem, workers=workers)


def takes_away(absence: Absence, stops: Iterable[RosterStop]) -> bool:
    """Whether an aide has one of these stops while she is absent."""
    return any(
        stop.aide_id == absence.aide_id
        and stop.starts_at < absence.ends_at
        and stop.ends_at > absence.starts_at
        for stop in stops
    )
