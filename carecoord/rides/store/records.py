"""
SQL of destinations, communes, passengers, rights and terms.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.rides.records import CommuneZone, Facts, Passenger, Place, Right, Terms
from carecoord.rides.tables import (
    RideCommuneRow,
    RidePassengerRow,
    RidePlaceRow,
    RideRightRow,
    RideTermsRow,
)

T = TypeVar("T")
Versioned = RidePlaceRow | RideCommuneRow | RidePassengerRow | RideRightRow | RideTermsRow


async def places(session: AsyncSession, *, with_inactive: bool = False) -> list[Place]:
    """Known destinations, by name."""
    conditions = [] if with_inactive else [RidePlaceRow.is_active]
    return await _read(session, RidePlaceRow, Place, *conditions, order=RidePlaceRow.label)


async def place(session: AsyncSession, place_id: UUID) -> Place | None:
    """One destination."""
    found = await _read(session, RidePlaceRow, Place, RidePlaceRow.id == place_id, order=RidePlaceRow.id)
    return found[0] if found else None


async def zones(session: AsyncSession, codes: Collection[str] | None = None) -> dict[str, CommuneZone]:
    """Commune -> what the list says; of all that were looked up when no codes are given."""
    conditions = [] if codes is None else [among(RideCommuneRow.insee, codes)]
    found = await _read(session, RideCommuneRow, CommuneZone, *conditions, order=RideCommuneRow.insee)
    return {zone.insee: zone for zone in found}


async def passenger(session: AsyncSession, person_id: UUID) -> Passenger:
    """How a person travels; the usual way when nothing was recorded."""
    found = await _read(
        session,
        RidePassengerRow,
        Passenger,
        RidePassengerRow.person_id == person_id,
        order=RidePassengerRow.person_id,
    )
    return found[0] if found else Passenger(person_id=person_id)


async def rights(session: AsyncSession, person_id: UUID) -> list[Right]:
    """Rights of a person, latest proof first."""
    return await _read(
        session,
        RideRightRow,
        Right,
        RideRightRow.person_id == person_id,
        order=RideRightRow.seen_on.desc(),
    )


async def terms(session: AsyncSession) -> Terms:
    """The terms of the acting organisation's service; the usual ones when nothing was recorded."""
    row = (await session.execute(select(RideTermsRow))).scalar_one_or_none()
    if row is None:
        return Terms()
    return Terms(
        regime="own_service" if row.regime == "own_service" else "tus",
        ground=row.ground,
        cents_per_km=row.cents_per_km,
        habits=row.habits,
        facts=msgspec.convert(row.facts, Facts),
        version=row.version,
    )


async def add(
    session: AsyncSession, row: type[Versioned], organisation_id: UUID, values: dict[str, Any]
) -> None:
    """Insert a record; a broken constraint is told by the flush that follows."""
    session.add(row(organisation_id=organisation_id, **values))
    await session.flush()


async def change(
    session: AsyncSession, row: type[Versioned], record_id: UUID, version: int, values: dict[str, Any]
) -> bool:
    """Change a record of that version; False when there is none: gone, or changed meanwhile."""
    changing = (
        update(row)
        .where(row.id == record_id, row.version == version)
        .values(**values, version=version + 1)
        .returning(row.id)
    )
    return (await session.execute(changing)).scalar_one_or_none() is not None


async def row_id(
    session: AsyncSession, row: type[Versioned], *conditions: ColumnElement[bool]
) -> UUID | None:
    """Identifier of the one record that meets conditions."""
    return (await session.execute(select(row.id).where(*conditions))).scalar_one_or_none()


async def _read(
    session: AsyncSession, row: type[Versioned], kind: type[T], *conditions: Any, order: Any
) -> list[T]:
    names: tuple[str, ...] = kind.__struct_fields__  # type: ignore[attr-defined] # every kind is a struct
    wanted = select(*(getattr(row, name) for name in names)).where(*conditions).order_by(order)
    return [kind(**line._mapping) for line in await session.execute(wanted)]
