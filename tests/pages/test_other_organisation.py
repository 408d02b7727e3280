"""
Identifiers of another organisation in addresses and forms of meals, rides, vigilance and days: not found.
"""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from builders.rides import a_driver, an_ask, ride_service
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import a_meal_service
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.service.desk import confirm_request
from carecoord.settings import Settings
from carecoord.vigilance.service.cases import open_case

WRITTEN = text(
    "SELECT (SELECT count(*) FROM audit_entry), (SELECT sum(version) FROM meal_subscription),"
    " (SELECT sum(version) FROM ride_request), (SELECT sum(version) FROM vigilance_case)"
)


async def test_what_is_theirs_is_not_found(
    ccas_visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """An administrator of another organisation is told that there is nothing, and nothing changes."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        meal = await a_meal_service(uow, actor)
        made = await ride_service(uow, actor)
        driver = await a_driver(uow, actor)
        asked = await confirm_request(uow, actor, an_ask(made), settings, form_key=uuid4())
        case = await open_case(uow, actor, made.person_id, "ride", asked.legs[0].id, happened_at=uow.now)
    async with open_uow(engine, actor) as uow:
        before = (await uow.session.execute(WRITTEN)).one()
    stranger = await ccas_visitor_of("administrator")
    subscription, kitchen = meal.subscription.id, meal.kitchen.id

    read = [
        f"/repas/abonnements/{subscription}",
        f"/repas/abonnements/{subscription}/modifier",
        f"/repas/abonnements/nouveau?personne={meal.person_id}",
        f"/repas/reglages/cuisines/{kitchen}",
        f"/repas/reglages/cuisines/{kitchen}/regles",
        f"/transport/demandes/{asked.id}",
        f"/transport/demande?personne={made.person_id}",
        f"/transport/personnes/{made.person_id}",
        f"/transport/destinations/{made.market.id}",
        f"/transport/trajets/{asked.legs[0].id}",
        f"/transport/benevoles/{driver}",
        f"/transport/benevoles/{driver}/kilometres",
        f"/vigilance/{case}",
        f"/personnes/{made.person_id}/jour",
        f"/personnes/{made.person_id}/absence",
        f"/api/v1/meals/subscriptions/{subscription}",
        f"/api/v1/rides/requests/{asked.id}",
        f"/api/v1/rides/legs/{asked.legs[0].id}/candidates",
        f"/api/v1/vigilance/cases/{case}",
        f"/api/v1/people/{made.person_id}/day?on=2026-12-01",
    ]
    sent = {
        f"/repas/abonnements/{subscription}/suspendre": {
            "version": "1",
            "debut": "2026-12-01",
            "motif": "away",
        },
        f"/repas/cuisine/{kitchen}/2026-11-24/production.pdf": {},
        f"/transport/demandes/{asked.id}/annuler": {"version": str(asked.version), "motif": "erreur"},
        f"/transport/demandes/{asked.id}/chercher": {},
        f"/transport/benevoles/{driver}/absences": {"du": "2026-12-01", "au": "2026-12-02"},
        f"/transport/benevoles/{driver}/kilometres/pdf": {"mois": "2026-11"},
        f"/transport/jour/{driver}/feuille": {"jour": "2026-12-01"},
        f"/vigilance/{case}/clore": {"version": "1", "issue": "well"},
    }
    shown = {path: (await stranger.get(path)).status_code for path in read}
    done = {path: (await stranger.post(path, fields)).status_code for path, fields in sent.items()}

    async with open_uow(engine, actor) as uow:
        after = (await uow.session.execute(WRITTEN)).one()
    assert shown == dict.fromkeys(read, 404)
    assert done == dict.fromkeys(sent, 404)
    assert after == before
