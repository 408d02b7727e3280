"""
What is cooked, what is packed, what is handed over: three lists that agree to the meal. Pure.

All three follow from the same deliveries, so that none can drift: the production order sums
them by kind, the packing lists cut them by round and trip, the delivery list tells them door
by door. `disagreements` recounts each from its own printed lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.meals.book import Handed, KitchenDay
from carecoord.meals.domain import MealDelivery
from carecoord.meals.late import Portion, settle
from carecoord.meals.wishes import MealKind


class TripCut(msgspec.Struct, frozen=True, kw_only=True):
    """
    One trip of a round: what leaves a kitchen together.

    Args:
        number: 1 for the first trip of the round.
        delivery_ids: in order of the stops.
    """

    round_id: UUID
    number: int
    kitchen_id: UUID
    delivery_ids: list[UUID]


class ProductionLine(msgspec.Struct, frozen=True, kw_only=True):
    """
    Meals of one kind to cook for one consumption date.

    Args:
        delivered: handed over at doors.
        foyer: eaten at a foyer.
    """

    kind: MealKind
    consumed_on: date
    delivered: int = 0
    foyer: int = 0

    @property
    def total(self) -> int:
        """Meals to cook on this line."""
        return self.delivered + self.foyer


class PackedStop(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is packed for one door, in order of the trip.

    Args:
        position: 1 for the first stop.
        portions: by consumption date.
        extras: what comes along, with how many of each.
    """

    position: int
    delivery_id: UUID
    person_id: UUID
    portions: list[tuple[date, Portion]]
    extras: dict[str, int]

    @property
    def meal_count(self) -> int:
        """Meals handed over at this door."""
        return sum(portion.count for _day, portion in self.portions)


class PackingList(msgspec.Struct, frozen=True, kw_only=True):
    """
    What one trip takes from one kitchen.

    Args:
        round_id: None for deliveries that no round takes yet.
        number: trip of the round.
        lines: totals by kind and consumption date.
        extras: totals.
    """

    kitchen_id: UUID
    round_id: UUID | None
    number: int
    lines: list[ProductionLine]
    extras: dict[str, int]
    stops: list[PackedStop]

    @property
    def meal_count(self) -> int:
        """Meals on this trip."""
        return sum(line.total for line in self.lines)


class DoorLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the delivery list: meals of one kind for one door and consumption date."""

    delivery_id: UUID
    person_id: UUID
    round_id: UUID | None
    number: int
    position: int
    consumed_on: date
    portion: Portion


def _key(line: ProductionLine) -> tuple[MealKind, date]:
    return (line.kind, line.consumed_on)


def _lines(
    delivered: Counter[tuple[MealKind, date]], foyer: Counter[tuple[MealKind, date]]
) -> list[ProductionLine]:
    keys = {key for key in (*delivered, *foyer) if delivered[key] or foyer[key]}
    found = [
        ProductionLine(kind=kind, consumed_on=day, delivered=delivered[kind, day], foyer=foyer[kind, day])
        for kind, day in keys
    ]
    return sorted(found, key=lambda line: (line.consumed_on, line.kind))


def production_order(handed: Iterable[Handed]) -> list[ProductionLine]:
    """
    What leaves the kitchen, by kind and consumption date: doors and foyers apart.

    Args:
        handed: of one day of cooking of one kitchen, or of several for a total.
    """
    delivered: Counter[tuple[MealKind, date]] = Counter()
    foyer: Counter[tuple[MealKind, date]] = Counter()
    for item in handed:
        found = foyer if item.source == "foyer" else delivered
        found[item.portion.kind, item.consumed_on] += item.portion.count
    return _lines(delivered, foyer)


def portions_of(delivery: MealDelivery, made_on: date | None = None) -> list[tuple[date, Portion]]:
    """
    Meals of a stop by consumption date.

    Args:
        made_on: only those cooked on that day; all when None.
    """
    return [
        (
            meal.consumed_on,
            Portion(
                kind=MealKind(
                    chain=meal.chain,
                    diet=meal.diet,
                    texture=meal.texture,
                    allergies=tuple(sorted(meal.allergies)),
                ),
                count=meal.count,
            ),
        )
        for meal in delivery.meals
        if made_on is None or meal.made_on == made_on
    ]


def _extras(delivery: MealDelivery, made_on: date | None) -> dict[str, int]:
    found: Counter[str] = Counter()
    for meal in delivery.meals:
        if made_on is None or meal.made_on == made_on:
            for extra in meal.extras:
                found[extra] += meal.count
    return dict(sorted(found.items()))


def packing_lists(
    deliveries: Sequence[MealDelivery], trips: Sequence[TripCut], *, made_on: date | None = None
) -> list[PackingList]:
    """
    What each trip takes, and what no trip takes yet.

    A stop that two trips name is packed on the first; one that a trip names and that is no
    longer due is not packed at all; a trip takes from its own kitchen alone.

    Args:
        deliveries: all those due, of one kitchen or of several.
        trips: of published rounds, in any order.
        made_on: only meals cooked on that day; all when None.
    """
    left = {delivery.id: delivery for delivery in deliveries}
    found = []
    for trip in sorted(trips, key=lambda trip: (str(trip.round_id), trip.number)):
        taken = [
            left.pop(known)
            for known in trip.delivery_ids
            if known in left and left[known].kitchen_id == trip.kitchen_id
        ]
        if any(portions_of(delivery, made_on) for delivery in taken):
            found.append(_packed(trip.kitchen_id, trip.round_id, trip.number, taken, made_on))
    for kitchen_id in sorted({delivery.kitchen_id for delivery in left.values()}, key=str):
        rest = [delivery for delivery in left.values() if delivery.kitchen_id == kitchen_id]
        if any(portions_of(delivery, made_on) for delivery in rest):
            found.append(_packed(kitchen_id, None, 1, rest, made_on))
    return found


def _packed(
    kitchen_id: UUID,
    round_id: UUID | None,
    number: int,
    deliveries: Sequence[MealDelivery],
    made_on: date | None,
) -> PackingList:
    counted: Counter[tuple[MealKind, date]] = Counter()
    extras: Counter[str] = Counter()
    stops = []
    for position, delivery in enumerate(deliveries, start=1):
        portions = portions_of(delivery, made_on)
        if not portions:
            continue
        for day, portion in portions:
            counted[portion.kind, day] += portion.count
        own = _extras(delivery, made_on)
        extras.update(own)
        stops.append(
            PackedStop(
                position=position,
                delivery_id=delivery.id,
                person_id=delivery.person_id,
                portions=portions,
                extras=own,
            )
        )
    return PackingList(
        kitchen_id=kitchen_id,
        round_id=round_id,
        number=number,
        lines=_lines(counted, Counter()),
        extras=dict(sorted(extras.items())),
        stops=stops,
    )


def delivery_list(packed: Iterable[PackingList]) -> list[DoorLine]:
    """Door by door, in order of rounds, trips and stops."""
    return [
        DoorLine(
            delivery_id=stop.delivery_id,
            person_id=stop.person_id,
            round_id=trip.round_id,
            number=trip.number,
            position=stop.position,
            consumed_on=day,
            portion=portion,
        )
        for trip in packed
        for stop in trip.stops
        for day, portion in stop.portions
    ]


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """Two lists that do not tell the same number of meals of a kind for a consumption date."""

    kind: MealKind
    consumed_on: date
    ordered: int
    packed: int
    listed: int


def disagreements(
    order: Iterable[ProductionLine], packed: Sequence[PackingList], doors: Iterable[DoorLine]
) -> list[Disagreement]:
    """
    Recount the three lists from their own lines; none is right.

    Meals of foyers are left out: nobody packs nor delivers them.
    """
    cooked = Counter({_key(line): line.delivered for line in order})
    boxes: Counter[tuple[MealKind, date]] = Counter()
    for trip in packed:
        for line in trip.lines:
            boxes[_key(line)] += line.total
    handed: Counter[tuple[MealKind, date]] = Counter()
    for door in doors:
        handed[door.portion.kind, door.consumed_on] += door.portion.count
    keys = sorted({*cooked, *boxes, *handed}, key=lambda key: (key[1], key[0]))
    return [
        Disagreement(
            kind=key[0], consumed_on=key[1], ordered=cooked[key], packed=boxes[key], listed=handed[key]
        )
        for key in keys
        if not cooked[key] == boxes[key] == handed[key]
    ]


class KitchenBalance(msgspec.Struct, frozen=True, kw_only=True):
    """
    What became of the meals of a day of cooking, for one kind.

    `ordered + corrected + drawn - left = handed`, to the meal.

    Args:
        ordered: as the order was sent.
        corrected: more, or fewer, after a call to the kitchen.
        drawn: handed over from the reserve.
        left: cooked and not handed over: into the reserve.
        handed: at doors and foyers.
    """

    kind: MealKind
    ordered: int
    corrected: int
    drawn: int
    left: int
    handed: int

    @property
    def is_even(self) -> bool:
        """Whether every meal is accounted for."""
        return self.ordered + self.corrected + self.drawn - self.left == self.handed


def balance_of(day: KitchenDay) -> list[KitchenBalance]:
    """Where each meal of a day of cooking went since its order was sent, by kind."""
    ordered: Counter[MealKind] = Counter()
    for meal in day.order.meals if day.order is not None else ():
        ordered[meal.kind] += meal.count
    parts: dict[str, Counter[MealKind]] = {name: Counter() for name in ("corrected", "drawn", "left")}
    for change in day.changes:
        settled = settle(change)
        for name, counter in parts.items():
            for portion in getattr(settled, name):
                counter[portion.kind] += portion.count
    handed: Counter[MealKind] = Counter()
    for item in day.handed:
        handed[item.portion.kind] += item.portion.count
    if day.order is None:
        ordered = handed
    kinds = sorted({*ordered, *handed, *(kind for counter in parts.values() for kind in counter)})
    return [
        KitchenBalance(
            kind=kind,
            ordered=ordered[kind],
            corrected=parts["corrected"][kind],
            drawn=parts["drawn"][kind],
            left=parts["left"][kind],
            handed=handed[kind],
        )
        for kind in kinds
    ]
