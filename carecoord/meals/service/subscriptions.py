"""
Use cases of subscriptions: start, change, stop, suspend, resume, one date that differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import get_person
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.meals.commands import (
    AddSubscription,
    ChangeMeals,
    ChangeSubscription,
    ResumeMeals,
    SuspendMeals,
)
from carecoord.meals.domain import (
    Kitchen,
    MealChange,
    ServiceRules,
    Subscription,
    SubscriptionFields,
    Suspension,
)
from carecoord.meals.rules import (
    LOOK_AHEAD_DAYS,
    MEALS_RANGE,
    subscription_defects,
    suspension_defects,
)
from carecoord.meals.service.kitchens import get_kitchen, list_kitchens, rules_by_kitchen, rules_of
from carecoord.meals.service.sending import send_due
from carecoord.meals.service_calendar import MealPath, path_defects, path_of
from carecoord.meals.store import orders, records
from carecoord.meals.wishes import wanted_on


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """
    Whether the kitchen still sees a change of one consumption date.

    Args:
        path: when the meal is delivered, cooked, and settled.
        is_sent: the order is final: the kitchen will not see it.
    """

    path: MealPath
    is_sent: bool
    is_late: bool


async def list_subscriptions(uow: UnitOfWork, actor: Actor) -> list[Subscription]:
    """
    Every subscription by reference, with what makes dates differ; three statements.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await records.subscriptions(uow.session)


async def get_subscription(uow: UnitOfWork, actor: Actor, subscription_id: UUID) -> Subscription:
    """
    One subscription.

    Raises:
        Refused: the actor lacks `meal:read`.
        NotFound: no such subscription in this organisation.
    """
    actor.require(MEAL_READ)
    found = await records.subscription(uow.session, subscription_id)
    if found is None:
        raise NotFound("subscription_unknown", "no such subscription")
    return found


