"""
The demonstration association that runs three services for the same people: meals and rides beside help.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import all_people
from carecoord.db.uow import open_uow
from carecoord.demo.accounts import ACCOUNTS
from carecoord.demo.generate import generate
from carecoord.demo.meals import fill_meals
from carecoord.demo.rides import ask_rides, fill_rides, hours_of
from carecoord.demo.sectors import YERRES_VALLEY
from carecoord.identity.permissions import system_actor
from carecoord.kernel.calendar import is_public_holiday, monday_of
from carecoord.settings import Settings

DEPARTMENT = "91"
DAYS_SHOWN = 5
"""Working days, today included, on which meals and rides are planned."""


def association_id() -> UUID:
    """The organisation with three services."""
    return next(item.organisation_id for item in ACCOUNTS if item.key == YERRES_VALLEY.key)


def days_shown(today: date) -> list[date]:
    """The next working days from today on."""
    found: list[date] = []
    day = today
    while len(found) < DAYS_SHOWN:
        if day.weekday() < 5 and not is_public_holiday(day, DEPARTMENT):
            found.append(day)
        day += timedelta(days=1)
    return found


async def load_services(engine: AsyncEngine, settings: Settings, today: date, *, seed: int = 1) -> list[str]:
    """
    Write meals, rides and what is asked for on the coming days, where they are missing.

    Returns:
        What was written, in French.
    """
    actor = system_actor(association_id())
    told = []
    async with open_uow(engine, actor) as uow:
        people = {person.reference: person.id for person in await all_people(uow, actor)}
        people = {name: key for name, key in people.items() if name.startswith("P") and name[1:].isdigit()}
        if await fill_meals(uow, actor, people, today, seed=seed):
            told.append("cuisine, livreurs et abonnés aux repas")
        if await fill_rides(uow, actor, people, today, seed=seed):
            told.append("bénévoles, véhicules et lieux du transport")
    sector = next(item for item in generate(seed, monday_of(today)) if item.sector.key == YERRES_VALLEY.key)
    hours = hours_of(sector.lines)
    for on in days_shown(today):
        async with open_uow(engine, actor) as uow:
            await ask_rides(uow, actor, settings, people=people, hours=hours, on=on, seed=seed)
    return told
