"""
Meals through HTTP: a subscription, a date changed, an order, a late change, what is due and packed.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
import msgspec
import pytest
from builders.beneficiaries import a_person_command
from builders.meals import a_kitchen_command, a_rules_command, a_subscription_command
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import MealService, a_meal_service

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> MealService:
    """Odette Éluard gets one cold meal a day."""
    async with open_uow(engine, actor, clock=clock) as uow:
        return await a_meal_service(uow, actor)


async def test_a_program_sets_up_and_subscribes(
    client: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Kitchen, rules, subscription: then Wednesday's delivery is due, and packed without a round."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [a_person_command()])
        person_id = (await person_ids(uow, actor, ["P-001"]))["P-001"]

    kitchen = await client.post("/api/v1/meals/kitchens", json=msgspec.to_builtins(a_kitchen_command()))
    kitchen_id = kitchen.json()["id"]
    rules = await client.put(
        f"/api/v1/meals/kitchens/{kitchen_id}/rules", json=msgspec.to_builtins(a_rules_command(kitchen_id))
    )
    made = await client.post(
        "/api/v1/meals/subscriptions",
        json=msgspec.to_builtins(a_subscription_command(person_id, kitchen_id, allergies=["milk"])),
    )
    due = (await client.get("/api/v1/meals/deliveries?on=2026-11-25")).json()
    packed = (await client.get("/api/v1/meals/packing?on=2026-11-25")).json()

    assert (kitchen.status_code, rules.status_code, made.status_code) == (201, 200, 201)
    assert [meal["allergies"] for meal in due[0]["meals"]] == [["milk"]]
    assert packed["agrees"] is True
    assert [(trip["round_id"], len(trip["stops"])) for trip in packed["packed"]] == [(None, 1)]


async def test_a_late_change_is_told_and_decided(
    client: httpx.AsyncClient, clock: FixedClock, service: MealService
) -> None:
    """At 11:00 the answer says that the order left; the kitchen's day proposes; the decision holds."""
    clock.advance(timedelta(hours=4))
    subscription = f"/api/v1/meals/subscriptions/{service.subscription.id}"

    told = await client.put(
        f"{subscription}/dates",
        json={
            "subscription_id": str(service.subscription.id),
            "version": 1,
            "consumed_on": "2026-11-25",
            "count": 0,
        },
    )
    day = (await client.get(f"/api/v1/meals/kitchens/{service.kitchen.id}/days/2026-11-24")).json()
    (late,) = day["late"]
    decided = await client.post(
        "/api/v1/meals/decisions",
        json={
            "kitchen_id": str(service.kitchen.id),
            "made_on": "2026-11-24",
            "source_id": str(service.subscription.id),
            "consumed_on": "2026-11-25",
            "wished_count": 0,
            "action": "cancel_charged",
        },
    )

    assert (told.status_code, told.json()["is_sent"]) == (200, True)
    assert (day["is_final"], late["proposal"]["action"]) == (True, "call_kitchen")
    assert decided.json()["late"][0]["change"]["action"] == "cancel_charged"


async def test_what_is_wrong_is_told_in_one_answer(client: httpx.AsyncClient, service: MealService) -> None:
    """A diet that is not cooked and hours the wrong way round: 422, both defects."""
    answer = await client.post(
        "/api/v1/meals/subscriptions",
        json=msgspec.to_builtins(
            a_subscription_command(
                service.person_id,
                service.kitchen.id,
                reference="R-2",
                diet="vegetarian",
                earliest_minute=800,
                latest_minute=700,
            )
        ),
    )

    assert answer.status_code == 422
    assert {defect["code"] for defect in answer.json()["defects"]} == {"meal_not_offered", "window_empty"}


async def test_an_order_is_sent_once(client: httpx.AsyncClient, service: MealService) -> None:
    """Two programs that saw no order send it: the second is told that it changed meanwhile."""
    body = {"kitchen_id": str(service.kitchen.id), "made_on": "2026-11-24", "after": 0}

    first = await client.post("/api/v1/meals/orders", json=body)
    second = await client.post("/api/v1/meals/orders", json=body)

    assert (first.status_code, first.json()["meal_count"]) == (201, 1)
    assert (second.status_code, second.json()["code"]) == (409, "changed_meanwhile")
