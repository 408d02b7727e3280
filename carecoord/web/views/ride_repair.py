"""
What a repair of a day of rides changes, as a list of calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from carecoord.rides.plan_domain import DayBoard, RideChange
from carecoord.web.filters import hour_of_minutes
from carecoord.web.views.ride_day import Names


def repair_view(changes: Sequence[RideChange], board: DayBoard, names: Names) -> list[dict[str, Any]]:
    """Each ride that changes, by hour: before, after, whom to call."""
    legs = {leg.id: leg for leg in board.legs}
    drivers = {item.id: item.name for item in board.volunteers}
    listed = sorted(
        (item for item in changes if item.leg_id in legs), key=lambda item: item.before_s or item.after_s or 0
    )
    return [
        {
            "name": names.full(legs[item.leg_id]),
            "what": names.where(legs[item.leg_id]),
            "phone": names.phone(legs[item.leg_id]),
            "before": _said(drivers.get(item.before_id) if item.before_id else None, item.before_s),
            "after": _said(drivers.get(item.after_id) if item.after_id else None, item.after_s),
            "is_lost": item.after_id is None,
        }
        for item in listed
    ]


def _said(name: str | None, second: int | None) -> str:
    if not name or second is None:
        return "sans chauffeur"
    return f"{name}, {hour_of_minutes(second // 60)}"
