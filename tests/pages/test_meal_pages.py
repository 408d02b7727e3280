"""
Meals by page: a kitchen, a calendar, a subscription, a late change decided, lists to pack.

It is Monday 23 November 2026, 7:00 in Paris.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meals import MealService, a_meal_service
from support.statements import counted
from support.visitors import Visitor, VisitorOf

from carecoord.audit.tables import AuditRow
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import upsert_people
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.meals.service.sending import send_due

FRAME = 5
TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> MealService:
    """Odette Éluard gets one cold meal a day from the central kitchen, with one spare meal a day."""
    async with open_uow(engine, actor, clock=clock) as uow:
        return await a_meal_service(uow, actor, kitchen={"spare_meals": 1})


def plain(text: str) -> str:
    """A page with ordinary spaces, as a test is written."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def version_of(text: str) -> str:
    """The version that a form of the page carries."""
    found = re.search(r'name="version" value="(\d+)"', text)
    assert found is not None
    return found[1]


async def test_from_nothing_to_a_first_subscription(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A coordinator records a kitchen, its calendar, then somebody's meals; each step leads to the next."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [a_person_command()])
    visitor = await visitor_of("coordinator")

    empty = await visitor.get("/repas")
    kitchen = await visitor.post("/repas/reglages/cuisines/nouvelle", KITCHEN)
    rules = await visitor.post(kitchen.headers["location"], RULES)
    who = await visitor.get("/repas/abonnements/nouveau?q=eluard")
    address = re.search(r'href="(/repas/abonnements/nouveau\?personne=[^"]+)"', who.text)
    assert address is not None
    form = await visitor.get(address[1])
    kitchen_id = re.search(r'name="cuisine" value="([^"]+)"', form.text)
    assert kitchen_id is not None
    made = await visitor.post(
        "/repas/abonnements/nouveau",
        {**MEALS, "personne": address[1].rpartition("=")[2], "cuisine": kitchen_id[1]},
    )
    page = await visitor.get(made.headers["location"])

    assert "Aucune cuisine n’est enregistrée" in plain(empty.text)
    assert (kitchen.status_code, rules.status_code, made.status_code) == (303, 303, 303)
    assert "L’abonnement est enregistré." in plain(page.text)
    assert "sans sel, sans lait" in plain(page.text)
    assert "Mme Odette Éluard" in plain(page.text)


async def test_what_is_not_cooked_is_refused_with_what_is(
    visitor_of: VisitorOf, service: MealService
) -> None:
    """T16.10: the form comes back with the list of what the kitchen cooks, and what was typed."""
    visitor = await visitor_of("agent")

    answer = await visitor.post(
        f"/repas/abonnements/{service.subscription.id}/modifier",
        {**MEALS, "regime": "no_salt", "texture": "iddsi4", "version": "1"}
        | {"cuisine": str(service.kitchen.id)},
    )

    assert answer.status_code == 422
    assert "La cuisine ne prépare pas « sans sel, mixé ». Elle prépare : sans sel, entier" in plain(
        answer.text
    )
    assert "potage" in plain(answer.text)


async def test_a_change_says_beforehand_whether_the_kitchen_sees_it(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock, service: MealService
) -> None:
    """Before 10:00 the kitchen sees it until 10 h 00; after the order left, it does not."""
    visitor = await visitor_of("agent")
    address = f"/repas/abonnements/{service.subscription.id}"

    before = await visitor.get(f"{address}?jour=2026-11-25")
    clock.advance(timedelta(hours=4))
    async with open_uow(engine, actor, clock=clock) as uow:
        await send_due(uow, actor)
    after = await visitor.get(f"{address}?jour=2026-11-25")

    assert "La cuisine verra le changement jusqu’au lun. 23 novembre à 10" in plain(before.text)
    assert "la cuisine ne le verra pas" in plain(after.text)


async def _late(visitor: Visitor, clock: FixedClock, service: MealService) -> None:
    """At 11:00, two meals instead of one on Wednesday."""
    address = f"/repas/abonnements/{service.subscription.id}"
    clock.advance(timedelta(hours=4))
    page = await visitor.get(f"{address}?jour=2026-11-25")
    answer = await visitor.post(
        f"{address}/jour", {"jour": "2026-11-25", "nombre": "2", "version": version_of(page.text)}
    )
    assert answer.headers["location"].endswith("?fait=tard")


async def test_a_late_change_is_shown_first_and_decided(
    visitor_of: VisitorOf, clock: FixedClock, service: MealService
) -> None:
    """The home page names it; the kitchen's page proposes the reserve; once taken, all is decided."""
    visitor = await visitor_of("agent")
    await _late(visitor, clock, service)

    home = await visitor.get("/repas")
    kitchen = f"/repas/cuisine?cuisine={service.kitchen.id}&jour=2026-11-24"
    page = await visitor.get(kitchen)
    decided = await visitor.post(
        "/repas/cuisine/decider",
        {
            "cuisine": str(service.kitchen.id),
            "jour": "2026-11-24",
            "pour": str(service.subscription.id),
            "date": "2026-11-25",
            "nombre": "2",
            "choix": "spare",
        },
    )
    after = await visitor.get(kitchen)

    assert "2 repas au lieu de 1" in plain(home.text)
    assert "La cuisine a reçu 1 repas à 11" in plain(page.text)
    assert "1 changement depuis" in plain(page.text)
    assert page.text.index("Prendre sur la réserve") < page.text.index("Appeler la cuisine")
    assert decided.status_code == 303
    assert "pris sur la réserve" in plain(after.text)
    assert "Tout est décidé." in plain(after.text)


async def test_an_impossible_choice_is_told_on_the_page(
    visitor_of: VisitorOf, clock: FixedClock, service: MealService
) -> None:
    """Somebody decides about a number that is no longer wished: the page says so, nothing changes."""
    visitor = await visitor_of("agent")
    await _late(visitor, clock, service)

    answer = await visitor.post(
        "/repas/cuisine/decider",
        {
            "cuisine": str(service.kitchen.id),
            "jour": "2026-11-24",
            "pour": str(service.subscription.id),
            "date": "2026-11-25",
            "nombre": "5",
            "choix": "spare",
        },
    )

    assert answer.status_code == 409
    assert "Quelqu’un d’autre a changé cela entre-temps" in plain(answer.text)


async def test_the_order_is_sent_by_a_press(visitor_of: VisitorOf, service: MealService) -> None:
    """Sent at 7:00, the page tells how many meals the kitchen has and when it goes for good."""
    visitor = await visitor_of("agent")

    sent = await visitor.post(
        "/repas/cuisine/envoyer",
        {"cuisine": str(service.kitchen.id), "jour": "2026-11-24", "apres": "0"},
    )
    page = await visitor.get(sent.headers["location"])

    assert "La commande est partie." in plain(page.text)
    assert "1 repas envoyé à 7" in plain(page.text)


async def test_suspended_and_resumed_by_page(visitor_of: VisitorOf, service: MealService) -> None:
    """Suspended from Thursday; resumed as if never said."""
    visitor = await visitor_of("agent")
    address = f"/repas/abonnements/{service.subscription.id}"
    page = await visitor.get(address)

    paused = await visitor.post(
        f"{address}/suspendre",
        {"debut": "2026-11-26", "reprise": "", "motif": "family", "version": version_of(page.text)},
    )
    during = await visitor.get(paused.headers["location"])
    pause = re.search(r'name="suspension" value="([^"]+)"', during.text)
    assert pause is not None
    resumed = await visitor.post(
        f"{address}/reprendre",
        {"suspension": pause[1], "le": "2026-11-26", "version": version_of(during.text)},
    )
    after = await visitor.get(resumed.headers["location"])

    assert "Suspendu à partir du jeu. 26 novembre (séjour en famille)." in plain(during.text)
    assert "Suspendu à partir du" not in plain(after.text)


async def test_a_foyer_by_page(visitor_of: VisitorOf, service: MealService) -> None:
    """A foyer is recorded; Odette and six guests are put on Wednesday's list; Odette came."""
    visitor = await visitor_of("coordinator")

    await visitor.post(
        "/repas/foyers/ajouter",
        {"nom": "Foyer des Tilleuls", "places": "20", "cuisine": str(service.kitchen.id)},
    )
    form = await visitor.get("/repas/foyers?jour=2026-11-25")
    foyer = re.search(r'name="foyer" value="([^"]+)"', form.text)
    assert foyer is not None
    common = {"jour": "2026-11-25", "foyer": foyer[1], "regime": "normal", "texture": "iddsi7"}
    guests = await visitor.post("/repas/foyers/inscrire", {**common, "qui": "", "nombre": "6"})
    odette = await visitor.post("/repas/foyers/inscrire", {**common, "qui": "P-001", "nombre": "1"})
    nobody = await visitor.post("/repas/foyers/inscrire", {**common, "qui": "zzz", "nombre": "1"})
    page = await visitor.get("/repas/foyers?jour=2026-11-25")
    line = re.search(r'name="ligne" value="([^"]+)"', page.text)
    assert line is not None
    await visitor.post("/repas/foyers/pointer", {"jour": "2026-11-25", "ligne": line[1], "choix": "present"})
    after = await visitor.get("/repas/foyers?jour=2026-11-25")

    assert (guests.status_code, odette.status_code, nobody.status_code) == (303, 303, 422)
    assert "Ce nom désigne 0 personnes" in plain(nobody.text)
    assert "Foyer des Tilleuls : 7" in plain(page.text)
    assert "1 présent" in plain(after.text)


async def test_packing_agrees_and_downloads(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, service: MealService
) -> None:
    """Wednesday's list names the door; files carry no name in theirs; that they were made is recorded."""
    visitor = await visitor_of("reader")

    page = await visitor.get("/repas/preparation?jour=2026-11-25")
    book = await visitor.post("/repas/preparation/2026-11-25/preparation.xlsx")
    paper = await visitor.post(f"/repas/cuisine/{service.kitchen.id}/2026-11-24/production.pdf")

    assert "Éluard Odette" in plain(page.text)
    assert "comptent les mêmes repas" in plain(page.text)
    assert "aucune tournée publiée ne prend ces repas" in plain(page.text)
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert "preparation-2026-11-25.xlsx" in book.headers["content-disposition"]
    async with open_uow(engine, actor) as uow:
        made = await uow.session.scalars(select(AuditRow).where(AuditRow.tag == Tag.MEAL_EXPORTED))
        kept = [(row.account_id is not None, row.facts) for row in made]
    assert kept == [
        (True, {"paper": "packing", "on": "2026-11-25"}),
        (True, {"paper": "production", "on": "2026-11-24"}),
    ]


async def test_a_reader_sees_and_cannot_write(visitor_of: VisitorOf, service: MealService) -> None:
    """No button that changes anything, and the address itself refuses."""
    visitor = await visitor_of("reader")

    page = await visitor.get(f"/repas/abonnements/{service.subscription.id}")
    refused = await visitor.post(
        f"/repas/abonnements/{service.subscription.id}/suspendre",
        {"debut": "2026-11-26", "motif": "away", "version": "1"},
    )

    assert "Suspendre" not in plain(page.text)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("path", "own"),
    [
        # the book (kitchens, rules, subscriptions, suspensions, changes, stays, foyers, orders, decisions),
        # sendings, people
        ("/repas", 14),
        # subscriptions, suspensions, changes, people, kitchens, stays
        ("/repas/abonnements", 6),
        # kitchens to choose from, the book, sendings
        ("/repas/cuisine", 12),
        # published rounds, the book, people
        ("/repas/preparation", 11),
        ("/repas/foyers", 3),
        ("/repas/reglages", 2),
    ],
)
async def test_statements_of_a_page(
    visitor_of: VisitorOf, engine: AsyncEngine, service: MealService, path: str, own: int
) -> None:
    """The number is written here: a row more costs no statement more."""
    visitor = await visitor_of("administrator")

    with counted(engine) as sent:
        answer = await visitor.get(path)

    assert answer.status_code == 200
    assert len(sent) == FRAME + own, "\n".join(sent)


