"""
Changes that come after the order was sent: what is handed over all the same, what to do. Pure.

The order stands as it was sent. Every difference between it and what is wished now is a late
change, wherever it comes from (a date cancelled, a suspension, a stay, another diet): the
kitchen does not see it, and somebody decides. Until then nothing unsafe leaves: a meal added
is not promised, a meal whose diet, texture or allergies changed is kept back.

To the meal, for each kind: `handed over = ordered + corrected by telephone + drawn from the
reserve - left over`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.kernel.clock import local_instant
from carecoord.meals.domain import HospitalFree, Kitchen
from carecoord.meals.wishes import MealKind, SourceKind, Wish

Action = Literal["spare", "call_kitchen", "refuse", "cancel_free", "cancel_charged", "deliver_anyway"]
ACTIONS: tuple[Action, ...] = (
    "spare",
    "call_kitchen",
    "refuse",
    "cancel_free",
    "cancel_charged",
    "deliver_anyway",
)
Direction = Literal["fewer", "more", "other"]


class OrderedMeal(msgspec.Struct, frozen=True, kw_only=True):
    """Meals of one source and consumption date, as the kitchen was asked for them."""

    source_id: UUID
    source: SourceKind
    consumed_on: date
    deliver_on: date
    count: int
    kind: MealKind


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """
    What somebody decided of a late change.

    Args:
        wished_count: what was wished when it was decided; it holds while that is so.
        wished_kind: likewise; None when nothing was wished.
    """

    source_id: UUID
    consumed_on: date
    action: Action
    wished_count: int
    wished_kind: MealKind | None


class LateChange(msgspec.Struct, frozen=True, kw_only=True):
    """
    A difference between the order and what is wished now.

    Args:
        person_id: who eats; None for guests of a foyer.
        ordered_kind: None when nothing was ordered.
        wished_kind: None when nothing is wished any more.
        is_stay: the person is away from home.
        action: what was decided and still holds; None while undecided.
    """

    source_id: UUID
    source: SourceKind
    person_id: UUID | None
    consumed_on: date
    deliver_on: date
    made_on: date
    ordered_count: int
    ordered_kind: MealKind | None
    wished_count: int
    wished_kind: MealKind | None
    is_stay: bool = False
    action: Action | None = None

    @property
    def direction(self) -> Direction:
        """Fewer or more of the same kind, or another kind."""
        if self.ordered_kind is None:
            return "more"
        if self.wished_kind is None:
            return "fewer"
        if self.ordered_kind != self.wished_kind:
            return "other"
        return "more" if self.wished_count > self.ordered_count else "fewer"


class Portion(msgspec.Struct, frozen=True, kw_only=True):
    """So many meals of a kind."""

    kind: MealKind
    count: int


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """
    What becomes of one source on one consumption date.

    Args:
        handed: what is handed over.
        corrected: what the kitchen cooks more (or fewer) after a call.
        drawn: what is taken from the reserve.
        left: what was cooked and is not handed over.
    """

    handed: list[Portion]
    corrected: list[Portion] = []
    drawn: list[Portion] = []
    left: list[Portion] = []


def _portions(*pairs: tuple[MealKind | None, int]) -> list[Portion]:
    return [Portion(kind=kind, count=count) for kind, count in pairs if kind is not None and count != 0]


def settle(change: LateChange) -> Settled:
    """What is handed over given the decision, or the lack of one."""
    ordered, wished = (change.ordered_kind, change.ordered_count), (change.wished_kind, change.wished_count)
    if change.direction == "other":
        return _settle_other(change)
    extra = change.wished_count - change.ordered_count
    if change.direction == "more":
        if change.action == "spare":
            return Settled(handed=_portions(wished), drawn=_portions((change.wished_kind, extra)))
        if change.action == "call_kitchen":
            return Settled(handed=_portions(wished), corrected=_portions((change.wished_kind, extra)))
        return Settled(handed=_portions(ordered))
    if change.action == "deliver_anyway":
        return Settled(handed=_portions(ordered))
    if change.action == "call_kitchen":
        return Settled(handed=_portions(wished), corrected=_portions((change.ordered_kind, extra)))
    return Settled(handed=_portions(wished), left=_portions((change.ordered_kind, -extra)))


def _settle_other(change: LateChange) -> Settled:
    ordered, wished = (change.ordered_kind, change.ordered_count), (change.wished_kind, change.wished_count)
    if change.action == "call_kitchen":
        minus = (change.ordered_kind, -change.ordered_count)
        return Settled(handed=_portions(wished), corrected=_portions(minus, wished))
    if change.action == "spare":
        return Settled(handed=_portions(wished), drawn=_portions(wished), left=_portions(ordered))
    if change.action == "deliver_anyway" and may_deliver_anyway(change):
        return Settled(handed=_portions(ordered))
    return Settled(handed=[], left=_portions(ordered))


def may_deliver_anyway(change: LateChange) -> bool:
    """
    Whether what was ordered may be handed over although something else is wished.

    Never to somebody who is away; never with an allergen that is to be avoided now, nor in
    a texture that is not the one prescribed (risk of choking), nor another diet of illness.
    """
    if change.is_stay or change.ordered_kind is None:
        return False
    if change.wished_kind is None or change.direction == "fewer":
        return True
    old, new = change.ordered_kind, change.wished_kind
    return set(new.allergies) <= set(old.allergies) and old.texture == new.texture and old.diet == new.diet


def late_changes(
    made_on: date,
    ordered: Iterable[OrderedMeal],
    wishes: Iterable[Wish],
    decisions: Mapping[tuple[UUID, date], Decision],
    *,
    deliver_on: Mapping[tuple[UUID, date], date],
    away: frozenset[tuple[UUID, date]],
    people: Mapping[UUID, UUID | None],
) -> list[LateChange]:
    """
    Every difference between an order sent and what is wished now, by consumption date.

    Args:
        made_on: day of cooking of the order.
        wishes: what is wished now for the same consumption dates.
        deliver_on: (source, consumption date) -> delivery, for what was not ordered.
        away: (source, consumption date) of people in a stay away from home.
        people: source -> who eats.
    """
    known = {(meal.source_id, meal.consumed_on): meal for meal in ordered}
    now = {(wish.source_id, wish.consumed_on): wish for wish in wishes}
    found = []
    for key in sorted(known.keys() | now.keys(), key=lambda pair: (pair[1], str(pair[0]))):
        before, after = known.get(key), now.get(key)
        if (
            before is not None
            and after is not None
            and (before.count, before.kind) == (after.count, after.kind)
        ):
            continue
        source = before.source if before is not None else after.source if after is not None else "delivery"
        change = LateChange(
            source_id=key[0],
            source=source,
            person_id=after.person_id if after is not None else people.get(key[0]),
            consumed_on=key[1],
            deliver_on=before.deliver_on if before is not None else deliver_on[key],
            made_on=made_on,
            ordered_count=before.count if before is not None else 0,
            ordered_kind=before.kind if before is not None else None,
            wished_count=after.count if after is not None else 0,
            wished_kind=after.kind if after is not None else None,
            is_stay=key in away,
        )
        found.append(msgspec.structs.replace(change, action=_held(change, decisions.get(key))))
    return found


def _same(ordered: OrderedMeal, wish: Wish) -> bool:
    return (ordered.count, ordered.kind) == (wish.count, wish.kind)


def _held(change: LateChange, decision: Decision | None) -> Action | None:
    """A decision holds while what is wished is what was decided about."""
    if decision is None:
        return None
    same = (decision.wished_count, decision.wished_kind) == (change.wished_count, change.wished_kind)
    return decision.action if same else None


def reserve_of(spare_meals: int, changes: Iterable[LateChange], chain_of_spares: str) -> Counter[MealKind]:
    """
    What is left in the reserve: spare meals and meals left over, less those drawn already.

    A count below zero says that more was promised than there is.
    """
    stock: Counter[MealKind] = Counter()
    plain = MealKind(chain="hot" if chain_of_spares == "hot" else "cold", diet="normal", texture="iddsi7")
    stock[plain] += spare_meals
    for change in changes:
        settled = settle(change)
        for portion in settled.left:
            stock[portion.kind] += portion.count
        for portion in settled.drawn:
            stock[portion.kind] -= portion.count
    return stock


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the program proposes for a late change; somebody decides.

    Args:
        action: the one it would take.
        options: all that are possible, the proposed one first.
        missing: meals that the reserve lacks, when that is why it is not proposed.
    """

    action: Action
    options: list[Action]
    missing: int = 0


