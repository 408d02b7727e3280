"""
Rows of rides, request side: what was asked for, its ways, and what the answer rests on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    Float,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class RidePlaceRow(VersionedRecordRow, Base):
    """
    A destination of the organisation: hospital, market, station. `is_hub`: a multimodal hub, with
    who says so in `hub_source`.
    """

    __tablename__ = "ride_place"
    links = (UniqueConstraint("organisation_id", "label"),)

    label: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Text)
    insee: Mapped[str] = mapped_column(String(5))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    quality: Mapped[str] = mapped_column(String(16))
    is_hub: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    hub_source: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class RideCommuneRow(VersionedRecordRow, Base):
    """
    What the ministry's list says of a commune, as an agent read it: rural or in an urban unit
    of fewer than 12,000 people (`is_small`), or not.
    """

    __tablename__ = "ride_commune"
    links = (
        UniqueConstraint("organisation_id", "insee"),
        CheckConstraint("unit_population is null or unit_population >= 0", name="population"),
    )

    insee: Mapped[str] = mapped_column(String(5))
    is_small: Mapped[bool] = mapped_column(Boolean)
    unit_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    unit_population: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    seen_on: Mapped[date]
    seen_by: Mapped[UUID | None]  # account


class RideTermsRow(VersionedRecordRow, Base):
    """
    How the organisation runs its service: on what ground, at what price, with what habits.

    `habits`: field of `carecoord.rides.habits.Habits` -> value. `facts`: what the yearly return needs
    and no ride tells, by field of `carecoord.rides.terms.Facts`.
    """

    __tablename__ = "ride_terms"
    links = (
        UniqueConstraint("organisation_id"),
        CheckConstraint("regime in ('tus', 'own_service')", name="regime"),
        CheckConstraint("cents_per_km between 0 and 1000", name="price"),
    )

    regime: Mapped[str] = mapped_column(String(16))
    ground: Mapped[str] = mapped_column(Text, default="", server_default="")
    cents_per_km: Mapped[int] = mapped_column(Integer)
    habits: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class RidePassengerRow(VersionedRecordRow, Base):
    """What must be known of a person to carry her: how frail, in a wheelchair, with a companion."""

    __tablename__ = "ride_passenger"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "person_id"),
        CheckConstraint("frailty in ('none', 'frail', 'very_frail')", name="frailty"),
    )

    person_id: Mapped[UUID]
    frailty: Mapped[str] = mapped_column(String(16))
    wheelchair: Mapped[bool] = mapped_column(Boolean)
    companions: Mapped[int] = mapped_column(Integer)


class RideRightRow(VersionedRecordRow, Base):
    """A criterion that opens the service to a person: what was shown, when, and until when it counts."""

    __tablename__ = "ride_right"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("valid_until is null or valid_until >= seen_on", name="order"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    criterion: Mapped[str] = mapped_column(String(24))
    proof: Mapped[str] = mapped_column(Text)
    seen_on: Mapped[date]
    valid_until: Mapped[date | None]
    seen_by: Mapped[UUID | None]  # account


class RideStandingRow(VersionedRecordRow, Base):
    """A ride of every week: its weekdays (0 Monday), its dates, and what is asked for each time."""

    __tablename__ = "ride_standing"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    ask: Mapped[dict[str, Any]] = mapped_column(JSONB)


class RideRequestRow(VersionedRecordRow, Base):
    """
    One request. `state`: `open` (its legs say what became of it), `refused`, `cancelled`.

    `origin`, `destination`: `Spot`. `basis`: `Basis`, as judged that day; `refusal`: `Refusal`.
    """

    __tablename__ = "ride_request"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("state in ('open', 'refused', 'cancelled')", name="state"),
        CheckConstraint("back in ('none', 'wait', 'other')", name="back"),
        CheckConstraint("(arrive_minute is null) <> (leave_minute is null)", name="hour"),
        CheckConstraint("(state = 'refused') = (refusal is not null)", name="refusal"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    on_date: Mapped[date] = mapped_column(index=True)
    origin: Mapped[dict[str, Any]] = mapped_column(JSONB)
    destination: Mapped[dict[str, Any]] = mapped_column(JSONB)
    purpose: Mapped[str] = mapped_column(String(16))
    arrive_minute: Mapped[int | None] = mapped_column(Integer)
    leave_minute: Mapped[int | None] = mapped_column(Integer)
    back: Mapped[str] = mapped_column(String(8))
    back_minute: Mapped[int | None] = mapped_column(Integer)
    companions: Mapped[int] = mapped_column(Integer)
    wheelchair: Mapped[bool] = mapped_column(Boolean)
    caller: Mapped[str] = mapped_column(Text, default="", server_default="")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    distance_m: Mapped[int] = mapped_column(Integer)
    is_estimated: Mapped[bool] = mapped_column(Boolean)
    price_cents: Mapped[int] = mapped_column(Integer)
    basis: Mapped[dict[str, Any]] = mapped_column(JSONB)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    state: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    asked_by: Mapped[UUID | None]  # account
    standing_id: Mapped[UUID | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="", server_default="")


class RideLegRow(RecordRow, Base):
    """One way of a request, with its hours in seconds after local midnight of `on_date`."""

    __tablename__ = "ride_leg"
    links = (
        tenant_reference("request_id", "ride_request", ondelete="CASCADE"),
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("request_id", "direction"),
        CheckConstraint("direction in ('out', 'back')", name="direction"),
        CheckConstraint("state in ('looking', 'placed', 'refused', 'cancelled', 'done')", name="state"),
        CheckConstraint(
            "pick_latest_s >= pick_earliest_s and drop_latest_s >= drop_earliest_s", name="windows"
        ),
        CheckConstraint(
            "seats >= 0 and wheelchairs >= 0 and seats + wheelchairs between 1 and 8", name="seats"
        ),
    )

    request_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    direction: Mapped[str] = mapped_column(String(8))
    on_date: Mapped[date] = mapped_column(index=True)
    pick_latitude: Mapped[float] = mapped_column(Float)
    pick_longitude: Mapped[float] = mapped_column(Float)
    drop_latitude: Mapped[float] = mapped_column(Float)
    drop_longitude: Mapped[float] = mapped_column(Float)
    pick_earliest_s: Mapped[int] = mapped_column(Integer)
    pick_latest_s: Mapped[int] = mapped_column(Integer)
    drop_earliest_s: Mapped[int] = mapped_column(Integer)
    drop_latest_s: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer)
    wheelchairs: Mapped[int] = mapped_column(Integer)
    companion: Mapped[bool] = mapped_column(Boolean)
    boarding_s: Mapped[int] = mapped_column(Integer)
    alighting_s: Mapped[int] = mapped_column(Integer)
    ride_max_s: Mapped[int] = mapped_column(Integer)
    same_driver_as: Mapped[UUID | None]
    shuttle_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(16), default="looking", server_default="looking")
