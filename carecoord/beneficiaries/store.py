"""
All the SQL of beneficiaries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.beneficiaries.domain import Person, UpsertPerson
from carecoord.beneficiaries.tables import PersonRow
from carecoord.db.search import folded, like_pattern
from carecoord.db.sets import among
from carecoord.db.upsert import Written, upsert
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest
from carecoord.kernel.texts import is_storable

_PERSON = [getattr(PersonRow, name) for name in Person.__struct_fields__]
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
