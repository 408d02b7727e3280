"""
A stay told after the cut-off, when no worker ran: the order leaves first, with the meal in it.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import a_meal_service

from carecoord.beneficiaries.domain import DeclareStay
from carecoord.daybook.service.stays import declare_stay
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.service.days import kitchen_sheet


async def test_the_kitchen_did_not_know(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """Monday 11:00, hospital from Tuesday: Wednesday's meal was ordered at 10:00 and is a late change."""
    tuesday = date(2026, 11, 24)
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await a_meal_service(uow, actor)
    clock.advance(timedelta(hours=4))
    async with open_uow(engine, actor, clock=clock) as uow:
        command = DeclareStay(person_id=service.person_id, from_on=tuesday, kind="hospital")
        await declare_stay(uow, actor, command)
        sheet = await kitchen_sheet(uow, actor, service.kitchen.id, tuesday)

    assert [line.meal_count for line in sheet.sent] == [1]
    assert [(item.change.direction, item.change.is_stay) for item in sheet.late] == [("fewer", True)]
