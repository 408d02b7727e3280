"""
All the SQL of beneficiaries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.beneficiaries.domain import Person, Stay, UpsertPerson
from carecoord.beneficiaries.tables import PersonRow, StayRow
from carecoord.db.search import folded, like_pattern
from carecoord.db.sets import among
from carecoord.db.upsert import Written, upsert
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest
from carecoord.kernel.texts import is_storable

_PERSON = [getattr(PersonRow, name) for name in Person.__struct_fields__]
_STAY = [getattr(StayRow, name) for name in Stay.__struct_fields__]
_BY_NAME = (folded(PersonRow.last_name), folded(PersonRow.first_name), PersonRow.id)


async def upsert_people(
    session: AsyncSession, organisation_id: UUID, people: Sequence[UpsertPerson]
) -> list[Written]:
    """Write people by reference; one statement a chunk."""
    records: list[dict[str, Any]] = [
        {
            **msgspec.structs.asdict(person),
            "id": new_id(),
            "organisation_id": organisation_id,
            "version": 1,
        }
        for person in people
    ]
    return await upsert(session, PersonRow, records, key=("organisation_id", "reference"))


async def person(session: AsyncSession, person_id: UUID) -> Person | None:
    """One person of the acting organisation."""
    line = (await session.execute(select(*_PERSON).where(PersonRow.id == person_id))).first()
    return Person(**line._mapping) if line else None


async def people_by_id(session: AsyncSession, ids: Collection[UUID]) -> list[Person]:
    """Several people, by name."""
    lines = await session.execute(select(*_PERSON).where(among(PersonRow.id, ids)).order_by(*_BY_NAME))
    return [Person(**line._mapping) for line in lines]


async def all_people(session: AsyncSession) -> list[Person]:
    """Everybody, by name."""
    lines = await session.execute(select(*_PERSON).order_by(*_BY_NAME))
    return [Person(**line._mapping) for line in lines]


async def page_of_people(session: AsyncSession, page: PageRequest, search: str) -> tuple[list[Person], int]:
    """A slice by name, and how many there are in all."""
    found = select(*_PERSON)
    count = select(func.count()).select_from(PersonRow)
    for word in search.split():
        text = PersonRow.last_name + " " + PersonRow.first_name + " " + PersonRow.reference
        matches = folded(text).like(like_pattern(word))
        found, count = found.where(matches), count.where(matches)
    lines = await session.execute(found.order_by(*_BY_NAME).limit(page.size).offset(page.offset))
    return [Person(**line._mapping) for line in lines], await session.scalar(count) or 0


async def people_called(session: AsyncSession, digits: str, limit: int) -> list[Person]:
    """People whose telephone number holds these digits, by name."""
    holds = PersonRow.phone.contains(digits, autoescape=True)
    lines = await session.execute(select(*_PERSON).where(holds).order_by(*_BY_NAME).limit(limit))
    return [Person(**line._mapping) for line in lines]


async def ids_by_reference(session: AsyncSession, references: Collection[str]) -> dict[str, UUID]:
    """Reference -> identifier, for those that exist."""
    lines = await session.execute(
        select(PersonRow.reference, PersonRow.id).where(
            among(PersonRow.reference, filter(is_storable, references))
        )
    )
    return {line.reference: line.id for line in lines}


async def communes(session: AsyncSession) -> dict[UUID, str]:
    """Commune of everybody."""
    lines = await session.execute(select(PersonRow.id, PersonRow.insee))
    return {line.id: line.insee for line in lines}


async def stays(
    session: AsyncSession, first: date, last: date, person_ids: Collection[UUID] | None
) -> list[Stay]:
    """Stays that suspend some day of a period, oldest first; of everybody when `person_ids` is None."""
    conditions: list[ColumnElement[bool]] = [
        StayRow.from_on <= last,
        or_(StayRow.confirmed_return_on.is_(None), StayRow.confirmed_return_on > first),
    ]
    if person_ids is not None:
        conditions.append(among(StayRow.person_id, person_ids))
    return await _stays(session, *conditions)


async def stays_of_person(session: AsyncSession, person_id: UUID) -> list[Stay]:
    """Every stay of a person, oldest first."""
    return await _stays(session, StayRow.person_id == person_id)


async def stay(session: AsyncSession, stay_id: UUID) -> Stay | None:
    """One stay of the acting organisation."""
    found = await _stays(session, StayRow.id == stay_id)
    return found[0] if found else None


async def add_stay(session: AsyncSession, organisation_id: UUID, stay: Stay) -> None:
    """Write a new stay."""
    await session.execute(
        insert(StayRow).values(**msgspec.structs.asdict(stay), organisation_id=organisation_id)
    )


async def change_stay(session: AsyncSession, stay: Stay) -> bool:
    """Give a stay these values and the next version; False when `stay.version` is not its own any more."""
    changed = await session.execute(
        update(StayRow)
        .where(StayRow.id == stay.id, StayRow.version == stay.version)
        .values(
            from_on=stay.from_on,
            until_on=stay.until_on,
            kind=stay.kind,
            confirmed_return_on=stay.confirmed_return_on,
            version=StayRow.version + 1,
            updated_at=func.now(),
        )
        .returning(StayRow.id)
    )
    return changed.first() is not None


async def _stays(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Stay]:
    lines = await session.execute(select(*_STAY).where(*conditions).order_by(StayRow.from_on, StayRow.id))
    return [Stay(**line._mapping) for line in lines]
