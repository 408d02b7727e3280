"""
Rows of rides, driver side: volunteers, vehicles, shuttles, and who drives whom on a day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class RideVehicleRow(VersionedRecordRow, Base):
    """
    A car or minibus. `seatings`: list of `[seats, wheelchairs]` beside the driver's seat, one per
    arrangement. A vehicle of the association stands at `latitude`, `longitude`; a volunteer's own at home.
    """

    __tablename__ = "ride_vehicle"
    links = (
        UniqueConstraint("organisation_id", "label"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="base"),
        CheckConstraint("fiscal_power is null or fiscal_power between 1 and 60", name="fiscal_power"),
    )

    label: Mapped[str] = mapped_column(Text)
    seatings: Mapped[list[list[int]]] = mapped_column(JSONB)
    of_association: Mapped[bool] = mapped_column(Boolean)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    fiscal_power: Mapped[int | None] = mapped_column(Integer)  # chevaux fiscaux
    electric: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class VolunteerRow(VersionedRecordRow, Base):
    """
    A volunteer driver. `areas`: INSEE codes of the communes preferred, empty for none.
    """

    __tablename__ = "volunteer"
    links = (
        tenant_reference("vehicle_id", "ride_vehicle"),
        CheckConstraint("day_minutes_max between 30 and 720", name="day_minutes_max"),
        CheckConstraint("day_km_max between 5 and 600", name="day_km_max"),
    )

    last_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(16))
    insee: Mapped[str] = mapped_column(String(5))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    day_minutes_max: Mapped[int] = mapped_column(Integer)
    day_km_max: Mapped[int] = mapped_column(Integer)
    areas: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    vehicle_id: Mapped[UUID] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class VolunteerAvailabilityRow(RecordRow, Base):
    """
    A stretch of a weekday in which a volunteer may drive, wall-clock minutes.

    `week_parity`: 0 every week, 1 odd ISO weeks, 2 even ISO weeks.
    """

    __tablename__ = "volunteer_availability"
    links = (
        tenant_reference("volunteer_id", "volunteer", ondelete="CASCADE"),
        UniqueConstraint("volunteer_id", "weekday", "start_minute", "week_parity"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint(
            "start_minute >= 0 and end_minute > start_minute and end_minute <= 1440", name="minutes"
        ),
        CheckConstraint("week_parity between 0 and 2", name="week_parity"),
    )

    volunteer_id: Mapped[UUID] = mapped_column(index=True)
    weekday: Mapped[int] = mapped_column(Integer)  # 0 Monday … 6 Sunday
    start_minute: Mapped[int] = mapped_column(Integer)
    end_minute: Mapped[int] = mapped_column(Integer)
    week_parity: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class VolunteerAbsenceRow(RecordRow, Base):
    """When a volunteer cannot drive; nobody asks why."""

    __tablename__ = "volunteer_absence"
    links = (
        tenant_reference("volunteer_id", "volunteer", ondelete="CASCADE"),
        UniqueConstraint("volunteer_id", "starts_at", "ends_at"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    volunteer_id: Mapped[UUID] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class VolunteerBondRow(RecordRow, Base):
    """A volunteer and a person who get on well (`preferred`), or who do not travel together (`refused`)."""

    __tablename__ = "volunteer_bond"
    links = (
        tenant_reference("volunteer_id", "volunteer", ondelete="CASCADE"),
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("volunteer_id", "person_id"),
        CheckConstraint("kind in ('preferred', 'refused')", name="kind"),
    )

    volunteer_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))


class RideApartRow(RecordRow, Base):
    """Two people who never share a vehicle; with `other_id` the same as `person_id`, one who rides alone."""

    __tablename__ = "ride_apart"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        tenant_reference("other_id", "person", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "person_id", "other_id"),
        CheckConstraint("person_id <= other_id", name="order"),
    )

    person_id: Mapped[UUID]
    other_id: Mapped[UUID]


class RideShuttleRow(VersionedRecordRow, Base):
    """
    A collective run of a day: one volunteer, one vehicle, a destination, riders who share it.

    `leaves_s`: earliest departure, `arrives_s`: there at the latest, `back_s`: when it brings home,
    `ends_s`: latest return of the vehicle; seconds after local midnight.
    """

    __tablename__ = "ride_shuttle"
    links = (
        tenant_reference("volunteer_id", "volunteer"),
        tenant_reference("vehicle_id", "ride_vehicle"),
        UniqueConstraint("organisation_id", "on_date", "label"),
        CheckConstraint("leaves_s < arrives_s and arrives_s < back_s and back_s < ends_s", name="order"),
        CheckConstraint("state in ('open', 'cancelled')", name="state"),
    )

    on_date: Mapped[date] = mapped_column(index=True)
    label: Mapped[str] = mapped_column(Text)
    destination: Mapped[str] = mapped_column(Text)
    insee: Mapped[str] = mapped_column(String(5))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    volunteer_id: Mapped[UUID]
    vehicle_id: Mapped[UUID]
    leaves_s: Mapped[int] = mapped_column(Integer)
    arrives_s: Mapped[int] = mapped_column(Integer)
    back_s: Mapped[int] = mapped_column(Integer)
    ends_s: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="open", server_default="open")


class RideRunRow(RecordRow, Base):
    """
    One request to plan a day anew and what came of it: compressed problem and plan of the planning codec.

    `state`: queued, running, stopping, done, failed, cancelled, published.
    """

    __tablename__ = "ride_run"
    links = (
        CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'published')",
            name="state",
        ),
    )

    on_date: Mapped[date] = mapped_column(index=True)
    seconds: Mapped[int] = mapped_column(Integer)
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16), default="queued", server_default="queued", index=True)
    phase: Mapped[str] = mapped_column(String(16), default="", server_default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    generation: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]  # account
    started_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    solution: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    progress: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # Score of the day then
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))  # Score of the plan
    failure: Mapped[str | None] = mapped_column(Text)  # code, never personal data


class RidePlanRow(VersionedRecordRow, Base):
    """The plan of one day: its version rises with each change, whoever makes it."""

    __tablename__ = "ride_plan"
    links = (UniqueConstraint("organisation_id", "on_date"),)

    on_date: Mapped[date] = mapped_column()
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_by: Mapped[UUID | None]  # account


class RideTourRow(RecordRow, Base):
    """
    What a volunteer drives within one duty, from home and back; metres as planned.

    `duty`: name of the duty in the planner, which follows from volunteer, shuttle and hour.
    """

    __tablename__ = "ride_tour"
    links = (
        tenant_reference("volunteer_id", "volunteer"),
        tenant_reference("vehicle_id", "ride_vehicle"),
        UniqueConstraint("organisation_id", "on_date", "duty"),
        CheckConstraint("back_s >= departs_s", name="order"),
    )

    on_date: Mapped[date] = mapped_column(index=True)
    duty: Mapped[str] = mapped_column(Text)
    volunteer_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID]
    shuttle_id: Mapped[UUID | None]
    departs_s: Mapped[int] = mapped_column(Integer)
    back_s: Mapped[int] = mapped_column(Integer)
    distance_m: Mapped[int] = mapped_column(Integer)
    empty_m: Mapped[int] = mapped_column(Integer)


class RideTripRow(RecordRow, Base):
    """
    One way of a request with its driver. `promised_s`: beginning of boarding that was told.

    `pick_rank`, `drop_rank`: positions among the stops of the tour.

    `outcome`: planned, done, absent (nobody at the door). `pinned`: the volunteer was chosen by hand.
    """

    __tablename__ = "ride_trip"
    links = (
        tenant_reference("tour_id", "ride_tour", ondelete="CASCADE"),
        tenant_reference("leg_id", "ride_leg", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "leg_id"),
        CheckConstraint("outcome in ('planned', 'done', 'absent')", name="outcome"),
        CheckConstraint("drop_rank > pick_rank and dropoff_s >= pickup_s", name="order"),
    )

    on_date: Mapped[date] = mapped_column(index=True)
    tour_id: Mapped[UUID] = mapped_column(index=True)
    leg_id: Mapped[UUID]
    promised_s: Mapped[int] = mapped_column(Integer)
    pickup_s: Mapped[int] = mapped_column(Integer)
    dropoff_s: Mapped[int] = mapped_column(Integer)
    pick_rank: Mapped[int] = mapped_column(Integer)
    drop_rank: Mapped[int] = mapped_column(Integer)
    pinned: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    outcome: Mapped[str] = mapped_column(String(16), default="planned", server_default="planned")
    outcome_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RideTravelRow(RecordRow, Base):
    """Driving between the places of a day, compressed: asked for once, completed as rides come in."""

    __tablename__ = "ride_travel"
    links = (UniqueConstraint("organisation_id", "on_date"),)

    on_date: Mapped[date] = mapped_column()
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
