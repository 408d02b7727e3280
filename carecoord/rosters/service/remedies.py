"""
What may be done for a visit in no round: asked on demand, and done in one transaction.

What a person or an aide agrees to (another hour, a longer shift, more contract hours) is written
into the facts of this plan, with who agreed; it is no change of the records, which later plans read.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.planning.homecare.explain import board_of, explain_on
from carecoord.planning.homecare.remedies import remedies
from carecoord.planning.homecare.remedy import NewPin, Remedy, apply_remedy, changed_problem
from carecoord.planning.homecare.remedy_trial import Limits
from carecoord.planning.lookup import Lookup, stops_by_round
from carecoord.planning.problem import Interval, Problem
from carecoord.planning.problem import Pin as PlannedPin
from carecoord.planning.solution import Round, Solution
from carecoord.rosters.apply import origin_of, solution_of
from carecoord.rosters.documents import pack_problem, unpack_problem
from carecoord.rosters.domain import Pin, Roster
from carecoord.rosters.past_rounds import rounds_json
from carecoord.rosters.remedial import ApplyRemedy, SuggestedRemedy, key_of, lasting, suggested
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.moves import Moved, pin_on, store_move
from carecoord.rosters.service.opened import Judgement, OpenedRoster, judge, open_roster
from carecoord.rosters.service.places import LeftOut, left_out_of
from carecoord.rosters.store import rosters as store
from carecoord.workforce.domain import Absence
from carecoord.workforce.service import absences_between

SECONDS = 2.0
"""How long remedies of one visit are looked for."""


class Remedies(msgspec.Struct, frozen=True, kw_only=True):
    """
    What may be done for one visit.

    Args:
        version: of the roster that they hold for.
        is_served: the visit is in the rounds; nothing is looked for then.
        left: the causes, aide by aide.
    """

    roster_id: UUID
    version: int
    visit_id: UUID
    is_served: bool = False
    left: LeftOut | None = None
    found: list[SuggestedRemedy] = []


async def remedies_of(uow: UnitOfWork, actor: Actor, roster_id: UUID, visit_id: UUID) -> Remedies:
    """
    Remedies of a visit in no round, each tried, the least burden first.

    Aides who are absent are not asked; hours promised, and what has begun, are left alone.

    Raises:
        NotFound: no such roster, or its plan does not have the visit.
        Refused: the actor lacks `roster:edit`.
        Conflict: the plan is still being made.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, None)
    away = await _absences(uow, actor, opened)
    return await asyncio.to_thread(_told, opened, visit_id, away, _begun_by(opened, uow.now))


class WantedRemedy(msgspec.Struct, frozen=True, kw_only=True):
    """
    A remedy that is to be made, with the plan as it was read; nothing is locked.

    Args:
        now: before which rounds stay as they are.
    """

    opened: OpenedRoster
    visit_id: UUID
    away: list[Absence]
    now: datetime
    command: ApplyRemedy


class FoundRemedy(msgspec.Struct, frozen=True, kw_only=True):
    """The remedy that was wanted, searched out again."""

    wanted: WantedRemedy
    remedy: Remedy


async def wanted_remedy(
    uow: UnitOfWork, actor: Actor, roster_id: UUID, visit_id: UUID, command: ApplyRemedy
) -> WantedRemedy:
    """
    Read what a remedy is searched in: the first of three steps, `found_remedy` and `make_remedy` follow.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:edit`.
        Conflict: changed meanwhile, replaced, or still being made.
    """
    actor.require("roster:edit")
    opened = await open_roster(uow, roster_id, None)
    if opened.roster.version != command.version:
        raise Conflict("changed_meanwhile", "the roster was changed by somebody else meanwhile")
    if opened.roster.state == "replaced":
        raise Conflict("roster_replaced", "these rounds were replaced by others")
    away = await _absences(uow, actor, opened)
    return WantedRemedy(
        opened=opened, visit_id=visit_id, away=away, now=_begun_by(opened, uow.now), command=command
    )


async def found_remedy(wanted: WantedRemedy) -> FoundRemedy:
    """
    Search the remedy; takes seconds, so it is called outside any unit of work.

    Raises:
        NotFound: the plan does not have the visit.
        Conflict: `remedy_gone`: the remedy does not hold any more.
    """
    return await asyncio.to_thread(_searched, wanted)


