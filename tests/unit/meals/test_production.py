"""
Production order, packing lists and delivery list agree to the meal, whatever changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from builders.meals import a_change, a_kitchen, a_subscription, a_suspension, some_rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecoord.beneficiaries.domain import Stay
from carecoord.meals.book import MealBook, Order, day_of, deliveries_on
from carecoord.meals.domain import Attendance, Subscription
from carecoord.meals.late import ACTIONS, Decision, OrderedMeal
from carecoord.meals.production import (
    TripCut,
    balance_of,
    delivery_list,
    disagreements,
    packing_lists,
    production_order,
)
from carecoord.meals.wishes import MealKind

KITCHENS = {
    UUID(int=701): a_kitchen(),
    UUID(int=702): a_kitchen(id=UUID(int=702), reference="CH", lead_days=0),
}
# Ascension Day (Thursday 14 May 2026) and Whit Monday (25 May) lie within.
FIRST = date(2026, 5, 9)
DAYS = [FIRST + timedelta(days=shift) for shift in range(18)]
POINTS = {UUID(int=100 + index): (48.7, 2.5) for index in range(8)}

days = st.sampled_from(DAYS)
told = st.integers(0, 1000).map(lambda hours: datetime(2026, 5, 1, tzinfo=UTC) + timedelta(hours=hours))


@st.composite
def subscriptions(draw: st.DrawFn, index: int) -> Subscription:
    """Somebody's meals with changes, suspensions and an end, anywhere."""
    changes = draw(st.dictionaries(days, st.integers(0, 4), max_size=4))
    pauses = draw(st.lists(st.tuples(days, st.none() | st.integers(1, 6), told), max_size=2))
    return a_subscription(
        id=UUID(int=1000 + index),
        person_id=UUID(int=100 + index),
        kitchen_id=draw(st.sampled_from(list(KITCHENS))),
        reference=f"R{index}",
        meals=draw(st.lists(st.integers(0, 2), min_size=7, max_size=7)),
        diet=draw(st.sampled_from(["normal", "no_salt"])),
        texture=draw(st.sampled_from(["iddsi7", "iddsi5"])),
        allergies=draw(st.sampled_from([[], ["milk"], ["nuts", "milk"]])),
        chain=draw(st.sampled_from(["cold", "hot"])),
        extras=draw(st.sampled_from([[], ["pain"]])),
        ends_on=draw(st.none() | days),
        changes=[
            a_change(day, count, id=UUID(int=day.toordinal()), told_at=draw(told))
            for day, count in changes.items()
        ],
        suspensions=[
            a_suspension(day, None if length is None else day + timedelta(days=length), told_at=at)
            for day, length, at in pauses
        ],
    )


@st.composite
def books(draw: st.DrawFn, orders: dict[tuple[UUID, date], Order] | None = None) -> MealBook:
    """Up to five people, stays away from home, a foyer, closures."""
    people = range(draw(st.integers(1, 5)))
    return MealBook(
        kitchens=KITCHENS,
        rules={
            kitchen: [
                some_rules(
                    kitchen_id=kitchen,
                    holiday_shift=draw(st.sampled_from(["eve", "delivery_day", "none"])),
                    closed_on=draw(st.lists(days, max_size=2)),
                )
            ]
            for kitchen in KITCHENS
        },
        subscriptions=[draw(subscriptions(index)) for index in people],
        stays=[
            Stay(
                id=UUID(int=index),
                person_id=UUID(int=100 + index),
                from_on=draw(days),
                confirmed_return_on=None if draw(st.booleans()) else DAYS[-1],
            )
            for index in draw(st.sets(st.sampled_from(people), max_size=2))
        ],
        attendance=[
            Attendance(
                id=UUID(int=5000 + index),
                foyer_id=UUID(int=1),
                kitchen_id=UUID(int=701),
                on_date=draw(days),
                person_id=None,
                count=draw(st.integers(1, 30)),
                diet="normal",
                texture="iddsi7",
            )
            for index in range(draw(st.integers(0, 2)))
        ],
        orders=orders or {},
    )


def sent(book: MealBook, made_on: date, kitchen_id: UUID, number: int = 1) -> Order:
    """The order of a day as it would be sent now."""
    day = day_of(msgspec.structs.replace(book, orders={}), kitchen_id, made_on)
    return Order(
        kitchen_id=kitchen_id,
        made_on=made_on,
        number=number,
        cutoff_at=datetime(2026, 5, 1, tzinfo=UTC),
        spare_meals=2,
        meals=[
            OrderedMeal(
                source_id=item.source_id,
                source=item.source,
                consumed_on=item.consumed_on,
                deliver_on=item.deliver_on,
                count=item.portion.count,
                kind=item.portion.kind,
            )
            for item in day.handed
        ],
    )


def decided(book: MealBook, actions: list[Any]) -> MealBook:
    """The same book once somebody decided about some of the late changes, in turn."""
    found = {}
    for kitchen_id in KITCHENS:
        for made_on in DAYS:
            for change in day_of(book, kitchen_id, made_on).changes:
                action = actions[len(found) % len(actions)]
                if action is not None:
                    found[change.source_id, change.consumed_on] = Decision(
                        source_id=change.source_id,
                        consumed_on=change.consumed_on,
                        action=action,
                        wished_count=change.wished_count,
                        wished_kind=change.wished_kind,
                    )
    return msgspec.structs.replace(book, decisions=found)


