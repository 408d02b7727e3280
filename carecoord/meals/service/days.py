"""
Use cases of a kitchen's day: what to cook, what changed since, what to do about it, what to pack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import people_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, NotFound
from carecoord.kernel.ids import new_id
from carecoord.meals.book import Blocked, KitchenDay, MealBook, blocked_on, day_of, deliveries_on
from carecoord.meals.commands import DecideLate
from carecoord.meals.domain import Kitchen, MealDelivery
from carecoord.meals.late import Decision, LateChange, Proposal, propose, reserve_of
from carecoord.meals.production import (
    Disagreement,
    KitchenBalance,
    PackingList,
    ProductionLine,
    TripCut,
    balance_of,
    delivery_list,
    disagreements,
    packing_lists,
    production_order,
)
from carecoord.meals.sent import SentOrder
from carecoord.meals.service.due import book_of
from carecoord.meals.service_calendar import order_cutoff_at, rules_on
from carecoord.meals.store import orders
from carecoord.meals.wishes import MealKind


class LateItem(msgspec.Struct, frozen=True, kw_only=True):
    """A late change with what the program proposes."""

    change: LateChange
    proposal: Proposal


class KitchenSheet(msgspec.Struct, frozen=True, kw_only=True):
    """
    A kitchen's day of cooking, as its page shows it.

    Args:
        cutoff_at: when its order goes; None when it does not cook that day.
        lines: what is handed over, by kind and consumption date.
        sent: every sending, the last one last.
        late: what the kitchen did not see.
        reserve: spare meals and meals left over, less those promised.
        balance: where each meal went since the order.
    """

    kitchen: Kitchen
    made_on: date
    cutoff_at: datetime | None
    lines: list[ProductionLine]
    sent: list[SentOrder]
    late: list[LateItem]
    reserve: dict[MealKind, int]
    balance: list[KitchenBalance]
    day: KitchenDay

    @property
    def meal_count(self) -> int:
        """Meals handed over at doors and eaten at foyers."""
        return sum(line.total for line in self.lines)

    @property
    def is_final(self) -> bool:
        """Whether the order stands."""
        return bool(self.sent) and self.sent[-1].is_final

    @property
    def undecided(self) -> list[LateItem]:
        """Late changes that wait for somebody."""
        return [item for item in self.late if item.change.action is None]


def sheet_of(
    book: MealBook, kitchen_id: UUID, made_on: date, *, sent: Sequence[SentOrder], now: datetime
) -> KitchenSheet:
    """
    The page of a kitchen's day, from the book; pure.

    Args:
        sent: of any kitchens and days; those of this one are picked.
    """
    kitchen = book.kitchens[kitchen_id]
    rules = book.rules.get(kitchen_id, [])
    day = day_of(book, kitchen_id, made_on)
    own = [line for line in sent if (line.kitchen_id, line.made_on) == (kitchen_id, made_on)]
    chain = "cold" if "cold" in kitchen.chains else "hot"
    spare = day.order.spare_meals if day.order is not None else kitchen.spare_meals
    reserve = reserve_of(spare, day.changes, chain)
    current = rules_on(rules, made_on)
    hospital = {
        (stay.person_id, item.consumed_on)
        for item in day.changes
        for stay in book.stays
        if stay.kind == "hospital" and stay.person_id == item.person_id and stay.suspends(item.consumed_on)
    }
    late = [
        LateItem(
            change=change,
            proposal=propose(
                change,
                kitchen=kitchen,
                reserve=_without(reserve, spare, day.changes, change, chain),
                hospital_free="never" if current is None else current.hospital_free,
                is_hospital=(change.person_id, change.consumed_on) in hospital,
                now=now,
            ),
        )
        for change in day.changes
    ]
    return KitchenSheet(
        kitchen=kitchen,
        made_on=made_on,
        cutoff_at=order_cutoff_at(kitchen, rules, made_on),
        lines=production_order(day.handed),
        sent=own,
        late=late,
        reserve={kind: count for kind, count in sorted(reserve.items()) if count},
        balance=balance_of(day),
        day=day,
    )


def _without(
    reserve: Counter[MealKind], spare: int, changes: Sequence[LateChange], one: LateChange, chain: str
) -> Counter[MealKind]:
    """The reserve as if nothing had been decided about one change, nor anything left by it."""
    if one.action is None and one.direction == "more":
        return reserve
    others = [change for change in changes if change is not one]
    return reserve_of(spare, others, chain)


async def kitchen_sheet(uow: UnitOfWork, actor: Actor, kitchen_id: UUID, made_on: date) -> KitchenSheet:
    """
    A kitchen's day of cooking.

    Raises:
        Refused: the actor lacks `meal:read`.
        NotFound: no such kitchen in this organisation.
    """
    book = await book_of(uow, actor, made_on, made_on)
    if kitchen_id not in book.kitchens:
        raise NotFound("kitchen_unknown", "no such kitchen")
    sent = await orders.sent_orders(uow.session, made_on, made_on)
    return sheet_of(book, kitchen_id, made_on, sent=sent, now=uow.now)


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """
    What needs attention: late changes first, then the next cut-offs.

    Args:
        sheets: days of cooking from today on, by day and kitchen, those with something in them.
        blocked: meals of the next two weeks that cannot be brought.
    """

    on: date
    book: MealBook
    sheets: list[KitchenSheet]
    blocked: list[Blocked]


async def today_of(uow: UnitOfWork, actor: Actor, *, days: int = 7) -> Today:
    """
    What needs attention from today on.

    Args:
        days: how many days of cooking are looked at.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    today = local_date(uow.now)
    # Meals handed over today were mostly cooked yesterday.
    first, last = today - timedelta(days=1), today + timedelta(days=days - 1)
    book = await book_of(uow, actor, first, last)
    sent = await orders.sent_orders(uow.session, first, last)
    sheets = [
        sheet_of(book, kitchen_id, first + timedelta(days=shift), sent=sent, now=uow.now)
        for shift in range((last - first).days + 1)
        for kitchen_id in book.kitchens
    ]
    blocked = [item for shift in range(2 * days) for item in blocked_on(book, today + timedelta(days=shift))]
    return Today(
        on=today, book=book, sheets=[sheet for sheet in sheets if sheet.lines or sheet.late], blocked=blocked
    )


