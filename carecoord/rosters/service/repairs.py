"""
Repairing a published day: ask, follow, stop, tick off calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.careplans.domain import VisitToPlan
from carecoord.careplans.service import visits_between
from carecoord.db.uow import UnitOfWork
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date, local_instant
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.planning.problem import Problem, Visit
from carecoord.rosters.apply import origin_of, solution_of
from carecoord.rosters.domain import Roster
from carecoord.rosters.elsewhere import waiting
from carecoord.rosters.repair_holds import takes_away, without_absent
from carecoord.rosters.repair_messages import REPAIR_DAY, RepairDay, pack
from carecoord.rosters.repair_terms import RepairDocument, first_proposal, planned_visit, situation_of
from carecoord.rosters.repairs import (
    EXTRA_MAX_MINUTES,
    KEPT_AFTER,
    PEOPLE_MAX,
    TOLERANCE_MAX_MINUTES,
    Proposal,
    Repair,
    RepairEvent,
    RequestRepair,
)
from carecoord.rosters.service.opened import OpenedRoster, open_roster
from carecoord.rosters.store import repairs as store
from carecoord.rosters.store import rosters as roster_store
from carecoord.workforce.domain import Absence
from carecoord.workforce.service import absences_between

SAME_WITHIN = timedelta(seconds=60)
"""The same question within this time is a double click, or a program that asks again."""

URGENT = 10
"""Priority of the job in its queue."""


async def request_repair(uow: UnitOfWork, actor: Actor, roster_id: UUID, command: RequestRepair) -> Repair:
    """
    Ask for repairs of a day: one is found at once, three are searched by a worker.

    Asked again within a minute about the same rounds and situation, the repair is the one already there.

    Besides the events told, absences recorded for that day, visits cancelled since the rounds
    were made and visits added since are taken into account.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:edit`.
        Conflict: changed meanwhile, not published, or still being made.
        Invalid: nothing happened, or an event names what the rounds do not have; all are listed.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, command.version)
    if opened.roster.state != "published":
        raise Conflict("roster_not_published", "only published rounds are repaired")
    if not await counts_on(uow, opened.roster, command.on_date):
        raise Conflict("roster_replaced", "other rounds were published for that day since")
    if defects := _bounds(command, opened):
        raise Invalid(defects)
    day_end = local_instant(command.on_date + timedelta(days=1), 0)
    absences = await absences_between(uow, actor, local_instant(command.on_date, 0), day_end)
    visits = await visits_between(uow, actor, command.on_date, command.on_date, with_cancelled=True)
    whole, document, first = await asyncio.to_thread(_worked_out, opened, command, absences, visits)
    # The roster is locked: of two clicks, the second finds what the first made.
    again = await store.same_asked(uow.session, roster_id, whole, uow.now - SAME_WITHIN)
    if again is not None:
        return await get_repair(uow, actor, again)
    await store.forget_documents(uow.session, local_date(uow.now) - KEPT_AFTER)
    repair_id = await store.add_repair(
        uow.session,
        actor.organisation_id,
        roster_id,
        whole,
        account_id=actor.account_id,
        document=document,
        first=first,
        asked_at=uow.now,
    )
    order = RepairDay(organisation_id=actor.organisation_id, repair_id=repair_id)
    await defer(uow, REPAIR_DAY, order, priority=URGENT)
    facts = {"roster": str(roster_id), "on_date": command.on_date.isoformat(), "events": len(whole.events)}
    record(uow, Tag.REPAIR_REQUESTED, repair_id, facts)
    return await get_repair(uow, actor, repair_id)


async def counts_on(uow: UnitOfWork, roster: Roster, day: date) -> bool:
    """Whether these are the rounds that count on a day: of published ones, the latest."""
    published = await roster_store.overlapping(uow.session, day, day, ("published",))
    return not published or published[0].id == roster.id


async def get_repair(uow: UnitOfWork, actor: Actor, repair_id: UUID) -> Repair:
    """
    One repair with its proposals and calls.

    Raises:
        NotFound: no such repair.
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    repair = await store.repair_by_id(uow.session, repair_id)
    if repair is None:
        raise NotFound("repair_missing", f"no repair {repair_id}")
    return repair


async def repairs_of_day(uow: UnitOfWork, actor: Actor, day: date) -> list[Repair]:
    """
    Repairs asked for a day, newest first, without their calls.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    return await store.repairs_on(uow.session, day)


async def stop_repair(uow: UnitOfWork, actor: Actor, repair_id: UUID) -> Repair:
    """
    Stop the search and keep what was found.

    Raises:
        NotFound: no such repair.
        Refused: the actor lacks `roster:edit`.
        Conflict: the search is over.
    """
    actor.require("roster:edit")
    repair = await store.repair_by_id(uow.session, repair_id, lock=True)
    if repair is None:
        raise NotFound("repair_missing", f"no repair {repair_id}")
    if not repair.is_searching:
        raise Conflict("repair_over", "the search is over", state=repair.state)
    if repair.state == "queued":
        await store.change_repair(uow.session, repair_id, state="done", ended_at=uow.now)
    else:
        await store.change_repair(uow.session, repair_id, state="stopping")
    record(uow, Tag.REPAIR_STOPPED, repair_id)
    return await get_repair(uow, actor, repair_id)


async def mark_call(
    uow: UnitOfWork, actor: Actor, repair_id: UUID, call_id: UUID, *, is_made: bool
) -> Repair:
    """
    Tick a call of an applied repair off, or take the tick back.

    Raises:
        NotFound: no such repair or call.
        Refused: the actor lacks `roster:edit`.
        Conflict: `repair_over`: the repair was taken back, so nobody is to be called for it.
    """
    actor.require("roster:edit")
    repair = await store.repair_by_id(uow.session, repair_id, lock=True)
    if repair is None:
        raise NotFound("repair_missing", f"no repair {repair_id}")
    if repair.state == "undone":
        raise Conflict("repair_over", "this repair was taken back", state=repair.state)
    made_at, made_by = (uow.now, actor.account_id) if is_made else (None, None)
    if not await store.mark_call(uow.session, repair_id, call_id, made_at, made_by):
        raise NotFound("call_missing", f"no call {call_id}")
    record(uow, Tag.REPAIR_CALLED, repair_id, {"call": str(call_id), "made": is_made})
    return await get_repair(uow, actor, repair_id)


def _worked_out(
    opened: OpenedRoster, command: RequestRepair, absences: list[Absence], visits: list[VisitToPlan]
) -> tuple[RequestRepair, bytes, Proposal]:
    """The request with everything that happened, its document, and the first repair."""
    problem = without_absent(opened.problem(), command, absences, opened.stops)
    whole = _with_known(opened, problem, command, absences, visits)
    found, defects = _added(problem, whole, visits)
    added = waiting(problem, found, opened.elsewhere, origin_of(problem))
    if defects := [*defects, *_unknown(problem, opened, whole)]:
        raise Invalid(defects)
    promised = [pin.visit_id for pin in opened.pins if pin.promised]
    document = RepairDocument(
        problem=problem,
        plan=solution_of(problem, opened.stops),
        situation=situation_of(problem, whole, promised=promised, added=added),
    )
    return whole, pack(document), first_proposal(document)


def _with_known(
    opened: OpenedRoster,
    problem: Problem,
    command: RequestRepair,
    absences: list[Absence],
    visits: list[VisitToPlan],
) -> RequestRepair:
    """The request with absences, cancellations and additions that are recorded and not in the rounds."""
    told = {(event.kind, event.aide_id or event.visit_id) for event in command.events}
    today = [stop for stop in opened.stops if stop.on_date == command.on_date]
    known = {visit.id for visit in problem.visits}
    events = list(command.events)
    starts_at = local_instant(command.on_date, 0)
    ends_at = local_instant(command.on_date + timedelta(days=1), 0)
    events += [
        RepairEvent(
            kind="absent",
            aide_id=absence.aide_id,
            from_at=max(absence.starts_at, starts_at),
            until_at=min(absence.ends_at, ends_at),
            reason=absence.kind,
        )
        for absence in absences
        if takes_away(absence, today) and ("absent", absence.aide_id) not in told
    ]
    placed = {stop.visit_id for stop in today}
    for visit in visits:
        if visit.status == "cancelled" and visit.id in placed and ("cancelled", visit.id) not in told:
            events.append(RepairEvent(kind="cancelled", visit_id=visit.id))
        elif visit.status == "planned" and visit.id.hex not in known and ("added", visit.id) not in told:
            events.append(RepairEvent(kind="added", visit_id=visit.id))
    return msgspec.structs.replace(command, events=events)


def _added(
    problem: Problem, command: RequestRepair, visits: Sequence[VisitToPlan]
) -> tuple[list[Visit], list[Defect]]:
    by_id = {visit.id: visit for visit in visits if visit.status == "planned"}
    made: list[Visit] = []
    defects: list[Defect] = []
    for index, event in enumerate(command.events):
        if event.kind != "added":
            continue
        visit = by_id.get(event.visit_id) if event.visit_id is not None else None
        planned = None if visit is None else planned_visit(problem, visit, command.on_date)
        if planned is not None:
            made.append(planned)
        else:
            why = "no such visit on that day" if visit is None else "its door is not in the plan"
            defects.append(Defect(code="visit_not_plannable", where=f"events[{index}]", why=why))
    return made, defects


def _unknown(problem: Problem, opened: OpenedRoster, command: RequestRepair) -> list[Defect]:
    """Nothing that happened, or aides and visits that the rounds do not have."""
    if not command.events:
        return [Defect(code="nothing_happened", where="events", why="no event, and none is recorded")]
    workers = {worker.id for worker in problem.workers}
    placed = {stop.visit_id for stop in opened.stops if stop.on_date == command.on_date}
    found: list[Defect] = []
    for index, event in enumerate(command.events):
        where = f"events[{index}]"
        if event.kind == "absent":
            if event.aide_id is None or event.aide_id.hex not in workers:
                found.append(Defect(code="aide_missing", where=where, why="no such aide in the rounds"))
            elif event.from_at and event.until_at and event.until_at <= event.from_at:
                found.append(Defect(code="dates_order", where=where, why="ends before it begins"))
        elif event.kind in ("cancelled", "overrun") and event.visit_id not in placed:
            found.append(Defect(code="visit_not_placed", where=where, why="the rounds have no such visit"))
        if event.kind == "overrun" and not 0 < event.extra_minutes <= EXTRA_MAX_MINUTES:
            found.append(_outside(where, event.extra_minutes, 1, EXTRA_MAX_MINUTES))
    return found


def _bounds(command: RequestRepair, opened: OpenedRoster) -> list[Defect]:
    roster = opened.roster
    found: list[Defect] = []
    if not roster.first_day <= command.on_date <= roster.last_day:
        found.append(Defect(code="date_outside", where="on_date", why="not a day of these rounds"))
    instants = [("at", command.at)]
    for event in command.events:
        instants += [
            (name, at) for name, at in (("from_at", event.from_at), ("until_at", event.until_at)) if at
        ]
    found += [_naive(name) for name, at in instants if at.tzinfo is None]
    if not found and not _on_day(command.at, command.on_date):
        found.append(Defect(code="date_outside", where="at", why="not on that day"))
    if command.people_max is not None and not 0 <= command.people_max <= PEOPLE_MAX:
        found.append(_outside("people_max", command.people_max, 0, PEOPLE_MAX))
    if not 0 <= command.tolerance_minutes <= TOLERANCE_MAX_MINUTES:
        found.append(_outside("tolerance_minutes", command.tolerance_minutes, 0, TOLERANCE_MAX_MINUTES))
    return found


def _on_day(at: datetime, day: date) -> bool:
    return local_instant(day, 0) <= at.astimezone(UTC) < local_instant(day + timedelta(days=1), 0)


def _naive(where: str) -> Defect:
    return Defect(code="instant_naive", where=where, why="has no time zone")


def _outside(where: str, value: int, low: int, high: int) -> Defect:
    return Defect(
        code="out_of_bounds",
        where=where,
        why=f"{value} is not in {low}..{high}",
        fix=f"give a number from {low} to {high}",
        args={"value": value, "low": low, "high": high},
    )
