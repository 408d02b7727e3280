"""
Use cases of volunteers and vehicles.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ, RIDE_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.french import parse_insee, parse_phone
from carecoord.kernel.ids import new_id
from carecoord.rides.drivers import (
    Bond,
    DriverAbsence,
    RideVehicle,
    SaveVehicle,
    SaveVolunteer,
    VolunteerDriver,
    vehicle_defects,
    volunteer_defects,
)
from carecoord.rides.store import drivers as store


async def all_vehicles(uow: UnitOfWork, actor: Actor) -> list[RideVehicle]:
    """
    Vehicles, by label.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.vehicles(uow.session)


async def save_vehicle(uow: UnitOfWork, actor: Actor, command: SaveVehicle) -> UUID:
    """
    Add or change a vehicle.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Invalid: every defect; more than nine seats is one (code des transports, R3133-1).
        Conflict: changed meanwhile.
    """
    actor.require(RIDE_PLAN)
    defects = vehicle_defects(command)
    label = command.label.strip()
    if any(item.label == label and item.id != command.id for item in await store.vehicles(uow.session)):
        defects.append(Defect(code="ride_name_taken", where="label", why="another one has this name"))
    if defects:
        raise Invalid(defects)
    saved = await store.save_vehicle(
        uow.session,
        actor.organisation_id,
        msgspec.structs.replace(command, label=command.label.strip()),
    )
    if saved is None:
        raise _changed("vehicle")
    await uow.flush()
    record(uow, Tag.RIDE_VEHICLE_SAVED, saved)
    return saved


async def all_volunteers(
    uow: UnitOfWork, actor: Actor, *, with_inactive: bool = False
) -> list[VolunteerDriver]:
    """
    Volunteers by name, with their weekly hours.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    found = await store.volunteers(uow.session)
    return found if with_inactive else [item for item in found if item.active]


async def volunteers_by_id(
    uow: UnitOfWork, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, VolunteerDriver]:
    """
    Several volunteers, those who left included.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return {item.id: item for item in await store.volunteers(uow.session, ids)} if ids else {}


async def get_volunteer(uow: UnitOfWork, actor: Actor, volunteer_id: UUID) -> VolunteerDriver:
    """
    One volunteer.

    Raises:
        Refused: the actor lacks `ride:read`.
        NotFound: no such volunteer.
    """
    found = await volunteers_by_id(uow, actor, [volunteer_id])
    if volunteer_id not in found:
        raise NotFound("volunteer_unknown", "no such volunteer")
    return found[volunteer_id]


async def save_volunteer(uow: UnitOfWork, actor: Actor, command: SaveVolunteer) -> UUID:
    """
    Add or change a volunteer, weekly hours included.

    Raises:
        Refused: the actor lacks `ride:plan`.
        Invalid: every defect.
        Conflict: changed meanwhile.
    """
    actor.require(RIDE_PLAN)
    defects = volunteer_defects(command)
    if command.vehicle_id not in {item.id for item in await store.vehicles(uow.session)}:
        defects.append(Defect(code="value_unknown", where="vehicle_id", why="no such vehicle"))
    if defects:
        raise Invalid(defects)
    saved = await store.save_volunteer(
        uow.session,
        actor.organisation_id,
        msgspec.structs.replace(
            command,
            last_name=command.last_name.strip(),
            first_name=command.first_name.strip(),
            phone=None if command.phone is None else parse_phone(command.phone),
            insee=parse_insee(command.insee),
            areas=sorted({parse_insee(code) for code in command.areas}),
        ),
    )
    if saved is None:
        raise _changed("volunteer")
    await uow.flush()
    record(uow, Tag.VOLUNTEER_SAVED, saved)
    return saved


