"""
Rows of vigilance: cases opened at a door, and the journal of what was done.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow, VersionedRecordRow, tenant_reference
from carecoord.db.sealed import Sealed


class VigilanceCaseRow(VersionedRecordRow, Base):
    """
    Somebody did not answer the door. `source` and `source_id` say which event, once: `meal_stop`, `ride`,
    `visit`. `due_at`: first call at the latest. `outcome` is empty while the case is open.
    """

    __tablename__ = "vigilance_case"
    links = (
        tenant_reference("person_id", "person", ondelete="CASCADE"),
        UniqueConstraint("organisation_id", "source", "source_id"),
        CheckConstraint("source in ('meal_stop', 'ride', 'visit')", name="source"),
        CheckConstraint("outcome in ('', 'well', 'away', 'helped', 'emergency', 'mistake')", name="outcome"),
    )

    person_id: Mapped[UUID] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[UUID]
    happened_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    opened_by: Mapped[UUID | None]
    first_call_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None]
    outcome: Mapped[str] = mapped_column(String(16), default="", server_default="")


class VigilanceCallRow(RecordRow, Base):
    """
    One line of the journal of a case. `whom`: person, contact, ccas, emergency; `answer`: reached,
    no_answer, message. Never changed, only added.
    """

    __tablename__ = "vigilance_call"
    __rights__ = ("SELECT", "INSERT")
    links = (
        tenant_reference("case_id", "vigilance_case", ondelete="CASCADE"),
        CheckConstraint("whom in ('person', 'contact', 'ccas', 'emergency')", name="whom"),
        CheckConstraint("answer in ('reached', 'no_answer', 'message')", name="answer"),
    )

    case_id: Mapped[UUID] = mapped_column(index=True)
    whom: Mapped[str] = mapped_column(String(16))
    answer: Mapped[str] = mapped_column(String(16))
    note: Mapped[bytes] = mapped_column(Sealed("vigilance_call.note"))
    called_at: Mapped[datetime]
    called_by: Mapped[UUID | None]
