"""
From subscriptions, lists of foyers, orders and decisions to what is cooked and handed over. Pure.

A kitchen's day of cooking is the unit: its order, once sent, stands; before that, what is
wished is what will be ordered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Stay
from carecoord.kernel.ids import derived_id
from carecoord.meals.domain import (
    Attendance,
    Chain,
    DueMeal,
    Kitchen,
    MealDelivery,
    ServiceRules,
    Subscription,
)
from carecoord.meals.late import Decision, LateChange, OrderedMeal, Portion, late_changes, settle
from carecoord.meals.service_calendar import (
    LONGEST_SHIFT_DAYS,
    MealPath,
    carried_by_production,
    cooks_on,
    is_late,
    path_of,
    use_by,
)
from carecoord.meals.wishes import MealKind, SourceKind, Wish, wanted_on, wish_of

NEXT_MEAL_DAYS = 28
"""How far ahead the next meal of somebody who comes home is looked for."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a kitchen was asked to cook, as it was last sent.

    Args:
        number: 1 for the first sending of that day.
        cutoff_at: from when on it stands.
        spare_meals: ordinary meals asked for besides.
    """

    kitchen_id: UUID
    made_on: date
    number: int
    cutoff_at: datetime
    spare_meals: int
    meals: list[OrderedMeal]


class MealBook(msgspec.Struct, frozen=True, kw_only=True):
    """
    Everything that decides what is cooked and handed over in some days.

    Args:
        rules: of each kitchen.
        stays: of people away from home.
        orders: the last one of each kitchen and day of cooking whose cut-off is past; until then
            what is wished is what will be ordered.
        decisions: by source and consumption date.
    """

    kitchens: dict[UUID, Kitchen]
    rules: dict[UUID, list[ServiceRules]]
    subscriptions: list[Subscription]
    stays: list[Stay] = []
    attendance: list[Attendance] = []
    orders: dict[tuple[UUID, date], Order] = {}
    decisions: dict[tuple[UUID, date], Decision] = {}


class Blocked(msgspec.Struct, frozen=True, kw_only=True):
    """A meal that is wished and cannot be brought within its shelf life, or at all."""

    wish: Wish
    path: MealPath


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """Meals that leave the kitchen for one source, consumption date and delivery."""

    source_id: UUID
    source: SourceKind
    consumed_on: date
    deliver_on: date
    made_on: date
    portion: Portion


class KitchenDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    One day of cooking of one kitchen.

    Args:
        wishes: what is wished now.
        order: the last one sent; None before.
        changes: what differs from it.
        handed: what is handed over, given order and decisions.
    """

    kitchen: Kitchen
    made_on: date
    wishes: list[Wish]
    order: Order | None
    changes: list[LateChange]
    handed: list[Handed]


def stays_by_person(stays: Sequence[Stay]) -> dict[UUID, list[Stay]]:
    """Stays of each person."""
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in stays:
        found[stay.person_id].append(stay)
    return found


def foyer_wish(line: Attendance, stays: Sequence[Stay]) -> Wish | None:
    """What a line of a foyer's list wants; nothing while its person is away from home."""
    if any(stay.person_id == line.person_id and stay.suspends(line.on_date) for stay in stays):
        return None
    return Wish(
        source_id=line.id,
        source="foyer",
        person_id=line.person_id,
        consumed_on=line.on_date,
        count=line.count,
        kind=MealKind(
            chain="hot", diet=line.diet, texture=line.texture, allergies=tuple(sorted(line.allergies))
        ),
    )


def day_of(book: MealBook, kitchen_id: UUID, made_on: date) -> KitchenDay:
    """Everything about one day of cooking of a kitchen."""
    kitchen = book.kitchens[kitchen_id]
    wishes, paths = _wishes(book, kitchen, made_on)
    order = book.orders.get((kitchen_id, made_on))
    if order is None:
        handed = [
            Handed(
                source_id=wish.source_id,
                source=wish.source,
                consumed_on=wish.consumed_on,
                deliver_on=paths[wish.source_id, wish.consumed_on],
                made_on=made_on,
                portion=Portion(kind=wish.kind, count=wish.count),
            )
            for wish in wishes
        ]
        return KitchenDay(
            kitchen=kitchen, made_on=made_on, wishes=wishes, order=None, changes=[], handed=handed
        )
    changes = late_changes(
        made_on,
        order.meals,
        wishes,
        book.decisions,
        deliver_on=paths,
        away=_away(book, order.meals),
        people=_people(book),
    )
    return KitchenDay(
        kitchen=kitchen,
        made_on=made_on,
        wishes=wishes,
        order=order,
        changes=changes,
        handed=_handed(order, changes),
    )


