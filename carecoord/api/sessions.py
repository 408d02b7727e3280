"""
Sign-in, sign-out, who is signed in, tokens of programs.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.exceptions import ClientException
from litestar.params import FromPath, JSONBody

from carecoord.edge.access import (
    AnyRequest,
    open_desk,
    open_nobody,
    open_program,
    session_limits,
    settings_of,
)
from carecoord.edge.cookies import ended_session_cookie, session_cookie
from carecoord.identity.domain import ApiToken, IssuedToken, IssueToken, Organisation, SignIn
from carecoord.identity.service import (
    change_organisation,
    get_organisation,
    issue_api_token,
    list_api_tokens,
    list_memberships,
    revoke_api_token,
    sign_in,
    sign_out,
)


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who acts, and what they may do.

    Args:
        email, display_name: of the account, None for the system.
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


@post("/session", exclude_from_csrf=True, status_code=201)
async def open_one(request: AnyRequest, data: JSONBody[SignIn]) -> Response[Opened]:
    """Sign in; the answer sets the session cookie."""
    # A stranger has no form token yet; what another site's form can send is never this type.
    if request.content_type[0] != "application/json":
        raise ClientException("send application/json", status_code=415)
    settings = settings_of(request)
    async with open_nobody(request) as uow:
        opened = await sign_in(uow, data, session_limits(settings))
    cookie = session_cookie(settings, opened.secret)
    return Response(Opened(expires_at=opened.expires_at), status_code=201, cookies=[cookie])


@get("/session")
async def me(request: AnyRequest) -> Me:
    """Who acts, by session or token."""
    async with open_program(request) as (uow, actor):
        organisation = await get_organisation(uow, actor)
        places = await list_memberships(uow, actor)
    here = [place for place in places if place.organisation_id == actor.organisation_id]
    return Me(
        account_id=actor.account_id,
        email=here[0].email if here else None,
        display_name=here[0].display_name if here else None,
        organisation=organisation,
        role=actor.role,
        permissions=sorted(actor.permissions),
    )


@delete("/session", status_code=204)
async def close(request: AnyRequest) -> Response[None]:
    """Sign out."""
    async with open_desk(request) as desk:
        await sign_out(desk.uow, desk.actor, desk.signed_in.session_id)
    return Response(None, status_code=204, cookies=[ended_session_cookie(settings_of(request))])


@put("/session/organisation", status_code=204)
async def choose(request: AnyRequest, data: JSONBody[ChooseOrganisation]) -> None:
    """Work in another organisation of the same account."""
    async with open_desk(request) as desk:
        await change_organisation(desk.uow, desk.actor, desk.signed_in.session_id, data.organisation_id)


@get("/tokens")
async def tokens(request: AnyRequest) -> list[ApiToken]:
    """Tokens of the organisation, newest first, without their secrets."""
    async with open_program(request, "token:write") as (uow, actor):
        return await list_api_tokens(uow, actor)


@post("/tokens")
async def issue(request: AnyRequest, data: JSONBody[IssueToken]) -> IssuedToken:
    """Issue a bearer token; its secret is shown once."""
    async with open_program(request, "token:write") as (uow, actor):
        return await issue_api_token(uow, actor, data)


@delete("/tokens/{token_id:uuid}")
async def revoke(request: AnyRequest, token_id: FromPath[UUID]) -> None:
    """End a token at once."""
    async with open_program(request, "token:write") as (uow, actor):
        await revoke_api_token(uow, actor, token_id)


ROUTER = Router(
    path="/", route_handlers=[open_one, me, close, choose, tokens, issue, revoke], tags=["session"]
)
