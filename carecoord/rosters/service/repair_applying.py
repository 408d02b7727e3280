"""
Make one of the repairs proposed, in one transaction; and take it back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from carecoord.audit.reader import last_entry
from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.careplans.domain import AddException
from carecoord.careplans.service import add_exception, visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.planning.homecare.board import TOLERATED
from carecoord.planning.homecare.repair_ground import ground
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Round, Solution
from carecoord.rosters.apply import UnservedDraft, solution_of, stops_of
from carecoord.rosters.documents import pack_problem
from carecoord.rosters.domain import Pin, Roster
from carecoord.rosters.past_rounds import rounds_of_json
from carecoord.rosters.repair_holds import Since, is_overtaken
from carecoord.rosters.repair_messages import unpack
from carecoord.rosters.repairs import ApplyRepair, Proposal, Repair, RepairEvent
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.booked import book_roster
from carecoord.rosters.service.moves import TAKEN_OFF, differences
from carecoord.rosters.service.opened import Judgement, OpenedRoster, judge, open_roster, with_pins
from carecoord.rosters.service.publication import breach_defect
from carecoord.rosters.service.repairs import counts_on, get_repair
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import repairs as store
from carecoord.rosters.store import rosters as roster_store
from carecoord.workforce.domain import DeclareAbsence
from carecoord.workforce.service import absences_between, declare_absence, withdraw_absence


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """
    A repair worked out for storing, or taken back.

    Args:
        packed: the problem as it is then, compressed; None for that of the run.
        pins: those that follow their visits.
    """

    problem: Problem
    after: Solution
    packed: bytes | None
    judgement: Judgement
    pins: list[Pin]


async def apply_repair(uow: UnitOfWork, actor: Actor, repair_id: UUID, command: ApplyRepair) -> Repair:
    """
    Make a repair: rounds, absence, cancellations, pins and the list of calls in one transaction.

    Doing it twice changes nothing.

    Raises:
        NotFound: no such repair, or no such proposal.
        Refused: the actor lacks `roster:edit`, `aide:write` for an absence, or `careplan:write` for
            a cancellation.
        Conflict: `repair_stale`: the rounds changed since, others were published for that day, or a
            visit that it changes was promised, cancelled, begun or met by an absence meanwhile;
            `repair_over`: another one was made.
        Invalid: `reason_missing`: a rule would be broken without a reason; the rules are listed.
    """
    actor.require("roster:edit")
    repair = await store.repair_by_id(uow.session, repair_id, lock=True)
    proposal = None if repair is None else repair.proposal(command.breadth)
    if repair is None or proposal is None:
        raise NotFound("repair_missing", f"no such repair {repair_id}")
    if repair.state == "applied" and repair.applied == command.breadth:
        return repair
    if repair.state in ("applied", "undone"):
        raise Conflict("repair_over", "this repair was made already", state=repair.state)
    if proposal.needs_reason and not command.reason.strip():
        broken = [breach_defect(item) for item in proposal.law if item.rule not in TOLERATED]
        raise Invalid(broken, code="reason_missing")
    opened = await _opened(uow, repair)
    document = await store.document_of(uow.session, repair_id)
    if document is None:
        raise Conflict("repair_stale", "what this repair was worked out from is not kept any more")
    since = await _since(uow, actor, opened, repair, proposal)
    done = await asyncio.to_thread(_worked_out, opened, document, proposal, since)
    before = await roster_store.own_problem(uow.session, repair.roster_id)
    pins_before = [pin for pin in opened.pins if pin.visit_id in {item.visit_id for item in done.pins}]
    await _store(uow, actor, opened, done, proposal)
    absences = [str(item) for event in repair.events if (item := await _absence(uow, actor, repair, event))]
    for event in repair.events:
        await _cancellation(uow, actor, event)
    await store.add_calls(uow.session, actor.organisation_id, repair_id, proposal.calls)
    await store.change_repair(
        uow.session,
        repair_id,
        state="applied",
        applied=command.breadth,
        applied_at=uow.now,
        applied_by=actor.account_id,
        problem_before=before,
    )
    roster = await get_roster(uow, actor, repair.roster_id)
    facts = {
        "roster": str(repair.roster_id),
        # what undoing it puts back, as long as the roster has this version
        "version": roster.version,
        "before": proposal.rounds_before,
        "pins": msgspec.to_builtins(pins_before),
        "absences": absences,
        "breadth": command.breadth,
    }
    record(uow, Tag.REPAIR_APPLIED, repair_id, facts, note=command.reason)
    return await get_repair(uow, actor, repair_id)


async def may_undo(uow: UnitOfWork, actor: Actor, repair: Repair, roster: Roster) -> bool:
    """
    Whether a repair can be taken back: it was made, and nothing changed in the rounds since.

    Raises:
        Refused: the actor lacks `roster:read`.
    """
    actor.require("roster:read")
    if repair.state != "applied":
        return False
    return await _entry(uow, repair.id, roster) is not None


async def undo_repair(uow: UnitOfWork, actor: Actor, repair_id: UUID) -> Repair:
    """
    Put the rounds back as they were before a repair, and withdraw the absence recorded with it.

    Cancelled visits stay cancelled: nobody has to ask for them twice.

    Raises:
        NotFound: no such repair.
        Refused: the actor lacks `roster:edit`, or `aide:write` for an absence.
        Conflict: `nothing_to_undo`: not made, or the rounds changed since; `undo_blocked`: going
            back would break a rule that is kept now.
    """
    actor.require("roster:edit")
    repair = await store.repair_by_id(uow.session, repair_id, lock=True)
    if repair is None:
        raise NotFound("repair_missing", f"no repair {repair_id}")
    roster = await get_roster(uow, actor, repair.roster_id)
    facts = await _entry(uow, repair_id, roster) if repair.state == "applied" else None
    # Once forgotten, what the roster's own problem was before is not known any more.
    if facts is None or await store.document_of(uow.session, repair_id) is None:
        raise Conflict("nothing_to_undo", "the rounds changed since")
    opened = await open_roster(uow, repair.roster_id, roster.version)
    before = await store.problem_before(uow.session, repair_id)
    await roster_store.change_problem(uow.session, repair.roster_id, before)
    reopened = await open_roster(uow, repair.roster_id, None)
    restored = await asyncio.to_thread(_restored, opened, reopened, facts, before)
    if sum(restored.judgement.figures.blocking.values()) > sum(opened.roster.figures.blocking.values()):
        raise Conflict("undo_blocked", "going back would break a rule that is kept now")
    await _store(uow, actor, opened, restored, None)
    for absence_id in facts.get("absences", []):
        await withdraw_absence(uow, actor, UUID(absence_id))
    await store.change_repair(uow.session, repair_id, state="undone")
    record(uow, Tag.REPAIR_UNDONE, repair_id, {"roster": str(repair.roster_id)})
    return await get_repair(uow, actor, repair_id)


async def _entry(uow: UnitOfWork, repair_id: UUID, roster: Roster) -> Mapping[str, Any] | None:
    facts = {"roster": str(roster.id), "version": roster.version}
    entry = await last_entry(uow, Tag.REPAIR_APPLIED, facts)
    return entry.facts if entry is not None and entry.subject_id == repair_id else None


async def _since(
    uow: UnitOfWork, actor: Actor, opened: OpenedRoster, repair: Repair, proposal: Proposal
) -> Since:
    """What happened besides the rounds since a repair was asked for."""
    day = repair.on_date
    visits = await visits_by_id(uow, actor, {change.visit_id for change in proposal.changes})
    return Since(
        asked_at=repair.created_at,
        now=uow.now,
        promised=frozenset(pin.visit_id for pin in opened.pins if pin.promised),
        cancelled=frozenset(key for key, visit in visits.items() if visit.status == "cancelled"),
        absences=await absences_between(
            uow, actor, local_instant(day, 0), local_instant(day + timedelta(days=1), 0)
        ),
    )


async def _opened(uow: UnitOfWork, repair: Repair) -> OpenedRoster:
    try:
        opened = await open_roster(uow, repair.roster_id, repair.roster_version)
    except Conflict as error:
        if error.code != "changed_meanwhile":
            raise
        raise Conflict("repair_stale", "the rounds changed since this repair was worked out") from None
    if opened.roster.state != "published" or not await counts_on(uow, opened.roster, repair.on_date):
        raise Conflict("repair_stale", "these rounds are not the published ones any more")
    return opened


def _worked_out(opened: OpenedRoster, document: bytes, proposal: Proposal, since: Since) -> Applied:
    kept = unpack(document)
    if is_overtaken(kept, proposal, since):
        raise Conflict("repair_stale", "something happened since that this repair does not know of")
    after_events = ground(kept.problem, kept.plan, kept.situation).after
    pins = _followed(opened.pins, proposal)
    moved = {pin.visit_id for pin in pins}
    problem = with_pins(after_events, [*(pin for pin in opened.pins if pin.visit_id not in moved), *pins])
    known = {visit.id for visit in problem.visits}
    rounds = {(item.worker, item.day): item for item in kept.plan.rounds}
    rounds |= {(item.worker, item.day): item for item in rounds_of_json(problem, proposal.rounds)}
    after = Solution(
        rounds=[
            Round(worker=item.worker, day=item.day, stops=stops)
            for _, item in sorted(rounds.items())
            if (stops := [stop for stop in item.stops if stop.visit in known])
        ]
    )
    return Applied(
        problem=problem,
        after=after,
        packed=pack_problem(after_events),
        judgement=judge(problem, after),
        pins=pins,
    )


def _followed(pins: list[Pin], proposal: Proposal) -> list[Pin]:
    """Pins of visits that change: they fix the same aspects at their new values."""
    by_visit = {pin.visit_id: pin for pin in pins}
    return [
        msgspec.structs.replace(
            pin,
            aide_ids=list(change.after) if pin.aide_ids else None,
            starts_at=change.after_at if pin.starts_at else None,
        )
        for change in proposal.changes
        if change.after and (pin := by_visit.get(change.visit_id)) is not None
    ]


def _restored(
    opened: OpenedRoster, reopened: OpenedRoster, facts: Mapping[str, Any], before: bytes | None
) -> Applied:
    pins = msgspec.convert(facts.get("pins", []), list[Pin])
    kept = {pin.visit_id for pin in pins}
    problem = with_pins(
        reopened.problem(), [*(pin for pin in opened.pins if pin.visit_id not in kept), *pins]
    )
    present = solution_of(problem, opened.stops)
    rounds = {(item.worker, item.day): item for item in present.rounds}
    rounds |= {(item.worker, item.day): item for item in rounds_of_json(problem, facts["before"])}
    after = Solution(rounds=[rounds[key] for key in sorted(rounds) if rounds[key].stops])
    return Applied(problem=problem, after=after, packed=before, judgement=judge(problem, after), pins=pins)


async def _store(
    uow: UnitOfWork, actor: Actor, opened: OpenedRoster, done: Applied, proposal: Proposal | None
) -> None:
    """Stops, visits left out, pins, problem and figures as they are then."""
    roster_id = opened.roster.id
    gone, changed, added = differences(done.problem, opened.stops, stops_of(done.problem, done.after))
    known = {visit.id for visit in done.problem.visits}
    gone += [stop.id for stop in opened.stops if stop.visit_id.hex not in known and stop.id not in gone]
    await roster_store.change_stops(
        uow.session, actor.organisation_id, roster_id, gone=gone, changed=changed, added=added
    )
    for pin in done.pins:
        await past_store.save_pin(uow.session, actor.organisation_id, pin)
    causes = {item.visit_id: item for item in (proposal.left_out if proposal is not None else [])}
    served = {stop.visit for item in done.after.rounds for stop in item.stops}
    left_out = {item.visit_id for item in await roster_store.unserved_of(uow.session, [roster_id])}
    missing = {UUID(visit.id) for visit in done.problem.visits if visit.id not in served}
    drafts = [
        UnservedDraft(visit_id=visit_id, cause=causes[visit_id].cause, causes=causes[visit_id].causes)
        if visit_id in causes
        else UnservedDraft(visit_id=visit_id, cause=TAKEN_OFF)
        for visit_id in sorted(missing - left_out)
    ]
    await roster_store.change_unserved(
        uow.session, actor.organisation_id, roster_id, gone=sorted(left_out - missing), added=drafts
    )
    await roster_store.change_roster(
        uow.session, roster_id, facts=opened.facts(done.judgement), problem=done.packed
    )
    await book_roster(uow, actor, opened.roster)


async def _absence(uow: UnitOfWork, actor: Actor, repair: Repair, event: RepairEvent) -> UUID | None:
    """Record the absence of an event, unless it is known already."""
    if event.kind != "absent" or event.aide_id is None:
        return None
    command = DeclareAbsence(
        aide_id=event.aide_id,
        starts_at=event.from_at or repair.at,
        ends_at=event.until_at or local_instant(repair.on_date, 24 * 60),
        kind=event.reason,
    )
    try:
        return (await declare_absence(uow, actor, command)).id
    except Conflict as error:
        if error.code != "absence_known":
            raise
        return None


async def _cancellation(uow: UnitOfWork, actor: Actor, event: RepairEvent) -> None:
    """Cancel the dated visit itself, so that no later plan brings it back."""
    if event.kind != "cancelled" or event.visit_id is None:
        return
    visit = (await visits_by_id(uow, actor, {event.visit_id})).get(event.visit_id)
    if visit is not None and visit.status == "planned":
        command = AddException(
            intervention_id=visit.intervention_id, on_date=visit.nominal_on, kind="cancelled"
        )
        await add_exception(uow, actor, command)
