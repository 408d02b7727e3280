"""
Signing in and out: nothing is told of accounts, nobody is led elsewhere, the way back is kept.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders.identity import PASSWORD, an_account
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine
from support.visitors import SESSION_COOKIE, Visitor, VisitorOf

from carecoord.db.uow import open_uow
from carecoord.identity.domain import AddMembership
from carecoord.identity.service import add_membership, create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock

EMAIL = "nadia.meziane@exemple.fr"


@pytest.fixture
async def account(engine: AsyncEngine, actor: Actor) -> None:
    """A coordinator who may sign in."""
    async with open_uow(engine, actor) as uow:
        await create_account(uow, actor, an_account(email=EMAIL))


async def test_signing_in_leads_back_to_the_page_asked_for(anybody: Visitor, account: None) -> None:
    """A page asked for without a session is shown after signing in; the cookie is for servers alone."""
    asked = await anybody.get("/equipe?q=diallo")
    form = await anybody.get(asked.headers["location"])
    answer = await anybody.post(
        "/connexion", {"email": EMAIL.upper(), "password": PASSWORD, "suite": "/equipe?q=diallo"}
    )

    assert asked.status_code == 303
    assert 'name="suite" value="/equipe?q=diallo"' in form.text
    assert (answer.status_code, answer.headers["location"]) == (303, "/equipe?q=diallo")
    (cookie,) = [value for value in answer.headers.get_list("set-cookie") if SESSION_COOKIE in value]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await anybody.get("/equipe")).status_code == 200


async def test_wrong_password_and_unknown_account_look_the_same(anybody: Visitor, account: None) -> None:
    """Whoever tries addresses learns nothing; the address typed stays in the form."""
    wrong = await anybody.post("/connexion", {"email": EMAIL, "password": "trois petits chats bleus"})
    unknown = await anybody.post("/connexion", {"email": "x@exemple.fr", "password": PASSWORD})

    assert wrong.status_code == unknown.status_code == 422
    assert "L’adresse ou le mot de passe ne convient pas." in wrong.text
    assert EMAIL in wrong.text
    assert wrong.text.replace(EMAIL, "x@exemple.fr") == unknown.text


@pytest.mark.parametrize(
    "suite",
    ["//ailleurs.example", "https://ailleurs.example", "/\\ailleurs.example", "/\t/ailleurs.example", "x"],
)
async def test_nobody_is_led_to_another_site(anybody: Visitor, account: None, suite: str) -> None:
    """After signing in one stays on this site, whatever the address asked for."""
    form = await anybody.client.get("/connexion", params={"suite": suite})
    answer = await anybody.post("/connexion", {"email": EMAIL, "password": PASSWORD, "suite": suite})

    assert 'name="suite" value="/"' in form.text
    assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session(anybody: Visitor, account: None) -> None:
    """After signing out the same cookie opens nothing, even if it was copied."""
    await anybody.post("/connexion", {"email": EMAIL, "password": PASSWORD})
    copied = anybody.client.cookies[SESSION_COOKIE]

    answer = await anybody.post("/deconnexion")
    anybody.client.cookies.set(SESSION_COOKIE, copied, domain="127.0.0.1")

    assert answer.headers["location"] == "/connexion"
    assert (await anybody.get("/equipe")).status_code == 303


async def test_a_session_not_used_for_a_day_is_over(visitor_of: VisitorOf, clock: FixedClock) -> None:
    """The next morning one signs in again."""
    visitor = await visitor_of("coordinator")

    before = await visitor.get("/equipe")
    clock.advance(timedelta(days=1))
    after = await visitor.get("/equipe")

    assert (before.status_code, after.status_code) == (200, 303)


async def test_several_organisations_are_chosen_from(
    anybody: Visitor, engine: AsyncEngine, account: None, other_actor: Actor, app: Litestar
) -> None:
    """Somebody of two organisations says where she works, and can change."""
    async with open_uow(engine, other_actor) as uow:
        await add_membership(uow, other_actor, AddMembership(email=EMAIL, role="reader"))

    answer = await anybody.post("/connexion", {"email": EMAIL, "password": PASSWORD, "suite": "/personnes"})
    choice = await anybody.get(answer.headers["location"])
    fields = {"organisation": str(other_actor.organisation_id), "suite": "/personnes"}
    changed = await anybody.post("/organisations", fields)
    there = await anybody.get("/personnes")

    assert answer.headers["location"] == "/organisations?suite=%2Fpersonnes"
    assert "Association Les Deux Rives" in choice.text
    assert "CCAS de Brunoy" in choice.text
    assert changed.headers["location"] == "/personnes"
    assert '<a href="/organisation">CCAS de Brunoy</a>' in there.text


async def test_an_organisation_of_others_cannot_be_chosen(visitor_of: VisitorOf, other_actor: Actor) -> None:
    """An identifier guessed or kept from before opens nothing."""
    visitor = await visitor_of("administrator")

    answer = await visitor.post("/organisations", {"organisation": str(other_actor.organisation_id)})

    assert answer.status_code == 404
