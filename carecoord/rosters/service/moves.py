"""
Changes by hand: what a move would do, and the move itself, judged by the same rules as any plan.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.planning.homecare.move import Move, MovePrice, price_move
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Round, Solution
from carecoord.rosters.apply import (
    StopDraft,
    UnservedDraft,
    breach_of,
    origin_of,
    solution_of,
    stops_of,
)
from carecoord.rosters.commands import MoveVisit
from carecoord.rosters.domain import MovePreview, Pin, Roster, RosterStop
from carecoord.rosters.effects import rounds_before
from carecoord.rosters.past_rounds import rounds_json
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.booked import book_roster
from carecoord.rosters.service.opened import Judgement, OpenedRoster, judge, open_roster, with_pins
from carecoord.rosters.service.publication import breach_defect
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store

TAKEN_OFF = "taken_off"
"""Cause of a visit that a coordinator took off the rounds."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """
    A move worked out, or undone.

    Args:
        after: the plan after it.
        before: the rounds it changes, as they were.
        pin_before: what was fixed by hand on the visit.
        pin_after: what is fixed on it then; the problem says the same.
    """

    problem: Problem
    after: Solution
    before: list[Round]
    pin_before: Pin | None = None
    pin_after: Pin | None = None


async def preview_move(uow: UnitOfWork, actor: Actor, roster_id: UUID, command: MoveVisit) -> MovePreview:
    """
    What a move would break, mend and cost; nothing is changed.

    Raises:
        NotFound: no such roster, or a visit, aide or day that its plan does not have.
        Refused: the actor lacks `roster:edit`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, None)
    return (await asyncio.to_thread(_worked_out, opened, command))[0]


async def apply_move(uow: UnitOfWork, actor: Actor, roster_id: UUID, command: MoveVisit) -> Roster:
    """
    Make a move on a draft or a published roster; a pin of the visit follows it.

    Raises:
        NotFound: no such roster, or a visit, aide or day that its plan does not have.
        Refused: the actor lacks `roster:edit`.
        Conflict: changed meanwhile, replaced, or still being made.
        Invalid: `move_blocked`: a blocking rule would be broken; `reason_missing`: a warning
            would be accepted without a reason; the rules are listed.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, command.version)
    if opened.roster.state == "replaced":
        raise Conflict("roster_replaced", "these rounds were replaced by others")
    preview, moved = await asyncio.to_thread(_worked_out, opened, command)
    _refuse(preview, command)
    judgement = await asyncio.to_thread(judge, moved.problem, moved.after)
    await store_move(uow, actor, opened, moved, judgement)
    roster = await get_roster(uow, actor, roster_id)
    facts = {
        "roster": str(roster_id),
        "aides": [str(aide) for aide in command.aide_ids],
        # what undoing it puts back, as long as the roster has this version
        "version": roster.version,
        "before": rounds_json(moved.problem, moved.before),
        "pin": msgspec.to_builtins(moved.pin_before),
    }
    record(uow, Tag.VISIT_MOVED, command.visit_id, facts, note=command.reason)
    return roster


def _worked_out(opened: OpenedRoster, command: MoveVisit) -> tuple[MovePreview, Moved]:
    problem = opened.problem()
    before = solution_of(problem, opened.stops)
    price = price_move(problem, before, planned_move(problem, command))
    preview = preview_of(problem, command, price)
    pin = pin_on(opened, command.visit_id)
    pin_after = repinned(pin, preview, command) if pin else None
    moved = Moved(
        problem=with_pin(problem, opened, command.visit_id, pin_after),
        after=_after(before, price),
        before=rounds_before(problem, before, price),
        pin_before=pin,
        pin_after=pin_after,
    )
    return preview, moved


def pin_on(opened: OpenedRoster, visit_id: UUID) -> Pin | None:
    """What is fixed by hand on a visit."""
    return next((pin for pin in opened.pins if pin.visit_id == visit_id), None)


def with_pin(problem: Problem, opened: OpenedRoster, visit_id: UUID, pin: Pin | None) -> Problem:
    """The problem with another pin on one visit, or none."""
    others = [other for other in opened.pins if other.visit_id != visit_id]
    return with_pins(problem, [*others, pin] if pin else others)


def repinned(pin: Pin, preview: MovePreview, command: MoveVisit) -> Pin | None:
    """
    The pin after a move by hand: it fixes the same aspects at their new values.

    A visit taken off the rounds is fixed no more.
    """
    if not command.aide_ids:
        return None
    return msgspec.structs.replace(
        pin,
        aide_ids=list(command.aide_ids) if pin.aide_ids else None,
        starts_at=preview.starts_at if pin.starts_at else None,
        on_date=preview.on_date if pin.on_date else None,
        reason=command.reason or pin.reason,
    )


def planned_move(problem: Problem, command: MoveVisit) -> Move:
    """A command in the planner's terms."""
    first = problem.days[0].date
    start_s = None
    if command.starts_at is not None:
        start_s = int((command.starts_at - origin_of(problem)).total_seconds())
    return Move(
        visit=command.visit_id.hex,
        workers=[aide.hex for aide in command.aide_ids],
        day=None if command.on_date is None else (command.on_date - first).days,
        start_s=start_s,
    )


