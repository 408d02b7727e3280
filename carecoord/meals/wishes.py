"""
How many meals somebody wants on a date, and of what kind. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Stay
from carecoord.meals.domain import Chain, MealChange, Subscription, Suspension

SourceKind = Literal["delivery", "foyer"]

Why = Literal["usual", "changed", "suspended", "stay", "not_that_day", "outside"]
"""Where the number of a date comes from."""


class MealKind(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """
    What makes two meals the same for the kitchen.

    Args:
        allergies: sorted.
    """

    chain: Chain
    diet: str
    texture: str
    allergies: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether an ordinary spare meal will do."""
        return self.diet == "normal" and self.texture == "iddsi7" and not self.allergies


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """
    Meals wanted from one source for one consumption date.

    Args:
        source_id: subscription, or line of a foyer's list.
        person_id: who eats; None for guests of a foyer.
    """

    source_id: UUID
    source: SourceKind
    person_id: UUID | None
    consumed_on: date
    count: int
    kind: MealKind
    extras: list[str] = []


def kind_of(subscription: Subscription) -> MealKind:
    """What its meals are for the kitchen."""
    return MealKind(
        chain=subscription.chain,
        diet=subscription.diet,
        texture=subscription.texture,
        allergies=tuple(sorted(subscription.allergies)),
    )


def suspension_on(subscription: Subscription, day: date) -> Suspension | None:
    """The suspension that covers a consumption date, the one told last."""
    found = [
        pause
        for pause in subscription.suspensions
        if pause.starts_on <= day and (pause.resumes_on is None or day < pause.resumes_on)
    ]
    return max(found, key=lambda pause: pause.told_at) if found else None


def change_on(subscription: Subscription, day: date) -> MealChange | None:
    """What was said of one consumption date, if anything."""
    return next((change for change in subscription.changes if change.consumed_on == day), None)


def wanted_on(subscription: Subscription, day: date, stays: Sequence[Stay] = ()) -> tuple[int, Why]:
    """
    How many meals a subscription wants for a consumption date, and why.

    A stay away from home comes first: nobody is there. Then whichever was told last of a
    change of that date and a suspension; then the weekly pattern.

    Args:
        stays: those of the person; others are ignored.
    """
    if day < subscription.starts_on or (subscription.ends_on is not None and day > subscription.ends_on):
        return 0, "outside"
    if any(stay.person_id == subscription.person_id and stay.suspends(day) for stay in stays):
        return 0, "stay"
    change = change_on(subscription, day)
    pause = suspension_on(subscription, day)
    if change is not None and (pause is None or change.told_at > pause.told_at):
        return change.count, "changed"
    if pause is not None:
        return 0, "suspended"
    count = subscription.meals[day.weekday()]
    return count, "usual" if count else "not_that_day"


def wish_of(subscription: Subscription, day: date, stays: Sequence[Stay] = ()) -> Wish | None:
    """What a subscription wants for a consumption date; None for nothing."""
    count, _why = wanted_on(subscription, day, stays)
    if count == 0:
        return None
    return Wish(
        source_id=subscription.id,
        source="delivery",
        person_id=subscription.person_id,
        consumed_on=day,
        count=count,
        kind=kind_of(subscription),
        extras=list(subscription.extras),
    )
