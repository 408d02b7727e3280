"""
What other services have promised the people of a day of meals: rides on which nobody opens the door,
visits that serve the meal and begin once it is there. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.bookings.domain import Booking
from carecoord.kernel.clock import local_instant
from carecoord.meals.domain import MealDelivery
from carecoord.meals.rounds_domain import SERVICE_S, DeliveryRound
from carecoord.planning.meals.problem import Closed, Problem

SECOND = timedelta(seconds=1)


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """
    When a delivery can be handed over, seconds after local midnight.

    Args:
        closed: what leaves no moment at all; the window is the one asked for then.
    """

    earliest_s: int
    latest_s: int
    closed: Closed = ""


def doors(
    deliveries: Iterable[MealDelivery], bookings: Iterable[Booking], serving: Collection[UUID]
) -> dict[UUID, Door]:
    """
    Delivery -> its door, for those whose window others have cut.

    A meal is handed over before an outing or after it, in the longer stretch of the two; and before the
    first visit that serves it, on the day it is eaten.

    Args:
        bookings: rides and visits of the day.
        serving: visits that serve the delivered meal.
    """
    outings: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    served: dict[UUID, datetime] = {}
    for booking in bookings:
        if booking.kind == "ride":
            outings[booking.person_id].append((booking.starts_at, booking.ends_at))
        elif booking.kind == "visit" and booking.source_id in serving:
            known = served.get(booking.person_id, booking.starts_at)
            served[booking.person_id] = min(known, booking.starts_at)
    found = {}
    for item in deliveries:
        midnight = local_instant(item.deliver_on, 0)
        spans = [
            ((start - midnight) // SECOND, (end - midnight) // SECOND)
            for start, end in outings.get(item.person_id, ())
        ]
        at = served.get(item.person_id)
        eaten_today = any(meal.consumed_on == item.deliver_on for meal in item.meals)
        before_s = (at - midnight) // SECOND if at is not None and eaten_today else None
        door = door_between(item.earliest_s, item.latest_s, outings=spans, before_s=before_s)
        if (door.earliest_s, door.latest_s, door.closed) != (item.earliest_s, item.latest_s, ""):
            found[item.id] = door
    return found


def door_between(
    earliest_s: int, latest_s: int, *, outings: Sequence[tuple[int, int]], before_s: int | None
) -> Door:
    """
    What is left of a window.

    Args:
        outings: stretches out of the house; the whole handing over lies outside of them.
        before_s: when a visit serves the meal; the driver is at the door by then.
    """
    last = latest_s if before_s is None else min(latest_s, before_s)
    if last < earliest_s:
        return Door(earliest_s=earliest_s, latest_s=latest_s, closed="meal_before_visit")
    pieces = [(earliest_s, last)]
    for start, end in outings:
        pieces = [
            part
            for low, high in pieces
            for part in ((low, min(high, start - SERVICE_S)), (max(low, end), high))
            if part[0] <= part[1]
        ]
    if not pieces:
        return Door(earliest_s=earliest_s, latest_s=latest_s, closed="meal_absent")
    low, high = max(pieces, key=lambda part: (part[1] - part[0], -part[0]))
    return Door(earliest_s=low, latest_s=high)


def with_doors(
    problem: Problem,
    asked: Iterable[MealDelivery],
    found: Mapping[UUID, Door],
    *,
    but: Collection[UUID] = (),
) -> Problem:
    """
    The problem with the doors of now in the place of those of when it was made.

    Args:
        asked: deliveries due, whose windows count where nothing cuts them any more.
        but: deliveries left as the problem has them.
    """
    now = {item.id: Door(earliest_s=item.earliest_s, latest_s=item.latest_s) for item in asked} | dict(found)
    by_name = {key.hex: door for key, door in now.items() if key not in but}
    deliveries = [
        msgspec.structs.replace(
            item,
            earliest_s=by_name[item.id].earliest_s,
            latest_s=by_name[item.id].latest_s,
            closed=by_name[item.id].closed,
        )
        if item.id in by_name
        else item
        for item in problem.deliveries
    ]
    return msgspec.structs.replace(problem, deliveries=deliveries)


def made(rounds: Iterable[DeliveryRound]) -> set[UUID]:
    """Deliveries that a driver has told of: nothing moves them."""
    return {stop.delivery_id for item in rounds for stop in item.stops if stop.state}


def missed(rounds: Iterable[DeliveryRound], found: Mapping[UUID, Door]) -> set[UUID]:
    """Deliveries whose published hour is not at their door any more."""
    return {
        stop.delivery_id
        for item in rounds
        for stop in item.stops
        if (door := found.get(stop.delivery_id)) is not None
        and (door.closed or not door.earliest_s <= stop.eta_s <= door.latest_s)
    }
