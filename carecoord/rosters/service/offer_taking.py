"""
An offer taken: the line of the care plan, its visits, their places and pins, in one transaction.

The roster is locked first. The places are judged again on the plan as it is then: what no longer
holds is refused, and nothing at all is written.
"""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import get_person
from carecoord.careplans.domain import UpsertLine, VisitToPlan
from carecoord.careplans.service import intervention_named, settle_intervention, upsert_lines
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import CAREPLAN_WRITE, ROSTER_EDIT, system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.planning.homecare.board import TOLERATED
from carecoord.planning.homecare.desk import Desk, Trial
from carecoord.planning.homecare.need import Need as PlannedNeed
from carecoord.planning.homecare.need import apply_offer, with_need
from carecoord.planning.homecare.offer_again import Wanted, placed_again
from carecoord.planning.homecare.offer_facts import offer_of
from carecoord.planning.problem import Problem, Visit
from carecoord.rosters.apply import breach_of, origin_of, solution_of
from carecoord.rosters.ask_rules import accept_defects
from carecoord.rosters.documents import pack_problem, unpack_problem
from carecoord.rosters.domain import Pin, Roster
from carecoord.rosters.offering import AcceptOffer, Slot
from carecoord.rosters.promised import Line, lines_of
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.moves import Moved, store_move
from carecoord.rosters.service.offers import Laid, lay, roster_asked
from carecoord.rosters.service.opened import OpenedRoster, judge, open_roster
from carecoord.rosters.service.publication import breach_defect
from carecoord.rosters.service.standing import standing_of
from carecoord.rosters.store import past as past_store
from carecoord.rosters.store import rosters as store
from carecoord.settings import Settings
from carecoord.workforce.service import aide_references

