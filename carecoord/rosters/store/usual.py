"""
Statements on usual aides: who came lately, as a file tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.rosters.tables import ContinuityRow

CHUNK = 2000


async def put(session: AsyncSession, organisation_id: UUID, pairs: Sequence[tuple[UUID, UUID, int]]) -> None:
    """Write (person, aide, visits); a pair already so is not touched."""
    values: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "organisation_id": organisation_id,
            "person_id": person_id,
            "aide_id": aide_id,
            "visits": visits,
            "share": 0.0,
        }
        for person_id, aide_id, visits in pairs
    ]
    for start in range(0, len(values), CHUNK):
        statement = insert(ContinuityRow).values(values[start : start + CHUNK])
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id", "aide_id"],
                set_={"visits": statement.excluded.visits, "updated_at": func.now()},
                where=ContinuityRow.visits != statement.excluded.visits,
            )
        )