async def subscriptions_of_person(uow: UnitOfWork, actor: Actor, person_id: UUID) -> list[Subscription]:
    """
    Subscriptions of one person, past ones included.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await records.subscriptions_of_person(uow.session, person_id)


async def add_subscription(uow: UnitOfWork, actor: Actor, command: AddSubscription) -> Subscription:
    """
    Subscribe a person to meals.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such person or kitchen in this organisation.
        Invalid: every defect: what the kitchen does not cook with the list of what it does,
            a weekday that cannot be brought in its shelf life, wrong dates.
        Conflict: its reference is taken.
    """
    actor.require(MEAL_WRITE)
    await get_person(uow, actor, command.person_id)
    kitchen = await get_kitchen(uow, actor, command.kitchen_id)
    rules = await rules_of(uow, actor, kitchen.id)
    if defects := subscription_defects(command, kitchen, rules, today=local_date(uow.now)):
        raise Invalid(defects)
    await send_due(uow, actor)
    subscription = Subscription(
        **normal_fields(command),  # type: ignore[arg-type] # fields of the same struct
        id=new_id(),
        person_id=command.person_id,
        kitchen_id=kitchen.id,
        version=1,
    )
    await records.add_subscriptions(uow.session, actor.organisation_id, [subscription])
    await uow.flush()
    record(uow, Tag.MEALS_SUBSCRIBED, subscription.id, {"person_id": str(command.person_id)})
    return subscription


def normal_fields(command: SubscriptionFields) -> dict[str, object]:
    """Fields in the one form in which they are kept and compared."""
    values = {name: getattr(command, name) for name in SubscriptionFields.__struct_fields__}
    values["reference"] = command.reference.strip()
    values["note"] = command.note.strip()
    values["medical_note"] = command.medical_note.strip()
    values["allergies"] = sorted(set(command.allergies))
    values["extras"] = [extra.strip() for extra in command.extras if extra.strip()]
    return values


async def change_subscription(uow: UnitOfWork, actor: Actor, command: ChangeSubscription) -> Subscription:
    """
    Make every field of a subscription what is said; a last day ends it.

    What it was stays ordered where the order was sent: the difference is a late change.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such subscription or kitchen in this organisation.
        Invalid: as when it is added.
        Conflict: somebody changed it meanwhile.
    """
    actor.require(MEAL_WRITE)
    known = await get_subscription(uow, actor, command.subscription_id)
    kitchen = await get_kitchen(uow, actor, command.kitchen_id)
    rules = await rules_of(uow, actor, kitchen.id)
    command = msgspec.structs.replace(command, reference=known.reference)
    if defects := subscription_defects(command, kitchen, rules, today=local_date(uow.now)):
        raise Invalid(defects)
    await send_due(uow, actor)
    changed = msgspec.structs.replace(
        known,
        **normal_fields(command),
        kitchen_id=kitchen.id,
        version=command.version,
    )
    if not await records.change_subscription(uow.session, changed):
        raise Conflict("changed_meanwhile", "the subscription was changed by somebody else meanwhile")
    record(uow, Tag.MEALS_CHANGED, known.id)
    return msgspec.structs.replace(changed, version=command.version + 1)


async def suspend_meals(uow: UnitOfWork, actor: Actor, command: SuspendMeals) -> Subscription:
    """
    No meals from a date on.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such subscription in this organisation.
        Invalid: wrong dates or reason.
        Conflict: somebody changed it meanwhile.
    """
    actor.require(MEAL_WRITE)
    if defects := suspension_defects(command):
        raise Invalid(defects)
    await _take(uow, actor, command.subscription_id, command.version)
    pause = Suspension(
        id=new_id(),
        subscription_id=command.subscription_id,
        starts_on=command.starts_on,
        resumes_on=command.resumes_on,
        reason=command.reason,
        told_at=uow.now,
    )
    await records.put_suspension(uow.session, actor.organisation_id, pause)
    facts = {"starts_on": command.starts_on.isoformat(), "is_open": command.resumes_on is None}
    record(uow, Tag.MEALS_SUSPENDED, command.subscription_id, facts)
    return await get_subscription(uow, actor, command.subscription_id)


async def resume_meals(uow: UnitOfWork, actor: Actor, command: ResumeMeals) -> Subscription:
    """
    Meals again from a date on.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such subscription or suspension in this organisation.
        Conflict: somebody changed it meanwhile.
    """
    actor.require(MEAL_WRITE)
    known = await _take(uow, actor, command.subscription_id, command.version)
    pause = next((pause for pause in known.suspensions if pause.id == command.suspension_id), None)
    if pause is None:
        raise NotFound("suspension_unknown", "no such suspension")
    if command.on <= pause.starts_on:
        await records.drop_suspension(uow.session, pause.id)
    else:
        await records.set_resumption(uow.session, pause.id, command.on)
    record(uow, Tag.MEALS_RESUMED, command.subscription_id, {"on": command.on.isoformat()})
    return await get_subscription(uow, actor, command.subscription_id)


async def change_meals(uow: UnitOfWork, actor: Actor, command: ChangeMeals) -> Reach:
    """
    Another number of meals for one date, and whether the kitchen still sees it.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such subscription in this organisation.
        Invalid: a date outside the subscription, a number out of range, a meal that cannot be
            brought within its shelf life.
        Conflict: somebody changed it meanwhile.
    """
    actor.require(MEAL_WRITE)
    known = await get_subscription(uow, actor, command.subscription_id)
    kitchen = await get_kitchen(uow, actor, known.kitchen_id)
    rules = await rules_of(uow, actor, kitchen.id)
    if defects := _change_defects(command, known, kitchen, rules):
        raise Invalid(defects)
    await _take(uow, actor, known.id, command.version)
    if command.count is None:
        await records.drop_change(uow.session, known.id, command.consumed_on)
    else:
        change = MealChange(
            id=new_id(),
            subscription_id=known.id,
            consumed_on=command.consumed_on,
            count=command.count,
            told_at=uow.now,
        )
        await records.put_change(uow.session, actor.organisation_id, change)
    facts = {"consumed_on": command.consumed_on.isoformat(), "count": command.count}
    record(uow, Tag.MEAL_DATE_CHANGED, known.id, facts)
    return await _reach(uow, path_of(kitchen, rules, command.consumed_on, known.chain), kitchen.id)


def _change_defects(
    command: ChangeMeals, known: Subscription, kitchen: Kitchen, rules: Sequence[ServiceRules]
) -> list[Defect]:
    low, high = MEALS_RANGE
    if command.count is not None and not low <= command.count <= high:
        return [
            Defect(
                code="number_range",
                where="count",
                why=f"is not in {low}..{high}",
                args={"low": low, "high": high},
            )
        ]
    if wanted_on(known, command.consumed_on)[1] == "outside":
        return [Defect(code="meal_date_outside", where="consumed_on", why="lies outside the subscription")]
    if not command.count:
        return []
    return path_defects(path_of(kitchen, rules, command.consumed_on, known.chain), "consumed_on")


async def _take(uow: UnitOfWork, actor: Actor, subscription_id: UUID, version: int) -> Subscription:
    """Settle what is due, then take the next version: nobody else changes it at the same moment."""
    known = await get_subscription(uow, actor, subscription_id)
    await send_due(uow, actor)
    if not await records.touch_subscription(uow.session, subscription_id, version):
        raise Conflict("changed_meanwhile", "the subscription was changed by somebody else meanwhile")
    return known


async def _reach(uow: UnitOfWork, path: MealPath, kitchen_id: UUID) -> Reach:
    is_sent = False
    if path.made_on is not None:
        sent = await orders.sent_orders(uow.session, path.made_on, path.made_on)
        is_sent = any(line.kitchen_id == kitchen_id and line.is_final for line in sent)
    return Reach(path=path, is_sent=is_sent, is_late=is_past(path, uow.now))


def is_past(path: MealPath, now: datetime) -> bool:
    """Whether the cut-off of a meal is past."""
    return path.cutoff_at is not None and path.cutoff_at < now


async def first_open_day(uow: UnitOfWork, actor: Actor) -> date:
    """
    First consumption date for which some kitchen can still be asked: when somebody new may start.

    Today when no kitchen is recorded.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    today = local_date(uow.now)
    rules = await rules_by_kitchen(uow, actor)
    paths = [
        path_of(kitchen, rules.get(kitchen.id, []), today + timedelta(days=shift), chain)
        for kitchen in await list_kitchens(uow, actor)
        for chain in kitchen.chains
        for shift in range(LOOK_AHEAD_DAYS)
    ]
    open_days = [path.consumed_on for path in paths if path.is_safe and not is_past(path, uow.now)]
    return min(open_days, default=today)


async def reach_of(uow: UnitOfWork, actor: Actor, subscription_id: UUID, consumed_on: date) -> Reach:
    """
    Whether the kitchen would still see a change of a date: shown before it is confirmed.

    Raises:
        Refused: the actor lacks `meal:read`.
        NotFound: no such subscription in this organisation.
    """
    known = await get_subscription(uow, actor, subscription_id)
    kitchen = await get_kitchen(uow, actor, known.kitchen_id)
    rules = await rules_of(uow, actor, kitchen.id)
    return await _reach(uow, path_of(kitchen, rules, consumed_on, known.chain), kitchen.id)
