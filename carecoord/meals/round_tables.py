"""
Rows of meal rounds: vehicles, drivers, planning runs, rounds with their stops, temperatures.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class MealVehicleRow(VersionedRecordRow, Base):
    """A vehicle, with the meals that its cold and hot compartments hold."""

    __tablename__ = "meal_vehicle"
    links = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("cold >= 0 and hot >= 0 and cold + hot > 0", name="compartments"),
        CheckConstraint("loading_minutes between 0 and 120", name="loading_minutes"),
    )

    name: Mapped[str] = mapped_column(Text)
    cold: Mapped[int] = mapped_column(Integer)
    hot: Mapped[int] = mapped_column(Integer)
    loading_minutes: Mapped[int] = mapped_column(SmallInteger)
    keeps_cold: Mapped[bool] = mapped_column(Boolean)
    keeps_hot: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class MealDriverRow(VersionedRecordRow, Base):
    """
    A driver; `hours`: list of `{weekday, start_minute, end_minute}`; `away_on`: days off of one who
    is no aide of the workforce.
    """

    __tablename__ = "meal_driver"
    links = (
        tenant_reference("aide_id", "aide"),
        UniqueConstraint("organisation_id", "last_name", "first_name"),
        CheckConstraint("trips_max between 1 and 12", name="trips_max"),
    )

    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(16))
    aide_id: Mapped[UUID | None] = mapped_column(index=True)
    volunteer: Mapped[bool] = mapped_column(Boolean)
    hours: Mapped[list[Any]] = mapped_column(JSONB)
    vehicle_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    base_latitude: Mapped[float] = mapped_column(Float)
    base_longitude: Mapped[float] = mapped_column(Float)
    planned_minutes: Mapped[int | None] = mapped_column(Integer)
    trips_max: Mapped[int] = mapped_column(SmallInteger)
    away_on: Mapped[list[date]] = mapped_column(ARRAY(Date), default=list)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class MealRunRow(RecordRow, Base):
    """
    One request to plan the rounds of a delivery day and what came of it.

    `state`: queued, running, stopping, done, failed, cancelled; `published_at` once its rounds count.
    `problem`, `solution`: compressed documents. `generation` names the worker attempt that may
    write. `left_out`: deliveries in no round, with causes. `curve`: points of the search.
    `situation`: what happened, for a repair, and then what it changes.
    """

    __tablename__ = "meal_run"
    links = (
        CheckConstraint(
            "state in ('queued', 'running', 'stopping', 'done', 'failed', 'cancelled')", name="state"
        ),
    )

    deliver_on: Mapped[date] = mapped_column(index=True)
    seconds: Mapped[int] = mapped_column(Integer)
    seed: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16), default="queued", server_default="queued", index=True)
    phase: Mapped[str] = mapped_column(String(16), default="", server_default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    generation: Mapped[UUID | None]
    requested_by: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    compared_on: Mapped[date | None]
    problem: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    solution: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    best: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    naive: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    curve: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    left_out: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    warnings: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    travel: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    failure: Mapped[str | None] = mapped_column(Text)  # code, never personal data
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]
    situation: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class MealRoundRow(VersionedRecordRow, Base):
    """
    What one driver does on one day. `state`: draft, published, replaced.

    `trips`: list of `{kitchen_id, loads_s, leaves_s, back_s}`, seconds after local midnight.
    """

    __tablename__ = "meal_round"
    links = (
        tenant_reference("run_id", "meal_run", ondelete="CASCADE"),
        tenant_reference("driver_id", "meal_driver"),
        tenant_reference("vehicle_id", "meal_vehicle"),
        CheckConstraint("state in ('draft', 'published', 'replaced')", name="state"),
    )

    run_id: Mapped[UUID] = mapped_column(index=True)
    deliver_on: Mapped[date] = mapped_column(index=True)
    driver_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(16), default="draft", server_default="draft")
    begins_s: Mapped[int] = mapped_column(Integer)
    trips: Mapped[list[Any]] = mapped_column(JSONB)
    distance_m: Mapped[int] = mapped_column(Integer)


class MealStopRow(RecordRow, Base):
    """
    A door on a round. `outcome`: empty until the driver says so, then handed, left, absent or refused.

    `delivery_id` follows from subscription and day. `meals`: what is handed over, as it was when the
    round was published. `change`: `added` or `cancelled` after publication.
    """

    __tablename__ = "meal_stop"
    links = (
        tenant_reference("round_id", "meal_round", ondelete="CASCADE"),
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("outcome in ('', 'handed', 'left', 'absent', 'refused')", name="outcome"),
        CheckConstraint("change in ('', 'added', 'cancelled')", name="change"),
        UniqueConstraint("round_id", "delivery_id"),
    )

    round_id: Mapped[UUID] = mapped_column(index=True)
    trip: Mapped[int] = mapped_column(SmallInteger)
    rank: Mapped[int] = mapped_column(SmallInteger)
    delivery_id: Mapped[UUID] = mapped_column(index=True)
    subscription_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    eta_s: Mapped[int] = mapped_column(Integer)
    cold: Mapped[int] = mapped_column(SmallInteger)
    hot: Mapped[int] = mapped_column(SmallInteger)
    change: Mapped[str] = mapped_column(String(16), default="", server_default="")
    outcome: Mapped[str] = mapped_column(String(16), default="", server_default="")
    outcome_at: Mapped[datetime | None]
    outcome_by: Mapped[UUID | None]
    destroyed: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")


class TemperatureReadingRow(RecordRow, Base):
    """
    A temperature, in tenths of a degree: at loading (no stop) or at a door. Never changed, only added.
    """

    __tablename__ = "temperature_reading"
    __rights__ = ("SELECT", "INSERT")
    links = (
        tenant_reference("round_id", "meal_round", ondelete="CASCADE"),
        tenant_reference("stop_id", "meal_stop", ondelete="CASCADE"),
        CheckConstraint("chain in ('cold', 'hot')", name="chain"),
        CheckConstraint("verdict in ('good', 'watch', 'refuse')", name="verdict"),
        CheckConstraint("decidegrees between -400 and 1200", name="decidegrees"),
    )

    round_id: Mapped[UUID] = mapped_column(index=True)
    stop_id: Mapped[UUID | None] = mapped_column(index=True)
    trip: Mapped[int] = mapped_column(SmallInteger)
    chain: Mapped[str] = mapped_column(String(8))
    decidegrees: Mapped[int] = mapped_column(Integer)
    verdict: Mapped[str] = mapped_column(String(8))
    thermometer: Mapped[str] = mapped_column(Text, default="", server_default="")
    taken_at: Mapped[datetime]
    taken_by: Mapped[UUID | None]
