"""
Seal again, with the current key, what former keys sealed.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, bindparam, select, text, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from carecoord.db.base import Base
from carecoord.db.discovery import load_tables
from carecoord.db.sealed import Sealed, key_id_of, keys_in_use

CHUNK = 500


def sealed_columns() -> list[tuple[Table, Column[bytes]]]:
    """Every encrypted column of the schema, by table."""
    load_tables()
    return [
        (table, column)
        for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name)
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]


async def reseal(engine: AsyncEngine) -> dict[str, int]:
    """
    Seal again whatever is not sealed with the current key; one transaction a column.

    Row-level security is forced on the owner too; within the transaction it is lifted for the
    owner alone, so that rows of every organisation are reached.

    Args:
        engine: as the role that owns the schema.

    Returns:
        `table.column` -> values sealed again.

    Raises:
        SealBroken: a value whose key is not among those given; nothing of that column is changed.
    """
    found = {}
    for table, column in sealed_columns():
        async with engine.begin() as connection:
            await connection.execute(text(f"ALTER TABLE {table.name} NO FORCE ROW LEVEL SECURITY"))
            found[f"{table.name}.{column.name}"] = await _reseal(connection, table, column)
            await connection.execute(text(f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY"))
    return found


async def _reseal(connection: AsyncConnection, table: Table, column: Column[bytes]) -> int:
    ring, name = keys_in_use(), f"{table.name}.{column.name}"
    raw = type_coerce(column, LargeBinary)
    lines = (await connection.execute(select(table.c.id, raw).where(column.is_not(None)))).all()
    old = [(line[0], bytes(line[1])) for line in lines if key_id_of(bytes(line[1])) != ring.current]
    # The column's own type seals on the way in.
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({column.name: bindparam("plain", type_=column.type)})
    )
    for start in range(0, len(old), CHUNK):
        await connection.execute(
            statement,
            [
                {"row_id": row_id, "plain": ring.open(value, name)}
                for row_id, value in old[start : start + CHUNK]
            ],
        )
    return len(old)
