"""
Remedies of a visit in no round, with our own identifiers, hours and days; pure.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.planning.homecare.remedy import (
    Change,
    Kind,
    NewBudget,
    NewContract,
    NewOption,
    NewPin,
    NewSetting,
    NewShift,
    NewSkills,
    Remedy,
)
from carecoord.planning.problem import Problem
from carecoord.planning.problem import Visit as PlannedVisit
from carecoord.planning.problem import Worker as PlannedWorker
from carecoord.planning.solution import Round, Solution
from carecoord.rosters.apply import origin_of
from carecoord.rosters.effects import Shift


class ApplyRemedy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Make a remedy that was looked at.

    Args:
        version: of the roster looked at.
        key: of the remedy.
        reason: who agreed, or why a warning is accepted; required where the remedy says so.
    """

    version: int
    key: str
    reason: str = ""


class OtherHour(msgspec.Struct, frozen=True, kw_only=True, tag="hour"):
    """The visit starts outside its hours, by so many minutes, once the person agrees."""

    earliest_at: datetime
    latest_at: datetime
    minutes: int
    is_later: bool


class OtherDay(msgspec.Struct, frozen=True, kw_only=True, tag="day"):
    """The visit takes place on another day, once the person agrees."""

    instead_of: date
    on_date: date


class LongerShift(msgspec.Struct, frozen=True, kw_only=True, tag="shift"):
    """An aide begins earlier or ends later than planned; `before` is absent for one who is off then."""

    aide_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_before: datetime | None = None
    ends_before: datetime | None = None


class MoreContract(msgspec.Struct, frozen=True, kw_only=True, tag="contract"):
    """An aide's weekly hours are raised, in seconds."""

    aide_id: UUID
    before_s: int
    after_s: int


class LiftedPin(msgspec.Struct, frozen=True, kw_only=True, tag="pin"):
    """Aspects of a visit that are no longer fixed by hand: `aides`, `hour`, `day`."""

    visit_id: UUID
    aspects: list[str]


class OtherSetting(msgspec.Struct, frozen=True, kw_only=True, tag="setting"):
    """A ceiling of the employer's own is raised, in seconds."""

    field: str
    before_s: int
    after_s: int


class MissingSkills(msgspec.Struct, frozen=True, kw_only=True, tag="skills"):
    """What an aide would have to hold."""

    aide_id: UUID
    skills: list[str]


class LargerBudget(msgspec.Struct, frozen=True, kw_only=True, tag="budget"):
    """How many people may be disturbed."""

    before: int
    after: int


Agreed = OtherHour | OtherDay | LongerShift | MoreContract
"""What somebody agrees to."""

Fact = Agreed | LiftedPin | OtherSetting | MissingSkills | LargerBudget
"""Something that changes besides the rounds."""


class MovedVisit(msgspec.Struct, frozen=True, kw_only=True):
    """Another visit that gives its place up."""

    visit_id: UUID
    aides_before: list[UUID]
    aides_after: list[UUID]
    before: datetime
    after: datetime


class SuggestedRemedy(msgspec.Struct, frozen=True, kw_only=True):
    """
    A remedy that was tried by the checker.

    Args:
        key: names it as long as the rounds do not change.
        facts: what changes besides the rounds.
        moved: the visit that gives its place up, if any.
        shifts: visits whose hour alone changes.
        rules: warnings to be accepted.
        needs_reason: somebody's agreement, or the reason of a warning, has to be written down.
        can_apply: false for what is only said: a skill is not obtained by a click.
    """

    key: str
    kind: Kind
    visit_id: UUID
    aide_ids: list[UUID]
    on_date: date
    starts_at: datetime
    facts: list[Fact] = []
    moved: MovedVisit | None = None
    shifts: list[Shift] = []
    rules: list[str] = []
    needs_reason: bool = False
    can_apply: bool = True


def key_of(remedy: Remedy) -> str:
    """Names a remedy by all that it does."""
    return hashlib.blake2s(msgspec.json.encode(remedy), digest_size=12).hexdigest()


def agreement_needed(remedy: Remedy) -> bool:
    """Whether somebody outside the planning office has to agree, or a warning to be answered for."""
    return bool(remedy.rules) or any(not isinstance(item, NewPin) for item in remedy.changes)


def lasting(remedy: Remedy) -> list[Change]:
    """Changes that the plan's problem has to keep: pins are kept apart."""
    return [item for item in remedy.changes if not isinstance(item, NewPin)]


