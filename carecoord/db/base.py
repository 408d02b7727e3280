"""
Declarative base: constraint names, identifiers, tenant rows, links that cannot cross tenants.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from carecoord.kernel.ids import new_id

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every row class."""

    metadata = MetaData(naming_convention=NAMING)


class IdentifiedRow:
    """A row known by a time-ordered identifier."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class TimestampedRow:
    """When the row came to be and last changed, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )


class TenantRow(IdentifiedRow, TimestampedRow):
    """
    A row of one organisation, reached only through a forced row-level-security policy.

    A child names its tenant too and points to `(organisation_id, id)` of its parent with
    `tenant_link`, so that no row can hang on another organisation's row: foreign-key
    checks do not go through row-level security.
    """

    __tablename__: str

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:
        """The pair that children point to, and the links this class declares."""
        links: tuple[object, ...] = getattr(cls, "links", ())
        return (UniqueConstraint("organisation_id", "id"), *links)

    @declared_attr
    def organisation_id(cls) -> Mapped[UUID]:
        """The organisation that the row belongs to."""
        return mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)


def tenant_link(column: str, table: str, *, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """A foreign key to a tenant row of the same organisation, by table name."""
    return ForeignKeyConstraint(
        ["organisation_id", column],
        [f"{table}.organisation_id", f"{table}.id"],
        ondelete=ondelete,
    )
