"""
Kitchens, rules and subscriptions, valid by default.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from carecoord.meals.commands import AddKitchen, AddSubscription, PutRules
from carecoord.meals.domain import (
    ALLERGENS,
    Cutoff,
    Kitchen,
    KitchenFields,
    MealChange,
    Offer,
    RulesFields,
    ServiceRules,
    Subscription,
    SubscriptionFields,
    Suspension,
)

EVERY_DAY = [1] * 7
FRIDAY_CARRIES_WEEKEND = [0, 0, 0, 0, 0, 1, 2]
CHORGES = [0, 0, 1, 0, 0, 1, 2]
"""Delivered Monday, Tuesday, Thursday, Friday."""


def a_kitchen(**given: Any) -> Kitchen:
    """The central kitchen of Brunoy: cold meals cooked the day before, Monday to Friday."""
    values: dict[str, Any] = {
        "id": UUID(int=701),
        "version": 1,
        "reference": "CC",
        "name": "Cuisine centrale",
        "phone": "+33160460700",
        "address": "2 rue des Godeaux, Brunoy",
        "department": "91",
        "latitude": 48.6989,
        "longitude": 2.4966,
        "offers": [
            Offer(diet="normal", texture="iddsi7"),
            Offer(diet="normal", texture="iddsi5"),
            Offer(diet="no_salt", texture="iddsi7"),
            Offer(diet="no_sugar", texture="iddsi7"),
        ],
        "avoidable": list(ALLERGENS),
        "chains": ["cold", "hot"],
    }
    return Kitchen(**{**values, **given})


def some_rules(**given: Any) -> ServiceRules:
    """Friday carries the weekend; changes until 10:00 two working days before the delivery."""
    values: dict[str, Any] = {
        "id": UUID(int=711),
        "kitchen_id": UUID(int=701),
        "version": 1,
        "applies_from": date(2026, 1, 1),
        "days_before": FRIDAY_CARRIES_WEEKEND,
        "cutoffs": [Cutoff(working_days=2, minute=600)] * 7,
    }
    return ServiceRules(**{**values, **given})


def a_subscription(**given: Any) -> Subscription:
    """One ordinary cold meal every day."""
    values: dict[str, Any] = {
        "id": UUID(int=721),
        "person_id": UUID(int=101),
        "kitchen_id": UUID(int=701),
        "version": 1,
        "reference": "R-001",
        "starts_on": date(2026, 1, 5),
        "meals": EVERY_DAY,
    }
    return Subscription(**{**values, **given})


def a_change(consumed_on: date, count: int, **given: Any) -> MealChange:
    """So many meals that day, told a month before."""
    values: dict[str, Any] = {
        "id": UUID(int=731),
        "subscription_id": UUID(int=721),
        "consumed_on": consumed_on,
        "count": count,
        "told_at": datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
    }
    return MealChange(**{**values, **given})


def a_suspension(starts_on: date, resumes_on: date | None = None, **given: Any) -> Suspension:
    """Away for a while, told a month before."""
    values: dict[str, Any] = {
        "id": UUID(int=741),
        "subscription_id": UUID(int=721),
        "starts_on": starts_on,
        "resumes_on": resumes_on,
        "reason": "away",
        "told_at": datetime(2026, 10, 23, 8, 0, tzinfo=UTC),
    }
    return Suspension(**{**values, **given})


def a_kitchen_command(**given: Any) -> AddKitchen:
    """The same kitchen, still to be recorded."""
    kitchen = a_kitchen()
    values = {name: getattr(kitchen, name) for name in KitchenFields.__struct_fields__}
    return AddKitchen(**{**values, **given})


def a_rules_command(kitchen_id: UUID, **given: Any) -> PutRules:
    """The same rules, for a kitchen."""
    rules = some_rules()
    values = {name: getattr(rules, name) for name in RulesFields.__struct_fields__}
    return PutRules(**{**values, "kitchen_id": kitchen_id, **given})


def a_subscription_command(person_id: UUID, kitchen_id: UUID, **given: Any) -> AddSubscription:
    """One ordinary cold meal every day for a person."""
    subscription = a_subscription()
    values = {name: getattr(subscription, name) for name in SubscriptionFields.__struct_fields__}
    return AddSubscription(**{**values, "person_id": person_id, "kitchen_id": kitchen_id, **given})
