"""
What makes the record of a person valid.
"""

from __future__ import annotations

from typing import Any

import pytest
from builders.beneficiaries import a_person_command

from carecoord.beneficiaries.rules import person_defects


def test_valid_person() -> None:
    """A complete person has no defect; neither has one in Corsica without phone or birth date."""
    assert person_defects(a_person_command()) == []
    assert person_defects(a_person_command(insee="2A004", phone=None, birth_date=None)) == []


@pytest.mark.parametrize(
    ("given", "where", "code"),
    [
        ({"reference": " "}, "reference", "text_missing"),
        ({"address": ""}, "address", "text_missing"),
        ({"civility": "Mlle"}, "civility", "value_unknown"),
        ({"geo_quality": "exact"}, "geo_quality", "value_unknown"),
        ({"postcode": "9180"}, "postcode", "postcode_malformed"),
        ({"insee": "20004"}, "insee", "insee_malformed"),
        ({"phone": "0160"}, "phone", "phone_malformed"),
        ({"latitude": 652_709.0}, "latitude", "point_malformed"),
        ({"longitude": float("nan")}, "latitude", "point_malformed"),
        ({"faces_max": 0}, "faces_max", "number_range"),
    ],
)
def test_defect(given: dict[str, Any], where: str, code: str) -> None:
    """Each wrong field is named, below the place it comes from."""
    [defect] = person_defects(a_person_command(**given), "people[4].")

    assert (defect.where, defect.code) == (f"people[4].{where}", code)