def suggested(problem: Problem, before: Solution, remedy: Remedy) -> SuggestedRemedy:
    """A remedy with our own identifiers."""
    origin = origin_of(problem)
    was = {(item.worker, item.day): item for item in before.rounds}
    return SuggestedRemedy(
        key=key_of(remedy),
        kind=remedy.kind,
        visit_id=UUID(remedy.visit),
        aide_ids=[UUID(worker) for worker in remedy.workers],
        on_date=problem.days[remedy.day].date,
        starts_at=origin + timedelta(seconds=remedy.start_s),
        facts=[_fact(problem, item) for item in remedy.changes],
        moved=_moved(problem, was, remedy),
        shifts=_shifts(problem, was, remedy),
        rules=remedy.rules,
        needs_reason=agreement_needed(remedy),
        can_apply=not any(isinstance(item, NewSkills | NewSetting | NewBudget) for item in remedy.changes),
    )


def _fact(problem: Problem, change: Change) -> Fact:
    match change:
        case NewOption():
            return _hour_or_day(problem, change)
        case NewShift():
            return _shift(problem, change)
        case NewContract():
            before_s = _worker(problem, change.worker).contract_s
            return MoreContract(aide_id=UUID(change.worker), before_s=before_s, after_s=change.contract_s)
        case NewPin():
            return _pin(problem, change)
        case NewSetting():
            regime = next(item for item in problem.regimes if item.key == change.regime)
            own_s = int(getattr(regime, change.field))
            return OtherSetting(field=change.field, before_s=own_s, after_s=change.value)
        case NewSkills():
            return MissingSkills(aide_id=UUID(change.worker), skills=change.skills)
        case NewBudget():
            stability = problem.stability
            most = 0 if stability is None or stability.persons_max is None else stability.persons_max
            return LargerBudget(before=most, after=change.persons_max)


def _hour_or_day(problem: Problem, change: NewOption) -> OtherHour | OtherDay:
    visit, origin = _visit(problem, change.visit), origin_of(problem)
    if change.replaces is None:
        first = problem.days[visit.options[0].day].date
        return OtherDay(instead_of=first, on_date=problem.days[change.option.day].date)
    was, now = visit.options[change.replaces], change.option
    return OtherHour(
        earliest_at=origin + timedelta(seconds=was.earliest_s),
        latest_at=origin + timedelta(seconds=was.latest_s),
        minutes=(was.earliest_s - now.earliest_s + now.latest_s - was.latest_s) // 60,
        is_later=now.latest_s > was.latest_s,
    )


def _shift(problem: Problem, change: NewShift) -> LongerShift:
    origin = origin_of(problem)
    was = None if change.extends is None else _worker(problem, change.worker).shifts[change.extends]
    return LongerShift(
        aide_id=UUID(change.worker),
        starts_at=origin + timedelta(seconds=change.shift.start_s),
        ends_at=origin + timedelta(seconds=change.shift.end_s),
        starts_before=None if was is None else origin + timedelta(seconds=was.start_s),
        ends_before=None if was is None else origin + timedelta(seconds=was.end_s),
    )


def _pin(problem: Problem, change: NewPin) -> LiftedPin:
    was, now = _visit(problem, change.visit).pin, change.pin
    aspects = [
        word
        for name, word in (("workers", "aides"), ("start_s", "hour"), ("day", "day"))
        if was is not None and getattr(was, name) is not None and getattr(now, name, None) is None
    ]
    return LiftedPin(visit_id=UUID(change.visit), aspects=aspects)


def _moved(problem: Problem, was: dict[tuple[str, int], Round], remedy: Remedy) -> MovedVisit | None:
    if remedy.kind != "swap" or remedy.other is None:
        return None
    old = [(r.worker, s.start_s) for r in was.values() for s in r.stops if s.visit == remedy.other]
    new = [(r.worker, s.start_s) for r in remedy.rounds for s in r.stops if s.visit == remedy.other]
    origin = origin_of(problem)
    return MovedVisit(
        visit_id=UUID(remedy.other),
        aides_before=[UUID(worker) for worker, _ in old],
        aides_after=[UUID(worker) for worker, _ in new],
        before=origin + timedelta(seconds=old[0][1]),
        after=origin + timedelta(seconds=new[0][1]),
    )


def _shifts(problem: Problem, was: dict[tuple[str, int], Round], remedy: Remedy) -> list[Shift]:
    """Visits that stay with their aide and change their hour, round by round in order of time."""
    origin, found = origin_of(problem), []
    moved = remedy.other if remedy.kind == "swap" else None
    for item in remedy.rounds:
        before = was.get((item.worker, item.day))
        starts = {} if before is None else {stop.visit: stop.start_s for stop in before.stops}
        found += [
            Shift(
                visit_id=UUID(stop.visit),
                aide_id=UUID(item.worker),
                before=origin + timedelta(seconds=starts[stop.visit]),
                after=origin + timedelta(seconds=stop.start_s),
            )
            for stop in item.stops
            if stop.visit != moved and starts.get(stop.visit, stop.start_s) != stop.start_s
        ]
    return found


def _worker(problem: Problem, name: str) -> PlannedWorker:
    return next(item for item in problem.workers if item.id == name)


def _visit(problem: Problem, name: str) -> PlannedVisit:
    return next(item for item in problem.visits if item.id == name)
