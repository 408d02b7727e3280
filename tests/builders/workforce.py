"""
Aides and absences, valid by default.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from carecoord.workforce.domain import Absence, Aide, Availability, UpsertAbsence, UpsertAide

WEEKDAYS = [Availability(weekday=day, start_minute=7 * 60, end_minute=20 * 60) for day in range(5)]
"""Monday to Friday, 7:00 to 20:00."""

_VALUES: dict[str, Any] = {
    "reference": "A-01",
    "last_name": "Çelik",
    "first_name": "Aylin",
    "phone": "+33660000001",
    "contract_minutes": 28 * 60,
    "part_time": True,
    "skills": ["aide_toilette", "transfert"],
    "start_latitude": 48.6990,
    "start_longitude": 2.5080,
    "end_latitude": 48.6990,
    "end_longitude": 2.5080,
    "start_insee": "91114",
    "availabilities": WEEKDAYS,
}


def an_aide_command(**given: Any) -> UpsertAide:
    """A part-time aide with a car, on weekdays."""
    return UpsertAide(**{**_VALUES, **given})


def an_aide(**given: Any) -> Aide:
    """The same, once stored."""
    return Aide(**{**_VALUES, "id": UUID(int=201), "version": 1, **given})


def an_absence(**given: Any) -> Absence:
    """A leave of `an_aide()`, Tuesday 24 November 2026 from 8:00 to 12:00 in Paris."""
    values: dict[str, Any] = {
        "id": UUID(int=301),
        "aide_id": UUID(int=201),
        "starts_at": datetime(2026, 11, 24, 7, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 24, 11, tzinfo=UTC),
        "kind": "leave",
    }
    return Absence(**{**values, **given})


def an_absence_command(**given: Any) -> UpsertAbsence:
    """The same leave, as a file says it."""
    values: dict[str, Any] = {
        "aide_reference": "A-01",
        "starts_at": datetime(2026, 11, 24, 7, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 24, 11, tzinfo=UTC),
        "kind": "leave",
    }
    return UpsertAbsence(**{**values, **given})
