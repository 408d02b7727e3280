"""
Meals of the demonstration: one kitchen, its rules, vehicles and drivers, and who is subscribed.

Who has meals follows from the number of a person alone, so that a territory loaded by an older version
gets the same subscribers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from carecoord.db.uow import UnitOfWork
from carecoord.demo.needs import NOON_MEAL
from carecoord.demo.words import AIDE_NAMES, SURNAMES
from carecoord.kernel.actor import Actor
from carecoord.meals.commands import AddKitchen, AddSubscription, PutRules
from carecoord.meals.domain import Allergen, Cutoff, Diet, Kitchen, Offer, ServiceRules, Texture
from carecoord.meals.rounds_domain import DriverFields, DriverHours, VehicleFields
from carecoord.meals.service.fleet import list_drivers, save_driver, save_vehicle
from carecoord.meals.service.kitchens import add_kitchen, list_kitchens, put_rules
from carecoord.meals.service.sending import send_due
from carecoord.meals.service.subscriptions import add_subscription

T = TypeVar("T")

DRIVERS = 5
KITCHEN_POINT = (48.6978, 2.5105)

DIETS: tuple[tuple[Diet, int], ...] = (("normal", 70), ("no_salt", 14), ("no_sugar", 12), ("vegetarian", 4))
TEXTURES: tuple[tuple[Texture, int], ...] = (("iddsi7", 84), ("iddsi6", 9), ("iddsi5", 4), ("iddsi4", 3))
ALLERGENS: tuple[Allergen, ...] = ("gluten", "fish", "nuts", "eggs")

WEEKDAY_MEALS, EVERY_DAY_MEALS = [1, 1, 1, 1, 1, 0, 0], [1] * 7


def has_meals(reference: str) -> bool:
    """Five people in eight are subscribed."""
    return int(reference.removeprefix("P")) % 8 < 5


def serves_meal(label: str, reference: str) -> bool:
    """Whether a visit of that kind to that person serves the delivered meal."""
    return label == NOON_MEAL.label and has_meals(reference)


async def fill_meals(
    uow: UnitOfWork, actor: Actor, people: Mapping[str, UUID], today: date, *, seed: int
) -> bool:
    """
    Write kitchen, fleet and subscriptions, unless there is a kitchen already; whether they were written.

    Args:
        people: reference -> identifier.
    """
    if await list_kitchens(uow, actor):
        return False
    kitchen, rules = await _kitchen(uow, actor, today)
    random = Random(f"{seed}/meals")
    for reference in sorted(filter(has_meals, people)):
        await add_subscription(
            uow, actor, _subscription(kitchen, reference, people[reference], today, random)
        )
    # The service began long ago: orders of this week were sent with everybody in them, not before they came.
    await put_rules(uow, actor, _rules(kitchen, today, Cutoff(working_days=2, minute=11 * 60), rules.version))
    await send_due(uow, actor)
    if not await list_drivers(uow, actor):
        await _fleet(uow, actor, random)
    return True


async def _kitchen(uow: UnitOfWork, actor: Actor, today: date) -> tuple[Kitchen, ServiceRules]:
    diets: tuple[Diet, ...] = ("normal", "no_salt", "no_sugar", "vegetarian", "no_pork")
    textures: tuple[Texture, ...] = ("iddsi7", "iddsi6", "iddsi5", "iddsi4")
    kitchen = await add_kitchen(
        uow,
        actor,
        AddKitchen(
            reference="CUISINE-1",
            name="Cuisine centrale du Val d’Yerres",
            phone="+33199001199",
            address="4 rue du Vieux Puits, 91800 Brunoy",
            department="91",
            latitude=KITCHEN_POINT[0],
            longitude=KITCHEN_POINT[1],
            offers=[Offer(diet=diet, texture=texture) for diet in diets for texture in textures],
            avoidable=list(ALLERGENS),
            chains=["cold"],
            ready_minute=7 * 60 + 15,
            spare_meals=2,
        ),
    )
    at_the_door = Cutoff(working_days=0, minute=23 * 60 + 59)
    return kitchen, await put_rules(uow, actor, _rules(kitchen, today, at_the_door, None))


def _rules(kitchen: Kitchen, today: date, cutoff: Cutoff, version: int | None) -> PutRules:
    return PutRules(
        kitchen_id=kitchen.id,
        applies_from=today - timedelta(days=90),
        # Saturday's and Sunday's meals come on Friday.
        days_before=[0, 0, 0, 0, 0, 1, 2],
        cutoffs=[cutoff] * 7,
        version=version,
    )


def _subscription(
    kitchen: Kitchen, reference: str, person_id: UUID, today: date, random: Random
) -> AddSubscription:
    diet = _drawn(DIETS, random)
    strict = diet in ("no_salt", "no_sugar")
    narrow = random.random() < 0.25
    earliest = 9 * 60 + 15 * random.randrange(6) if narrow else 8 * 60 + 30
    return AddSubscription(
        reference=f"R{reference.removeprefix('P')}",
        person_id=person_id,
        kitchen_id=kitchen.id,
        starts_on=today - timedelta(days=random.randint(20, 80)),
        meals=list(EVERY_DAY_MEALS if random.random() < 0.6 else WEEKDAY_MEALS),
        diet=diet,
        texture=_drawn(TEXTURES, random),
        allergies=[random.choice(ALLERGENS)] if random.random() < 0.06 else [],
        certificate_on=today - timedelta(days=random.randint(90, 300)) if strict else None,
        earliest_minute=earliest,
        latest_minute=earliest + 90 if narrow else 11 * 60 + 15,
        note=random.choice(("", "", "", "Sonner deux fois.", "Poser le repas au réfrigérateur.")),
        extras=["pain"],
    )


async def _fleet(uow: UnitOfWork, actor: Actor, random: Random) -> None:
    names = random.sample(AIDE_NAMES, DRIVERS)
    for number, first_name in enumerate(names, 1):
        vehicle = await save_vehicle(
            uow, actor, VehicleFields(name=f"Fourgon {number}", cold=36, loading_minutes=10, keeps_cold=True)
        )
        await save_driver(
            uow,
            actor,
            DriverFields(
                first_name=first_name,
                last_name=random.choice(SURNAMES),
                phone=f"+3363998{random.randrange(10_000):04d}",
                hours=[DriverHours(weekday=day, start_minute=435, end_minute=810) for day in range(5)],
                vehicle_ids=[vehicle],
                base_latitude=KITCHEN_POINT[0],
                base_longitude=KITCHEN_POINT[1],
                planned_minutes=5 * 60,
            ),
        )


def _drawn(weighted: tuple[tuple[T, int], ...], random: Random) -> T:
    return random.choices([item for item, _ in weighted], [weight for _, weight in weighted])[0]