KITCHEN = {
    "version": "0",
    "nom": "Cuisine centrale",
    "code": "CC",
    "telephone": "01 60 46 07 00",
    "adresse": "2 rue des Godeaux, Brunoy",
    "departement": "91",
    "latitude": "48,6989",
    "longitude": "2,4966",
    "offres": ["normal/iddsi7", "no_salt/iddsi7"],
    "allergenes": ["milk", "nuts"],
    "liaisons": ["cold"],
    "jours": ["0", "1", "2", "3", "4"],
    "avance": "1",
    "dlc": "3",
    "reserve": "5",
    "debut": "06:00",
    "pret": "08:00",
}
WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
RULES = {
    "a_partir": "2026-11-01",
    "feries": "eve",
    "fermetures": "15/05/2026",
    "hopital": "before_cutoff",
    "minimum": "3",
    **{f"avant_{day}": {"samedi": "1", "dimanche": "2"}.get(day, "0") for day in WEEK},
    **{f"delai_{day}": "2" for day in WEEK},
    **{f"heure_{day}": "10:00" for day in WEEK},
}
MEALS = {
    **dict.fromkeys(WEEK, "1"),
    "regime": "no_salt",
    "texture": "iddsi7",
    "allergies": ["milk"],
    "note_cuisine": "",
    "certificat": "2026-10-01",
    "liaison": "cold",
    "de": "09:30",
    "a": "12:30",
    "consigne": "Clé chez Mme Roux",
    "extras": "pain, potage",
    "du": "2026-11-25",
    "au": "",
    "numero": "P-001",
}