async def decide_late(uow: UnitOfWork, actor: Actor, command: DecideLate) -> KitchenSheet:
    """
    Say what is done about a change that the kitchen did not see.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such kitchen, or no such late change any more.
        Conflict: what is wished changed meanwhile, or the action is not possible (any more),
            such as a reserve that somebody emptied.
    """
    actor.require(MEAL_WRITE)
    sheet = await kitchen_sheet(uow, actor, command.kitchen_id, command.made_on)
    key = (command.source_id, command.consumed_on)
    item = next(
        (item for item in sheet.late if (item.change.source_id, item.change.consumed_on) == key), None
    )
    if item is None:
        raise NotFound("late_change_unknown", "nothing differs from the order there any more")
    if item.change.wished_count != command.wished_count:
        raise Conflict("changed_meanwhile", "what is wished changed meanwhile")
    if command.action not in item.proposal.options:
        raise Conflict("late_action_impossible", f"{command.action} is not possible", action=command.action)
    decision = Decision(
        source_id=command.source_id,
        consumed_on=command.consumed_on,
        action=command.action,
        wished_count=item.change.wished_count,
        wished_kind=item.change.wished_kind,
    )
    values = {
        "id": new_id(),
        "organisation_id": actor.organisation_id,
        "kitchen_id": command.kitchen_id,
        "made_on": command.made_on,
        "decided_at": uow.now,
        "decided_by": actor.account_id,
    }
    await orders.put_decision(uow.session, decision, values)
    facts = {"action": command.action, "consumed_on": command.consumed_on.isoformat()}
    record(uow, Tag.MEAL_LATE_DECIDED, command.source_id, facts)
    return await kitchen_sheet(uow, actor, command.kitchen_id, command.made_on)


class PackingDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    What leaves on a delivery date, round by round.

    Args:
        order: what the kitchens give for these doors, by kind and consumption date.
        wrong: where the three lists do not agree; empty, or there is a bug.
        names: person -> name on the box.
    """

    deliver_on: date
    kitchens: dict[UUID, Kitchen]
    deliveries: list[MealDelivery]
    order: list[ProductionLine]
    packed: list[PackingList]
    wrong: list[Disagreement]
    names: dict[UUID, str]


async def packing_day(
    uow: UnitOfWork, actor: Actor, deliver_on: date, trips: Sequence[TripCut]
) -> PackingDay:
    """
    Packing lists of a delivery date, checked against the production and the delivery list.

    Args:
        trips: of the published rounds of that date; none yet is fine.

    Raises:
        Refused: the actor lacks `meal:read` or `person:read`.
    """
    actor.require(MEAL_READ)
    book = await book_of(uow, actor, deliver_on - timedelta(days=10), deliver_on)
    people = await people_by_id(uow, actor, {item.person_id for item in book.subscriptions})
    points = {person.id: (person.latitude, person.longitude) for person in people.values()}
    deliveries = deliveries_on(book, deliver_on, points)
    packed = packing_lists(deliveries, trips)
    handed = [
        item
        for kitchen_id in book.kitchens
        for made_on in sorted(
            {meal.made_on for delivery in deliveries for meal in delivery.meals if meal.made_on}
        )
        for item in day_of(book, kitchen_id, made_on).handed
        if item.deliver_on == deliver_on and item.source == "delivery"
    ]
    order = production_order(handed)
    return PackingDay(
        deliver_on=deliver_on,
        kitchens=book.kitchens,
        deliveries=deliveries,
        order=order,
        packed=packed,
        wrong=disagreements(order, packed, delivery_list(packed)),
        names={person.id: f"{person.last_name} {person.first_name}" for person in people.values()},
    )