def _wishes(
    book: MealBook, kitchen: Kitchen, made_on: date
) -> tuple[list[Wish], dict[tuple[UUID, date], date]]:
    """What is wished of a day of cooking, and when each is delivered."""
    rules = book.rules.get(kitchen.id, [])
    away = stays_by_person(book.stays)
    wishes: list[Wish] = []
    deliver_on: dict[tuple[UUID, date], date] = {}
    carried = _safe_paths(kitchen, rules, made_on)
    for subscription in book.subscriptions:
        if subscription.kitchen_id != kitchen.id:
            continue
        for path in carried.get(subscription.chain, []):
            wish = wish_of(subscription, path.consumed_on, away.get(subscription.person_id, ()))
            if wish is not None and path.deliver_on is not None:
                wishes.append(wish)
                deliver_on[wish.source_id, wish.consumed_on] = path.deliver_on
    if cooks_on(kitchen, made_on):
        for line in book.attendance:
            if line.kitchen_id == kitchen.id and line.on_date == made_on:
                eaten = foyer_wish(line, book.stays)
                if eaten is not None:
                    wishes.append(eaten)
                    deliver_on[eaten.source_id, eaten.consumed_on] = made_on
    return wishes, deliver_on


def _safe_paths(
    kitchen: Kitchen, rules: Sequence[ServiceRules], made_on: date
) -> dict[Chain, list[MealPath]]:
    found: dict[Chain, list[MealPath]] = defaultdict(list)
    for consumed_on, chain in carried_by_production(kitchen, rules, made_on):
        path = path_of(kitchen, rules, consumed_on, chain)
        if path.is_safe:
            found[chain].append(path)
    return found


def _away(book: MealBook, meals: Sequence[OrderedMeal]) -> frozenset[tuple[UUID, date]]:
    """Sources whose person is in a stay on the consumption date."""
    people, stays = _people(book), stays_by_person(book.stays)
    found = set()
    for meal in meals:
        person = people.get(meal.source_id)
        if person is not None and any(stay.suspends(meal.consumed_on) for stay in stays.get(person, ())):
            found.add((meal.source_id, meal.consumed_on))
    return frozenset(found)


def _people(book: MealBook) -> dict[UUID, UUID | None]:
    """Source -> who eats."""
    named: dict[UUID, UUID | None] = {line.id: line.person_id for line in book.attendance}
    return named | {subscription.id: subscription.person_id for subscription in book.subscriptions}


def _handed(order: Order, changes: Sequence[LateChange]) -> list[Handed]:
    changed = {(change.source_id, change.consumed_on) for change in changes}
    handed = [
        Handed(
            source_id=meal.source_id,
            source=meal.source,
            consumed_on=meal.consumed_on,
            deliver_on=meal.deliver_on,
            made_on=order.made_on,
            portion=Portion(kind=meal.kind, count=meal.count),
        )
        for meal in order.meals
        if (meal.source_id, meal.consumed_on) not in changed
    ]
    return handed + [
        Handed(
            source_id=change.source_id,
            source=change.source,
            consumed_on=change.consumed_on,
            deliver_on=change.deliver_on,
            made_on=order.made_on,
            portion=portion,
        )
        for change in changes
        for portion in settle(change).handed
    ]


def days_of_delivery(book: MealBook, kitchen_id: UUID, deliver_on: date) -> list[date]:
    """Days of cooking whose meals a delivery date may carry, in order."""
    kitchen, rules = book.kitchens[kitchen_id], book.rules.get(kitchen_id, [])
    days = {
        path.made_on
        for shift in range(LONGEST_SHIFT_DAYS + 1)
        for chain in kitchen.chains
        if (path := path_of(kitchen, rules, deliver_on + timedelta(days=shift), chain)).deliver_on
        == deliver_on
    }
    days |= {
        made_on
        for (owner, made_on), order in book.orders.items()
        if owner == kitchen_id and any(meal.deliver_on == deliver_on for meal in order.meals)
    }
    return sorted(day for day in days if day is not None)


