"""
Vehicles and drivers of meal rounds: listed, added, changed.
"""

from __future__ import annotations

from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.meals.rounds_domain import DriverFields, MealDriver, MealVehicle, VehicleFields
from carecoord.meals.store import fleet as store

MEALS_MOST, LOADING_MOST, TRIPS_MOST = 500, 120, 12
DAY_MINUTES = 1_440


async def list_vehicles(uow: UnitOfWork, actor: Actor) -> list[MealVehicle]:
    """
    Every vehicle, by name.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.vehicles(uow.session)


async def list_drivers(uow: UnitOfWork, actor: Actor) -> list[MealDriver]:
    """
    Every driver, by name.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await store.drivers(uow.session)


async def save_vehicle(
    uow: UnitOfWork, actor: Actor, fields: VehicleFields, known: tuple[UUID, int] | None = None
) -> UUID:
    """
    Add a vehicle, or make one what is said here.

    Args:
        known: identifier and version of the vehicle to be changed.

    Raises:
        Refused: the actor lacks `meal:plan`.
        Invalid: a field out of bounds; all are listed.
        NotFound: no such vehicle.
        Conflict: changed meanwhile, or the name is taken.
    """
    actor.require(MEAL_PLAN)
    if defects := _vehicle_defects(fields):
        raise Invalid(defects)
    if known is None:
        found = store.add_vehicle(uow.session, actor.organisation_id, fields)
    else:
        row = await store.vehicle_row(uow.session, known[0])
        if row is None:
            raise NotFound("vehicle_missing", f"no vehicle {known[0]}")
        if row.version != known[1]:
            raise Conflict("changed_meanwhile", "somebody changed the vehicle meanwhile")
        for name, value in store.values_of(fields).items():
            setattr(row, name, value)
        found = row.id
    await uow.flush()
    record(uow, Tag.MEAL_FLEET_CHANGED, found, {"kind": "vehicle"})
    return found


async def save_driver(
    uow: UnitOfWork, actor: Actor, fields: DriverFields, known: tuple[UUID, int] | None = None
) -> UUID:
    """
    Add a driver, or make one what is said here.

    Args:
        known: identifier and version of the driver to be changed.

    Raises:
        Refused: the actor lacks `meal:plan`.
        Invalid: a field out of bounds; all are listed.
        NotFound: no such driver.
        Conflict: changed meanwhile, or the name is taken.
    """
    actor.require(MEAL_PLAN)
    vehicles = {item.id for item in await store.vehicles(uow.session)}
    if defects := _driver_defects(fields, vehicles):
        raise Invalid(defects)
    if known is None:
        found = store.add_driver(uow.session, actor.organisation_id, fields)
    else:
        row = await store.driver_row(uow.session, known[0])
        if row is None:
            raise NotFound("driver_missing", f"no driver {known[0]}")
        if row.version != known[1]:
            raise Conflict("changed_meanwhile", "somebody changed the driver meanwhile")
        for name, value in store.values_of(fields).items():
            setattr(row, name, value)
        found = row.id
    await uow.flush()
    record(uow, Tag.MEAL_FLEET_CHANGED, found, {"kind": "driver"})
    return found


def _bounds(where: str, value: int, low: int, high: int) -> list[Defect]:
    if low <= value <= high:
        return []
    why = f"{value} is not in {low}..{high}"
    args: dict[str, str | int | float | None] = {"value": value, "low": low, "high": high}
    return [Defect(code="out_of_bounds", where=where, why=why, args=args)]


def _blank(where: str, value: str) -> list[Defect]:
    return [] if value.strip() else [Defect(code="required", where=where, why="is empty")]


def _vehicle_defects(fields: VehicleFields) -> list[Defect]:
    found = [
        *_blank("name", fields.name),
        *_bounds("cold", fields.cold, 0, MEALS_MOST),
        *_bounds("hot", fields.hot, 0, MEALS_MOST),
        *_bounds("loading_minutes", fields.loading_minutes, 0, LOADING_MOST),
    ]
    if fields.cold == 0 and fields.hot == 0:
        found.append(Defect(code="no_compartment", where="cold", why="holds no meal"))
    return found


def _driver_defects(fields: DriverFields, vehicles: set[UUID]) -> list[Defect]:
    found = [
        *_blank("last_name", fields.last_name),
        *_bounds("trips_max", fields.trips_max, 1, TRIPS_MOST),
        *_bounds("planned_minutes", fields.planned_minutes or 0, 0, DAY_MINUTES),
    ]
    found += [
        Defect(code="window_empty", where="hours", why="ends before it starts")
        for hours in fields.hours
        if not (0 <= hours.weekday <= 6 and 0 <= hours.start_minute < hours.end_minute <= DAY_MINUTES)
    ]
    unknown = [item for item in fields.vehicle_ids if item not in vehicles]
    found += [Defect(code="vehicle_unknown", where="vehicle_ids", why=f"no vehicle {i}") for i in unknown]
    return found
