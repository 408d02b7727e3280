"""
People helped, valid by default; invented names, real communes.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from carecoord.beneficiaries.domain import Person, UpsertPerson

_VALUES: dict[str, Any] = {
    "reference": "P-001",
    "civility": "Mme",
    "last_name": "Éluard",
    "first_name": "Odette",
    "birth_date": date(1938, 3, 14),
    "phone": "+33160460001",
    "address": "12 rue du Réveillon",
    "postcode": "91800",
    "insee": "91114",
    "latitude": 48.6973,
    "longitude": 2.5044,
    "geo_quality": "housenumber",
}


def a_person_command(**given: Any) -> UpsertPerson:
    """A woman of 88 in Brunoy."""
    return UpsertPerson(**{**_VALUES, **given})


def a_person(**given: Any) -> Person:
    """The same, once stored."""
    return Person(**{**_VALUES, "id": UUID(int=101), "version": 1, **given})
