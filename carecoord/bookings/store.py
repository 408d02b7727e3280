"""
All the SQL of bookings.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from carecoord.bookings.domain import EXCLUSIVE, Booking, BookingKind, Clash
from carecoord.bookings.tables import BookingRow
from carecoord.db.sets import among
from carecoord.kernel.ids import new_id

_BOOKING = [getattr(BookingRow, name) for name in Booking.__struct_fields__]
CLASHES_MAX = 1_000


async def between(
    session: AsyncSession,
    starts_at: datetime,
    ends_at: datetime,
    *,
    person_ids: Collection[UUID] | None,
    kinds: Collection[BookingKind],
) -> list[Booking]:
    """Bookings that touch a stretch of time, in order; of everybody when `person_ids` is None."""
    conditions: list[ColumnElement[bool]] = [
        BookingRow.starts_at < ends_at,
        BookingRow.ends_at > starts_at,
        among(BookingRow.kind, sorted(kinds)),
    ]
    if person_ids is not None:
        conditions.append(among(BookingRow.person_id, person_ids))
    lines = await session.execute(
        select(*_BOOKING).where(*conditions).order_by(BookingRow.starts_at, BookingRow.source_id)
    )
    return [Booking(**line._mapping) for line in lines]


async def remove_starting(
    session: AsyncSession, kind: BookingKind, starts_at: datetime, ends_at: datetime
) -> None:
    """Take off what one service has promised in a stretch of time, by its start."""
    await session.execute(
        delete(BookingRow).where(
            BookingRow.kind == kind, BookingRow.starts_at >= starts_at, BookingRow.starts_at < ends_at
        )
    )


async def remove(session: AsyncSession, kind: BookingKind, source_ids: Collection[UUID]) -> None:
    """Take off the bookings of some visits, legs or deliveries."""
    await session.execute(
        delete(BookingRow).where(BookingRow.kind == kind, among(BookingRow.source_id, source_ids))
    )


async def add(session: AsyncSession, organisation_id: UUID, bookings: Sequence[Booking]) -> None:
    """Write bookings; the exclusion constraint speaks here."""
    if bookings:
        owner = {"organisation_id": organisation_id}
        values = [{"id": new_id(), **owner, **msgspec.structs.asdict(item)} for item in bookings]
        await session.execute(insert(BookingRow), values)


async def overlapping(session: AsyncSession, starts_at: datetime, ends_at: datetime) -> list[Clash]:
    """
    Pairs of bookings of one person at the same time, whoever let them in; found without the constraint.
    """
    one, other = aliased(BookingRow), aliased(BookingRow)
    first = [getattr(one, name).label(f"one_{name}") for name in Booking.__struct_fields__]
    second = [getattr(other, name).label(f"other_{name}") for name in Booking.__struct_fields__]
    lines = await session.execute(
        select(*first, *second)
        .join(
            other,
            (other.person_id == one.person_id)
            & (other.starts_at < one.ends_at)
            & (one.starts_at < other.ends_at)
            & (
                (one.starts_at < other.starts_at) | ((one.starts_at == other.starts_at) & (one.id < other.id))
            ),
        )
        .where(
            one.starts_at < ends_at,
            one.ends_at > starts_at,
            one.kind.in_(sorted(EXCLUSIVE)),
            other.kind.in_(sorted(EXCLUSIVE)),
        )
        .order_by(other.starts_at, one.id, other.id)
        .limit(CLASHES_MAX)
    )
    names = Booking.__struct_fields__
    return [
        Clash(
            one=Booking(**{name: line[f"one_{name}"] for name in names}),
            other=Booking(**{name: line[f"other_{name}"] for name in names}),
        )
        for line in lines.mappings()
    ]


async def stamp(session: AsyncSession, starts_at: datetime, ends_at: datetime) -> str:
    """Changes whenever a booking that touches a stretch of time comes, goes or moves."""
    found = await session.execute(
        select(
            func.count(),
            func.sum(func.extract("epoch", BookingRow.created_at)),
            func.sum(func.extract("epoch", BookingRow.starts_at)),
        ).where(BookingRow.starts_at < ends_at, BookingRow.ends_at > starts_at)
    )
    return " ".join(map(str, found.one()))
