"""
Use cases: the combined day of a person.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Stay
from carecoord.beneficiaries.service import get_person, stays_of
from carecoord.bookings.domain import Booking, BookingKind
from carecoord.bookings.service import bookings_between
from carecoord.careplans.service import visits_between
from carecoord.daybook.clashes import clashes_of
from carecoord.daybook.domain import DayItem, ItemKind, PersonDay
from carecoord.daybook.items import meal_items, ride_items, visit_item
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import CAREPLAN_READ, MEAL_READ, PERSON_WRITE, RIDE_READ, ROSTER_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.meals.service.due import deliveries_due
from carecoord.rides.service.requests import requests_between
from carecoord.rosters.service.boards import person_day_crews

SEEN_WITH: dict[ItemKind, str] = {"visit": CAREPLAN_READ, "meal": MEAL_READ, "ride": RIDE_READ}
"""Permission with which each service's items are seen."""


async def person_day(uow: UnitOfWork, actor: Actor, person_id: UUID, on: date) -> PersonDay:
    """
    Everything that is done for a person on a day, in order of time, with what cannot hold.

    What was promised has its hour; what is due without an hour yet has its window. Services that the
    actor may not see are left out.

    Raises:
        Refused: the actor lacks `person:read`.
        NotFound: no such person in this organisation.
    """
    person = await get_person(uow, actor, person_id)
    services = [kind for kind, permission in SEEN_WITH.items() if actor.may(permission)]
    span = (local_instant(on, 0), local_instant(on + timedelta(days=1), 0))
    booked = await bookings_between(uow, actor, *span, person_ids=[person_id])
    by_kind: dict[BookingKind, dict[UUID, Booking]] = {"visit": {}, "meal": {}, "ride": {}}
    for booking in booked:
        by_kind[booking.kind][booking.source_id] = booking
    stays = await stays_of(uow, actor, [person_id], on, on)
    items: list[DayItem] = []
    if "visit" in services:
        items += await _visits(uow, actor, person_id, on, by_kind["visit"])
    if "meal" in services:
        items += await _meals(uow, actor, person_id, on, by_kind["meal"])
    if "ride" in services:
        items += await _rides(uow, actor, person_id, on, by_kind["ride"])
    items.sort(key=lambda item: (item.starts_at, item.ends_at, item.source_id))
    return PersonDay(
        person=person,
        on=on,
        items=items,
        clashes=clashes_of(items, stays),
        stays=[stay if actor.may(PERSON_WRITE) else discreet(stay) for stay in stays],
        services=services,
    )


def discreet(stay: Stay) -> Stay:
    """A stay without its kind: that somebody is in hospital is health data."""
    return msgspec.structs.replace(stay, kind="away")


async def _visits(
    uow: UnitOfWork, actor: Actor, person_id: UUID, on: date, booked: dict[UUID, Booking]
) -> list[DayItem]:
    due = await visits_between(uow, actor, on, on, person_id=person_id)
    crews = await person_day_crews(uow, actor, person_id, on) if actor.may(ROSTER_READ) else {}
    return [visit_item(visit, on, booked.get(visit.id), crews.get(visit.id, [])) for visit in due]


async def _meals(
    uow: UnitOfWork, actor: Actor, person_id: UUID, on: date, booked: dict[UUID, Booking]
) -> list[DayItem]:
    due = [item for item in await deliveries_due(uow, actor, on) if item.person_id == person_id]
    return meal_items(due, on, booked)


async def _rides(
    uow: UnitOfWork, actor: Actor, person_id: UUID, on: date, booked: dict[UUID, Booking]
) -> list[DayItem]:
    requests = await requests_between(uow, actor, on, on, person_id=person_id)
    return [item for request in requests for item in ride_items(request, on, booked)]
