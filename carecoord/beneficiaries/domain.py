"""
The people helped: structs and commands.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

Civility = Literal["Mme", "M.", "Mme et M."]
CIVILITIES: tuple[Civility, ...] = ("Mme", "M.", "Mme et M.")

GeoQuality = Literal["housenumber", "street", "locality", "given", "commune"]
GEO_QUALITIES: tuple[GeoQuality, ...] = ("housenumber", "street", "locality", "given", "commune")


class PersonFields(msgspec.Struct, frozen=True, kw_only=True):
    """
    What an organisation knows of a person it helps.

    Args:
        reference: the organisation's own number, the key of imports.
        phone: `+33` and nine digits.
        insee: commune; the postcode never decides it.
        latitude: WGS 84 degrees of the front door.
        longitude: likewise.
        geo_quality: how precise the point is; `given` comes from the file,
            `commune` is the centre of the commune and needs to be made precise.
        access_note: how to get in; no health data.
        faces_max: wished ceiling of distinct aides over a fortnight.
    """

    reference: str
    civility: Civility
    last_name: str
    first_name: str
    birth_date: date | None = None
    phone: str | None = None
    address: str
    postcode: str
    insee: str
    latitude: float
    longitude: float
    geo_quality: GeoQuality
    access_note: str = ""
    faces_max: int | None = None


class Person(PersonFields, frozen=True, kw_only=True):
    """
    A person helped.

    Args:
        version: rises with each change; two people cannot overwrite each other unseen.
    """

    id: UUID
    version: int


class UpsertPerson(PersonFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Create the person of that reference, or make every field what is said here."""
