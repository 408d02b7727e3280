"""
Meals through HTTP: kitchens, subscriptions, what is due, a kitchen's day, packing lists, foyers.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.errors import NotFound
from carecoord.meals.commands import (
    AddAttendance,
    AddFoyer,
    AddKitchen,
    AddSubscription,
    ChangeKitchen,
    ChangeMeals,
    ChangeSubscription,
    DecideLate,
    PutRules,
    ResumeMeals,
    SendOrder,
    SuspendMeals,
)
from carecoord.meals.domain import (
    Attendance,
    Foyer,
    Kitchen,
    MealDelivery,
    ServiceRules,
    Subscription,
)
from carecoord.meals.production import KitchenBalance, PackingList, ProductionLine
from carecoord.meals.sent import SentOrder
from carecoord.meals.service.days import KitchenSheet, LateItem, decide_late, kitchen_sheet
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.service.foyers import (
    add_attendance,
    add_foyer,
    attendance_on,
    list_foyers,
)
from carecoord.meals.service.kitchens import (
    add_kitchen,
    change_kitchen,
    list_kitchens,
    put_rules,
    rules_of,
)
from carecoord.meals.service.packing import packing_of
from carecoord.meals.service.sending import send_order
from carecoord.meals.service.subscriptions import (
    Reach,
    add_subscription,
    change_meals,
    change_subscription,
    get_subscription,
    list_subscriptions,
    resume_meals,
    suspend_meals,
)


class KitchenDayOut(msgspec.Struct, frozen=True, kw_only=True):
    """
    A kitchen's day of cooking.

    Args:
        cutoff_at: when its order goes for good.
        is_final: the order stands; `late` is what the kitchen did not see.
        lines: what is handed over and eaten at foyers.
        balance: where each meal went since the order: ordered + corrected + drawn - left = handed.
    """

    kitchen_id: UUID
    made_on: date
    cutoff_at: datetime | None
    is_final: bool
    meal_count: int
    lines: list[ProductionLine]
    sent: list[SentOrder]
    late: list[LateItem]
    balance: list[KitchenBalance]


class PackingOut(msgspec.Struct, frozen=True, kw_only=True):
    """
    Packing lists of a delivery date.

    Args:
        agrees: production, packing and delivery count the same meals, kind by kind.
    """

    deliver_on: date
    agrees: bool
    order: list[ProductionLine]
    packed: list[PackingList]


def _day_out(sheet: KitchenSheet) -> KitchenDayOut:
    return KitchenDayOut(
        kitchen_id=sheet.kitchen.id,
        made_on=sheet.made_on,
        cutoff_at=sheet.cutoff_at,
        is_final=sheet.is_final,
        meal_count=sheet.meal_count,
        lines=sheet.lines,
        sent=sheet.sent,
        late=sheet.late,
        balance=sheet.balance,
    )


def _same(named: UUID, said: UUID) -> None:
    """The identifier of the address and of the body are one."""
    if named != said:
        raise NotFound("identifier_unknown", "the address names another one than the body")


@get("/meals/kitchens")
async def kitchens(request: AnyRequest) -> list[Kitchen]:
    """Kitchens by name."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await list_kitchens(uow, actor)


@post("/meals/kitchens")
async def record_kitchen(request: AnyRequest, data: JSONBody[AddKitchen]) -> Kitchen:
    """Record a kitchen."""
    async with open_program(request, "meal:plan") as (uow, actor):
        return await add_kitchen(uow, actor, data)


@put("/meals/kitchens/{kitchen_id:uuid}")
async def write_kitchen(
    request: AnyRequest, kitchen_id: FromPath[UUID], data: JSONBody[ChangeKitchen]
) -> Kitchen:
    """Make every field of a kitchen what is said."""
    _same(kitchen_id, data.kitchen_id)
    async with open_program(request, "meal:plan") as (uow, actor):
        return await change_kitchen(uow, actor, data)


@get("/meals/kitchens/{kitchen_id:uuid}/rules")
async def rules(request: AnyRequest, kitchen_id: FromPath[UUID]) -> list[ServiceRules]:
    """Dated rules of a kitchen: delivery calendar, cut-offs, public holidays."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await rules_of(uow, actor, kitchen_id)


@put("/meals/kitchens/{kitchen_id:uuid}/rules")
async def write_rules(
    request: AnyRequest, kitchen_id: FromPath[UUID], data: JSONBody[PutRules]
) -> ServiceRules:
    """Say how the service runs from a date on."""
    _same(kitchen_id, data.kitchen_id)
    async with open_program(request, "meal:plan") as (uow, actor):
        return await put_rules(uow, actor, data)


@get("/meals/kitchens/{kitchen_id:uuid}/days/{on:date}")
async def kitchen_day(request: AnyRequest, kitchen_id: FromPath[UUID], on: FromPath[date]) -> KitchenDayOut:
    """What a kitchen cooks on a day, its orders, what changed since, what is proposed."""
    async with open_program(request, "meal:read") as (uow, actor):
        return _day_out(await kitchen_sheet(uow, actor, kitchen_id, on))


@post("/meals/orders")
async def send(request: AnyRequest, data: JSONBody[SendOrder]) -> SentOrder:
    """Send a kitchen its order, or send it again before the cut-off."""
    async with open_program(request, "meal:write") as (uow, actor):
        return await send_order(uow, actor, data)


@post("/meals/decisions")
async def decide(request: AnyRequest, data: JSONBody[DecideLate]) -> KitchenDayOut:
    """Say what is done about a change that the kitchen did not see."""
    async with open_program(request, "meal:write") as (uow, actor):
        return _day_out(await decide_late(uow, actor, data))


@get("/meals/subscriptions")
async def subscriptions(request: AnyRequest) -> list[Subscription]:
    """Every subscription with its suspensions and changed dates."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await list_subscriptions(uow, actor)


