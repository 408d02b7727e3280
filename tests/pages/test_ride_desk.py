"""
The ride desk by page: a caller, a ride, the answer, recorded, repeated, refused with the article.
"""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from builders.rides import Service, a_driver, ride_service
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import Visitor, VisitorOf

from carecoord.beneficiaries.domain import DeclareStay
from carecoord.beneficiaries.service import declare_stay
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.records import Terms
from carecoord.rides.service.records import save_terms
from carecoord.rides.service.requests import get_request

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> Service:
    """An association with destinations, one driver and one person, 30 cents a kilometre."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await save_terms(uow, actor, Terms(cents_per_km=30))
        await a_driver(uow, actor)
        return await ride_service(uow, actor)


def question(service: Service, **changes: str) -> dict[str, str]:
    """To the market on Tuesday 1 December for 10 h, ready at 11 h, the driver waits."""
    return {
        "voir": "1",
        "personne": str(service.person_id),
        "lieu": str(service.market.id),
        "date": "2026-12-01",
        "sens": "arriver",
        "heure": "10:00",
        "retour": "wait",
        "heure_retour": "11:00",
        "accompagnants": "0",
        **changes,
    }


def carried(text: str) -> dict[str, str]:
    """Hidden fields of the form that decides."""
    form = re.search(r'<form[^>]*class="inline-form ride-decide">(.*?)</form>', text, re.DOTALL)
    assert form is not None, text
    return {name: value for name, value in HIDDEN.findall(form[1]) if name != "_csrf_token"}


async def recorded(visitor: Visitor, answer: str) -> UUID:
    """Confirm what was answered; the identifier of the request."""
    done = await visitor.post("/transport/demande", {**carried(answer), "choix": "confirmer"})
    assert done.status_code == 303
    return UUID(re.split(r"[/?]", done.headers["location"])[3])


async def test_a_caller_is_found_and_the_form_is_hers(visitor_of: VisitorOf, service: Service) -> None:
    """Somebody alone of that name or number leads straight to the form; nobody says so."""
    visitor = await visitor_of("agent")

    by_name = await visitor.post("/transport/demande", {"recherche": "chevallier"})
    by_number = await visitor.post("/transport/demande", {"recherche": "01 64 95 01 12"})
    nobody = await visitor.post("/transport/demande", {"recherche": "zzz"})

    assert "Mme Denise Chevallier" in by_name.text
    assert "Chercher un chauffeur" in by_name.text
    assert "Mme Denise Chevallier" in by_number.text
    assert "Personne ne correspond" in nobody.text


async def test_a_ride_is_asked_for_answered_and_recorded(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """The answer tells price, ground and longest ride; recorded once however often it is sent."""
    visitor = await visitor_of("agent")

    answer = await visitor.post("/transport/demande", question(service))
    first = await recorded(visitor, answer.text)
    second = await recorded(visitor, answer.text)
    page = await visitor.get(f"/transport/demandes/{first}")

    assert "Un chauffeur est trouvé" in answer.text
    assert answer.text.count("Paul Renaud passe vers") == 2
    assert "article R3133-1 du code des transports" in answer.text
    assert "30\u202fmin au plus" in answer.text
    assert first == second
    assert "À dire à la personne" in page.text
    assert page.text.count("Paul Renaud passe vers") == 2
    assert "Marché d’Angerville" in page.text
    async with open_uow(engine, actor) as uow:
        assert len((await get_request(uow, actor, first)).legs) == 2


async def test_no_driver_at_that_hour(visitor_of: VisitorOf, service: Service) -> None:
    """Before the driver's hours: another hour is offered as a button; kept, it waits on the first page."""
    visitor = await visitor_of("agent")

    early = question(service, heure="08:00", retour="none", heure_retour="")
    answer = await visitor.post("/transport/demande", early)
    ride = await recorded(visitor, answer.text)
    home = await visitor.get("/transport")
    again = await visitor.post(f"/transport/demandes/{ride}/chercher")
    given_up = await visitor.post(
        f"/transport/demandes/{ride}/renoncer", {"version": "1", "cause": "no_driver"}
    )
    page = await visitor.get(f"/transport/demandes/{ride}")

    assert "Pas encore de chauffeur" in answer.text
    assert "Proposer" in answer.text
    assert f"/transport/demandes/{ride}" in home.text
    assert again.status_code == 303
    assert given_up.status_code == 303
    assert "Aucun chauffeur libre" in page.text