async def make_remedy(uow: UnitOfWork, actor: Actor, found: FoundRemedy) -> Roster:
    """
    Make a remedy: what was agreed, the pins lifted and the rounds, all or nothing.

    Only here is the roster locked: the remedy is not searched again but applied and checked.

    Raises:
        NotFound: no such roster.
        Refused: the actor lacks `roster:edit`.
        Conflict: changed meanwhile, replaced, still being made, or `remedy_gone`: the remedy does
            not hold any more.
        Invalid: `reason_missing`: who agreed, or why a warning is accepted, is not written down.
    """
    actor.require("roster:edit")
    wanted = found.wanted
    roster_id = wanted.opened.roster.id
    opened = await open_roster(uow, roster_id, wanted.command.version)
    if opened.roster.state == "replaced":
        raise Conflict("roster_replaced", "these rounds were replaced by others")
    away = await _absences(uow, actor, opened)
    # Pins and absences change without a new version of the roster.
    same = (opened.packed, opened.pins, away) == (wanted.opened.packed, wanted.opened.pins, wanted.away)
    if not same:
        raise _gone()
    made = await asyncio.to_thread(_worked_out, opened, found, _begun_by(opened, uow.now))
    await store_move(uow, actor, opened, made.moved, made.judgement)
    if made.packed is not None:
        await store.change_roster(uow.session, roster_id, problem=made.packed)
    roster = await get_roster(uow, actor, roster_id)
    _record(uow, roster, made, wanted.command)
    return roster


def _gone() -> Conflict:
    return Conflict("remedy_gone", "this remedy does not hold any more")


class _Made(msgspec.Struct, frozen=True, kw_only=True):
    """A remedy worked out for storing; `packed` is the problem where facts of the plan change."""

    told: SuggestedRemedy
    moved: Moved
    judgement: Judgement
    packed: bytes | None


async def _absences(uow: UnitOfWork, actor: Actor, opened: OpenedRoster) -> list[Absence]:
    first, last = opened.roster.first_day, opened.roster.last_day
    return await absences_between(
        uow, actor, local_instant(first, 0), local_instant(last + timedelta(days=1), 0)
    )


def _begun_by(opened: OpenedRoster, now: datetime) -> datetime:
    """The instant before which rounds stay as they are; of a plan that is over, nothing is at stake."""
    last = local_instant(opened.roster.last_day + timedelta(days=1), 0)
    return now if now < last else local_instant(opened.roster.first_day, 0)


def _limits(problem: Problem, opened: OpenedRoster, away: list[Absence], now: datetime) -> Limits:
    """What is out of reach: hours promised, visits begun, aides absent."""
    origin = origin_of(problem)
    absent: dict[str, list[Interval]] = defaultdict(list)
    for item in away:
        start_s = int((item.starts_at - origin).total_seconds())
        end_s = int((item.ends_at - origin).total_seconds())
        absent[item.aide_id.hex].append(Interval(start_s=start_s, end_s=end_s))
    promised = {pin.visit_id.hex for pin in opened.pins if pin.promised}
    begun = {stop.visit_id.hex for stop in opened.stops if stop.starts_at <= now}
    return Limits(seconds=SECONDS, locked=frozenset(promised | begun), absent=dict(absent))


def _found(problem: Problem, before: Solution, visit_id: UUID, limits: Limits, now: datetime) -> list[Remedy]:
    found = remedies(problem, before, visit_id.hex, limits=limits)
    return [item for item in found if _is_ahead(problem, before, item, now)]


def _is_ahead(problem: Problem, before: Solution, remedy: Remedy, now: datetime) -> bool:
    """Whether a remedy leaves alone what has begun."""
    now_s = int((now - origin_of(problem)).total_seconds())
    was = {(item.worker, item.day): item for item in before.rounds}
    return remedy.start_s > now_s and not any(_touches_past(was, made, now_s) for made in remedy.rounds)


def _touches_past(was: dict[tuple[str, int], Round], made: Round, now_s: int) -> bool:
    """Whether a round changes what has begun, or would have had to."""
    before = was.get((made.worker, made.day))
    old = set() if before is None else {(stop.visit, stop.start_s) for stop in before.stops}
    new = {(stop.visit, stop.start_s) for stop in made.stops}
    return any(start_s <= now_s for _, start_s in old ^ new)


def _told(opened: OpenedRoster, visit_id: UUID, away: list[Absence], now: datetime) -> Remedies:
    problem = opened.problem()
    before = solution_of(problem, opened.stops)
    _known(problem, visit_id)
    told = Remedies(roster_id=opened.roster.id, version=opened.roster.version, visit_id=visit_id)
    if any(stop.visit_id == visit_id for stop in opened.stops):
        return msgspec.structs.replace(told, is_served=True)
    limits = _limits(problem, opened, away, now)
    found = _found(problem, before, visit_id, limits, now)
    lookup = Lookup(problem)
    board, _ = board_of(lookup, stops_by_round(lookup, before))
    left = left_out_of(problem, visit_id, *explain_on(board, lookup.visits[visit_id.hex]))
    return msgspec.structs.replace(
        told, left=left, found=[suggested(problem, before, item) for item in found]
    )


