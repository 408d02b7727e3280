"""
All the SQL of kitchens, dated rules and subscriptions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.sets import among
from carecoord.meals.domain import (
    Kitchen,
    MealChange,
    ServiceRules,
    Subscription,
    SubscriptionFields,
    Suspension,
)
from carecoord.meals.tables import KitchenRow, MealChangeRow, RulesRow, SubscriptionRow, SuspensionRow

_KITCHEN = [getattr(KitchenRow, name) for name in Kitchen.__struct_fields__]
_RULES = [getattr(RulesRow, name) for name in ServiceRules.__struct_fields__]
_HEALTH = ("allergies", "medical_note")
_APART = (*_HEALTH, "suspensions", "changes")
_SUBSCRIPTION = [
    *(getattr(SubscriptionRow, name) for name in Subscription.__struct_fields__ if name not in _APART),
    SubscriptionRow.health,
]
_SUSPENSION = [getattr(SuspensionRow, name) for name in Suspension.__struct_fields__]
_CHANGE = [getattr(MealChangeRow, name) for name in MealChange.__struct_fields__]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is encrypted of a subscription."""

    allergies: list[str] = []
    note: str = ""


def sealed_health(allergies: Collection[str], note: str = "") -> bytes:
    """Allergies and note as the column takes them; the column encrypts."""
    return msgspec.json.encode(Health(allergies=sorted(allergies), note=note))


def opened_health(value: bytes) -> Health:
    """The same, read back."""
    return msgspec.json.decode(value, type=Health)


async def kitchens(session: AsyncSession) -> list[Kitchen]:
    """Every kitchen of the acting organisation, by name."""
    lines = await session.execute(select(*_KITCHEN).order_by(KitchenRow.name, KitchenRow.id))
    return [msgspec.convert(dict(line._mapping), Kitchen) for line in lines]


async def all_rules(session: AsyncSession) -> list[ServiceRules]:
    """Dated rules of every kitchen, oldest first."""
    lines = await session.execute(select(*_RULES).order_by(RulesRow.kitchen_id, RulesRow.applies_from))
    return [msgspec.convert(dict(line._mapping), ServiceRules) for line in lines]


def _columns(record: msgspec.Struct, *, without: Collection[str] = ()) -> dict[str, Any]:
    """Columns of a struct: identifiers and dates as they are, structs as JSON values."""
    values = msgspec.to_builtins(record, builtin_types=(UUID, date))
    return {name: value for name, value in values.items() if name not in without}


async def add_kitchen(session: AsyncSession, organisation_id: UUID, kitchen: Kitchen) -> None:
    """Insert a kitchen."""
    await session.execute(insert(KitchenRow).values(**_columns(kitchen), organisation_id=organisation_id))


async def change_kitchen(session: AsyncSession, kitchen: Kitchen) -> bool:
    """Give a kitchen these values; False when its version is another one."""
    return await _change(session, KitchenRow, kitchen.id, kitchen.version, _columns(kitchen))


async def put_rules(session: AsyncSession, organisation_id: UUID, rules: ServiceRules) -> None:
    """Insert dated rules."""
    await session.execute(insert(RulesRow).values(**_columns(rules), organisation_id=organisation_id))


async def change_rules(session: AsyncSession, rules: ServiceRules) -> bool:
    """Give dated rules these values; False when their version is another one."""
    return await _change(session, RulesRow, rules.id, rules.version, _columns(rules))


async def _change(
    session: AsyncSession, row: type[Any], row_id: UUID, version: int, values: dict[str, Any]
) -> bool:
    values = {name: value for name, value in values.items() if name not in {"id", "version"}}
    changed = await session.execute(
        update(row)
        .where(row.id == row_id, row.version == version)
        .values(**values, version=row.version + 1, updated_at=func.now())
        .returning(row.id)
    )
    return changed.first() is not None


async def subscriptions(
    session: AsyncSession,
    *conditions: ColumnElement[bool],
    days: tuple[date, date] | None = None,
) -> list[Subscription]:
    """
    Subscriptions with what makes single dates differ; three statements.

    Args:
        days: only changes and suspensions that say something of these dates, both included.
    """
    lines = (
        await session.execute(select(*_SUBSCRIPTION).where(*conditions).order_by(SubscriptionRow.reference))
    ).all()
    ids = [line.id for line in lines]
    pauses = await _suspensions_of(session, ids, days)
    changes = await _changes_of(session, ids, days)
    return [_subscription(line._mapping, pauses, changes) for line in lines]


def _subscription(
    values: Any, pauses: dict[UUID, list[Suspension]], changes: dict[UUID, list[MealChange]]
) -> Subscription:
    known = dict(values)
    health = opened_health(known.pop("health"))
    return msgspec.convert(
        {
            **known,
            "allergies": health.allergies,
            "medical_note": health.note,
            "suspensions": pauses.get(known["id"], []),
            "changes": changes.get(known["id"], []),
        },
        Subscription,
    )


