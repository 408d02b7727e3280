"""
What a stay away from home says of a day.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import DeclareStay, Stay, is_suspended
from carecoord.beneficiaries.rules import stay_defects

ODETTE, OTHER = UUID(int=101), UUID(int=102)
STAY = Stay(
    id=UUID(int=1), person_id=ODETTE, from_on=date(2026, 11, 24), until_on=date(2026, 11, 27), kind="hospital"
)


def test_services_stay_suspended_past_the_expected_end() -> None:
    """From the first day on, and past the last day expected, until somebody confirms the return."""
    days = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27), date(2026, 12, 24)]

    assert [STAY.suspends(day) for day in days] == [False, True, True, True]


def test_services_resume_on_the_confirmed_day() -> None:
    """The confirmed day is the first one with services."""
    back = msgspec.structs.replace(STAY, confirmed_return_on=date(2026, 11, 26))

    assert back.suspends(date(2026, 11, 25))
    assert not back.suspends(date(2026, 11, 26))


def test_return_is_to_be_asked_about_after_the_expected_end() -> None:
    """Once the last day expected has passed unconfirmed, somebody should ask."""
    assert not STAY.may_return(date(2026, 11, 27))
    assert STAY.may_return(date(2026, 11, 28))
    assert not msgspec.structs.replace(STAY, until_on=None).may_return(date(2027, 1, 1))


def test_only_the_person_of_the_stay_is_suspended() -> None:
    """Somebody else's stay suspends nothing."""
    assert is_suspended([STAY], ODETTE, date(2026, 11, 25))
    assert not is_suspended([STAY], OTHER, date(2026, 11, 25))


def test_wrong_stays_are_told() -> None:
    """An end before the start, an unknown kind, a start more than a year ago: all are told."""
    command = DeclareStay(
        person_id=ODETTE,
        from_on=date(2025, 1, 1),
        until_on=date(2024, 12, 31),
        kind="spa",  # type: ignore[arg-type] # wrong on purpose
    )

    found = stay_defects(command, date(2026, 11, 23))

    assert [defect.code for defect in found] == ["value_unknown", "dates_order", "stay_too_old"]