def preview_of(problem: Problem, command: MoveVisit, price: MovePrice) -> MovePreview:
    """A priced move with our own identifiers."""
    breaches = [breach_of(problem, violation) for violation in price.violations_new]
    on_date = command.on_date
    starts_at = None
    if price.start_s is not None:
        starts_at = origin_of(problem) + timedelta(seconds=price.start_s)
        days = [day for day in problem.days if day.starts_s <= price.start_s < day.ends_s]
        on_date = days[0].date if days else on_date
    return MovePreview(
        visit_id=command.visit_id,
        aide_ids=list(command.aide_ids),
        on_date=on_date,
        starts_at=starts_at,
        breaches=breaches,
        mended=len(price.violations_gone),
        soft_delta_cents=price.soft_cents,
        terms_delta={name: cents for name, cents in price.terms.items() if cents},
        unserved_delta={tier: count for tier, count in price.unserved.items() if count},
        allowed=price.legal,
        needs_reason=any(breach.severity == "warn" for breach in breaches),
    )


def _after(before: Solution, price: MovePrice) -> Solution:
    """The plan with the changed rounds in place of the old ones."""
    changed = {(item.worker, item.day) for item in price.rounds}
    kept = [item for item in before.rounds if (item.worker, item.day) not in changed]
    return Solution(rounds=[*kept, *(item for item in price.rounds if item.stops)])


def _refuse(preview: MovePreview, command: MoveVisit) -> None:
    if not preview.allowed:
        blocking = [breach for breach in preview.breaches if breach.severity == "block"]
        raise Invalid([breach_defect(breach) for breach in blocking], code="move_blocked")
    if preview.needs_reason and not command.reason.strip():
        raise Invalid([breach_defect(breach) for breach in preview.breaches], code="reason_missing")


async def store_move(
    uow: UnitOfWork, actor: Actor, opened: OpenedRoster, moved: Moved, judgement: Judgement
) -> None:
    """Make the stored stops, the visits left out and the figures those of the plan after a move."""
    roster_id = opened.roster.id
    gone, changed, added = differences(moved.problem, opened.stops, stops_of(moved.problem, moved.after))
    await store.change_stops(
        uow.session, actor.organisation_id, roster_id, gone=gone, changed=changed, added=added
    )
    await _store_pin(uow, actor, moved)
    served = {stop.visit for item in moved.after.rounds for stop in item.stops}
    left_out = {item.visit_id for item in await store.unserved_of(uow.session, [roster_id])}
    missing = {UUID(visit.id) for visit in moved.problem.visits if visit.id not in served}
    await store.change_unserved(
        uow.session,
        actor.organisation_id,
        roster_id,
        gone=sorted(left_out - missing),
        added=[UnservedDraft(visit_id=visit_id, cause=TAKEN_OFF) for visit_id in sorted(missing - left_out)],
    )
    await store.change_roster(uow.session, roster_id, facts=opened.facts(judgement))
    await book_roster(uow, actor, opened.roster)


async def _store_pin(uow: UnitOfWork, actor: Actor, moved: Moved) -> None:
    if moved.pin_after is not None:
        pin = msgspec.structs.replace(moved.pin_after, pinned_by=actor.account_id)
        await past_store.save_pin(uow.session, actor.organisation_id, pin)
    elif moved.pin_before is not None:
        await past_store.remove_pin(uow.session, moved.pin_before.visit_id)


def differences(
    problem: Problem, stored: Sequence[RosterStop], wanted: Sequence[StopDraft]
) -> tuple[list[UUID], list[tuple[UUID, StopDraft]], list[StopDraft]]:
    """
    Stored stops to delete, to change, and drafts to add.

    A stop whose seat changes is deleted and added: seats are unique and could collide on the way.
    Stored stops that the problem does not know stay as they are.
    """
    visits = {visit.id for visit in problem.visits}
    workers = {worker.id for worker in problem.workers}
    old = {
        (stop.visit_id, stop.aide_id): stop
        for stop in stored
        if stop.visit_id.hex in visits and stop.aide_id.hex in workers
    }
    gone: list[UUID] = []
    changed: list[tuple[UUID, StopDraft]] = []
    added: list[StopDraft] = []
    for draft in wanted:
        stop = old.pop((draft.visit_id, draft.aide_id), None)
        if stop is None:
            added.append(draft)
        elif stop.seat != draft.seat:
            gone.append(stop.id)
            added.append(draft)
        elif any(getattr(stop, name) != getattr(draft, name) for name in draft.__struct_fields__):
            changed.append((stop.id, draft))
    return [*gone, *(stop.id for stop in old.values())], changed, added
