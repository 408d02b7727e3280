"""
Whatever is sent to forms of meals and rides: an answer in French, nothing half done, never a breakdown.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from builders.rides import a_driver, ride_service
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import MealService, a_meal_service
from support.visitors import Visitor, VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.service.subscriptions import get_subscription

NASTY = ("", "-1", "99999999999999999999", "0001-01-01", "9999-12-31", "25:99", "é" * 5000, "a\x00b", "<b>")
"""Empty, negative, past any column, days without a neighbour, no hour, overlong, unprintable, markup."""


@pytest.fixture
async def visitor(visitor_of: VisitorOf) -> Visitor:
    """Somebody who may do everything."""
    return await visitor_of("administrator")


@pytest.mark.parametrize("typed", NASTY)
async def test_forms_refuse_in_french(visitor: Visitor, typed: str) -> None:
    """The same nonsense in every field: the form comes back with its errors."""
    forms = {
        "/repas/vehicules/nouveau": ("nom", "froids", "chauds", "chargement"),
        "/repas/chauffeurs/nouveau": ("prenom", "nom", "telephone", "latitude", "longitude", "departs"),
        "/repas/tournees": ("jour", "secondes"),
        "/repas/tournees/reparer": ("jour", "heure", "chauffeurs", "vehicules"),
        "/repas/temperatures/releves.pdf": ("du", "au"),
        "/transport/vehicules": ("nom", "places", "fauteuils", "places_fauteuil", "puissance"),
        "/transport/benevoles": ("nom", "prenom", "telephone", "insee", "adresse"),
    }
    for address, names in forms.items():
        answer = await visitor.post(address, dict.fromkeys(names, typed))

        assert answer.status_code == 422, (address, answer.status_code)
        assert 'role="alert"' in answer.text, address


@pytest.mark.parametrize("jour", ["0001-01-01", "9999-12-31", "2026-02-30", "demain", "-1"])
async def test_days_without_a_neighbour(visitor: Visitor, jour: str) -> None:
    """A day that cannot have a day before or after is passed over."""
    for address in ("/repas/tournees", "/repas/cuisine", "/repas/preparation", "/transport/jour"):
        answer = await visitor.get(f"{address}?jour={jour}")

        assert answer.status_code in (200, 303), (address, answer.status_code)
    if jour.startswith(("0001", "9999")):
        api = await visitor.get(f"/api/v1/meals/deliveries?on={jour}")
        assert (api.status_code, api.headers["content-type"]) == (422, "application/problem+json")


async def test_a_refusal_leaves_nothing_behind(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Resuming a suspension that is none takes the version of the subscription first: it is given back."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service: MealService = await a_meal_service(uow, actor)
    known = service.subscription

    answer = await visitor.post(
        f"/repas/abonnements/{known.id}/reprendre",
        {"suspension": str(uuid4()), "version": str(known.version), "le": "2026-12-01"},
    )

    assert answer.status_code == 422
    async with open_uow(engine, actor) as uow:
        assert (await get_subscription(uow, actor, known.id)).version == known.version


async def test_the_same_absence_twice_is_one(
    visitor: Visitor, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A double click on the absence of a volunteer, or a name that is taken, is no breakdown."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await ride_service(uow, actor)
        driver = await a_driver(uow, actor)
    away = {"du": "2026-12-01", "au": "2026-12-02"}

    first = await visitor.post(f"/transport/benevoles/{driver}/absences", away)
    second = await visitor.post(f"/transport/benevoles/{driver}/absences", away)
    page = await visitor.get(f"/transport/benevoles/{driver}")
    car = {"nom": "Sa voiture", "places": "3", "fauteuils": "0"}
    taken = await visitor.post("/transport/vehicules", car)

    assert (first.status_code, second.status_code) == (303, 303)
    assert page.text.count('action="/transport/benevoles/absences/retirer"') == 1
    assert taken.status_code == 422
    assert "Ce nom est déjà pris" in taken.text
