"""
Use cases: the day of three services at once.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from carecoord.beneficiaries.service import stays_of
from carecoord.bookings.domain import Booking
from carecoord.bookings.service import bookings_between
from carecoord.careplans.service import visits_between
from carecoord.daybook.domain import DayItem, ItemKind
from carecoord.daybook.items import meal_items, ride_items, visit_item
from carecoord.daybook.service.days import SEEN_WITH
from carecoord.daybook.whole import WholeDay, whole_of
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.meals.domain import MealDelivery
from carecoord.meals.service.due import deliveries_due
from carecoord.rides.service.requests import requests_between


async def whole_day(uow: UnitOfWork, actor: Actor, on: date) -> WholeDay:
    """
    What each service does on a day, and whose day does not hold; as many statements for any number of people.

    Services that the actor may not see are left out.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    services: list[ItemKind] = [kind for kind, permission in SEEN_WITH.items() if actor.may(permission)]
    span = (local_instant(on, 0), local_instant(on + timedelta(days=1), 0))
    booked: dict[ItemKind, dict[UUID, Booking]] = {"visit": {}, "meal": {}, "ride": {}}
    for booking in await bookings_between(uow, actor, *span):
        booked[booking.kind][booking.source_id] = booking
    items: dict[UUID, list[DayItem]] = defaultdict(list)
    if "visit" in services:
        for visit in await visits_between(uow, actor, on, on):
            items[visit.person_id].append(visit_item(visit, on, booked["visit"].get(visit.id)))
    if "meal" in services:
        due = await deliveries_due(uow, actor, on)
        for person, found in _meals_by_person(due, on, booked["meal"]).items():
            items[person] += found
    if "ride" in services:
        for request in await requests_between(uow, actor, on, on):
            items[request.person_id] += ride_items(request, on, booked["ride"])
    stays = await stays_of(uow, actor, None, on, on)
    return whole_of(on, services, {person: found for person, found in items.items() if found}, stays)


def _meals_by_person(
    due: list[MealDelivery], on: date, booked: dict[UUID, Booking]
) -> dict[UUID, list[DayItem]]:
    wanted: dict[UUID, list[MealDelivery]] = defaultdict(list)
    for item in due:
        wanted[item.person_id].append(item)
    promised: dict[UUID, dict[UUID, Booking]] = defaultdict(dict)
    for key, booking in booked.items():
        promised[booking.person_id][key] = booking
    return {
        person: meal_items(wanted.get(person, []), on, promised.get(person, {}))
        for person in {*wanted, *promised}
    }
