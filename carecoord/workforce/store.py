"""
All the SQL of workforce.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.search import folded, like_pattern
from carecoord.db.sets import among
from carecoord.db.upsert import Written, upsert
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest
from carecoord.kernel.texts import is_storable
from carecoord.workforce.domain import Absence, Aide, Availability, UpsertAide
from carecoord.workforce.tables import AbsenceRow, AideRow, AvailabilityRow

_AIDE = [getattr(AideRow, name) for name in Aide.__struct_fields__ if name != "availabilities"]
_HOURS = [getattr(AvailabilityRow, name) for name in Availability.__struct_fields__]
_ABSENCE = [getattr(AbsenceRow, name) for name in Absence.__struct_fields__]
_BY_NAME = (folded(AideRow.last_name), folded(AideRow.first_name), AideRow.id)


async def upsert_aides(
    session: AsyncSession, organisation_id: UUID, aides: Sequence[UpsertAide]
) -> list[Written]:
    """Write aides by reference, without their hours; one statement a chunk."""
    records: list[dict[str, Any]] = []
    for aide in aides:
        record = msgspec.structs.asdict(aide)
        del record["availabilities"]
        records.append({**record, "id": new_id(), "organisation_id": organisation_id, "version": 1})
    return await upsert(session, AideRow, records, key=("organisation_id", "reference"))


async def replace_hours(
    session: AsyncSession, organisation_id: UUID, hours: Mapping[UUID, Iterable[Availability]]
) -> None:
    """Give aides exactly these weekly hours; two statements whatever their number."""
    if not hours:
        return
    await session.execute(delete(AvailabilityRow).where(among(AvailabilityRow.aide_id, hours)))
    lines = [
        {
            "id": new_id(),
            "organisation_id": organisation_id,
            "aide_id": aide_id,
            **msgspec.structs.asdict(stretch),
        }
        for aide_id, stretches in hours.items()
        for stretch in stretches
    ]
    key = ("aide_id", "weekday", "start_minute", "week_parity")
    await upsert(session, AvailabilityRow, lines, key=key)


async def raise_versions(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Note that aides changed although their own row did not."""
    if ids:
        await session.execute(
            update(AideRow)
            .where(among(AideRow.id, ids))
            .values(version=AideRow.version + 1, updated_at=func.now())
        )


async def hours_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[Availability]]:
    """Weekly hours of several aides, in order."""
    lines = await session.execute(
        select(AvailabilityRow.aide_id, *_HOURS)
        .where(among(AvailabilityRow.aide_id, ids))
        .order_by(AvailabilityRow.weekday, AvailabilityRow.start_minute, AvailabilityRow.week_parity)
    )
    return _hours_by_aide(lines)


async def ids_by_reference(session: AsyncSession, references: Collection[str]) -> dict[str, UUID]:
    """Reference -> identifier, for those that exist."""
    lines = await session.execute(
        select(AideRow.reference, AideRow.id).where(among(AideRow.reference, filter(is_storable, references)))
    )
    return {line.reference: line.id for line in lines}


async def references_by_id(session: AsyncSession) -> dict[UUID, str]:
    """Identifier -> reference, of every aide."""
    lines = await session.execute(select(AideRow.id, AideRow.reference))
    return {line.id: line.reference for line in lines}


async def aides(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Aide]:
    """Aides by name, with their hours; two statements."""
    return await _read(session, select(*_AIDE).where(*conditions).order_by(*_BY_NAME))


async def aide(session: AsyncSession, aide_id: UUID) -> Aide | None:
    """One aide of the acting organisation, with her hours."""
    found = await aides(session, AideRow.id == aide_id)
    return found[0] if found else None


async def active_aides(session: AsyncSession) -> list[Aide]:
    """Aides who may be planned, by name, with their hours."""
    return await aides(session, AideRow.active.is_(True))


async def aides_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[Aide]:
    """Several aides, by name, with their hours."""
    return await aides(session, among(AideRow.id, ids))


async def page_of_aides(
    session: AsyncSession, page: PageRequest, search: str, *, with_inactive: bool
) -> tuple[list[Aide], int]:
    """A slice by name with hours, and how many there are in all; three statements."""
    conditions: list[ColumnElement[bool]] = [] if with_inactive else [AideRow.active.is_(True)]
    text = AideRow.last_name + " " + AideRow.first_name + " " + AideRow.reference
    conditions += [folded(text).like(like_pattern(word)) for word in search.split()]
    found = select(*_AIDE).where(*conditions).order_by(*_BY_NAME).limit(page.size).offset(page.offset)
    total = await session.scalar(select(func.count()).select_from(AideRow).where(*conditions))
    return await _read(session, found), total or 0


async def _read(session: AsyncSession, statement: Select[Any]) -> list[Aide]:
    lines = (await session.execute(statement)).all()
    hours = await hours_of(session, [line.id for line in lines])
    return [Aide(**line._mapping, availabilities=hours.get(line.id, [])) for line in lines]


def _hours_by_aide(lines: Iterable[Row[Any]]) -> dict[UUID, list[Availability]]:
    hours: dict[UUID, list[Availability]] = defaultdict(list)
    for line in lines:
        values = dict(line._mapping)
        hours[values.pop("aide_id")].append(Availability(**values))
    return hours


async def upsert_absences(
    session: AsyncSession, organisation_id: UUID, absences: Sequence[Absence]
) -> list[Written]:
    """Write absences by aide and instants; one statement a chunk."""
    records = [
        {**msgspec.structs.asdict(absence), "organisation_id": organisation_id} for absence in absences
    ]
    return await upsert(session, AbsenceRow, records, key=("aide_id", "starts_at", "ends_at"))


async def add_absence(session: AsyncSession, organisation_id: UUID, absence: Absence) -> None:
    """Insert one absence."""
    await session.execute(
        insert(AbsenceRow).values(**msgspec.structs.asdict(absence), organisation_id=organisation_id)
    )


async def remove_absence(session: AsyncSession, absence_id: UUID) -> UUID | None:
    """Delete an absence; whose it was, or None."""
    gone = await session.execute(
        delete(AbsenceRow).where(AbsenceRow.id == absence_id).returning(AbsenceRow.aide_id)
    )
    return gone.scalar_one_or_none()


async def stamp(session: AsyncSession, start: datetime, end: datetime) -> str:
    """Changes whenever an aide, her weekly hours, or an absence that meets a period changes."""
    away = (AbsenceRow.starts_at < end) & (AbsenceRow.ends_at > start)
    found = await session.execute(
        select(
            func.count(),
            func.sum(AideRow.version),
            func.sum(func.extract("epoch", AideRow.updated_at)),
            select(func.count()).select_from(AbsenceRow).where(away).scalar_subquery(),
            select(func.sum(func.extract("epoch", AbsenceRow.updated_at))).where(away).scalar_subquery(),
        ).select_from(AideRow)
    )
    return " ".join(map(str, found.one()))


async def absences_between(
    session: AsyncSession, starts_at: datetime, ends_at: datetime, aide_id: UUID | None
) -> list[Absence]:
    """Absences that touch a stretch of time, oldest first."""
    found = select(*_ABSENCE).where(AbsenceRow.starts_at < ends_at, AbsenceRow.ends_at > starts_at)
    if aide_id is not None:
        found = found.where(AbsenceRow.aide_id == aide_id)
    lines = await session.execute(found.order_by(AbsenceRow.starts_at, AbsenceRow.id))
    return [Absence(**line._mapping) for line in lines]
