"""
Rows of audit: who changed what; no update, no delete.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow


class AuditRow(RecordRow, Base):
    """One recorded action: `tag` is `subject:action`; `facts` holds counts and identifiers, no names."""

    __tablename__ = "audit_entry"
    __rights__ = ("SELECT", "INSERT")

    account_id: Mapped[UUID | None]
    tag: Mapped[str] = mapped_column(String(64), index=True)
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
