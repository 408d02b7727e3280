"""
Use cases of kitchens and of the dated rules of their service.
"""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.kernel.french import parse_phone
from carecoord.kernel.ids import new_id
from carecoord.meals.commands import AddKitchen, ChangeKitchen, PutRules
from carecoord.meals.domain import Kitchen, KitchenFields, RulesFields, ServiceRules
from carecoord.meals.rules import kitchen_defects, rules_defects
from carecoord.meals.service.sending import plan_sending
from carecoord.meals.store import records


async def list_kitchens(uow: UnitOfWork, actor: Actor) -> list[Kitchen]:
    """
    Kitchens by name.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await records.kitchens(uow.session)


async def get_kitchen(uow: UnitOfWork, actor: Actor, kitchen_id: UUID) -> Kitchen:
    """
    One kitchen.

    Raises:
        Refused: the actor lacks `meal:read`.
        NotFound: no such kitchen in this organisation.
    """
    for kitchen in await list_kitchens(uow, actor):
        if kitchen.id == kitchen_id:
            return kitchen
    raise NotFound("kitchen_unknown", "no such kitchen")


async def rules_of(uow: UnitOfWork, actor: Actor, kitchen_id: UUID) -> list[ServiceRules]:
    """
    Dated rules of a kitchen, oldest first.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return [rules for rules in await records.all_rules(uow.session) if rules.kitchen_id == kitchen_id]


async def rules_by_kitchen(uow: UnitOfWork, actor: Actor) -> dict[UUID, list[ServiceRules]]:
    """
    Dated rules of every kitchen, oldest first; one statement.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    found: dict[UUID, list[ServiceRules]] = defaultdict(list)
    for rules in await records.all_rules(uow.session):
        found[rules.kitchen_id].append(rules)
    return dict(found)


def _fields(command: KitchenFields) -> dict[str, object]:
    values = {name: getattr(command, name) for name in KitchenFields.__struct_fields__}
    values["offers"] = sorted(set(command.offers))
    values["production_weekdays"] = sorted(set(command.production_weekdays))
    if command.phone is not None:
        values["phone"] = parse_phone(command.phone)
    return values


async def add_kitchen(uow: UnitOfWork, actor: Actor, command: AddKitchen) -> Kitchen:
    """
    Record a kitchen.

    Raises:
        Refused: the actor lacks `meal:plan`.
        Invalid: every defect of it.
        Conflict: its reference is taken.
    """
    actor.require(MEAL_PLAN)
    if defects := kitchen_defects(command):
        raise Invalid(defects)
    kitchen = msgspec.convert({**_fields(command), "id": new_id(), "version": 1}, Kitchen)
    await records.add_kitchen(uow.session, actor.organisation_id, kitchen)
    record(uow, Tag.KITCHEN_ADDED, kitchen.id)
    return kitchen


async def change_kitchen(uow: UnitOfWork, actor: Actor, command: ChangeKitchen) -> Kitchen:
    """
    Make every field of a kitchen what is said.

    Raises:
        Refused: the actor lacks `meal:plan`.
        NotFound: no such kitchen in this organisation.
        Invalid: every defect of it.
        Conflict: somebody changed it meanwhile, or its reference is taken.
    """
    actor.require(MEAL_PLAN)
    await get_kitchen(uow, actor, command.kitchen_id)
    if defects := kitchen_defects(command):
        raise Invalid(defects)
    kitchen = msgspec.convert(
        {**_fields(command), "id": command.kitchen_id, "version": command.version}, Kitchen
    )
    if not await records.change_kitchen(uow.session, kitchen):
        raise Conflict("changed_meanwhile", "the kitchen was changed by somebody else meanwhile")
    record(uow, Tag.KITCHEN_CHANGED, kitchen.id)
    await plan_sending(uow, actor, kitchen.id)
    return msgspec.structs.replace(kitchen, version=command.version + 1)


async def put_rules(uow: UnitOfWork, actor: Actor, command: PutRules) -> ServiceRules:
    """
    Say how the service of a kitchen runs from a date on.

    Rules of the past stay as they are: what was delivered under them stays explained.

    Raises:
        Refused: the actor lacks `meal:plan`.
        NotFound: no such kitchen in this organisation.
        Invalid: every defect of them.
        Conflict: rules from that date exist and were not the ones shown.
    """
    actor.require(MEAL_PLAN)
    await get_kitchen(uow, actor, command.kitchen_id)
    if defects := rules_defects(command):
        raise Invalid(defects)
    known = next(
        (
            rules
            for rules in await rules_of(uow, actor, command.kitchen_id)
            if rules.applies_from == command.applies_from
        ),
        None,
    )
    rules = ServiceRules(
        **{name: getattr(command, name) for name in RulesFields.__struct_fields__},
        id=known.id if known is not None else new_id(),
        kitchen_id=command.kitchen_id,
        version=command.version if command.version is not None else 1,
    )
    if known is None:
        await records.put_rules(uow.session, actor.organisation_id, rules)
    elif command.version != known.version or not await records.change_rules(uow.session, rules):
        raise Conflict("changed_meanwhile", "rules from that date were changed by somebody else meanwhile")
    facts = {"kitchen_id": str(command.kitchen_id), "applies_from": command.applies_from.isoformat()}
    record(uow, Tag.MEAL_RULES_PUT, rules.id, facts)
    await plan_sending(uow, actor, command.kitchen_id)
    return rules
