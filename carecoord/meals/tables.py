"""
Rows of meals: kitchens, dated rules, subscriptions, orders, foyers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference
from carecoord.db.sealed import Sealed


class KitchenRow(VersionedRecordRow, Base):
    """
    A kitchen. `offers`: list of `{diet, texture}`; `avoidable`: allergens it can leave out;
    `production_weekdays`: 0 Monday … 6 Sunday.
    """

    __tablename__ = "meal_kitchen"
    links = (
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("lead_days between 0 and 5", name="lead_days"),
        CheckConstraint("shelf_life_days between 0 and 60", name="shelf_life_days"),
        CheckConstraint("spare_meals between 0 and 500", name="spare_meals"),
    )

    reference: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(String(3))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    offers: Mapped[list[Any]] = mapped_column(JSONB)
    avoidable: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    chains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    production_weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    lead_days: Mapped[int] = mapped_column(SmallInteger)
    starts_minute: Mapped[int] = mapped_column(Integer)
    ready_minute: Mapped[int] = mapped_column(Integer)
    shelf_life_days: Mapped[int] = mapped_column(SmallInteger)
    spare_meals: Mapped[int] = mapped_column(Integer)


class RulesRow(VersionedRecordRow, Base):
    """Dated rules of one kitchen; `cutoffs`: seven `{working_days, minute}`."""

    __tablename__ = "meal_rules"
    links = (
        tenant_reference("kitchen_id", "meal_kitchen", ondelete="CASCADE"),
        UniqueConstraint("kitchen_id", "applies_from"),
        CheckConstraint("holiday_shift in ('eve', 'delivery_day', 'none')", name="holiday_shift"),
        CheckConstraint("hospital_free in ('before_cutoff', 'always', 'never')", name="hospital_free"),
        CheckConstraint("cardinality(days_before) = 7", name="days_before"),
    )

    kitchen_id: Mapped[UUID] = mapped_column(index=True)
    applies_from: Mapped[date]
    days_before: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    holiday_shift: Mapped[str] = mapped_column(String(16))
    closed_on: Mapped[list[date]] = mapped_column(ARRAY(Date), default=list)
    cutoffs: Mapped[list[Any]] = mapped_column(JSONB)
    meals_min_week: Mapped[int] = mapped_column(SmallInteger)
    hospital_free: Mapped[str] = mapped_column(String(16))


class SubscriptionRow(VersionedRecordRow, Base):
    """
    What a person is brought. `meals`: number for each weekday of consumption.

    `health` holds allergies and the note to the kitchen, encrypted.
    """

    __tablename__ = "meal_subscription"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        tenant_reference("kitchen_id", "meal_kitchen"),
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),
        CheckConstraint("cardinality(meals) = 7", name="meals"),
        CheckConstraint("chain in ('cold', 'hot')", name="chain"),
        CheckConstraint("latest_minute >= earliest_minute", name="window"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    kitchen_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    meals: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    diet: Mapped[str] = mapped_column(String(24))
    texture: Mapped[str] = mapped_column(String(16))
    health: Mapped[bytes] = mapped_column(Sealed("meal_subscription.health"))
    certificate_on: Mapped[date | None]
    chain: Mapped[str] = mapped_column(String(8))
    earliest_minute: Mapped[int] = mapped_column(Integer)
    latest_minute: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    extras: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


class SuspensionRow(RecordRow, Base):
    """A time without meals, from `starts_on` until the day before `resumes_on`."""

    __tablename__ = "meal_suspension"
    links = (
        tenant_reference("subscription_id", "meal_subscription", ondelete="CASCADE"),
        CheckConstraint("resumes_on is null or resumes_on > starts_on", name="order"),
        CheckConstraint("reason in ('away', 'family', 'refusal', 'other')", name="reason"),
    )

    subscription_id: Mapped[UUID] = mapped_column(index=True)
    starts_on: Mapped[date]
    resumes_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(16))
    told_at: Mapped[datetime]


class MealChangeRow(RecordRow, Base):
    """One consumption date that differs: so many meals instead of the usual."""

    __tablename__ = "meal_change"
    links = (
        tenant_reference("subscription_id", "meal_subscription", ondelete="CASCADE"),
        UniqueConstraint("subscription_id", "consumed_on"),
        CheckConstraint("count between 0 and 9", name="count"),
    )

    subscription_id: Mapped[UUID] = mapped_column(index=True)
    consumed_on: Mapped[date] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(SmallInteger)
    told_at: Mapped[datetime]


class MealOrderRow(RecordRow, Base):
    """
    What a kitchen was asked to cook on a day: never changed, the next number replaces it.

    `document`: the meals of each source, encrypted since allergies stand in it.
    """

    __tablename__ = "meal_order"
    __rights__ = ("SELECT", "INSERT")
    links = (
        tenant_reference("kitchen_id", "meal_kitchen"),
        UniqueConstraint("kitchen_id", "made_on", "number"),
    )

    kitchen_id: Mapped[UUID] = mapped_column(index=True)
    made_on: Mapped[date] = mapped_column(index=True)
    number: Mapped[int] = mapped_column(Integer)
    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID | None]
    cutoff_at: Mapped[datetime]
    meal_count: Mapped[int] = mapped_column(Integer)
    spare_meals: Mapped[int] = mapped_column(Integer)
    document: Mapped[bytes] = mapped_column(Sealed("meal_order.document"))


class LateDecisionRow(RecordRow, Base):
    """
    What somebody decided of a change that the kitchen did not see.

    `wished`: what was wished then, encrypted; when it changes again the decision no longer holds.
    """

    __tablename__ = "meal_decision"
    links = (
        tenant_reference("kitchen_id", "meal_kitchen", ondelete="CASCADE"),
        UniqueConstraint("source_id", "consumed_on"),
        CheckConstraint(
            "action in ('spare', 'call_kitchen', 'refuse',"
            " 'cancel_free', 'cancel_charged', 'deliver_anyway')",
            name="action",
        ),
    )

    kitchen_id: Mapped[UUID] = mapped_column(index=True)
    made_on: Mapped[date] = mapped_column(index=True)
    source_id: Mapped[UUID]
    consumed_on: Mapped[date]
    action: Mapped[str] = mapped_column(String(16))
    wished: Mapped[bytes] = mapped_column(Sealed("meal_decision.wished"))
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]


class FoyerRow(VersionedRecordRow, Base):
    """A place where meals of a kitchen are eaten together (foyer-restaurant)."""

    __tablename__ = "meal_foyer"
    links = (
        tenant_reference("kitchen_id", "meal_kitchen"),
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("seats between 1 and 1000", name="seats"),
    )

    kitchen_id: Mapped[UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Text)
    seats: Mapped[int] = mapped_column(Integer)


class AttendanceRow(RecordRow, Base):
    """
    Who eats at a foyer on a day: one person, or a number of unnamed guests.

    `health`: allergies, encrypted. `state`: `expected`, `present` or `absent`.
    """

    __tablename__ = "meal_attendance"
    links = (
        tenant_reference("foyer_id", "meal_foyer", ondelete="CASCADE"),
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("foyer_id", "on_date", "person_id"),
        CheckConstraint("count between 1 and 200", name="count"),
        CheckConstraint("state in ('expected', 'present', 'absent')", name="state"),
    )

    foyer_id: Mapped[UUID] = mapped_column(index=True)
    on_date: Mapped[date] = mapped_column(index=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(SmallInteger)
    diet: Mapped[str] = mapped_column(String(24))
    texture: Mapped[str] = mapped_column(String(16))
    health: Mapped[bytes] = mapped_column(Sealed("meal_attendance.health"))
    state: Mapped[str] = mapped_column(String(16))
