"""
Rows of bookings.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, tenant_reference


class BookingRow(RecordRow, Base):
    """
    A stretch of time of one person: a visit, a leg of a ride, or a meal delivery.

    Two of them of one person, meals apart, never overlap: `ex_person_booking_apart`, an exclusion
    constraint that the migration makes.
    """

    __tablename__ = "person_booking"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "kind", "source_id"),
        CheckConstraint("kind in ('visit', 'ride', 'meal')", name="kind"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    kind: Mapped[str] = mapped_column(String(8))
    source_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    for_dates: Mapped[list[date]] = mapped_column(ARRAY(Date), default=list, server_default="{}")
