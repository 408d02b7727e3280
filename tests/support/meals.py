"""
A meal service on a real database: one kitchen, its rules, one subscription.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from builders.beneficiaries import a_person_command
from builders.meals import a_kitchen_command, a_rules_command, a_subscription_command

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.meals.domain import Kitchen, Subscription
from carecoord.meals.service.kitchens import add_kitchen, put_rules
from carecoord.meals.service.subscriptions import add_subscription


class MealService(msgspec.Struct, frozen=True):
    """What `a_meal_service` recorded."""

    person_id: UUID
    kitchen: Kitchen
    subscription: Subscription


async def a_meal_service(
    uow: UnitOfWork, actor: Actor, *, kitchen: dict[str, Any] | None = None, **subscription: Any
) -> MealService:
    """
    Odette Éluard gets one cold meal a day from the central kitchen.

    Args:
        kitchen: fields of the kitchen that differ.
        subscription: fields of the subscription that differ.
    """
    await upsert_people(uow, actor, [a_person_command()])
    person_id = (await person_ids(uow, actor, ["P-001"]))["P-001"]
    made = await add_kitchen(uow, actor, a_kitchen_command(**(kitchen or {})))
    await put_rules(uow, actor, a_rules_command(made.id))
    added = await add_subscription(uow, actor, a_subscription_command(person_id, made.id, **subscription))
    return MealService(person_id=person_id, kitchen=made, subscription=added)
