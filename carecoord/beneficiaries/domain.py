"""
The people helped: structs and commands.
"""

from __future__ import annotations

from collections.abc import Iterable
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


StayKind = Literal["hospital", "away"]
STAY_KINDS: tuple[StayKind, ...] = ("hospital", "away")


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """
    Days on which a person is not at home: every service is suspended.

    Args:
        from_on: first day without services.
        until_on: last day expected; None while nobody knows. An expectation only: services stay
            suspended past it until somebody confirms the return.
        kind: `hospital` is health data: never in a title, a file name, a log or a notification,
            and no reason for anything that another service shows.
        confirmed_return_on: first day on which services resume; None until confirmed.
        version: rises with each change.
    """

    id: UUID
    person_id: UUID
    from_on: date
    until_on: date | None = None
    kind: StayKind = "away"
    confirmed_return_on: date | None = None
    version: int = 1

    def suspends(self, day: date) -> bool:
        """Whether no service takes place that day."""
        return self.from_on <= day and (self.confirmed_return_on is None or day < self.confirmed_return_on)

    def may_return(self, day: date) -> bool:
        """Whether a return that day, or before, may be taken for likely: to be asked about, not acted on."""
        return self.confirmed_return_on is None and self.until_on is not None and self.until_on < day


class DeclareStay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record that a person is, or will be, away from home."""

    person_id: UUID
    from_on: date
    until_on: date | None = None
    kind: StayKind = "away"


class ChangeStay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Other dates or another kind for a stay whose return is not confirmed.

    Args:
        version: of the stay the reader looked at.
    """

    stay_id: UUID
    version: int
    from_on: date
    until_on: date | None = None
    kind: StayKind = "away"


class ConfirmReturn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Say that the person is home: services resume on that day. `on` None takes a confirmation back.

    Args:
        on: first day with services; the first day of the stay when it never took place.
        version: of the stay the reader looked at.
    """

    stay_id: UUID
    version: int
    on: date | None


def is_suspended(stays: Iterable[Stay], person_id: UUID, day: date) -> bool:
    """Whether some stay of that person suspends services on a day."""
    return any(stay.person_id == person_id and stay.suspends(day) for stay in stays)
