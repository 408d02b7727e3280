"""
SQL of rides of every week.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.rides.asking import AskRide
from carecoord.rides.standing import Standing
from carecoord.rides.tables import RideRequestRow, RideStandingRow


async def add(session: AsyncSession, organisation_id: UUID, standing: Standing) -> None:
    """Insert one."""
    values = msgspec.structs.asdict(standing)
    values["ask"] = msgspec.to_builtins(standing.ask)
    session.add(RideStandingRow(organisation_id=organisation_id, **values))
    await session.flush()


async def running(session: AsyncSession, on: date) -> list[Standing]:
    """Those not over on a day, oldest first."""
    rows = await session.execute(
        select(RideStandingRow)
        .where(or_(RideStandingRow.ends_on.is_(None), RideStandingRow.ends_on >= on))
        .order_by(RideStandingRow.created_at, RideStandingRow.id)
        .execution_options(populate_existing=True)
    )
    return [_standing(row) for row in rows.scalars()]


async def end(session: AsyncSession, standing_id: UUID, version: int, ends_on: date) -> bool:
    """Give one its last day; False when it is gone or was changed meanwhile."""
    changing = (
        update(RideStandingRow)
        .where(RideStandingRow.id == standing_id, RideStandingRow.version == version)
        # One that had not begun never will.
        .values(
            ends_on=ends_on,
            starts_on=func.least(RideStandingRow.starts_on, ends_on),
            version=version + 1,
        )
        .returning(RideStandingRow.id)
    )
    return (await session.execute(changing)).scalar_one_or_none() is not None


async def known_requests(session: AsyncSession, ids: Collection[UUID]) -> set[UUID]:
    """Which of these requests exist, whatever became of them."""
    found = await session.execute(select(RideRequestRow.id).where(among(RideRequestRow.id, ids)))
    return set(found.scalars())


async def open_after(session: AsyncSession, standing_id: UUID, after: date) -> list[tuple[UUID, int]]:
    """Open requests of one after a day, with their version."""
    found = await session.execute(
        select(RideRequestRow.id, RideRequestRow.version).where(
            RideRequestRow.standing_id == standing_id,
            RideRequestRow.on_date > after,
            RideRequestRow.state == "open",
        )
    )
    return [(line.id, line.version) for line in found]


def _standing(row: RideStandingRow) -> Standing:
    return Standing(
        id=row.id,
        person_id=row.person_id,
        weekdays=row.weekdays,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        ask=msgspec.convert(row.ask, AskRide),
        version=row.version,
    )
