"""
Doors of a day of meals, around what other services have promised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from carecoord.bookings.domain import BookingKind
from carecoord.bookings.service import bookings_between
from carecoord.careplans.service import visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.meals.domain import MealDelivery
from carecoord.meals.elsewhere import Door, doors

OTHERS: tuple[BookingKind, ...] = ("ride", "visit")


async def doors_of(uow: UnitOfWork, actor: Actor, deliveries: Sequence[MealDelivery]) -> dict[UUID, Door]:
    """
    Delivery -> its door, for those of one day whose window a ride or a visit cuts; two statements.

    Read by the program itself: whoever plans meals need not see care plans.
    """
    if not deliveries:
        return {}
    program = system_actor(actor.organisation_id)
    on = deliveries[0].deliver_on
    span = (local_instant(on, 0), local_instant(on + timedelta(days=1), 0))
    people = {item.person_id for item in deliveries}
    booked = await bookings_between(uow, program, *span, person_ids=people, kinds=OTHERS)
    visits = await visits_by_id(uow, program, {item.source_id for item in booked if item.kind == "visit"})
    serving = {key for key, visit in visits.items() if visit.serves_meal}
    return doors(deliveries, booked, serving)
