"""
Aides, the hours they may work, their absences: structs and commands.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

TravelMode = Literal["car", "bike", "foot"]
TRAVEL_MODES: tuple[TravelMode, ...] = ("car", "bike", "foot")

AbsenceKind = Literal["leave", "sickness", "training", "family", "meeting", "other"]
ABSENCE_KINDS: tuple[AbsenceKind, ...] = ("leave", "sickness", "training", "family", "meeting", "other")

EVERY_WEEK, ODD_WEEKS, EVEN_WEEKS = 0, 1, 2
"""Values of `Availability.week_parity`; parity is that of the ISO week number."""

FULL_TIME_MINUTES = 35 * 60
"""Legal weekly time (L3121-27): a part-time contract stays below (L3123-1)."""

LONGEST_ABSENCE = timedelta(days=3 * 366)


class Availability(msgspec.Struct, frozen=True, kw_only=True, order=True, forbid_unknown_fields=True):
    """
    A stretch of a weekday in which an aide may work.

    Args:
        weekday: 0 Monday … 6 Sunday.
        start_minute: wall clock, minutes after midnight.
        end_minute: likewise, at most 1440.
        week_parity: 0 every week, 1 odd ISO weeks, 2 even ISO weeks (weekend in two).
    """

    weekday: int
    start_minute: int
    end_minute: int
    week_parity: int = EVERY_WEEK


class AideFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an employer knows of an aide, as far as rounds need it.

    Args:
        reference: the employer's own number, the key of imports.
        contract_minutes: contract time a week.
        regime: key of a working-time regime; the employer's when absent.
        skills: what this aide may do.
        weekend_team: volunteer of a weekend team, with its own Sunday rhythm.
        sunday_consent: agreed to more Sundays than the monthly limit.
        start_latitude: where the round starts (home or base), WGS 84 degrees.
        start_insee: commune of the start.
        history: the part of `planning.problem.History` known from outside.
        availabilities: in order of weekday and start.
    """

    reference: str
    last_name: str
    first_name: str
    phone: str | None = None
    contract_minutes: int
    part_time: bool
    regime: str | None = None
    skills: list[str] = []
    travel_mode: TravelMode = "car"
    weekend_team: bool = False
    sunday_consent: bool = False
    start_latitude: float
    start_longitude: float
    end_latitude: float
    end_longitude: float
    start_insee: str
    history: dict[str, Any] = {}
    active: bool = True
    availabilities: list[Availability] = []


class Aide(AideFields, frozen=True, kw_only=True):
    """
    An aide, with the hours she may work; absences are read apart.

    Args:
        version: rises with each change.
    """

    id: UUID
    version: int


class UpsertAide(AideFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Create the aide of that reference, or make every field and the hours what is said here."""


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """
    When an aide cannot work.

    Args:
        starts_at: aware, UTC.
        ends_at: aware, UTC, excluded.
        kind: what sort of absence; never a diagnosis.
    """

    id: UUID
    aide_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: AbsenceKind


class UpsertAbsence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Create the absence of that aide between those instants, or give it this kind."""

    aide_reference: str
    starts_at: datetime
    ends_at: datetime
    kind: AbsenceKind = "leave"


class DeclareAbsence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record that an aide will be, or is, away."""

    aide_id: UUID
    starts_at: datetime
    ends_at: datetime
    kind: AbsenceKind = "leave"
