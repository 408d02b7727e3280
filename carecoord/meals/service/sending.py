"""
Use cases of orders: send one, send those that are due, wait for the next cut-off.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_WRITE
from carecoord.jobs.queue import defer
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.meals.book import MealBook, day_of
from carecoord.meals.commands import SendOrder
from carecoord.meals.domain import ServiceRules
from carecoord.meals.late import OrderedMeal
from carecoord.meals.order_jobs import SEND_ORDERS, SendOrders
from carecoord.meals.sent import SentOrder
from carecoord.meals.service.due import book_of
from carecoord.meals.service_calendar import order_cutoff_at
from carecoord.meals.store import orders, records

AHEAD_DAYS = 14
"""No cut-off lies further before the day of cooking."""


def _wished(book: MealBook, kitchen_id: UUID, made_on: date) -> list[OrderedMeal]:
    """What would be ordered now, in the one order in which it is kept and compared."""
    pure = msgspec.structs.replace(book, orders={})
    found = [
        OrderedMeal(
            source_id=item.source_id,
            source=item.source,
            consumed_on=item.consumed_on,
            deliver_on=item.deliver_on,
            count=item.portion.count,
            kind=item.portion.kind,
        )
        for item in day_of(pure, kitchen_id, made_on).handed
    ]
    return sorted(found, key=lambda meal: (meal.consumed_on, str(meal.source_id)))


async def _cutoffs(uow: UnitOfWork, first: date, last: date) -> list[tuple[UUID, date, datetime]]:
    """Kitchen, day of cooking and cut-off of its order, for the days of a period; two statements."""
    rules: dict[UUID, list[ServiceRules]] = defaultdict(list)
    for rule in await records.all_rules(uow.session):
        rules[rule.kitchen_id].append(rule)
    days = [first + timedelta(days=shift) for shift in range((last - first).days + 1)]
    return [
        (kitchen.id, made_on, cutoff)
        for kitchen in await records.kitchens(uow.session)
        for made_on in days
        if (cutoff := order_cutoff_at(kitchen, rules[kitchen.id], made_on)) is not None
    ]


async def _send(
    uow: UnitOfWork, actor: Actor, book: MealBook, *, sent: SentOrder, meals: list[OrderedMeal]
) -> SentOrder:
    """Keep an order; its size and reserve follow from its meals and its kitchen."""
    count = sum(meal.count for meal in meals)
    spare = book.kitchens[sent.kitchen_id].spare_meals
    sent = msgspec.structs.replace(sent, meal_count=count, spare_meals=spare)
    await orders.add_order(uow.session, actor.organisation_id, sent, meals)
    facts = {"made_on": sent.made_on.isoformat(), "number": sent.number, "meals": count}
    record(uow, Tag.MEAL_ORDER_SENT, sent.kitchen_id, facts)
    return sent


def _blank(
    uow: UnitOfWork, actor: Actor, *, kitchen_id: UUID, made_on: date, number: int, cutoff_at: datetime
) -> SentOrder:
    return SentOrder(
        kitchen_id=kitchen_id,
        made_on=made_on,
        number=number,
        sent_at=uow.now,
        sent_by=actor.account_id,
        cutoff_at=cutoff_at,
        meal_count=0,
        spare_meals=0,
    )


async def send_order(uow: UnitOfWork, actor: Actor, command: SendOrder) -> SentOrder:
    """
    Send a kitchen what it has to cook on a day, by hand.

    Before the cut-off an order may be sent again as often as something changes; after it, what
    was sent stands and changes go by telephone.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such kitchen in this organisation.
        Invalid: the kitchen does not cook that day.
        Conflict: somebody sent it meanwhile, or the cut-off is past and the order sent.
    """
    actor.require(MEAL_WRITE)
    book = await book_of(uow, actor, command.made_on, command.made_on)
    kitchen = book.kitchens.get(command.kitchen_id)
    if kitchen is None:
        raise NotFound("kitchen_unknown", "no such kitchen")
    cutoff = order_cutoff_at(kitchen, book.rules.get(kitchen.id, []), command.made_on)
    if cutoff is None:
        why = "the kitchen does not cook that day"
        raise Invalid([Defect(code="kitchen_closed", where="made_on", why=why)])
    known = await orders.sent_orders(uow.session, command.made_on, command.made_on)
    last = max((line for line in known if line.kitchen_id == kitchen.id), key=_number, default=None)
    if (last.number if last is not None else 0) != command.after:
        raise Conflict("changed_meanwhile", "the order was sent by somebody else meanwhile")
    if last is not None and last.is_final:
        raise Conflict("order_closed", "the cut-off is past: call the kitchen")
    sent = _blank(
        uow,
        actor,
        kitchen_id=kitchen.id,
        made_on=command.made_on,
        number=command.after + 1,
        cutoff_at=cutoff,
    )
    return await _send(uow, actor, book, sent=sent, meals=_wished(book, kitchen.id, command.made_on))


def _number(line: SentOrder) -> int:
    return line.number


async def send_due(uow: UnitOfWork, actor: Actor) -> list[SentOrder]:
    """
    Send the orders whose cut-off is past and that were not sent since.

    Called at each cut-off by the job, and before anything changes: so an order always holds
    what was wished at its cut-off, even when no worker was running then.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    today = local_date(uow.now)
    last = today + timedelta(days=AHEAD_DAYS)
    known = {
        (line.kitchen_id, line.made_on): line for line in await orders.sent_orders(uow.session, today, last)
    }
    due = [
        (kitchen_id, made_on, cutoff)
        for kitchen_id, made_on, cutoff in await _cutoffs(uow, today, last)
        if cutoff <= uow.now
        and ((kitchen_id, made_on) not in known or not known[kitchen_id, made_on].is_final)
    ]
    if not due:
        return []
    book = await book_of(uow, actor, today, last)
    found = []
    for kitchen_id, made_on, cutoff in due:
        before = known.get((kitchen_id, made_on))
        # An order of nothing is sent too: a meal added later must not pass for one told in time.
        sent = _blank(
            uow,
            actor,
            kitchen_id=kitchen_id,
            made_on=made_on,
            number=1 if before is None else before.number + 1,
            cutoff_at=cutoff,
        )
        found.append(await _send(uow, actor, book, sent=sent, meals=_wished(book, kitchen_id, made_on)))
    return found


async def plan_sending(uow: UnitOfWork, actor: Actor, kitchen_id: UUID) -> datetime | None:
    """
    Let the job run at the next cut-off of a kitchen; once for each, however often it is asked.

    Returns:
        That cut-off; None when the kitchen has none within two weeks.
    """
    today = local_date(uow.now)
    ahead = [
        cutoff
        for owner, _made_on, cutoff in await _cutoffs(uow, today, today + timedelta(days=AHEAD_DAYS))
        if owner == kitchen_id and cutoff > uow.now
    ]
    if not ahead:
        return None
    at = min(ahead)
    await defer(
        uow,
        SEND_ORDERS,
        SendOrders(organisation_id=actor.organisation_id, kitchen_id=kitchen_id),
        delay_s=int((at - uow.now).total_seconds()) + 1,
        key=f"{kitchen_id}:{at.isoformat()}",
    )
    return at
