"""
A small service of meals with vehicles and drivers: to be planned by a worker's job, or kept at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec
from builders.beneficiaries import a_person_command
from builders.meals import a_kitchen_command, a_rules_command, a_subscription_command
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.round_assemble import assemble_rounds, figures_of, left_of, meal_places
from carecoord.meals.round_messages import RoundsPlan
from carecoord.meals.round_orders import PlanMeals
from carecoord.meals.round_tasks import plan_meals
from carecoord.meals.rounds_domain import (
    DriverFields,
    DriverHours,
    MealRun,
    RequestMealRun,
    VehicleFields,
)
from carecoord.meals.service import round_execution as execution
from carecoord.meals.service.fleet import save_driver, save_vehicle
from carecoord.meals.service.kitchens import add_kitchen, put_rules
from carecoord.meals.service.round_runs import get_meal_run, request_rounds
from carecoord.meals.service.subscriptions import add_subscription
from carecoord.planning.meals.codec import pack
from carecoord.planning.meals.naive import naive
from carecoord.travel.domain import Mode
from carecoord.travel.haversine import GreatCircle
from support.rosters import job_context

DAY = date(2026, 11, 25)
"""A Wednesday: the order of Tuesday's cooking can still be changed on Monday at 7:00."""

PEOPLE = 8
MORNINGS = [DriverHours(weekday=day, start_minute=480, end_minute=810) for day in range(5)]
NAMES = ("Roux", "Blanc", "Garnier", "Faure", "André", "Mercier", "Dupuis", "Lambert")


class MealFleet(msgspec.Struct, frozen=True, kw_only=True):
    """Identifiers of what was made."""

    kitchen_id: UUID
    person_ids: list[UUID]
    subscription_ids: list[UUID]
    vehicle_ids: list[UUID]
    driver_ids: list[UUID]


async def a_meal_fleet(uow: UnitOfWork, actor: Actor, *, people: int = PEOPLE, cold: int = 3) -> MealFleet:
    """
    People around Brunoy with a meal a day, two vehicles, two drivers on weekday mornings.

    Args:
        cold: meals that a vehicle holds; 3 asks for two trips of each driver.
    """
    commands = [
        a_person_command(
            reference=f"M-{k:03d}",
            last_name=NAMES[k % len(NAMES)] + ("" if k < len(NAMES) else f" {k}"),
            latitude=round(48.690 + 0.002 * (k % 7), 5),
            longitude=round(2.495 + 0.003 * (k % 5), 5),
        )
        for k in range(people)
    ]
    await upsert_people(uow, actor, commands)
    found = await person_ids(uow, actor, [command.reference for command in commands])
    persons = [found[command.reference] for command in commands]
    kitchen = await add_kitchen(uow, actor, a_kitchen_command())
    await put_rules(uow, actor, a_rules_command(kitchen.id))
    subscriptions = []
    for k, person in enumerate(persons):
        command = a_subscription_command(person, kitchen.id, reference=f"S-{k:03d}")
        subscriptions.append((await add_subscription(uow, actor, command)).id)
    vehicles = [
        await save_vehicle(uow, actor, VehicleFields(name=name, cold=cold, hot=2, keeps_cold=True))
        for name in ("Kangoo 1", "Kangoo 2")
    ]
    drivers = [
        await save_driver(
            uow,
            actor,
            DriverFields(
                first_name=first,
                last_name=last,
                hours=MORNINGS,
                vehicle_ids=vehicles,
                base_latitude=48.6989,
                base_longitude=2.4966,
                planned_minutes=300,
            ),
        )
        for first, last in (("Karim", "Benali"), ("Sylvie", "Moreau"))
    ]
    return MealFleet(
        kitchen_id=kitchen.id,
        person_ids=persons,
        subscription_ids=subscriptions,
        vehicle_ids=vehicles,
        driver_ids=drivers,
    )


async def planned_rounds(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, home: Path, *, on: date = DAY, job_id: int = 1
) -> MealRun:
    """A run of a day, worked through by its job in a real child process."""
    async with open_uow(engine, actor, clock=clock) as uow:
        run = await request_rounds(uow, actor, RequestMealRun(deliver_on=on, seconds=1))
    payload = PlanMeals(organisation_id=actor.organisation_id, run_id=run.id)
    await plan_meals(await job_context(engine, actor, clock, home, job_id=job_id), payload)
    async with open_uow(engine, actor, clock=clock) as uow:
        return await get_meal_run(uow, actor, run.id)


async def drafted_rounds(engine: AsyncEngine, actor: Actor, clock: FixedClock, *, on: date = DAY) -> UUID:
    """A finished run of a day, dealt out naively: without a worker nor a search."""
    async with open_uow(engine, actor, clock=clock) as uow:
        run = await request_rounds(uow, actor, RequestMealRun(deliver_on=on, seconds=1))
        claim = await execution.claim_meal_run(uow, actor, run.id)
        assert claim is not None
        given, compared_on = await execution.gather_rounds(uow, actor, on)
        places = meal_places(given)
        problem = assemble_rounds(given, places, GreatCircle().estimate(places.points, Mode.CAR))
        await execution.save_problem(uow, claim, pack(problem), compared_on, {"provider": "great_circle"})
        plan = naive(problem)
        assert plan.score is not None
        figures = figures_of(problem, plan, plan.score)
        kept = RoundsPlan(solution=pack(plan), figures=figures, left_out=left_of(problem, plan), warnings=[])
        await execution.finish_meal_run(uow, claim, kept, figures)
    return run.id