def propose(
    change: LateChange,
    *,
    kitchen: Kitchen,
    reserve: Mapping[MealKind, int],
    hospital_free: HospitalFree,
    is_hospital: bool,
    now: datetime,
) -> Proposal:
    """
    The least harm first: nobody goes hungry while the reserve lasts, the kitchen is called
    while it has not begun, and what was cooked for nothing is charged unless the rules say not.

    Args:
        reserve: what is left, without this change.
        is_hospital: the stay is a hospital stay.
    """
    may_call = now < local_instant(change.made_on, kitchen.starts_minute)
    if change.direction == "fewer":
        return _propose_fewer(change, may_call=may_call, is_free=is_hospital and hospital_free == "always")
    needed = change.wished_count
    if change.direction == "more":
        needed -= change.ordered_count
    missing = max(0, needed - (reserve.get(change.wished_kind, 0) if change.wished_kind is not None else 0))
    options: list[Action] = []
    if missing == 0:
        options.append("spare")
    if may_call:
        options.append("call_kitchen")
    if change.direction == "more":
        options.append("refuse")
    else:
        if may_deliver_anyway(change):
            options.append("deliver_anyway")
        options += ["cancel_charged", "cancel_free"]
    return Proposal(action=options[0], options=options, missing=missing)


def _propose_fewer(change: LateChange, *, may_call: bool, is_free: bool) -> Proposal:
    options: list[Action] = []
    if may_call:
        options.append("call_kitchen")
    options += ["cancel_free", "cancel_charged"] if is_free else ["cancel_charged", "cancel_free"]
    if may_deliver_anyway(change):
        options.append("deliver_anyway")
    return Proposal(action=options[0], options=options)
