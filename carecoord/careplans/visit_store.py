"""
All the SQL of dated visits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, not_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.careplans.domain import VisitToPlan
from carecoord.careplans.tables import InterventionRow, VisitRow
from carecoord.db.sets import among
from carecoord.db.upsert import Written, upsert

_FROM_LINE = (
    "reference",
    "label",
    "tier",
    "team_size",
    "skills",
    "wanted_aides",
    "refused_aides",
    "essential",
    "serves_meal",
)
_VISIT = [
    getattr(InterventionRow if name in _FROM_LINE else VisitRow, name)
    for name in VisitToPlan.__struct_fields__
]


async def write_visits(
    session: AsyncSession, records: Sequence[dict[str, Any]], *, today: date
) -> list[Written]:
    """
    Create visits, or make those not yet past what the records say; one statement a chunk.

    What was done, or was due before today, stays as it is.
    """
    kept = (VisitRow.status == "done") | (VisitRow.due_on < today)
    return await upsert(session, VisitRow, records, key=("intervention_id", "nominal_on"), unless=kept)


async def cancel_others(
    session: AsyncSession,
    *,
    first: date,
    last: date,
    wanted: Collection[UUID],
    today: date,
    intervention_id: UUID | None = None,
    person_id: UUID | None = None,
) -> int:
    """
    Cancel what is still planned in a period and no longer wanted; returns how many.

    Args:
        wanted: identifiers of the visits that stay.
        intervention_id: only its visits; all when None.
        person_id: only the visits of that person; of all when None.
    """
    cancelling = (
        update(VisitRow)
        .where(
            VisitRow.due_on.between(max(first, today), last),
            VisitRow.status == "planned",
            not_(among(VisitRow.id, wanted)),
        )
        .values(status="cancelled")
        .returning(VisitRow.id)
    )
    if intervention_id is not None:
        cancelling = cancelling.where(VisitRow.intervention_id == intervention_id)
    if person_id is not None:
        cancelling = cancelling.where(VisitRow.person_id == person_id)
    return len((await session.execute(cancelling)).all())


async def visits_between(
    session: AsyncSession, first: date, last: date, *, person_id: UUID | None, with_cancelled: bool
) -> list[VisitToPlan]:
    """Visits due in a period with what their line says, in order of time."""
    conditions: list[ColumnElement[bool]] = [VisitRow.due_on.between(first, last)]
    if person_id is not None:
        conditions.append(VisitRow.person_id == person_id)
    if not with_cancelled:
        conditions.append(VisitRow.status != "cancelled")
    return await _read(session, *conditions)


async def last_due(session: AsyncSession) -> date | None:
    """The last date under which a visit of the organisation is listed."""
    return await session.scalar(select(func.max(VisitRow.due_on)))


async def stamp(session: AsyncSession, first: date, last: date) -> str:
    """Changes whenever a visit due in a period is added, changed, cancelled or removed."""
    found = await session.execute(
        select(func.count(), func.sum(func.extract("epoch", VisitRow.updated_at))).where(
            VisitRow.due_on.between(first, last)
        )
    )
    return " ".join(map(str, found.one()))


async def visits_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[VisitToPlan]:
    """Several visits, whatever their status, in order of time."""
    return await _read(session, among(VisitRow.id, ids))


async def _read(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[VisitToPlan]:
    lines = await session.execute(
        select(*_VISIT)
        .join(InterventionRow, InterventionRow.id == VisitRow.intervention_id)
        .where(*conditions)
        .order_by(
            VisitRow.due_on, VisitRow.earliest_start_minute, InterventionRow.reference, VisitRow.nominal_on
        )
    )
    return [VisitToPlan(**line._mapping) for line in lines]