REASON = "Créneau convenu"
"""Written on the pin of each visit of an offer that was taken."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """
    What taking an offer made.

    Args:
        again: the same offer was taken before under this reference; nothing was done now.
    """

    roster: Roster
    intervention_ids: list[UUID]
    visit_ids: list[UUID]
    again: bool = False


async def accept_offer(uow: UnitOfWork, actor: Actor, command: AcceptOffer, settings: Settings) -> Taken:
    """
    Take an offer: create the intervention, place its visits in the plan, and keep them there.

    A weekly pattern goes on after the plan; its visits within the plan are placed as offered and
    pinned, and the aides and the hour become those the line asks for.

    Raises:
        Refused: the actor lacks `roster:edit` or `careplan:write`.
        NotFound: no such person or roster.
        Invalid: the question or the offer has defects; a warning is brought without a reason.
        Conflict: `slot_gone`: a place does not hold any more; `reference_taken`; the plan is being
            made, or was replaced.
    """
    actor.require(ROSTER_EDIT)
    actor.require(CAREPLAN_WRITE)
    if defects := accept_defects(command):
        raise Invalid(defects)
    # First: the hour of an offer that is asked for again may be past, its place full by itself.
    if (before := await _taken_before(uow, actor, command)) is not None:
        return before
    laid = await lay(uow, command.ask, settings, actor=actor)
    roster_id = laid.roster.id
    await _lock(uow, roster_id)
    if (before := await _taken_before(uow, actor, command, roster_id)) is not None:
        return before
    # What is judged is the plan as the lock finds it; roads are asked again only where it changed.
    if await standing_of(uow, system_actor(actor.organisation_id), roster_id) is not laid.standing:
        laid = await lay(uow, command.ask, settings, actor=actor)
    trial = await asyncio.to_thread(_again, laid, laid.need, command.slots)
    _refuse(laid, trial, command)
    made = await _create(uow, actor, command, laid)
    opened = await open_roster(uow, roster_id, laid.roster.version)
    by_date = {visit.nominal_on: visit for visit in made}
    need = _real_need(laid, by_date, command)
    await _place(uow, actor, opened, Placing(laid=laid, need=need, slots=command.slots))
    placed = await _pin(uow, actor, command.slots, by_date)
    roster = await get_roster(uow, actor, roster_id)
    facts = {"visits": len(command.slots), "version": roster.version, "weekly": command.ask.is_weekly}
    record(uow, Tag.SLOT_ACCEPTED, roster_id, facts, note=command.reason)
    ids = sorted({visit.intervention_id for visit in made})
    return Taken(roster=roster, intervention_ids=ids, visit_ids=placed)


async def _lock(uow: UnitOfWork, roster_id: UUID) -> Roster:
    roster = await store.roster_by_id(uow.session, roster_id, lock=True)
    if roster is None:
        raise NotFound("roster_missing", f"no roster {roster_id}")
    if roster.state == "replaced":
        raise Conflict("roster_replaced", "these rounds were replaced by others")
    return roster


async def _taken_before(
    uow: UnitOfWork, actor: Actor, command: AcceptOffer, roster_id: UUID | None = None
) -> Taken | None:
    """The same offer taken already: a form sent twice, a program that asks again."""
    found = await intervention_named(uow, actor, command.reference)
    if found is None:
        return None
    if found.person_id != command.ask.person_id:
        raise Conflict("reference_taken", "another line has this reference")
    standing = roster_id or (await roster_asked(uow, command.ask)).id
    roster = await get_roster(uow, actor, standing)
    return Taken(roster=roster, intervention_ids=[found.id], visit_ids=[], again=True)


def _again(laid: Laid, need: PlannedNeed, slots: list[Slot]) -> Trial | None:
    problem = laid.standing.resident.problem
    by_day = {option.day: visit.id for visit in need.visits for option in visit.options}
    origin, first = origin_of(problem), problem.days[0].date
    wanted = []
    for slot in slots:
        day = (slot.on_date - first).days
        if day not in by_day:
            return None
        wanted.append(
            Wanted(
                visit=by_day[day],
                day=day,
                start_s=int((slot.starts_at - origin).total_seconds()),
                workers=[aide.hex for aide in slot.aide_ids],
            )
        )
    return placed_again(Desk(laid.standing.resident, need), wanted)


def _refuse(laid: Laid, trial: Trial | None, command: AcceptOffer) -> None:
    """Nothing is done where a place does not hold any more, or a warning has no reason."""
    if trial is None:
        raise Conflict("slot_gone", "the places offered do not hold any more")
    warned = [item for item in trial.warnings if item.rule not in TOLERATED]
    if warned and not command.reason.strip():
        problem = laid.standing.resident.problem
        raise Invalid([breach_defect(breach_of(problem, item)) for item in warned], code="reason_missing")


async def _create(uow: UnitOfWork, actor: Actor, command: AcceptOffer, laid: Laid) -> list[VisitToPlan]:
    """The lines of the care plan, and their visits within the plan."""
    ask, roster = command.ask, laid.roster
    if ask.person_id is None:
        raise Invalid([Defect(code="offer_nobody", where="ask.person_id", why="names nobody")])
    person = await get_person(uow, actor, ask.person_id)
    names = await aide_references(uow, actor)
    lines = lines_of(command, laid.dates[0])
    report = await upsert_lines(uow, actor, [_line(command, line, person.reference, names) for line in lines])
    if len(report.created) != len(lines):
        raise Conflict("reference_taken", "another line has this reference")
    made: list[VisitToPlan] = []
    for line in lines:
        _, visits = await settle_intervention(uow, actor, line.reference, roster.first_day, roster.last_day)
        made += visits
    return made


def _line(command: AcceptOffer, line: Line, person: str, names: dict[UUID, str]) -> UpsertLine:
    ask = command.ask
    return UpsertLine(
        reference=line.reference,
        person_reference=person,
        label=command.label,
        tier=ask.tier,
        weekdays=line.weekdays,
        earliest_start_minute=ask.earliest_minute,
        latest_start_minute=ask.latest_minute,
        preferred_start_minute=line.preferred_minute,
        duration_minutes=ask.duration_minutes,
        team_size=ask.team_size,
        skills=ask.skills,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        wanted_aides=[names[aide] for aide in line.aide_ids if aide in names],
        refused_aides=[names[aide] for aide in ask.refused_aides if aide in names],
    )


def _real_need(laid: Laid, by_date: dict[date, VisitToPlan], command: AcceptOffer) -> PlannedNeed:
    """The need again, its visits under the identifiers that they have now."""
    problem = laid.standing.resident.problem
    chosen = {slot.on_date for slot in command.slots}
    found: list[Visit] = []
    for visit in laid.need.visits:
        for option in visit.options:
            day = problem.days[option.day].date
            real = by_date.get(day)
            if real is None or not (command.ask.is_weekly or day in chosen):
                continue
            found.append(
                msgspec.structs.replace(
                    visit, id=real.id.hex, options=[option], series=real.intervention_id.hex,
                    wanted=_wanted(real, problem),
                )
            )  # fmt: skip
    return msgspec.structs.replace(laid.need, visits=found)


def _wanted(visit: VisitToPlan, problem: Problem) -> list[str]:
    aides = {worker.id for worker in problem.workers}
    return [aide.hex for aide in visit.wanted_aides if aide.hex in aides]


class Placing(msgspec.Struct, frozen=True, kw_only=True):
    """What is put into the stored plan: a need, at these slots."""

    laid: Laid
    need: PlannedNeed
    slots: list[Slot]


async def _place(uow: UnitOfWork, actor: Actor, opened: OpenedRoster, placing: Placing) -> None:
    """Put the visits into the plan that is stored, and keep the problem with them in it."""

    def worked_out() -> tuple[Moved, bytes]:
        laid, need, slots = placing.laid, placing.need, placing.slots
        trial = _again(laid, need, slots)
        if trial is None:
            raise Conflict("slot_gone", "the places offered do not hold any more")
        offer = offer_of(Desk(laid.standing.resident, need), trial)
        problem = opened.problem()
        after_problem, after = apply_offer(problem, solution_of(problem, opened.stops), need, offer)
        grown = with_need(unpack_problem(opened.packed), need)
        return Moved(problem=after_problem, after=after, before=[]), pack_problem(grown)

    moved, packed = await asyncio.to_thread(worked_out)
    judgement = await asyncio.to_thread(judge, moved.problem, moved.after)
    await store_move(uow, actor, opened, moved, judgement)
    await store.change_roster(uow.session, opened.roster.id, problem=packed)


async def _pin(
    uow: UnitOfWork, actor: Actor, slots: list[Slot], visits: dict[date, VisitToPlan]
) -> list[UUID]:
    """What was promised on the telephone stays: aides, day and hour of each visit placed."""
    placed = []
    for slot in slots:
        visit_id = visits[slot.on_date].id
        pin = Pin(
            visit_id=visit_id,
            aide_ids=slot.aide_ids,
            starts_at=slot.starts_at,
            on_date=slot.on_date,
            pinned_by=actor.account_id,
            reason=REASON,
            promised=True,
        )
        await past_store.save_pin(uow.session, actor.organisation_id, pin)
        placed.append(visit_id)
    return placed
