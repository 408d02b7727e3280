"""
Rows of exchange: imports, from the dry run to the one transaction that applies them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, RecordRow


class ImportRow(RecordRow, Base):
    """
    A file given for import. The file itself is dropped once applied or abandoned.

    `report`: counts and refused lines of the dry run, or of the application.
    """

    __tablename__ = "import_file"
    links = (
        CheckConstraint(
            "kind in ('people', 'aides', 'absences', 'care_plan_lines', 'workbook')", name="kind"
        ),
        CheckConstraint("state in ('checked', 'applied', 'abandoned')", name="state"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    file_name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(16))
    report: Mapped[dict[str, Any]] = mapped_column(JSONB)
    requested_by: Mapped[UUID | None]
    applied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