def _known(problem: Problem, visit_id: UUID) -> None:
    if all(visit.id != visit_id.hex for visit in problem.visits):
        raise NotFound("visit_unknown", f"no visit {visit_id} in this plan")


def _searched(wanted: WantedRemedy) -> FoundRemedy:
    opened, visit_id, now = wanted.opened, wanted.visit_id, wanted.now
    problem = opened.problem()
    before = solution_of(problem, opened.stops)
    _known(problem, visit_id)
    if any(stop.visit_id == visit_id for stop in opened.stops):
        raise Conflict("remedy_gone", "the visit is in the rounds already")
    limits = _limits(problem, opened, wanted.away, now)
    # more time and more of them than were told: what was told comes out again on a busy server too
    patient = msgspec.structs.replace(limits, seconds=5 * SECONDS, most=100)
    found = _found(problem, before, visit_id, patient, now)
    remedy = next((item for item in found if key_of(item) == wanted.command.key), None)
    if remedy is None:
        raise _gone()
    return FoundRemedy(wanted=wanted, remedy=remedy)


def _worked_out(opened: OpenedRoster, found: FoundRemedy, now: datetime) -> _Made:
    """The remedy applied to the plan under the lock, and judged by the checker beside the plan before."""
    remedy, command = found.remedy, found.wanted.command
    problem = opened.problem()
    before = solution_of(problem, opened.stops)
    told = suggested(problem, before, remedy)
    if not told.can_apply or not _is_ahead(problem, before, remedy, now):
        raise _gone()
    if told.needs_reason and not command.reason.strip():
        where = Defect(code="reason_missing", where="reason", why="who agreed, or why, is missing")
        raise Invalid([where], code="reason_missing")
    after_problem, after = apply_remedy(problem, before, remedy)
    judgement = judge(after_problem, after)
    blocking = judge(problem, before).figures.blocking
    if sum(judgement.figures.blocking.values()) > sum(blocking.values()):
        raise _gone()
    kept = lasting(remedy)
    return _Made(
        told=told,
        moved=_moved(opened, problem, after_problem, after, remedy),
        judgement=judgement,
        packed=pack_problem(changed_problem(unpack_problem(opened.packed), kept)) if kept else None,
    )


def _moved(
    opened: OpenedRoster, problem: Problem, after_problem: Problem, after: Solution, remedy: Remedy
) -> Moved:
    was = {(item.worker, item.day): item for item in solution_of(problem, opened.stops).rounds}
    rounds = [
        was.get((item.worker, item.day), Round(worker=item.worker, day=item.day, stops=[]))
        for item in remedy.rounds
    ]
    loosened = [item for item in remedy.changes if isinstance(item, NewPin)]
    stored = pin_on(opened, UUID(loosened[0].visit)) if loosened else None
    return Moved(
        problem=after_problem,
        after=after,
        before=rounds,
        pin_before=stored,
        pin_after=_loosened(stored, loosened[0].pin) if stored is not None and loosened else None,
    )


def _loosened(stored: Pin, left: PlannedPin | None) -> Pin | None:
    """The stored pin without the aspects that were lifted."""
    if left is None:
        return None
    return msgspec.structs.replace(
        stored,
        aide_ids=stored.aide_ids if left.workers is not None else None,
        starts_at=stored.starts_at if left.start_s is not None else None,
        on_date=stored.on_date if left.day is not None else None,
    )


def _record(uow: UnitOfWork, roster: Roster, made: _Made, command: ApplyRemedy) -> None:
    """What was done and agreed; where the rounds alone change, it can be undone like a move."""
    told = made.told
    facts = {
        "roster": str(roster.id),
        "aides": [str(aide) for aide in told.aide_ids],
        "version": roster.version,
        "kind": told.kind,
        "facts": msgspec.to_builtins(told.facts, str_keys=True),
    }
    if not told.facts:
        moved = {**facts, "before": rounds_json(made.moved.problem, made.moved.before), "pin": None}
        record(uow, Tag.VISIT_MOVED, told.visit_id, moved, note=command.reason)
        return
    record(uow, Tag.REMEDY_MADE, told.visit_id, facts, note=command.reason)
