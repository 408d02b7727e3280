"""
A change of key: what was sealed before is sealed again, for every organisation.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.keys import SECRET
from support.meals import a_meal_service

from carecoord.db.reseal import reseal, sealed_columns
from carecoord.db.rls import coverage_defects
from carecoord.db.sealed import key_id_of, keyring, use_keys
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.meals.service.subscriptions import list_subscriptions

NEW = "the secret that takes the place of the first one"


@pytest.fixture
def back_to_the_usual_key() -> Iterator[None]:
    """Other tests go on with the tests' own key."""
    yield
    use_keys(keyring(SECRET))


async def test_former_keys_may_go(
    engine: AsyncEngine,
    owner_engine: AsyncEngine,
    actor: Actor,
    other_actor: Actor,
    back_to_the_usual_key: None,
) -> None:
    """After `reseal` every value carries the new key's id, reads as before, and policies stand as before."""
    for who in (actor, other_actor):
        async with open_uow(engine, who) as uow:
            await a_meal_service(uow, who, allergies=["milk"])
    ring = keyring(NEW, [SECRET])
    use_keys(ring)

    first = await reseal(owner_engine)
    again = await reseal(owner_engine)
    ids = []
    for who in (actor, other_actor):
        async with open_uow(engine, who) as uow:
            raw = (await uow.session.execute(text("SELECT health FROM meal_subscription"))).scalar_one()
            ids.append(key_id_of(bytes(raw)))
            (known,) = await list_subscriptions(uow, who)
            assert known.allergies == ["milk"]
    async with owner_engine.connect() as connection:
        defects = await coverage_defects(connection, "carecoord_app")

    assert first["meal_subscription.health"] == 2
    assert set(again.values()) == {0}
    assert ids == [ring.current, ring.current]
    assert [defect for defect in defects if "meal_" in defect] == []


def test_every_sealed_column_is_known() -> None:
    """The columns with health data of meals are among them."""
    assert {f"{table.name}.{column.name}" for table, column in sealed_columns()} >= {
        "meal_subscription.health",
        "meal_order.document",
        "meal_decision.wished",
        "meal_attendance.health",
    }