async def test_somebody_away_from_home_is_not_fetched(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The answer says so without saying why; nothing can be confirmed; a refusal may be kept."""
    async with open_uow(engine, actor, clock=clock) as uow:
        stay = DeclareStay(person_id=service.person_id, from_on=date(2026, 11, 28), kind="hospital")
        await declare_stay(uow, actor, stay)
    visitor = await visitor_of("agent")
    sent = {**question(service), "cle": str(UUID(int=9))}

    answer = await visitor.post("/transport/demande", sent)
    forced = await visitor.post("/transport/demande", {**sent, "choix": "confirmer"})
    kept = await visitor.post("/transport/demande", {**sent, "choix": "refuser", "cause": "clash"})

    assert "notée absente" in answer.text
    assert "hôpital" not in answer.text.lower().replace("hôpital d’étampes", "")
    assert ">Confirmer<" not in answer.text
    assert forced.status_code == 422
    assert 'id="erreur-date"' in forced.text
    assert kept.status_code == 303


async def test_the_last_ride_is_asked_for_again_in_two_gestures(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """One press answers for the Tuesday after, the second records it."""
    visitor = await visitor_of("agent")
    first = await recorded(visitor, (await visitor.post("/transport/demande", question(service))).text)

    found = await visitor.get(f"/transport/demande?personne={service.person_id}")
    again = await visitor.post("/transport/demande", {"modele": str(first)})
    second = await recorded(visitor, again.text)

    assert f'name="modele" value="{first}"' in found.text
    assert second != first
    async with open_uow(engine, actor) as uow:
        repeated = await get_request(uow, actor, second)
    assert (repeated.on.isoformat(), repeated.arrive_minute) == ("2026-12-08", 600)
    assert repeated.destination.place_id == service.market.id


async def test_what_the_texts_refuse_is_said_with_the_article(
    visitor_of: VisitorOf, service: Service, engine: AsyncEngine, actor: Actor
) -> None:
    """A city hospital with the place of living alone: no driver is looked for; the refusal may be kept."""
    visitor = await visitor_of("agent")

    answer = await visitor.post("/transport/demande", question(service, lieu=str(service.hospital.id)))
    sent = {**question(service, lieu=str(service.hospital.id)), "cle": str(UUID(int=7))}
    forced = await visitor.post("/transport/demande", {**sent, "choix": "confirmer"})
    kept = await visitor.post("/transport/demande", {**sent, "choix": "refuser"})

    assert "Ce trajet ne peut pas être fait" in answer.text
    assert "article R3133-4 du code des transports" in answer.text
    assert "Confirmer" not in answer.text
    assert forced.status_code == 422
    assert kept.status_code == 303
    page = await visitor.get(kept.headers["location"])
    assert "article R3133-4 du code des transports" in page.text


async def test_a_proof_is_recorded_on_the_line(visitor_of: VisitorOf, service: Service) -> None:
    """Somebody of a city without a right: refused; with the RSA seen today, answered."""
    visitor = await visitor_of("agent")
    moved = question(service, depart=str(service.hospital.id))
    proof = {"choix": "base", "base": "rsa", "preuve": "attestation CAF", "vu": "2026-11-23"}

    refused = await visitor.post("/transport/demande", moved)
    answered = await visitor.post("/transport/demande", {**moved, **proof})
    wrong = await visitor.post("/transport/demande", {**moved, **proof, "vu": "2027-01-01"})

    assert "R3133-4" in refused.text
    assert "ressources" in answered.text
    assert wrong.status_code == 422
    assert "pas encore venue" in wrong.text


async def test_a_form_that_is_not_whole_says_what_is_missing(visitor_of: VisitorOf, service: Service) -> None:
    """Every fault at once, beside its field."""
    visitor = await visitor_of("agent")

    answer = await visitor.post(
        "/transport/demande", question(service, lieu="", heure="", heure_retour="25:00", prix="beaucoup")
    )

    assert answer.status_code == 422
    for name in ("lieu", "heure", "heure_retour", "prix"):
        assert f'id="erreur-{name}"' in answer.text


async def test_addresses_of_the_page_name_nobody(visitor_of: VisitorOf, service: Service) -> None:
    """Forms send their fields in the body; a name typed into the address is not read."""
    visitor = await visitor_of("agent")

    page = await visitor.get("/transport/demande?recherche=chevallier")
    found = await visitor.post("/transport/demande", {"recherche": "chevallier"})

    assert "Chevallier" not in page.text
    assert all(
        'method="post"' in form for form in re.findall(r'<form[^>]*action="/transport[^>]*>', found.text)
    )


async def test_what_waits_comes_first(visitor_of: VisitorOf, service: Service) -> None:
    """The first page of transport searches a caller, then shows who has no driver yet."""
    visitor = await visitor_of("agent")

    empty = await visitor.get("/transport")
    reader = await (await visitor_of("reader")).get("/transport")

    assert "Prendre la demande" in empty.text
    assert "Aucune demande n’attend un chauffeur" in empty.text
    assert reader.status_code == 200
    assert "Prendre la demande" not in reader.text


async def test_a_request_is_cancelled_with_a_reason(visitor_of: VisitorOf, service: Service) -> None:
    """No reason, no change; an old version of the page changes nothing; then cancelled."""
    visitor = await visitor_of("agent")
    ride = await recorded(visitor, (await visitor.post("/transport/demande", question(service))).text)
    path = f"/transport/demandes/{ride}/annuler"

    bare = await visitor.post(path, {"version": "1", "motif": ""})
    stale = await visitor.post(path, {"version": "9", "motif": "reporté"})
    done = await visitor.post(path, {"version": "1", "motif": "reporté"})
    page = await visitor.get(f"/transport/demandes/{ride}")

    assert (bare.status_code, stale.status_code, done.status_code) == (422, 409, 303)
    assert "annulé" in page.text
    assert "reporté" in page.text


async def test_a_ride_of_every_week(visitor_of: VisitorOf, service: Service) -> None:
    """Tuesdays and Fridays from a Tuesday on: asked for once; ended, those to come are cancelled."""
    visitor = await visitor_of("agent")
    ride = await recorded(visitor, (await visitor.post("/transport/demande", question(service))).text)
    path = f"/transport/demandes/{ride}/habituel"

    none = await visitor.post(path, {"jusquau": "2026-12-31"})
    made = await visitor.post(path, {"jours": ["1", "4"], "jusquau": "2026-12-31"})
    again = await visitor.post("/transport/habituels/preparer")
    ending = re.search(r'action="(/transport/habituels/[^"]+/arreter)"', again.text)
    assert ending is not None
    stale = await visitor.post(ending[1], {"version": "9"})
    ended = await visitor.post(ending[1], {"version": "1"})
    page = await visitor.get("/transport/habituels")
    person = await visitor.get(f"/transport/personnes/{service.person_id}")

    assert none.status_code == 422
    # 4, 8, 11, 15, 18 December: until 21 December, four weeks from tomorrow.
    assert "5\u202ftrajets pour les quatre semaines" in made.text
    assert "0\u202ftrajet pour les quatre semaines" in again.text
    assert (stale.status_code, ended.status_code) == (409, 303)
    assert "Aucun trajet habituel" in page.text
    assert person.text.count("annulé") == 5
