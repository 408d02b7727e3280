"""
Repairing a published day: what is asked, what is proposed, who is to be called. Structs alone.

Instants are aware UTC; people, aides and visits are identifiers.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from carecoord.planning.homecare.board import TOLERATED
from carecoord.rosters.domain import AideCause, RuleBreach
from carecoord.workforce.domain import AbsenceKind

RepairState = Literal["queued", "running", "stopping", "done", "failed", "applied", "undone"]
SEARCHING: tuple[RepairState, ...] = ("queued", "running", "stopping")
"""States in which better repairs are still looked for."""

EventKind = Literal["absent", "cancelled", "overrun", "added"]
EVENT_KINDS: tuple[EventKind, ...] = ("absent", "cancelled", "overrun", "added")

PEOPLE_MAX = 500
TOLERANCE_MAX_MINUTES = 120
KEPT_AFTER = timedelta(days=7)
"""How long after its day a repair keeps what it was worked out from; who was called is kept on."""

EXTRA_MAX_MINUTES = 480


class RepairEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    What happened.

    Args:
        kind: an aide is absent; a visit is cancelled, takes longer, or is to be made besides.
        aide_id: who is absent.
        visit_id: which visit; one to be made besides is a dated visit that the rounds do not have.
        from_at, until_at: of the absence; until the end of the day when absent.
        extra_minutes: how much longer the visit takes.
        reason: sort of absence, never a diagnosis.
    """

    kind: EventKind
    aide_id: UUID | None = None
    visit_id: UUID | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    extra_minutes: int = 0
    reason: AbsenceKind = "sickness"


class RequestRepair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Ask for repairs of a day.

    Args:
        version: of the roster looked at.
        at: the moment from which something may change.
        people_max: disturbance budget: people whose aide or hour may change; no limit when absent.
        tolerance_minutes: a start that moves by no more is not a change of hour.
    """

    version: int
    on_date: date
    at: datetime
    events: list[RepairEvent]
    people_max: int | None = None
    tolerance_minutes: int = 15


class ApplyRepair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Make one of the proposed repairs: `first`, `small`, `medium` or `free`.

    Args:
        reason: why a rule is broken; required where `law` of the proposal names one, a day below the
            daily minimum apart.
    """

    breadth: Literal["first", "small", "medium", "free"]
    reason: str = ""


class VisitTold(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that is elsewhere or otherwise after a repair; no aide where nobody makes it."""

    visit_id: UUID
    person_id: UUID
    before: list[UUID]
    before_at: datetime | None
    after: list[UUID]
    after_at: datetime | None
    aide_changed: bool
    hour_changed: bool


class CallTold(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to telephone: a person helped or an aide; `before_at` is the first start it is about."""

    kind: Literal["person", "aide"]
    who: UUID
    before_at: datetime
    visit_ids: list[UUID]


class AideTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a repair means for one aide: seconds of work and of travel, metres, after minus before."""

    aide_id: UUID
    work_s: int
    travel_s: int
    distance_m: int
    gained: list[UUID]
    lost: list[UUID]
    moved: list[UUID]


class LeftTold(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that nobody would make any more, with its computed cause."""

    visit_id: UUID
    cause: str
    causes: list[AideCause] = []


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """
    One way to repair.

    Args:
        breadth: `first` (found at once), `small`, `medium` or `free`.
        disturbed: people whose aide or hour changes.
        law: rules broken that were kept before.
        unserved: tier -> all visits left out of the period.
        soft_cents, terms: price after minus before.
        rounds: the rounds it changes, as they would be (`carecoord.rosters.past_rounds`).
        rounds_before: the same as they are.
    """

    breadth: Literal["first", "small", "medium", "free"]
    changes: list[VisitTold]
    disturbed: list[UUID]
    calls: list[CallTold]
    aides: list[AideTold]
    law: list[RuleBreach]
    mended: int
    left_out: list[LeftTold]
    unserved: dict[str, int]
    terms: dict[str, int]
    soft_cents: int
    rounds: list[dict[str, Any]]
    rounds_before: list[dict[str, Any]]

    @property
    def needs_reason(self) -> bool:
        """Whether somebody has to say why a rule is broken, as for a move by hand."""
        return any(item.rule not in TOLERATED for item in self.law)

    @property
    def work_s(self) -> int:
        """Seconds of work of all aides, after minus before."""
        return sum(item.work_s for item in self.aides)

    @property
    def distance_m(self) -> int:
        """Metres between visits, after minus before."""
        return sum(item.distance_m for item in self.aides)


class RepairCall(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list of calls of an applied repair, with who called and when."""

    id: UUID
    kind: Literal["person", "aide"]
    who: UUID
    before_at: datetime
    visit_ids: list[UUID]
    called_at: datetime | None = None
    called_by: UUID | None = None


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """
    A day being repaired.

    Args:
        roster_version: of the rounds that the proposals are about.
        proposals: the first one, then those found by searching, best first.
        applied: breadth of the proposal that was made.
        failure: code of the reason, in state `failed`; the first proposal still holds.
        calls: once applied.
    """

    id: UUID
    roster_id: UUID
    roster_version: int
    on_date: date
    at: datetime
    state: RepairState
    phase: str
    people_max: int | None
    tolerance_minutes: int
    events: list[RepairEvent]
    proposals: list[Proposal]
    requested_by: UUID | None = None
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failure: str | None = None
    applied: str | None = None
    applied_at: datetime | None = None
    applied_by: UUID | None = None
    calls: list[RepairCall] = []

    @property
    def is_searching(self) -> bool:
        """Whether better repairs are still looked for."""
        return self.state in SEARCHING

    def proposal(self, breadth: str) -> Proposal | None:
        """The proposal of a breadth."""
        return next((item for item in self.proposals if item.breadth == breadth), None)
