"""
Rows of careplans: plans, recurring interventions, exceptions, dated visits.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class CarePlanRow(VersionedRecordRow, Base):
    """What an organisation provides to one person, from a date, until a date or further notice."""

    __tablename__ = "care_plan"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="order"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class InterventionRow(VersionedRecordRow, Base):
    """
    A recurring line of a care plan. `reference` is the key of imports.

    `weekdays`: days of the weekly pattern, 0 Monday … 6 Sunday; one visit each.
    `alternative_days`: when not empty, each visit may fall on any of these days of its week
    instead; `interval_weeks` 2 with `anchor_on` means every other week.
    Window: earliest and latest *start*, wall-clock minutes. `holidays`: `keep`, `skip`.
    """

    __tablename__ = "intervention"
    links = (
        tenant_reference("care_plan_id", "care_plan", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("tier in ('vital', 'important', 'comfort')", name="tier"),
        CheckConstraint("team_size in (1, 2)", name="team_size"),
        CheckConstraint("duration_minutes between 5 and 720", name="duration"),
        CheckConstraint("latest_start_minute >= earliest_start_minute", name="window"),
        CheckConstraint("holidays in ('keep', 'skip')", name="holidays"),
        CheckConstraint("interval_weeks between 1 and 8", name="interval_weeks"),
    )

    care_plan_id: Mapped[UUID] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)  # what is done, as printed on a round sheet
    tier: Mapped[str] = mapped_column(String(16))
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    alternative_days: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    interval_weeks: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    anchor_on: Mapped[date]
    earliest_start_minute: Mapped[int] = mapped_column(Integer)
    latest_start_minute: Mapped[int] = mapped_column(Integer)
    preferred_start_minute: Mapped[int | None] = mapped_column(Integer)
    duration_minutes: Mapped[int] = mapped_column(Integer)
    team_size: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    wanted_aides: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    refused_aides: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    essential: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")
    holidays: Mapped[str] = mapped_column(String(8), default="keep", server_default="keep")
    serves_meal: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class InterventionExceptionRow(RecordRow, Base):
    """
    One date of an intervention that differs: `cancelled`, `moved` (to `moved_to`), `added`,
    or `changed` (window or duration in `changes`).
    """

    __tablename__ = "intervention_exception"
    links = (
        tenant_reference("intervention_id", "intervention", ondelete="CASCADE"),
        UniqueConstraint("intervention_id", "on_date"),
        CheckConstraint("kind in ('cancelled', 'moved', 'added', 'changed')", name="kind"),
    )

    intervention_id: Mapped[UUID] = mapped_column(index=True)
    on_date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))
    moved_to: Mapped[date | None]
    changes: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")


class VisitRow(RecordRow, Base):
    """
    A dated intervention. Its identifier follows from intervention and nominal date, so
    producing it twice changes nothing.
    """

    __tablename__ = "visit"
    links = (
        tenant_reference("intervention_id", "intervention", ondelete="CASCADE"),
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("intervention_id", "nominal_on"),
        CheckConstraint("status in ('planned', 'cancelled', 'done')", name="status"),
    )

    intervention_id: Mapped[UUID] = mapped_column(index=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    nominal_on: Mapped[date] = mapped_column(index=True)
    due_on: Mapped[date] = mapped_column(index=True)  # the nominal day, or the day it was moved to
    allowed_dates: Mapped[list[date]] = mapped_column(ARRAY(Date))
    earliest_start_minute: Mapped[int] = mapped_column(Integer)
    latest_start_minute: Mapped[int] = mapped_column(Integer)
    preferred_start_minute: Mapped[int | None] = mapped_column(Integer)
    duration_minutes: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16), default="planned", server_default="planned")
