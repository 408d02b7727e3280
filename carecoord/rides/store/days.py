"""
SQL of the plan of a day: tours and trips, travel, shuttles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.kernel.ids import new_id
from carecoord.rides.domain import Leg
from carecoord.rides.plan_domain import DriverTour, Errand, Outcome, RidePlan, SaveShuttle, Shuttle, Trip
from carecoord.rides.plan_tables import (
    RidePlanRow,
    RideShuttleRow,
    RideTourRow,
    RideTravelRow,
    RideTripRow,
)
from carecoord.rides.tables import RideLegRow, RideRequestRow

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('ride_plan:' || :day, 0))")
_TRIP = [getattr(RideTripRow, name) for name in Trip.__struct_fields__]
_TOUR = [
    (RideTourRow.on_date if name == "on" else getattr(RideTourRow, name)).label(name)
    for name in DriverTour.__struct_fields__
    if name != "trips"
]
_SHUTTLE = [
    (RideShuttleRow.on_date if name == "on" else getattr(RideShuttleRow, name)).label(name)
    for name in Shuttle.__struct_fields__
]


async def lock_day(session: AsyncSession, organisation_id: UUID, on: date) -> None:
    """Let one change of a day's plan happen at a time."""
    await session.execute(_LOCK, {"day": f"{organisation_id} {on.isoformat()}"})


async def plan_of(session: AsyncSession, on: date) -> RidePlan | None:
    """The plan of a day, or None where nothing was placed yet."""
    line = (
        await session.execute(
            select(
                RidePlanRow.id, RidePlanRow.on_date.label("on"), RidePlanRow.version, RidePlanRow.published_at
            ).where(RidePlanRow.on_date == on)
        )
    ).one_or_none()
    return None if line is None else RidePlan(**line._mapping)


async def touch_plan(session: AsyncSession, organisation_id: UUID, on: date) -> None:
    """Make the plan of a day, or raise its version."""
    statement = upsert(RidePlanRow).values(
        id=new_id(), organisation_id=organisation_id, on_date=on, version=1
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "on_date"],
            set_={"version": RidePlanRow.version + 1, "updated_at": func.now()},
        )
    )


async def mark_published(session: AsyncSession, on: date, at: datetime, account_id: UUID | None) -> None:
    """Note that volunteers were told."""
    await session.execute(
        update(RidePlanRow)
        .where(RidePlanRow.on_date == on)
        .values(published_at=at, published_by=account_id, version=RidePlanRow.version + 1)
    )


async def tours(
    session: AsyncSession, first: date, last: date, volunteer_id: UUID | None = None
) -> list[DriverTour]:
    """Tours of some days with their trips, by departure; two statements."""
    wanted = select(*_TOUR).where(RideTourRow.on_date >= first, RideTourRow.on_date <= last)
    if volunteer_id is not None:
        wanted = wanted.where(RideTourRow.volunteer_id == volunteer_id)
    lines = (
        await session.execute(wanted.order_by(RideTourRow.on_date, RideTourRow.departs_s, RideTourRow.id))
    ).all()
    found = await session.execute(
        select(RideTripRow.tour_id, *_TRIP)
        .where(among(RideTripRow.tour_id, [line.id for line in lines]))
        .order_by(RideTripRow.pick_rank)
    )
    trips: dict[UUID, list[Trip]] = defaultdict(list)
    for item in found:
        values = dict(item._mapping)
        trips[values.pop("tour_id")].append(Trip(**values))
    return [DriverTour(**line._mapping, trips=trips.get(line.id, [])) for line in lines]


async def replace_tours(
    session: AsyncSession, organisation_id: UUID, on: date, wanted: Sequence[DriverTour]
) -> None:
    """Make the tours of a day exactly these; marks made at the door are in the trips given."""
    outcomes = await session.execute(
        select(RideTripRow.leg_id, RideTripRow.outcome_at).where(RideTripRow.on_date == on)
    )
    at = {line.leg_id: line.outcome_at for line in outcomes}
    await session.execute(delete(RideTripRow).where(RideTripRow.on_date == on))
    await session.execute(delete(RideTourRow).where(RideTourRow.on_date == on))
    lines: list[dict[str, Any]] = []
    trips: list[dict[str, Any]] = []
    for tour in wanted:
        values = msgspec.structs.asdict(tour)
        del values["trips"], values["on"]
        lines.append({**values, "on_date": on, "organisation_id": organisation_id})
        trips += [
            {
                **msgspec.structs.asdict(trip),
                "id": new_id(),
                "on_date": on,
                "organisation_id": organisation_id,
                "tour_id": tour.id,
                "outcome_at": at.get(trip.leg_id),
            }
            for trip in tour.trips
        ]
    if lines:
        await session.execute(insert(RideTourRow), lines)
    if trips:
        await session.execute(insert(RideTripRow), trips)


