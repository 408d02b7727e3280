"""
Sign-in, sign-out, who is signed in, tokens of programs.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from carecoord.api.auth import AnyRequest, actor_of, anonymous_work, needs, session_limits, session_of, work
from carecoord.identity.domain import ApiToken, IssuedToken, IssueToken, Organisation, SignIn
from carecoord.identity.service import (
    change_organisation,
    get_organisation,
    issue_api_token,
    list_api_tokens,
    revoke_api_token,
    sign_in,
    sign_out,
)


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who acts, and what they may do.

    Args:
        email, display_name: None for a token.
    """

    account_id: UUID | None
    email: str | None = None
    display_name: str | None = None
    organisation: Organisation
    role: str
    permissions: list[str]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A session just opened; its secret is in the cookie alone."""

    expires_at: datetime


class ChooseOrganisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work in another organisation of the same account."""

    organisation_id: UUID


# A stranger has no form token yet; a body in JSON cannot come from another site's form.
@post("/session", exclude_from_csrf=True, status_code=201)
async def open_one(request: AnyRequest, data: JSONBody[SignIn]) -> Response[Opened]:
    """Sign in; the answer sets the session cookie."""
    async with anonymous_work(request) as uow:
        opened = await sign_in(uow, data, session_limits(request.app.state.settings))
    flags = request.app.state.cookies
    cookie = Cookie(
        key=flags.name("session"),
        value=opened.secret,
        path=flags.path,
        httponly=flags.httponly,
        samesite=flags.samesite,
        secure=flags.secure,
        max_age=request.app.state.settings.session_lifetime_s,
    )
    return Response(Opened(expires_at=opened.expires_at), status_code=201, cookies=[cookie])


@get("/session")
async def me(request: AnyRequest) -> Me:
    """Who acts, by session or token."""
    user = request.user
    actor = actor_of(request)
    async with work(request, read_only=True) as (uow, _):
        organisation = await get_organisation(uow, actor)
    return Me(
        account_id=actor.account_id,
        email=user.account.email if user else None,
        display_name=user.account.display_name if user else None,
        organisation=organisation,
        role=actor.role,
        permissions=sorted(actor.permissions),
    )


@delete("/session")
async def close(request: AnyRequest) -> Response[None]:
    """Sign out."""
    signed_in = session_of(request)
    async with work(request) as (uow, actor):
        await sign_out(uow, actor, signed_in.session_id)
    response: Response[None] = Response(None, status_code=204)
    flags = request.app.state.cookies
    response.delete_cookie(flags.name("session"), path=flags.path)
    return response


@put("/session/organisation", status_code=204)
async def choose(request: AnyRequest, data: JSONBody[ChooseOrganisation]) -> None:
    """Work in another organisation of the same account."""
    signed_in = session_of(request)
    async with work(request) as (uow, actor):
        await change_organisation(uow, actor, signed_in.session_id, data.organisation_id)


@get("/tokens", guards=[needs("token:write")])
async def tokens(request: AnyRequest) -> list[ApiToken]:
    """Tokens of the organisation, newest first, without their secrets."""
    async with work(request, read_only=True) as (uow, actor):
        return await list_api_tokens(uow, actor)


@post("/tokens", guards=[needs("token:write")])
async def issue(request: AnyRequest, data: JSONBody[IssueToken]) -> IssuedToken:
    """Issue a bearer token; its secret is shown once."""
    async with work(request) as (uow, actor):
        return await issue_api_token(uow, actor, data)


@delete("/tokens/{token_id:uuid}", guards=[needs("token:write")])
async def revoke(request: AnyRequest, token_id: FromPath[UUID]) -> None:
    """End a token at once."""
    async with work(request) as (uow, actor):
        await revoke_api_token(uow, actor, token_id)


ROUTER = Router(
    path="/", route_handlers=[open_one, me, close, choose, tokens, issue, revoke], tags=["session"]
)
