"""
Bulk write: create what is missing, change what differs, leave the rest untouched.

One statement a chunk whatever the number of records: they travel as one JSON value,
which the server turns into typed rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Table, bindparam, column, func, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.base import Base

CHUNK_SIZE = 1000

KEPT_COLUMNS = frozenset({"id", "organisation_id", "created_at", "updated_at", "version"})
"""Never compared and never overwritten: identity and bookkeeping."""


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """
    A row that was created or changed; rows that were already so are not told.

    Args:
        key: values of the key columns, in their order.
    """

    id: UUID
    key: tuple[Any, ...]
    is_new: bool


async def upsert(
    session: AsyncSession,
    row: type[Base],
    records: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...],
    unless: ColumnElement[bool] | None = None,
) -> list[Written]:
    """
    Write records by their key; a row equal to its record is not touched at all.

    A changed row gets a new `updated_at`, and the next `version` if it has one.

    Args:
        records: column -> value, all with the same columns; `id` is used for new rows only.
        key: columns of a unique constraint; no two records may share their values.
        unless: existing rows that must stay as they are even when they differ.
    """
    if not records:
        return []
    table = cast("Table", row.__table__)
    statement = _statement(table, tuple(records[0]), key, unless)
    written: list[Written] = []
    # A common order keeps two imports at the same time from waiting for each other in a circle.
    ordered = sorted(records, key=lambda record: tuple(str(record[name]) for name in key))
    for chunk in _chunks(ordered):
        lines = (await session.execute(statement, {"records": chunk})).all()
        written += [Written(id=line[0], key=tuple(line[2:]), is_new=line[1]) for line in lines]
    return written


def _chunks(records: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    for start in range(0, len(records), CHUNK_SIZE):
        yield records[start : start + CHUNK_SIZE]


def _statement(
    table: Table, names: tuple[str, ...], key: tuple[str, ...], unless: ColumnElement[bool] | None
) -> Any:
    given = (
        func.jsonb_to_recordset(bindparam("records", type_=JSONB))
        .table_valued(*(column(name, table.c[name].type) for name in names), name="given")
        .render_derived(with_types=True)
    )
    adding: Insert = insert(table).from_select(
        list(names), select(*(given.c[name] for name in names)), include_defaults=False
    )
    compared = [name for name in names if name not in KEPT_COLUMNS and name not in key]
    changes: dict[str, Any] = {name: adding.excluded[name] for name in compared}
    if "updated_at" in table.c:
        changes["updated_at"] = func.now()
    if "version" in table.c:
        changes["version"] = table.c.version + 1
    differs = tuple_(*(table.c[name] for name in compared)).is_distinct_from(
        tuple_(*(adding.excluded[name] for name in compared))
    )
    return adding.on_conflict_do_update(
        index_elements=list(key),
        set_=changes,
        where=differs if unless is None else differs & ~unless,
    ).returning(
        table.c.id,
        # A row version that no transaction has locked or replaced was made by this statement.
        (literal_column(f"{table.name}.xmax") == literal_column("0")).label("is_new"),
        *(table.c[name] for name in key),
    )
