"""
Sign-in, tokens, who may do what.
"""

from __future__ import annotations

import httpx
from builders.identity import PASSWORD, an_account
from integration.api.conftest import program, token_of
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.identity.service import create_account
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock


async def test_a_stranger_is_told_to_sign_in(stranger: httpx.AsyncClient) -> None:
    """Without session or token: 401, a challenge, a problem document."""
    answer = await stranger.get("/api/v1/people")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_wrong_token_opens_nothing(app: Litestar) -> None:
    """A secret that is none of ours is answered like none at all."""
    async with program(app, "x" * 43) as client:
        answer = await client.get("/api/v1/session")

    assert answer.status_code == 401


async def test_a_token_says_who_acts(client: httpx.AsyncClient) -> None:
    """The account and the organisation behind a token, with their permissions."""
    answer = await client.get("/api/v1/session")

    assert answer.status_code == 200
    assert answer.json()["role"] == "administrator"
    assert answer.json()["organisation"]["insee"] == "91114"
    assert "roster:plan" in answer.json()["permissions"]


async def test_sign_in_sets_a_cookie_that_works(
    stranger: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """E-mail and password give a session; its cookie is kept from scripts."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await create_account(uow, actor, an_account(email="claire@exemple.fr"))

    opened = await stranger.post("/api/v1/session", json={"email": "Claire@exemple.fr", "password": PASSWORD})
    me = await stranger.get("/api/v1/session")

    assert opened.status_code == 201
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert me.json()["email"] == "claire@exemple.fr"


async def test_sign_in_by_a_form_of_another_site_is_refused(stranger: httpx.AsyncClient) -> None:
    """A body that a foreign form could send is not read."""
    answer = await stranger.post(
        "/api/v1/session",
        content=b'{"email": "a@b.fr", "password": "x"}',
        headers={"content-type": "text/plain"},
    )

    assert answer.status_code == 415


async def test_wrong_password_is_refused_without_a_reason(stranger: httpx.AsyncClient) -> None:
    """An unknown account and a wrong password read the same."""
    answer = await stranger.post("/api/v1/session", json={"email": "a@b.fr", "password": "x"})

    assert answer.status_code == 403
    assert answer.json()["code"] == "sign_in_failed"


async def test_an_unsafe_request_by_cookie_needs_the_form_token(
    stranger: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Signing out with the cookie alone is refused; nothing is changed."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await create_account(uow, actor, an_account(email="claire@exemple.fr"))
    await stranger.post("/api/v1/session", json={"email": "claire@exemple.fr", "password": PASSWORD})

    refused = await stranger.delete("/api/v1/session")
    still = await stranger.get("/api/v1/session")

    assert refused.status_code == 403
    assert still.status_code == 200


async def test_a_role_without_the_permission_is_refused(
    app: Litestar, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A reader may look at runs but not ask for one."""
    async with program(app, await token_of(engine, actor, clock, role="reader")) as reader:
        allowed = await reader.get("/api/v1/planning-runs")
        refused = await reader.post("/api/v1/planning-runs", json={"first_day": "2026-11-23"})

    assert allowed.status_code == 200
    assert refused.status_code == 403
    assert refused.json()["code"] == "permission_missing"


async def test_a_revoked_token_is_over_at_once(client: httpx.AsyncClient) -> None:
    """A token may revoke itself; the next request is a stranger's."""
    (token,) = (await client.get("/api/v1/tokens")).json()

    revoked = await client.delete(f"/api/v1/tokens/{token['id']}")
    after = await client.get("/api/v1/tokens")

    assert revoked.status_code == 204
    assert after.status_code == 401
