"""
Rows of beneficiaries: the people helped, as one organisation knows them.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, VersionedRecordRow, tenant_reference


class PersonRow(VersionedRecordRow, Base):
    """
    A person helped. `reference` is the organisation's own number, the key of imports.

    `geo_quality`: `housenumber`, `street`, `locality`, `given` (coordinates of the file)
    or `commune` (centre of the commune, to be made precise).
    """

    __tablename__ = "person"
    links = (
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("civility in ('Mme', 'M.', 'Mme et M.')", name="civility"),
    )

    reference: Mapped[str] = mapped_column(Text)
    civility: Mapped[str] = mapped_column(String(16))
    last_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    birth_date: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(String(5))
    insee: Mapped[str] = mapped_column(String(5))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    geo_quality: Mapped[str] = mapped_column(String(16))
    access_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    faces_max: Mapped[int | None] = mapped_column(Integer)  # wished ceiling of distinct aides a fortnight


class StayRow(VersionedRecordRow, Base):
    """
    Days on which a person is not at home; `kind` is health data when it is `hospital`.

    Two stays of one person share no day: an exclusion constraint of the migration.
    """

    __tablename__ = "person_stay"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("kind in ('hospital', 'away')", name="kind"),
        CheckConstraint("until_on >= from_on", name="order"),
        CheckConstraint("confirmed_return_on >= from_on", name="return_order"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    from_on: Mapped[date] = mapped_column(index=True)
    until_on: Mapped[date | None]  # last day expected
    kind: Mapped[str] = mapped_column(String(16))
    confirmed_return_on: Mapped[date | None]  # first day with services again
