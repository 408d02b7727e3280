"""
Meals and rides of the demonstration on a real database: written once, due and asked for on the coming days.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders.beneficiaries import a_person_command

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import UnitOfWork
from carecoord.demo.meals import fill_meals, has_meals
from carecoord.demo.rides import Hours, ask_rides, fill_rides, travels
from carecoord.demo.services import days_shown
from carecoord.kernel.actor import Actor
from carecoord.meals.service.due import deliveries_due
from carecoord.rides.service.requests import legs_of_day
from carecoord.settings import load_settings
from carecoord.territory.service import load_communes

MONDAY = date(2026, 11, 23)
REFERENCES = [f"P{number:04d}" for number in range(1, 13)]


@pytest.fixture
async def people(uow: UnitOfWork, actor: Actor) -> dict[str, UUID]:
    """Twelve people in Brunoy."""
    await load_communes(uow)
    await upsert_people(uow, actor, [a_person_command(reference=name) for name in REFERENCES])
    return await person_ids(uow, actor, REFERENCES)


async def test_meals_are_due_on_every_day_shown(
    uow: UnitOfWork, actor: Actor, people: dict[str, UUID]
) -> None:
    """Everybody subscribed gets a delivery on each working day from today on; written once."""
    assert await fill_meals(uow, actor, people, MONDAY, seed=1)
    again = await fill_meals(uow, actor, people, MONDAY, seed=1)

    due = [await deliveries_due(uow, actor, on) for on in days_shown(MONDAY)]

    subscribed = {people[name] for name in REFERENCES if has_meals(name)}
    assert not again
    assert [{item.person_id for item in day} for day in due] == [subscribed] * 5


async def test_rides_asked_for_twice_are_one(
    uow: UnitOfWork, actor: Actor, people: dict[str, UUID], tmp_path: Path
) -> None:
    """The same start on the same day asks for nothing more; hours keep clear of visits."""
    settings = load_settings({"CARECOORD_HOME": str(tmp_path)})
    await fill_rides(uow, actor, people, MONDAY, seed=1)
    hours = {name: Hours(by_weekday={1: [(0, 12 * 60)]}) for name in REFERENCES}
    tuesday = MONDAY + timedelta(days=1)

    counts = [
        await ask_rides(uow, actor, settings, people=people, hours=hours, on=tuesday, seed=1)
        for _ in range(2)
    ]
    legs = await legs_of_day(uow, actor, tuesday)

    assert counts[0] == counts[1] > 0
    assert len(legs) == 2 * counts[0]
    assert {leg.person_id for leg in legs} <= {people[name] for name in REFERENCES if travels(name)}
    assert all(leg.pick_latest_s >= 12 * 3600 for leg in legs)


def test_days_shown_are_working_days() -> None:
    """From a Thursday on: the weekend is passed over, and so is a public holiday."""
    assert days_shown(date(2026, 12, 24)) == [date(2026, 12, day) for day in (24, 28, 29, 30, 31)]
