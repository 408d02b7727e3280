"""
What people ask of the meal book.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from carecoord.meals.domain import (
    Allergen,
    AttendanceState,
    Diet,
    KitchenFields,
    RulesFields,
    SubscriptionFields,
    SuspensionReason,
    Texture,
)
from carecoord.meals.late import Action


class AddKitchen(KitchenFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record a kitchen."""


class ChangeKitchen(KitchenFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Make every field of a kitchen what is said here.

    Args:
        version: the one that was shown to whoever decides.
    """

    kitchen_id: UUID
    version: int


class PutRules(RulesFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Say how the service runs from a date on; replaces rules that apply from the same date.

    Args:
        version: of the rules it replaces; None for new ones.
    """

    kitchen_id: UUID
    version: int | None = None


class AddSubscription(SubscriptionFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Subscribe a person to meals of a kitchen."""

    person_id: UUID
    kitchen_id: UUID


class ChangeSubscription(SubscriptionFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Make every field of a subscription what is said here; its reference stays.

    Args:
        version: the one that was shown to whoever decides.
    """

    subscription_id: UUID
    kitchen_id: UUID
    version: int


class UpsertSubscription(SubscriptionFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Create the subscription of that reference, or make it what is said here; for files."""

    person_reference: str
    kitchen_reference: str


class SuspendMeals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    No meals from a consumption date on.

    Args:
        resumes_on: first date with meals again; None until somebody says so.
        version: of the subscription that was shown.
    """

    subscription_id: UUID
    version: int
    starts_on: date
    resumes_on: date | None = None
    reason: SuspensionReason = "away"


class ResumeMeals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Meals again after a suspension.

    Args:
        on: first consumption date with meals; its first day or before takes it back as if never said.
        version: of the subscription that was shown.
    """

    subscription_id: UUID
    suspension_id: UUID
    version: int
    on: date


class ChangeMeals(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Another number of meals for one consumption date.

    Args:
        count: 0 cancels; None goes back to the usual.
        version: of the subscription that was shown.
    """

    subscription_id: UUID
    version: int
    consumed_on: date
    count: int | None


class SendOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Send a kitchen what it has to cook on a day.

    Args:
        after: number of the last order that was shown; 0 when none was sent.
    """

    kitchen_id: UUID
    made_on: date
    after: int = 0


class DecideLate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Say what is done about a change that the kitchen did not see.

    Args:
        wished_count: as it was shown to whoever decides.
    """

    kitchen_id: UUID
    made_on: date
    source_id: UUID
    consumed_on: date
    wished_count: int
    action: Action


class AddFoyer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Record a place where meals are eaten together."""

    kitchen_id: UUID
    name: str
    seats: int


class AddAttendance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Put a person, or unnamed guests, on the list of a foyer.

    Args:
        person_id: None for guests.
        count: guests; 1 for a person.
    """

    foyer_id: UUID
    on_date: date
    person_id: UUID | None = None
    count: int = 1
    diet: Diet = "normal"
    texture: Texture = "iddsi7"
    allergies: list[Allergen] = []


class MarkAttendance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say who came to a foyer, or did not."""

    ids: list[UUID]
    state: AttendanceState
