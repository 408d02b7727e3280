"""
Lines of care plans, valid by default.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from carecoord.careplans.domain import Intervention, InterventionException, UpsertLine

_VALUES: dict[str, Any] = {
    "reference": "L-001",
    "label": "Lever, toilette",
    "tier": "vital",
    "weekdays": [0, 2, 4],
    "earliest_start_minute": 8 * 60,
    "latest_start_minute": 9 * 60,
    "preferred_start_minute": 8 * 60 + 30,
    "duration_minutes": 45,
    "skills": ["aide_toilette"],
    "starts_on": date(2026, 1, 5),
}


def a_line_command(**given: Any) -> UpsertLine:
    """Getting up, Mondays, Wednesdays and Fridays between 8:00 and 9:00, for `P-001`."""
    return UpsertLine(**{**_VALUES, "person_reference": "P-001", **given})


def an_intervention(**given: Any) -> Intervention:
    """The same, once stored."""
    values: dict[str, Any] = {
        "id": UUID(int=401),
        "care_plan_id": UUID(int=501),
        "person_id": UUID(int=101),
        "plan_starts_on": date(2026, 1, 5),
        "anchor_on": date(2026, 1, 5),
        "version": 1,
    }
    return Intervention(**{**_VALUES, **values, **given})


def an_exception(**given: Any) -> InterventionException:
    """Wednesday 25 November 2026 is cancelled."""
    values: dict[str, Any] = {
        "id": UUID(int=601),
        "intervention_id": UUID(int=401),
        "on_date": date(2026, 11, 25),
        "kind": "cancelled",
    }
    return InterventionException(**{**values, **given})
