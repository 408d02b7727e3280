"""
Rows of workforce: aides, the hours they may work, their absences.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, Float, Integer, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference


class AideRow(VersionedRecordRow, Base):
    """
    An aide. `reference` is the employer's own number, the key of imports.

    `regime` is the employer's when absent. `history` is the part of
    `planning.problem.History` known from outside (imports, past plans).
    """

    __tablename__ = "aide"
    links = (
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("travel_mode in ('car', 'bike', 'foot')", name="travel_mode"),
        CheckConstraint("contract_minutes > 0 and contract_minutes <= 2880", name="contract_minutes"),
    )

    reference: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(String(16))
    contract_minutes: Mapped[int] = mapped_column(Integer)  # a week
    part_time: Mapped[bool] = mapped_column(Boolean)
    regime: Mapped[str | None] = mapped_column(String(32))
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    travel_mode: Mapped[str] = mapped_column(String(8))
    weekend_team: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    sunday_consent: Mapped[bool] = mapped_column(Boolean, default=False, server_default="false")
    start_latitude: Mapped[float] = mapped_column(Float)
    start_longitude: Mapped[float] = mapped_column(Float)
    end_latitude: Mapped[float] = mapped_column(Float)
    end_longitude: Mapped[float] = mapped_column(Float)
    start_insee: Mapped[str] = mapped_column(String(5))
    history: Mapped[dict[str, object]] = mapped_column(JSONB, default=dict, server_default="{}")
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="true")


class AvailabilityRow(RecordRow, Base):
    """
    A stretch of a weekday in which an aide may work, wall-clock minutes.

    `week_parity`: 0 every week, 1 odd ISO weeks, 2 even ISO weeks (weekend in two).
    """

    __tablename__ = "aide_availability"
    links = (
        tenant_reference("aide_id", "aide", ondelete="CASCADE"),
        UniqueConstraint("aide_id", "weekday", "start_minute", "week_parity"),
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint(
            "start_minute >= 0 and end_minute > start_minute and end_minute <= 1440", name="minutes"
        ),
        CheckConstraint("week_parity between 0 and 2", name="week_parity"),
    )

    aide_id: Mapped[UUID] = mapped_column(index=True)
    weekday: Mapped[int] = mapped_column(Integer)  # 0 Monday … 6 Sunday
    start_minute: Mapped[int] = mapped_column(Integer)
    end_minute: Mapped[int] = mapped_column(Integer)
    week_parity: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class AbsenceRow(RecordRow, Base):
    """
    When an aide cannot work. `kind` says leave, sickness, training…; never a diagnosis.
    """

    __tablename__ = "absence"
    links = (
        tenant_reference("aide_id", "aide", ondelete="CASCADE"),
        UniqueConstraint("aide_id", "starts_at", "ends_at"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    aide_id: Mapped[UUID] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    kind: Mapped[str] = mapped_column(String(32))