async def _suspensions_of(
    session: AsyncSession, ids: Collection[UUID], days: tuple[date, date] | None
) -> dict[UUID, list[Suspension]]:
    found = select(*_SUSPENSION).where(among(SuspensionRow.subscription_id, ids))
    if days is not None:
        found = found.where(
            SuspensionRow.starts_on <= days[1],
            or_(SuspensionRow.resumes_on.is_(None), SuspensionRow.resumes_on > days[0]),
        )
    pauses: dict[UUID, list[Suspension]] = defaultdict(list)
    for line in await session.execute(found.order_by(SuspensionRow.starts_on, SuspensionRow.told_at)):
        pauses[line.subscription_id].append(Suspension(**line._mapping))
    return pauses


async def _changes_of(
    session: AsyncSession, ids: Collection[UUID], days: tuple[date, date] | None
) -> dict[UUID, list[MealChange]]:
    found = select(*_CHANGE).where(among(MealChangeRow.subscription_id, ids))
    if days is not None:
        found = found.where(MealChangeRow.consumed_on.between(*days))
    changes: dict[UUID, list[MealChange]] = defaultdict(list)
    for line in await session.execute(found.order_by(MealChangeRow.consumed_on)):
        changes[line.subscription_id].append(MealChange(**line._mapping))
    return changes


async def subscriptions_between(session: AsyncSession, first: date, last: date) -> list[Subscription]:
    """Subscriptions that run on some day of a period, with what differs in it."""
    return await subscriptions(
        session,
        SubscriptionRow.starts_on <= last,
        or_(SubscriptionRow.ends_on.is_(None), SubscriptionRow.ends_on >= first),
        days=(first, last),
    )


async def subscription(session: AsyncSession, subscription_id: UUID) -> Subscription | None:
    """One subscription with everything said of it."""
    found = await subscriptions(session, SubscriptionRow.id == subscription_id)
    return found[0] if found else None


async def subscriptions_named(session: AsyncSession, references: Sequence[str]) -> dict[str, Subscription]:
    """Subscriptions by their key of imports, for those that exist."""
    found = await subscriptions(session, among(SubscriptionRow.reference, references))
    return {subscription.reference: subscription for subscription in found}


async def subscriptions_of_person(session: AsyncSession, person_id: UUID) -> list[Subscription]:
    """Every subscription of a person."""
    return await subscriptions(session, SubscriptionRow.person_id == person_id)


def _subscription_columns(subscription: Subscription) -> dict[str, Any]:
    fields = {*SubscriptionFields.__struct_fields__, "id", "person_id", "kitchen_id", "version"}
    return {
        **{name: getattr(subscription, name) for name in fields if name not in _HEALTH},
        "health": sealed_health(subscription.allergies, subscription.medical_note),
    }


async def add_subscriptions(
    session: AsyncSession, organisation_id: UUID, subscriptions: Sequence[Subscription]
) -> None:
    """Insert subscriptions, without suspensions or changes."""
    if subscriptions:
        await session.execute(
            insert(SubscriptionRow),
            [{**_subscription_columns(item), "organisation_id": organisation_id} for item in subscriptions],
        )


async def change_subscription(session: AsyncSession, subscription: Subscription) -> bool:
    """Give a subscription these values; False when its version is another one."""
    values = _subscription_columns(subscription)
    return await _change(session, SubscriptionRow, subscription.id, subscription.version, values)


async def touch_subscription(session: AsyncSession, subscription_id: UUID, version: int) -> bool:
    """Take the next version of a subscription whose dates change; False when it is another one."""
    return await _change(session, SubscriptionRow, subscription_id, version, {})


async def put_suspension(session: AsyncSession, organisation_id: UUID, pause: Suspension) -> None:
    """Insert a suspension."""
    await session.execute(
        insert(SuspensionRow).values(**msgspec.structs.asdict(pause), organisation_id=organisation_id)
    )


async def set_resumption(session: AsyncSession, suspension_id: UUID, resumes_on: date | None) -> None:
    """Say when meals come again after a suspension."""
    await session.execute(
        update(SuspensionRow)
        .where(SuspensionRow.id == suspension_id)
        .values(resumes_on=resumes_on, updated_at=func.now())
    )


async def drop_suspension(session: AsyncSession, suspension_id: UUID) -> None:
    """Take a suspension back as if never said."""
    await session.execute(delete(SuspensionRow).where(SuspensionRow.id == suspension_id))


async def put_change(session: AsyncSession, organisation_id: UUID, change: MealChange) -> None:
    """Let a change take the place of what was said of that date before."""
    await drop_change(session, change.subscription_id, change.consumed_on)
    await session.execute(
        insert(MealChangeRow).values(**msgspec.structs.asdict(change), organisation_id=organisation_id)
    )


async def drop_change(session: AsyncSession, subscription_id: UUID, consumed_on: date) -> None:
    """Go back to the usual number for a date."""
    await session.execute(
        delete(MealChangeRow).where(
            MealChangeRow.subscription_id == subscription_id, MealChangeRow.consumed_on == consumed_on
        )
    )
