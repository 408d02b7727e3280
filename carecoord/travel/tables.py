"""
Rows of travel: matrices already asked for.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import Base, GlobalRow


class TravelMatrixRow(GlobalRow, Base):
    """
    One matrix, compressed. The points themselves are not kept: only the digest of the question.
    """

    __tablename__ = "travel_matrix"
    __global_reason__ = "digests, durations and distances only: no person, no address, no coordinate"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    provider: Mapped[str] = mapped_column(String(32))
    dataset: Mapped[str] = mapped_column(Text)
    mode: Mapped[str] = mapped_column(String(8))
    size: Mapped[int] = mapped_column(Integer)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
