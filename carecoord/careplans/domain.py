"""
Care plans, recurring interventions, exceptions, dated visits: structs and commands.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

Tier = Literal["vital", "important", "comfort"]
TIERS: tuple[Tier, ...] = ("vital", "important", "comfort")

HolidayRule = Literal["keep", "skip"]
HOLIDAY_RULES: tuple[HolidayRule, ...] = ("keep", "skip")

ExceptionKind = Literal["cancelled", "moved", "added", "changed"]
EXCEPTION_KINDS: tuple[ExceptionKind, ...] = ("cancelled", "moved", "added", "changed")

VisitStatus = Literal["planned", "cancelled", "done"]


class CarePlan(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an organisation provides to one person.

    Args:
        ends_on: last day, included; None until further notice.
    """

    id: UUID
    person_id: UUID
    starts_on: date
    ends_on: date | None = None
    version: int


class LineFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a recurring intervention says, whoever reads or writes it.

    Args:
        reference: key of imports.
        label: what is done, as printed on a round sheet.
        tier: priority when not everything can be served.
        weekdays: days of the weekly pattern, 0 Monday … 6 Sunday; one visit each.
        alternative_days: other days of the same week on which each visit may fall as well.
        interval_weeks: 2 for every other week, counted from the week of `anchor_on`.
        earliest_start_minute: earliest start, wall clock, minutes after midnight.
        latest_start_minute: latest *start*.
        preferred_start_minute: wished start, if any.
        duration_minutes: time at the door.
        team_size: 1, or 2 aides who start together.
        skills: each aide must hold all of these.
        essential: an act of daily life that law allows on 1 May or at short notice.
        holidays: `skip` makes no visit on a French public holiday.
        serves_meal: the visit serves the meal delivered for that day, and starts once it is there.
        starts_on: first day.
        ends_on: last day, included.
    """

    reference: str
    label: str
    tier: Tier
    weekdays: list[int]
    alternative_days: list[int] = []
    interval_weeks: int = 1
    earliest_start_minute: int
    latest_start_minute: int
    preferred_start_minute: int | None = None
    duration_minutes: int
    team_size: int = 1
    skills: list[str] = []
    essential: bool = True
    holidays: HolidayRule = "keep"
    serves_meal: bool = False
    starts_on: date
    ends_on: date | None = None


class InterventionException(msgspec.Struct, frozen=True, kw_only=True):
    """
    One date of an intervention that differs.

    Args:
        on_date: the nominal date.
        kind: `cancelled`, `moved` (to `moved_to`), `added`, or `changed`.
        changes: window or duration, names of `CHANGEABLE` -> minutes; allowed with every
            kind but `cancelled`.
    """

    id: UUID
    intervention_id: UUID
    on_date: date
    kind: ExceptionKind
    moved_to: date | None = None
    changes: dict[str, int] = {}


CHANGEABLE = ("earliest_start_minute", "latest_start_minute", "preferred_start_minute", "duration_minutes")


class Intervention(LineFields, frozen=True, kw_only=True):
    """
    A recurring line of a care plan.

    Args:
        person_id: whose plan it belongs to.
        plan_ends_on: last day of the plan, which also ends the line.
        anchor_on: any day of a week in which the pattern applies.
        wanted_aides: aides the person asks for (a wish).
        refused_aides: aides who may never come (a right).
    """

    id: UUID
    care_plan_id: UUID
    person_id: UUID
    plan_starts_on: date
    plan_ends_on: date | None = None
    anchor_on: date
    wanted_aides: list[UUID] = []
    refused_aides: list[UUID] = []
    exceptions: list[InterventionException] = []
    version: int


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """
    One date of an intervention, once pattern, dates, holidays and exceptions are applied.

    Args:
        nominal_on: date of the pattern; names the occurrence for good.
        due_on: date under which it is listed: the nominal one, or the one it was moved to.
        allowed_dates: every date on which it may take place, in order.
    """

    nominal_on: date
    due_on: date
    allowed_dates: list[date]
    earliest_start_minute: int
    latest_start_minute: int
    preferred_start_minute: int | None
    duration_minutes: int


class VisitToPlan(msgspec.Struct, frozen=True, kw_only=True):
    """
    A dated visit with what its intervention says: everything a planner or a board needs.

    Args:
        id: follows from intervention and nominal date.
        due_on: date under which it is listed.
    """

    id: UUID
    intervention_id: UUID
    person_id: UUID
    nominal_on: date
    due_on: date
    allowed_dates: list[date]
    earliest_start_minute: int
    latest_start_minute: int
    preferred_start_minute: int | None
    duration_minutes: int
    status: VisitStatus
    reference: str
    label: str
    tier: Tier
    team_size: int
    skills: list[str]
    wanted_aides: list[UUID]
    refused_aides: list[UUID]
    essential: bool
    serves_meal: bool = False


class UpsertLine(LineFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Create the line of that reference, or make it what is said here.

    The care plan of the person is created when there is none.

    Args:
        person_reference: number of the person in the same organisation.
        anchor_on: any day of a week in which the pattern applies; `starts_on` when absent.
        wanted_aides: references of aides.
        refused_aides: references of aides.
    """

    person_reference: str
    anchor_on: date | None = None
    wanted_aides: list[str] = []
    refused_aides: list[str] = []


class AddException(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make one date of an intervention differ; replaces what was said of that date before."""

    intervention_id: UUID
    on_date: date
    kind: ExceptionKind
    moved_to: date | None = None
    changes: dict[str, int] = {}


class EndIntervention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Give an intervention its last day.

    Args:
        version: the one that was shown to whoever decides.
    """

    intervention_id: UUID
    ends_on: date
    version: int
