"""
What is known of an order besides its meals.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec


class SentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    When an order was sent, by whom, and how big it was.

    Args:
        sent_by: account; None when the program sent it at its cut-off.
        cutoff_at: from when on it stands.
    """

    kitchen_id: UUID
    made_on: date
    number: int
    sent_at: datetime
    sent_by: UUID | None
    cutoff_at: datetime
    meal_count: int
    spare_meals: int

    @property
    def is_final(self) -> bool:
        """Whether it was sent at its cut-off or after: it holds all that was told in time."""
        return self.sent_at >= self.cutoff_at
