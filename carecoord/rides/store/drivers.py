"""
SQL of volunteers and vehicles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.kernel.ids import new_id
from carecoord.rides.drivers import (
    Bond,
    DriverAbsence,
    RideVehicle,
    SaveVehicle,
    SaveVolunteer,
    VolunteerDriver,
)
from carecoord.rides.plan_tables import (
    RideApartRow,
    RideVehicleRow,
    VolunteerAbsenceRow,
    VolunteerAvailabilityRow,
    VolunteerBondRow,
    VolunteerRow,
)
from carecoord.workforce.domain import Availability

_VEHICLE = [getattr(RideVehicleRow, name) for name in RideVehicle.__struct_fields__]
_VOLUNTEER = [
    getattr(VolunteerRow, name) for name in VolunteerDriver.__struct_fields__ if name != "availabilities"
]
_HOURS = [getattr(VolunteerAvailabilityRow, name) for name in Availability.__struct_fields__]
_ABSENCE = [getattr(VolunteerAbsenceRow, name) for name in DriverAbsence.__struct_fields__]


async def vehicles(session: AsyncSession) -> list[RideVehicle]:
    """Every vehicle, by label."""
    lines = await session.execute(select(*_VEHICLE).order_by(RideVehicleRow.label, RideVehicleRow.id))
    return [_vehicle(line._mapping) for line in lines]


def _vehicle(values: Any) -> RideVehicle:
    seatings = [(int(seats), int(wheelchairs)) for seats, wheelchairs in values["seatings"]]
    return RideVehicle(**{**values, "seatings": seatings})


async def save_vehicle(session: AsyncSession, organisation_id: UUID, command: SaveVehicle) -> UUID | None:
    """Add or change; None when the version looked at is gone."""
    values = msgspec.structs.asdict(command)
    vehicle_id, version = values.pop("id"), values.pop("version")
    values["seatings"] = [list(pair) for pair in command.seatings]
    if vehicle_id is None:
        row = RideVehicleRow(id=new_id(), organisation_id=organisation_id, version=1, **values)
        session.add(row)
        return row.id
    return await _change(session, RideVehicleRow, vehicle_id, version, values)


async def volunteers(session: AsyncSession, ids: Collection[UUID] | None = None) -> list[VolunteerDriver]:
    """Volunteers by name, those who left included, with their hours; two statements."""
    wanted = select(*_VOLUNTEER)
    if ids is not None:
        wanted = wanted.where(among(VolunteerRow.id, ids))
    lines = (
        await session.execute(
            wanted.order_by(VolunteerRow.last_name, VolunteerRow.first_name, VolunteerRow.id)
        )
    ).all()
    hours: dict[UUID, list[Availability]] = defaultdict(list)
    found = await session.execute(
        select(VolunteerAvailabilityRow.volunteer_id, *_HOURS)
        .where(among(VolunteerAvailabilityRow.volunteer_id, [line.id for line in lines]))
        .order_by(
            VolunteerAvailabilityRow.weekday,
            VolunteerAvailabilityRow.start_minute,
            VolunteerAvailabilityRow.week_parity,
        )
    )
    for line in found:
        values = dict(line._mapping)
        hours[values.pop("volunteer_id")].append(Availability(**values))
    return [VolunteerDriver(**line._mapping, availabilities=hours.get(line.id, [])) for line in lines]


async def save_volunteer(session: AsyncSession, organisation_id: UUID, command: SaveVolunteer) -> UUID | None:
    """Add or change, weekly hours included; None when the version looked at is gone."""
    values = msgspec.structs.asdict(command)
    volunteer_id, version = values.pop("id"), values.pop("version")
    hours = values.pop("availabilities")
    if volunteer_id is None:
        volunteer_id = new_id()
        session.add(VolunteerRow(id=volunteer_id, organisation_id=organisation_id, version=1, **values))
        await session.flush()
    elif await _change(session, VolunteerRow, volunteer_id, version, values) is None:
        return None
    await session.execute(
        delete(VolunteerAvailabilityRow).where(VolunteerAvailabilityRow.volunteer_id == volunteer_id)
    )
    if hours:
        lines = [
            {
                "id": new_id(),
                "organisation_id": organisation_id,
                "volunteer_id": volunteer_id,
                **msgspec.structs.asdict(item),
            }
            for item in hours
        ]
        await session.execute(insert(VolunteerAvailabilityRow), lines)
    found: UUID = volunteer_id
    return found


async def _change(
    session: AsyncSession, row: type[Any], row_id: UUID, version: int | None, values: dict[str, Any]
) -> UUID | None:
    found = (
        await session.execute(select(row).where(row.id == row_id).with_for_update())
    ).scalar_one_or_none()
    if found is None or (version is not None and found.version != version):
        return None
    for name, value in values.items():
        setattr(found, name, value)
    await session.flush()
    return row_id


async def absences(
    session: AsyncSession, starts_at: datetime, ends_at: datetime, volunteer_id: UUID | None = None
) -> list[DriverAbsence]:
    """Absences that touch a stretch of time, oldest first."""
    wanted = select(*_ABSENCE).where(
        VolunteerAbsenceRow.starts_at < ends_at, VolunteerAbsenceRow.ends_at > starts_at
    )
    if volunteer_id is not None:
        wanted = wanted.where(VolunteerAbsenceRow.volunteer_id == volunteer_id)
    lines = await session.execute(wanted.order_by(VolunteerAbsenceRow.starts_at, VolunteerAbsenceRow.id))
    return [DriverAbsence(**line._mapping) for line in lines]


def add_absence(session: AsyncSession, organisation_id: UUID, absence: DriverAbsence) -> None:
    """Add an absence; written at the next flush."""
    session.add(VolunteerAbsenceRow(organisation_id=organisation_id, **msgspec.structs.asdict(absence)))


async def remove_absence(session: AsyncSession, absence_id: UUID) -> UUID | None:
    """Delete an absence; whose it was, or None."""
    gone = await session.execute(
        delete(VolunteerAbsenceRow)
        .where(VolunteerAbsenceRow.id == absence_id)
        .returning(VolunteerAbsenceRow.volunteer_id)
    )
    return gone.scalar_one_or_none()


async def bonds(session: AsyncSession, volunteer_id: UUID | None = None) -> list[Bond]:
    """Who gets on with whom, and who does not."""
    wanted = select(VolunteerBondRow.volunteer_id, VolunteerBondRow.person_id, VolunteerBondRow.kind)
    if volunteer_id is not None:
        wanted = wanted.where(VolunteerBondRow.volunteer_id == volunteer_id)
    lines = await session.execute(wanted.order_by(VolunteerBondRow.id))
    return [Bond(**line._mapping) for line in lines]


async def set_bond(session: AsyncSession, organisation_id: UUID, bond: Bond, *, gone: bool = False) -> None:
    """Write what is between a volunteer and a person, or that nothing is."""
    await session.execute(
        delete(VolunteerBondRow).where(
            VolunteerBondRow.volunteer_id == bond.volunteer_id, VolunteerBondRow.person_id == bond.person_id
        )
    )
    if not gone:
        session.add(VolunteerBondRow(organisation_id=organisation_id, **msgspec.structs.asdict(bond)))


async def apart(session: AsyncSession) -> list[tuple[UUID, UUID]]:
    """Pairs never pooled; twice the same for one who rides alone."""
    lines = await session.execute(
        select(RideApartRow.person_id, RideApartRow.other_id).order_by(RideApartRow.id)
    )
    return [(line.person_id, line.other_id) for line in lines]


async def set_apart(
    session: AsyncSession, organisation_id: UUID, pair: tuple[UUID, UUID], *, gone: bool = False
) -> None:
    """Write one pair, the smaller identifier first, or that it is none."""
    one, other = pair
    await session.execute(
        delete(RideApartRow).where(RideApartRow.person_id == one, RideApartRow.other_id == other)
    )
    if not gone:
        session.add(RideApartRow(organisation_id=organisation_id, person_id=one, other_id=other))
