"""
Rows of territory: reference data shared by all organisations.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Float, Index, Integer, String, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, GlobalRow


class CommuneRow(GlobalRow, Base):
    """
    One commune. `name_key` is the form compared in searches (`territory.names.name_key`).
    """

    __tablename__ = "commune"
    __global_reason__ = "the official list of communes, the same for everybody"
    __table_args__ = (
        CheckConstraint("code ~ '^([0-9]{5}|2[AB][0-9]{3})$'", name="code"),
        CheckConstraint("kind in ('commune', 'arrondissement')", name="kind"),
        CheckConstraint("density in ('dense', 'suburban', 'rural')", name="density"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="centre"),
        # Prefix search whatever the collation of the database.
        Index("ix_commune_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
        Index("ix_commune_postcodes", "postcodes", postgresql_using="gin"),
    )

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(String(3), index=True)
    region: Mapped[str] = mapped_column(String(3))
    epci: Mapped[str] = mapped_column(String(9))
    epci_name: Mapped[str] = mapped_column(Text)
    population: Mapped[int] = mapped_column(Integer)
    postcodes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    density: Mapped[str] = mapped_column(String(8))
    is_current: Mapped[bool] = mapped_column(Boolean, server_default="true")


class ReferenceListRow(GlobalRow, Base):
    """
    Which version of a shipped list the database holds, so that loading it twice costs nothing.
    """

    __tablename__ = "reference_list"
    __global_reason__ = "versions of official lists, no personal data"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
