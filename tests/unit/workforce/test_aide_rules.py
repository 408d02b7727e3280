"""
What makes the record of an aide or an absence valid.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders.workforce import an_aide_command

from carecoord.workforce.domain import Availability
from carecoord.workforce.rules import absence_defects, aide_defects

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def stretch(start: int, end: int, parity: int = 0, weekday: int = 0) -> Availability:
    """A stretch of Monday in minutes, by default."""
    return Availability(weekday=weekday, start_minute=start, end_minute=end, week_parity=parity)


def test_valid_aide() -> None:
    """A part-timer below 35 hours and a full-timer at 35 hours have no defect."""
    assert aide_defects(an_aide_command()) == []
    assert aide_defects(an_aide_command(contract_minutes=35 * 60, part_time=False)) == []


@pytest.mark.parametrize(
    ("given", "where", "code"),
    [
        ({"last_name": ""}, "last_name", "text_missing"),
        ({"travel_mode": "bus"}, "travel_mode", "value_unknown"),
        ({"contract_minutes": 0}, "contract_minutes", "number_range"),
        ({"contract_minutes": 48 * 60 + 1, "part_time": False}, "contract_minutes", "number_range"),
        ({"contract_minutes": 35 * 60}, "part_time", "part_time_contract"),
        ({"start_insee": "91"}, "start_insee", "insee_malformed"),
        ({"start_latitude": 91.0}, "start_latitude", "point_malformed"),
        ({"phone": "6"}, "phone", "phone_malformed"),
        ({"availabilities": [stretch(600, 600)]}, "availabilities[0]", "availability_malformed"),
        (
            {"availabilities": [stretch(0, 10), stretch(0, 1441)]},
            "availabilities[1]",
            "availability_malformed",
        ),
        (
            {"availabilities": [stretch(480, 720), stretch(719, 900)]},
            "availabilities",
            "availability_overlap",
        ),
        (
            {"availabilities": [stretch(480, 720, 1), stretch(600, 900)]},
            "availabilities",
            "availability_overlap",
        ),
    ],
)
def test_defect(given: dict[str, Any], where: str, code: str) -> None:
    """Each wrong field is named, below the place it comes from."""
    [defect] = aide_defects(an_aide_command(**given), "aides[2].")

    assert (defect.where, defect.code) == (f"aides[2].{where}", code)


def test_stretches_that_never_meet() -> None:
    """Stretches of odd and of even weeks do not overlap, nor do touching ones or other days."""
    hours = [stretch(480, 720, 1), stretch(600, 900, 2), stretch(900, 960), stretch(480, 720, weekday=1)]

    assert aide_defects(an_aide_command(availabilities=hours)) == []


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "kind", "codes"),
    [
        (NOON, NOON + timedelta(hours=1), "training", []),
        (NOON, NOON, "leave", ["dates_order"]),
        (NOON, NOON + timedelta(days=1200), "leave", ["absence_long"]),
        (NOON.replace(tzinfo=None), NOON, "leave", ["instant_naive"]),
        (NOON, NOON - timedelta(hours=1), "grippe", ["dates_order", "value_unknown"]),
    ],
)
def test_absence(starts_at: datetime, ends_at: datetime, kind: str, codes: list[str]) -> None:
    """An absence has aware instants in order, at most three years, and a kind that tells no illness."""
    assert [defect.code for defect in absence_defects(starts_at, ends_at, kind)] == codes
