"""
SQL of vehicles and drivers of meal rounds.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.meals.round_tables import MealDriverRow, MealVehicleRow
from carecoord.meals.rounds_domain import DriverFields, DriverHours, MealDriver, MealVehicle, VehicleFields


async def vehicles(session: AsyncSession) -> list[MealVehicle]:
    """Every vehicle, by name."""
    rows = await session.execute(select(MealVehicleRow).order_by(MealVehicleRow.name))
    return [_vehicle(row) for row in rows.scalars()]


async def drivers(session: AsyncSession) -> list[MealDriver]:
    """Every driver, by name."""
    rows = await session.execute(
        select(MealDriverRow).order_by(MealDriverRow.last_name, MealDriverRow.first_name)
    )
    return [_driver(row) for row in rows.scalars()]


async def vehicle_row(session: AsyncSession, vehicle_id: UUID) -> MealVehicleRow | None:
    """One row, to be changed."""
    return await session.get(MealVehicleRow, vehicle_id)


async def driver_row(session: AsyncSession, driver_id: UUID) -> MealDriverRow | None:
    """One row, to be changed."""
    return await session.get(MealDriverRow, driver_id)


def add_vehicle(session: AsyncSession, organisation_id: UUID, fields: VehicleFields) -> UUID:
    """A new vehicle."""
    row = MealVehicleRow(id=new_id(), organisation_id=organisation_id, **values_of(fields))
    session.add(row)
    return row.id


def add_driver(session: AsyncSession, organisation_id: UUID, fields: DriverFields) -> UUID:
    """A new driver."""
    row = MealDriverRow(id=new_id(), organisation_id=organisation_id, **values_of(fields))
    session.add(row)
    return row.id


def values_of(fields: VehicleFields | DriverFields) -> dict[str, Any]:
    """Columns of a vehicle or a driver."""
    values = msgspec.structs.asdict(fields)
    if isinstance(fields, DriverFields):
        values["hours"] = msgspec.to_builtins(fields.hours)
    return values


def _vehicle(row: MealVehicleRow) -> MealVehicle:
    return MealVehicle(
        id=row.id,
        name=row.name,
        cold=row.cold,
        hot=row.hot,
        loading_minutes=row.loading_minutes,
        keeps_cold=row.keeps_cold,
        keeps_hot=row.keeps_hot,
        active=row.active,
        version=row.version,
    )


def _driver(row: MealDriverRow) -> MealDriver:
    return MealDriver(
        id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        phone=row.phone,
        aide_id=row.aide_id,
        volunteer=row.volunteer,
        hours=msgspec.convert(row.hours, list[DriverHours]),
        vehicle_ids=row.vehicle_ids,
        base_latitude=row.base_latitude,
        base_longitude=row.base_longitude,
        planned_minutes=row.planned_minutes,
        trips_max=row.trips_max,
        away_on=row.away_on,
        active=row.active,
        version=row.version,
    )
