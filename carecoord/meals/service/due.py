"""
Use cases that tell what is due: at doors on a date, and the book they follow from.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

from carecoord.beneficiaries.service import people_by_id, stays_of
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.meals.book import MealBook, deliveries_on, handed_on
from carecoord.meals.domain import MealDelivery, ServiceRules
from carecoord.meals.service_calendar import LONGEST_SHIFT_DAYS
from carecoord.meals.store import orders, records

_REACH = timedelta(days=2 * LONGEST_SHIFT_DAYS + 1)
"""A day of cooking and the dates its meals are eaten on never lie further apart."""


async def book_of(uow: UnitOfWork, actor: Actor, first: date, last: date) -> MealBook:
    """
    Everything that decides what is cooked or handed over from a date to another; nine statements.

    Args:
        first: first day of cooking or delivery looked at.
        last: last one, included.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    session = uow.session
    sent = await orders.latest_orders(session, first - _REACH, last)
    kitchens = {kitchen.id: kitchen for kitchen in await records.kitchens(session)}
    rules: dict[UUID, list[ServiceRules]] = defaultdict(list)
    for rule in await records.all_rules(session):
        rules[rule.kitchen_id].append(rule)
    return MealBook(
        kitchens=kitchens,
        rules=dict(rules),
        subscriptions=await records.subscriptions_between(session, first - _REACH, last + _REACH),
        stays=await stays_of(uow, actor, None, first, last + _REACH),
        attendance=await orders.attendance(session, first, last),
        orders={
            key: order
            for key, order in sent.items()
            # Before the cut-off an order sent early is sent again when something changes.
            if order.cutoff_at <= uow.now
        },
        decisions=await orders.decisions(session, first - _REACH, last),
    )


async def deliveries_due(uow: UnitOfWork, actor: Actor, deliver_on: date) -> list[MealDelivery]:
    """
    The stops to be made on a delivery date, by start of their window.

    Suspensions, stays away from home, changes of single dates and decisions about late
    changes are applied; once the order was sent, what the kitchen did not see is handed over
    only if somebody decided so.

    Raises:
        Refused: the actor lacks `meal:read` or `person:read`.
    """
    # Meals handed over on a date were cooked up to so many days before.
    book = await book_of(uow, actor, deliver_on - timedelta(days=LONGEST_SHIFT_DAYS), deliver_on)
    eaters = {handed.source_id for handed in handed_on(book, deliver_on)}
    people = await people_by_id(
        uow,
        actor,
        {subscription.person_id for subscription in book.subscriptions if subscription.id in eaters},
    )
    points = {person.id: (person.latitude, person.longitude) for person in people.values()}
    return deliveries_on(book, deliver_on, points)
