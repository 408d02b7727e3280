"""
Declarative base, names of constraints, and the two kinds of rows: tenant or global.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    event,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, mapped_column

from carecoord.kernel.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name known beforehand: `db/errors.py` turns it into a domain error."""

ALL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
"""What the application role may do with a table, unless its class narrows `__rights__`."""

CURRENT_ORGANISATION = "nullif(current_setting('carecoord.organisation_id', true), '')::uuid"
CURRENT_ACCOUNT = "nullif(current_setting('carecoord.account_id', true), '')::uuid"

TENANT_RULE = f"organisation_id = {CURRENT_ORGANISATION}"
"""A row is reached by its own organisation alone; by nobody when none is set."""


class Base(DeclarativeBase):
    """
    Base of every row.

    A class declares who reaches its rows by inheriting `TenantRow`, `GuardedRow` or
    `GlobalRow`; one that does none of these is refused by `carecoord.db.rls` and by the tests.
    """

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        UUID: Uuid(),
        date: Date(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class IdRow:
    """A time-ordered identifier made by the program."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class DatedRow:
    """When the row was made and last changed, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class VersionedRow:
    """
    Optimistic lock: an update of a row that changed meanwhile raises `Conflict`.
    """

    version: Mapped[int] = mapped_column(BigInteger(), default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined] # given by SQLAlchemy


class GuardedRow:
    """
    Rows kept apart by a forced policy.

    `__rls_using__` says which rows are seen, `__rls_check__` which may be written (the
    same when None): SQL conditions on the row and on the transaction's context.
    """

    __rights__: ClassVar[tuple[str, ...]] = ALL_RIGHTS
    __rls_using__: ClassVar[str]
    __rls_check__: ClassVar[str | None] = None


class TenantRow(GuardedRow):
    """Rows that belong to one organisation: the rule for nearly every table."""

    __rls_using__: ClassVar[str] = TENANT_RULE

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="RESTRICT"), index=True
    )


class RecordRow(TenantRow, IdRow, DatedRow):
    """
    The usual tenant row: identifier, dates, and the pair `(organisation_id, id)` that children refer to.

    A subclass lists its other constraints in `links`.
    """

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        links: tuple[Any, ...] = getattr(cls, "links", ())
        return (tenant_key("id"), *links)


class VersionedRecordRow(RecordRow, VersionedRow):
    """The usual tenant row, where two people may edit."""


class GlobalRow:
    """
    Rows shared by all organisations; the reason is compulsory.
    """

    __rights__: ClassVar[tuple[str, ...]] = ALL_RIGHTS
    __global_reason__: ClassVar[str]


def tenant_key(*columns: str) -> UniqueConstraint:
    """
    A unique constraint within the organisation; `tenant_key("id")` makes a table referable.
    """
    return UniqueConstraint("organisation_id", *columns)


def tenant_reference(column: str, table: str, *, ondelete: str = "RESTRICT") -> ForeignKeyConstraint:
    """
    A reference that cannot leave the organisation.

    Foreign keys are checked without row-level security, so a plain one could point at
    another organisation's row; this one includes `organisation_id`. The referred table
    has `tenant_key("id")`.

    Args:
        column: column of this table.
        table: name of the referred table, whose key is `id`.
        ondelete: what happens when the referred row goes.
    """
    return ForeignKeyConstraint(
        ["organisation_id", column], [f"{table}.organisation_id", f"{table}.id"], ondelete=ondelete
    )


@event.listens_for(Mapper, "mapper_configured")
def _refuse_lazy_loading(mapper: Mapper[Any], mapped: type[Any]) -> None:
    """Relations raise when not loaded: a template or a loop must never emit SQL unseen."""
    for relation in mapper.relationships:
        if relation.lazy not in {"raise", "raise_on_sql", "write_only"}:
            raise TypeError(f'{mapped.__name__}.{relation.key}: give relationship(lazy="raise")')