def cuts(book: MealBook, deliver_on: date, places: list[int]) -> list[TripCut]:
    """Rounds cut anywhere in a list of stops, some named twice, some of no use any more."""
    deliveries = deliveries_on(book, deliver_on, POINTS)
    trips = []
    for kitchen_id in KITCHENS:
        ids = [delivery.id for delivery in deliveries if delivery.kitchen_id == kitchen_id]
        ids += [UUID(int=99), *ids[:1]]
        ends = sorted({place % (len(ids) + 1) for place in places})
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False), start=1):
            trips.append(
                TripCut(
                    round_id=UUID(int=kitchen_id.int + 10),
                    number=number,
                    kitchen_id=kitchen_id,
                    delivery_ids=ids[start:end],
                )
            )
    return trips


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=books(),
    after=books(),
    frozen=st.sets(st.tuples(st.sampled_from(list(KITCHENS)), days), max_size=12),
    actions=st.lists(st.sampled_from([None, *ACTIONS]), min_size=1, max_size=5),
    places=st.lists(st.integers(0, 20), max_size=4),
)
def test_the_three_lists_agree_to_the_meal(
    before: MealBook,
    after: MealBook,
    frozen: set[tuple[UUID, date]],
    actions: list[Any],
    places: list[int],
) -> None:
    """
    Orders sent for some days, then anything changes and somebody decides or not: on every day
    of delivery the production order, the packing lists and the delivery list hold the same
    meals, kind by kind, and the balance of every kitchen accounts for each one.
    """
    orders = {(kitchen, made_on): sent(before, made_on, kitchen) for kitchen, made_on in frozen}
    book = decided(msgspec.structs.replace(after, orders=orders), actions)
    everything = [day_of(book, kitchen, made_on) for kitchen in KITCHENS for made_on in DAYS]

    for day in everything:
        assert all(line.is_even for line in balance_of(day)), balance_of(day)
    for deliver_on in DAYS[3:14]:
        deliveries = deliveries_on(book, deliver_on, POINTS)
        packed = packing_lists(deliveries, cuts(book, deliver_on, places))
        doors = delivery_list(packed)
        handed = [
            item
            for day in everything
            for item in day.handed
            if item.deliver_on == deliver_on
            # A subscription of the first book that the second does not have: nobody to bring it to.
            and (item.source == "foyer" or item.source_id in {known.id for known in book.subscriptions})
        ]
        assert disagreements(production_order(handed), packed, doors) == []
        assert sum(line.delivered for line in production_order(handed)) == sum(
            delivery.meal_count for delivery in deliveries
        )


def test_meals_of_a_foyer_are_cooked_and_not_packed() -> None:
    """Twelve guests at the foyer and one person at home: 13 cooked hot, one packed."""
    book = MealBook(
        kitchens=KITCHENS,
        rules={UUID(int=701): [some_rules()]},
        subscriptions=[a_subscription(chain="hot")],
        attendance=[
            Attendance(
                id=UUID(int=5),
                foyer_id=UUID(int=6),
                kitchen_id=UUID(int=701),
                on_date=date(2026, 5, 12),
                person_id=None,
                count=12,
                diet="normal",
                texture="iddsi7",
            )
        ],
    )

    order = production_order(day_of(book, UUID(int=701), date(2026, 5, 12)).handed)
    deliveries = deliveries_on(book, date(2026, 5, 12), {UUID(int=101): (48.7, 2.5)})

    assert [(line.kind, line.delivered, line.foyer, line.total) for line in order] == [
        (MealKind(chain="hot", diet="normal", texture="iddsi7"), 1, 12, 13)
    ]
    assert [trip.meal_count for trip in packing_lists(deliveries, [])] == [1]


def test_two_meals_of_a_couple_count_twice_with_their_bread() -> None:
    """A couple with bread on Friday for three days: six meals and six breads on one trip."""
    book = MealBook(
        kitchens=KITCHENS,
        rules={UUID(int=701): [some_rules()]},
        subscriptions=[a_subscription(meals=[2] * 7, extras=["pain"])],
    )
    deliveries = deliveries_on(book, date(2026, 11, 27), {UUID(int=101): (48.7, 2.5)})

    packed = packing_lists(
        deliveries,
        [TripCut(round_id=UUID(int=1), number=1, kitchen_id=UUID(int=701), delivery_ids=[deliveries[0].id])],
    )

    assert [(trip.round_id, trip.meal_count, trip.extras) for trip in packed] == [
        (UUID(int=1), 6, {"pain": 6})
    ]
    assert [(line.consumed_on.isoformat(), line.total) for line in packed[0].lines] == [
        ("2026-11-27", 2),
        ("2026-11-28", 2),
        ("2026-11-29", 2),
    ]


def test_a_missing_meal_is_found_by_recounting() -> None:
    """A packing list from which somebody took a meal no longer agrees."""
    book = MealBook(
        kitchens=KITCHENS, rules={UUID(int=701): [some_rules()]}, subscriptions=[a_subscription()]
    )
    on = date(2026, 11, 25)
    order = production_order(day_of(book, UUID(int=701), date(2026, 11, 24)).handed)
    packed = packing_lists(deliveries_on(book, on, {UUID(int=101): (48.7, 2.5)}), [])
    doors = delivery_list(packed)

    found = disagreements(order, packed, doors[:0])

    assert [(item.ordered, item.packed, item.listed) for item in found] == [(1, 1, 0)]