async def mark_trip(session: AsyncSession, leg_id: UUID, outcome: Outcome, at: datetime | None) -> bool:
    """Note what became of a trip; whether there is one."""
    changed = await session.execute(
        update(RideTripRow)
        .where(RideTripRow.leg_id == leg_id)
        .values(outcome=outcome, outcome_at=at)
        .returning(RideTripRow.id)
    )
    return changed.scalar_one_or_none() is not None


async def pin_trips(session: AsyncSession, leg_ids: Collection[UUID]) -> None:
    """Note that the volunteer of some ways was chosen by hand."""
    await session.execute(update(RideTripRow).where(among(RideTripRow.leg_id, leg_ids)).values(pinned=True))


async def given_s(session: AsyncSession, first: date, before: date) -> dict[UUID, int]:
    """Volunteer -> seconds given on the days from one until before another."""
    lines = await session.execute(
        select(RideTourRow.volunteer_id, func.sum(RideTourRow.back_s - RideTourRow.departs_s).label("s"))
        .where(RideTourRow.on_date >= first, RideTourRow.on_date < before)
        .group_by(RideTourRow.volunteer_id)
    )
    return {line.volunteer_id: int(line.s) for line in lines}


async def errands(session: AsyncSession, leg_ids: Collection[UUID]) -> dict[UUID, Errand]:
    """Way -> what it is for and between which communes."""
    lines = await session.execute(
        select(
            RideLegRow.id,
            RideRequestRow.purpose,
            RideRequestRow.origin["insee"].astext.label("origin"),
            RideRequestRow.destination["insee"].astext.label("destination"),
        )
        .join(RideRequestRow, RideRequestRow.id == RideLegRow.request_id)
        .where(among(RideLegRow.id, leg_ids))
    )
    return {
        line.id: Errand(purpose=line.purpose, origin=line.origin or "", destination=line.destination or "")
        for line in lines
    }


async def travel_document(session: AsyncSession, on: date) -> bytes | None:
    """What is known of driving between the places of a day."""
    found: bytes | None = await session.scalar(
        select(RideTravelRow.document).where(RideTravelRow.on_date == on)
    )
    return found


async def save_travel(session: AsyncSession, organisation_id: UUID, on: date, document: bytes) -> None:
    """Keep it."""
    statement = upsert(RideTravelRow).values(
        id=new_id(), organisation_id=organisation_id, on_date=on, document=document
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["organisation_id", "on_date"],
            set_={"document": document, "updated_at": func.now()},
        )
    )


async def shuttles(session: AsyncSession, first: date, last: date) -> list[Shuttle]:
    """Shuttles of some days that are not cancelled, by hour."""
    lines = await session.execute(
        select(*_SHUTTLE)
        .where(
            RideShuttleRow.on_date >= first, RideShuttleRow.on_date <= last, RideShuttleRow.state == "open"
        )
        .order_by(RideShuttleRow.on_date, RideShuttleRow.leaves_s, RideShuttleRow.id)
    )
    return [Shuttle(**line._mapping) for line in lines]


async def shuttle_by_id(session: AsyncSession, shuttle_id: UUID) -> Shuttle | None:
    """One shuttle, cancelled or not."""
    line = (await session.execute(select(*_SHUTTLE).where(RideShuttleRow.id == shuttle_id))).one_or_none()
    return None if line is None else Shuttle(**line._mapping)


async def save_shuttle(session: AsyncSession, organisation_id: UUID, command: SaveShuttle) -> UUID | None:
    """Add or change; None when the version looked at is gone."""
    values = msgspec.structs.asdict(command)
    shuttle_id, version = values.pop("id"), values.pop("version")
    values["on_date"] = values.pop("on")
    if shuttle_id is None:
        row = RideShuttleRow(id=new_id(), organisation_id=organisation_id, version=1, **values)
        session.add(row)
        await session.flush()
        return row.id
    changed = await session.execute(
        update(RideShuttleRow)
        .where(RideShuttleRow.id == shuttle_id, RideShuttleRow.version == version)
        .values(**values, version=RideShuttleRow.version + 1)
        .returning(RideShuttleRow.id)
    )
    return changed.scalar_one_or_none()


async def move_leg(session: AsyncSession, leg: Leg) -> None:
    """Give a way other hours and another shuttle."""
    names = (
        "shuttle_id", "same_driver_as", "pick_earliest_s", "pick_latest_s", "drop_earliest_s",
        "drop_latest_s",
    )  # fmt: skip
    values = {name: getattr(leg, name) for name in names}
    await session.execute(update(RideLegRow).where(RideLegRow.id == leg.id).values(**values))


async def cancel_shuttle(session: AsyncSession, shuttle_id: UUID) -> None:
    """It does not run."""
    await session.execute(
        update(RideShuttleRow)
        .where(RideShuttleRow.id == shuttle_id)
        .values(state="cancelled", version=RideShuttleRow.version + 1)
    )