@get("/meals/subscriptions/{subscription_id:uuid}")
async def one_subscription(request: AnyRequest, subscription_id: FromPath[UUID]) -> Subscription:
    """One subscription."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await get_subscription(uow, actor, subscription_id)


@post("/meals/subscriptions")
async def subscribe(request: AnyRequest, data: JSONBody[AddSubscription]) -> Subscription:
    """Subscribe a person to meals."""
    async with open_program(request, "meal:write") as (uow, actor):
        return await add_subscription(uow, actor, data)


@put("/meals/subscriptions/{subscription_id:uuid}")
async def write_subscription(
    request: AnyRequest, subscription_id: FromPath[UUID], data: JSONBody[ChangeSubscription]
) -> Subscription:
    """Make every field of a subscription what is said; a last day ends it."""
    _same(subscription_id, data.subscription_id)
    async with open_program(request, "meal:write") as (uow, actor):
        return await change_subscription(uow, actor, data)


@post("/meals/subscriptions/{subscription_id:uuid}/suspensions")
async def suspend(
    request: AnyRequest, subscription_id: FromPath[UUID], data: JSONBody[SuspendMeals]
) -> Subscription:
    """No meals from a date on."""
    _same(subscription_id, data.subscription_id)
    async with open_program(request, "meal:write") as (uow, actor):
        return await suspend_meals(uow, actor, data)


@post("/meals/subscriptions/{subscription_id:uuid}/resumptions")
async def resume(
    request: AnyRequest, subscription_id: FromPath[UUID], data: JSONBody[ResumeMeals]
) -> Subscription:
    """Meals again from a date on."""
    _same(subscription_id, data.subscription_id)
    async with open_program(request, "meal:write") as (uow, actor):
        return await resume_meals(uow, actor, data)


@put("/meals/subscriptions/{subscription_id:uuid}/dates")
async def change_date(
    request: AnyRequest, subscription_id: FromPath[UUID], data: JSONBody[ChangeMeals]
) -> Reach:
    """Another number of meals for one date; the answer says whether the kitchen sees it."""
    _same(subscription_id, data.subscription_id)
    async with open_program(request, "meal:write") as (uow, actor):
        return await change_meals(uow, actor, data)


@get("/meals/deliveries")
async def deliveries(request: AnyRequest, on: FromQuery[date]) -> list[MealDelivery]:
    """The stops to be made on a date."""
    async with open_program(request, "meal:read", "person:read") as (uow, actor):
        return await deliveries_due(uow, actor, on)


@get("/meals/packing")
async def packing(request: AnyRequest, on: FromQuery[date]) -> PackingOut:
    """Packing lists of a delivery date, checked against production and delivery."""
    async with open_program(request, "meal:read", "person:read") as (uow, actor):
        found, _names = await packing_of(uow, actor, on)
    return PackingOut(deliver_on=on, agrees=not found.wrong, order=found.order, packed=found.packed)


@get("/meals/foyers")
async def foyers(request: AnyRequest) -> list[Foyer]:
    """Foyers by name."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await list_foyers(uow, actor)


@post("/meals/foyers")
async def record_foyer(request: AnyRequest, data: JSONBody[AddFoyer]) -> Foyer:
    """Record a foyer."""
    async with open_program(request, "meal:plan") as (uow, actor):
        return await add_foyer(uow, actor, data)


@get("/meals/attendance")
async def attendance(request: AnyRequest, on: FromQuery[date]) -> list[Attendance]:
    """Who eats at the foyers on a day."""
    async with open_program(request, "meal:read") as (uow, actor):
        return await attendance_on(uow, actor, on)


@post("/meals/attendance")
async def record_attendance(request: AnyRequest, data: JSONBody[AddAttendance]) -> Attendance:
    """Put a person, or guests, on the list of a foyer."""
    async with open_program(request, "meal:write") as (uow, actor):
        return await add_attendance(uow, actor, data)


_HANDLERS: list[Any] = [
    kitchens,
    record_kitchen,
    write_kitchen,
    rules,
    write_rules,
    kitchen_day,
    send,
    decide,
    subscriptions,
    one_subscription,
    subscribe,
    write_subscription,
    suspend,
    resume,
    change_date,
    deliveries,
    packing,
    foyers,
    record_foyer,
    attendance,
    record_attendance,
]

ROUTER = Router(path="/", route_handlers=_HANDLERS, tags=["meals"])
