"""
Rows of beneficiaries: the people helped, as one organisation knows them.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, VersionedRecordRow


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