async def absences_between(
    uow: UnitOfWork, actor: Actor, starts_at: datetime, ends_at: datetime, volunteer_id: UUID | None = None
) -> list[DriverAbsence]:
    """
    When volunteers cannot drive.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.absences(uow.session, starts_at, ends_at, volunteer_id)


async def declare_away(
    uow: UnitOfWork, actor: Actor, volunteer_id: UUID, starts_at: datetime, ends_at: datetime
) -> DriverAbsence:
    """
    Note that a volunteer cannot drive; rides already given stay until the days are repaired.

    Raises:
        Refused: the actor lacks `ride:write`.
        Invalid: the end is not after the start.
        NotFound: no such volunteer.
    """
    actor.require(RIDE_WRITE)
    await get_volunteer(uow, actor, volunteer_id)
    if ends_at <= starts_at:
        raise Invalid([Defect(code="dates_order", where="ends_at", why="is not after the start")])
    for known in await store.absences(uow.session, starts_at, ends_at, volunteer_id):
        if (known.starts_at, known.ends_at) == (starts_at, ends_at):
            return known
    absence = DriverAbsence(id=new_id(), volunteer_id=volunteer_id, starts_at=starts_at, ends_at=ends_at)
    store.add_absence(uow.session, actor.organisation_id, absence)
    await uow.flush()
    record(uow, Tag.VOLUNTEER_AWAY, volunteer_id)
    return absence


async def withdraw_away(uow: UnitOfWork, actor: Actor, absence_id: UUID) -> UUID:
    """
    Take an absence back; whose it was.

    Raises:
        Refused: the actor lacks `ride:write`.
        NotFound: no such absence.
    """
    actor.require(RIDE_WRITE)
    volunteer_id = await store.remove_absence(uow.session, absence_id)
    if volunteer_id is None:
        raise NotFound("absence_unknown", "no such absence")
    record(uow, Tag.VOLUNTEER_BACK, volunteer_id)
    return volunteer_id


async def bonds_of(uow: UnitOfWork, actor: Actor, volunteer_id: UUID) -> list[Bond]:
    """
    Whom a volunteer likes to drive, and whom not.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.bonds(uow.session, volunteer_id)


async def set_bond(uow: UnitOfWork, actor: Actor, bond: Bond, *, gone: bool = False) -> None:
    """
    Note that a volunteer and a person get on well, or do not travel together; or that neither holds.

    Raises:
        Refused: the actor lacks `ride:write`.
        Invalid: another kind.
    """
    actor.require(RIDE_WRITE)
    if bond.kind not in ("preferred", "refused"):
        raise Invalid([Defect(code="value_unknown", where="kind", why="preferred or refused")])
    await store.set_bond(uow.session, actor.organisation_id, bond, gone=gone)
    await uow.flush()
    record(uow, Tag.VOLUNTEER_BOND, bond.volunteer_id)


async def all_bonds(uow: UnitOfWork, actor: Actor) -> list[Bond]:
    """
    Whom every volunteer likes to drive, and whom not.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.bonds(uow.session)


async def apart_pairs(uow: UnitOfWork, actor: Actor) -> list[tuple[UUID, UUID]]:
    """
    People who never share a vehicle; twice the same for one who rides alone.

    Raises:
        Refused: the actor lacks `ride:read`.
    """
    actor.require(RIDE_READ)
    return await store.apart(uow.session)


async def keep_apart(
    uow: UnitOfWork, actor: Actor, person_id: UUID, other_id: UUID, *, gone: bool = False
) -> None:
    """
    Note that two people never share a vehicle, or that one rides alone (herself twice); or no longer.

    Raises:
        Refused: the actor lacks `ride:write`.
    """
    actor.require(RIDE_WRITE)
    pair = (min(person_id, other_id), max(person_id, other_id))
    await store.set_apart(uow.session, actor.organisation_id, pair, gone=gone)
    await uow.flush()
    record(uow, Tag.VOLUNTEER_BOND, person_id)


def _changed(what: str) -> Conflict:
    return Conflict("changed_meanwhile", f"the {what} was changed by somebody else meanwhile")