def handed_on(book: MealBook, deliver_on: date) -> list[Handed]:
    """Everything handed over at doors on a date."""
    return [
        handed
        for kitchen_id in book.kitchens
        for made_on in days_of_delivery(book, kitchen_id, deliver_on)
        for handed in day_of(book, kitchen_id, made_on).handed
        if handed.deliver_on == deliver_on and handed.source == "delivery"
    ]


def deliveries_on(
    book: MealBook, deliver_on: date, points: dict[UUID, tuple[float, float]]
) -> list[MealDelivery]:
    """
    The stops of a delivery date: one for each subscription that gets something.

    Args:
        points: person -> latitude and longitude of the front door, degrees.
    """
    by_id = {subscription.id: subscription for subscription in book.subscriptions}
    parts: dict[UUID, list[Handed]] = defaultdict(list)
    for handed in handed_on(book, deliver_on):
        if handed.source_id in by_id:
            parts[handed.source_id].append(handed)
    found = []
    for source_id, pieces in parts.items():
        subscription = by_id[source_id]
        latitude, longitude = points[subscription.person_id]
        found.append(
            MealDelivery(
                id=delivery_id(subscription.id, deliver_on),
                subscription_id=subscription.id,
                person_id=subscription.person_id,
                kitchen_id=subscription.kitchen_id,
                deliver_on=deliver_on,
                earliest_s=subscription.earliest_minute * 60,
                latest_s=subscription.latest_minute * 60,
                latitude=latitude,
                longitude=longitude,
                note=subscription.note,
                meals=[
                    _due(book.kitchens[subscription.kitchen_id], piece, subscription)
                    for piece in sorted(pieces, key=lambda piece: (piece.consumed_on, piece.portion.kind))
                ],
            )
        )
    return sorted(found, key=lambda delivery: (delivery.earliest_s, str(delivery.id)))


def delivery_id(subscription_id: UUID, deliver_on: date) -> UUID:
    """The identifier of a stop, always the same for a subscription and a delivery date."""
    return derived_id(subscription_id, "delivery", deliver_on.isoformat())


def _due(kitchen: Kitchen, piece: Handed, subscription: Subscription) -> DueMeal:
    kind = piece.portion.kind
    return DueMeal(
        consumed_on=piece.consumed_on,
        count=piece.portion.count,
        diet=kind.diet,
        texture=kind.texture,
        allergies=list(kind.allergies),
        chain=kind.chain,
        extras=list(subscription.extras),
        made_on=piece.made_on,
        use_by=use_by(kitchen, piece.made_on, kind.chain),
    )


def blocked_on(book: MealBook, consumed_on: date) -> list[Blocked]:
    """Meals wished for a date that cannot be brought, or not within their shelf life."""
    away = stays_by_person(book.stays)
    found = []
    for subscription in book.subscriptions:
        kitchen = book.kitchens[subscription.kitchen_id]
        path = path_of(kitchen, book.rules.get(kitchen.id, []), consumed_on, subscription.chain)
        if path.is_safe:
            continue
        wish = wish_of(subscription, consumed_on, away.get(subscription.person_id, ()))
        if wish is not None:
            found.append(Blocked(wish=wish, path=path))
    return found


def next_meal_on(book: MealBook, subscription: Subscription, not_before: date, now: datetime) -> date | None:
    """
    First consumption date from `not_before` on whose meal the kitchen can still be asked for.

    For somebody who comes home: meals resume once the return is confirmed, but only from the
    first cut-off that is not past.

    Returns:
        None when there is none within four weeks.
    """
    kitchen = book.kitchens[subscription.kitchen_id]
    rules = book.rules.get(kitchen.id, [])
    for shift in range(NEXT_MEAL_DAYS):
        day = not_before + timedelta(days=shift)
        path = path_of(kitchen, rules, day, subscription.chain)
        if path.is_safe and not is_late(path, now) and wanted_on(subscription, day, book.stays)[0]:
            return day
    return None
