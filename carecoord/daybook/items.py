"""
Visits, deliveries and rides as items of a day. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from carecoord.bookings.domain import Booking
from carecoord.careplans.domain import VisitToPlan
from carecoord.daybook.domain import DayItem
from carecoord.kernel.clock import local_instant
from carecoord.meals.domain import MealDelivery
from carecoord.rides.domain import RideRequest


def visit_item(visit: VisitToPlan, on: date, booking: Booking | None, who: Sequence[str] = ()) -> DayItem:
    """A visit, at its hour where it was promised, in its window otherwise."""
    latest = visit.latest_start_minute + visit.duration_minutes
    return DayItem(
        kind="visit",
        state="promised" if booking is not None else "planned",
        source_id=visit.id,
        starts_at=booking.starts_at if booking else local_instant(on, visit.earliest_start_minute),
        ends_at=booking.ends_at if booking else local_instant(on, latest),
        label=visit.label,
        who=list(who),
        serves_meal=visit.serves_meal,
    )


def meal_items(due: Iterable[MealDelivery], on: date, booked: Mapping[UUID, Booking]) -> list[DayItem]:
    """Deliveries promised, whether still due or not, and those due without an hour."""
    known = {item.id: item for item in due}
    midnight = local_instant(on, 0)
    found = [
        DayItem(
            kind="meal",
            state="promised",
            source_id=booking.source_id,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            meals=known[booking.source_id].meal_count if booking.source_id in known else 0,
        )
        for booking in booked.values()
    ]
    return found + [
        DayItem(
            kind="meal",
            state="planned",
            source_id=item.id,
            starts_at=midnight + timedelta(seconds=item.earliest_s),
            ends_at=midnight + timedelta(seconds=item.latest_s),
            meals=item.meal_count,
        )
        for item in known.values()
        if item.id not in booked
    ]


def ride_items(request: RideRequest, on: date, booked: Mapping[UUID, Booking]) -> list[DayItem]:
    """Ways of a request that somebody drives, or for which a driver is looked for."""
    midnight = local_instant(on, 0)
    found = []
    for leg in request.legs:
        booking = booked.get(leg.id)
        if booking is None and leg.state not in ("looking", "placed"):
            continue
        asked = (
            midnight + timedelta(seconds=leg.pick_earliest_s),
            midnight + timedelta(seconds=leg.drop_latest_s),
        )
        found.append(
            DayItem(
                kind="ride",
                state="promised" if booking is not None else "looking",
                source_id=leg.id,
                starts_at=booking.starts_at if booking else asked[0],
                ends_at=booking.ends_at if booking else asked[1],
                label=request.destination.label,
                back=leg.direction == "back",
                request_id=request.id,
            )
        )
    return found
