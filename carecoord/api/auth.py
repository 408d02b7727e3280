"""
Session cookie or bearer token -> who acts; guards by permission; the unit of work of a request.

`request.user` is the `SignedIn` of a session (None for programs and strangers), and
`request.auth` the `Actor` of a session or token (None for strangers). Pages read the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Guard, Receive, Scope, Send

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.domain import SessionLimits, SignedIn
from carecoord.identity.service import actor_for_token, open_session
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings

BEARER = "bearer "
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="carecoord"'}

AnyRequest = Request[SignedIn | None, Actor | None, Any]
AnyConnection = ASGIConnection[Any, SignedIn | None, Actor | None, Any]


class Authentication(ASGIMiddleware):
    """
    Finds out who asks, for pages and programs alike; refuses nobody: guards do.

    Args:
        cookie_name: of the session.
    """

    scopes = (ScopeType.HTTP,)
    exclude_path_pattern = ("^/static/",)

    def __init__(self, *, cookie_name: str) -> None:
        self._cookie_name = cookie_name

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Set `user` and `auth`, then go on."""
        connection: AnyConnection = ASGIConnection(scope)
        scope["user"], scope["auth"] = await self._who(connection)
        await next_app(scope, receive, send)

    async def _who(self, connection: AnyConnection) -> tuple[SignedIn | None, Actor | None]:
        header = connection.headers.get("authorization", "")
        secret = connection.cookies.get(self._cookie_name)
        if header[: len(BEARER)].lower() == BEARER:
            async with _anonymous(connection) as uow:
                return None, await actor_for_token(uow, header[len(BEARER) :].strip())
        if secret:
            async with _anonymous(connection) as uow:
                signed_in = await open_session(uow, secret, session_limits(connection.app.state.settings))
            return signed_in, signed_in.actor if signed_in else None
        return None, None


def session_limits(settings: Settings) -> SessionLimits:
    """How long sessions last here."""
    return SessionLimits(idle_s=settings.session_idle_s, lifetime_s=settings.session_lifetime_s)


def needs(*permissions: str) -> Guard:
    """A guard that lets through whoever holds all of these permissions."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        actor = actor_of(cast("AnyConnection", connection))
        for permission in permissions:
            actor.require(permission)

    return guard


def actor_of(connection: AnyConnection) -> Actor:
    """
    Who acts in a request.

    Raises:
        NotAuthorizedException: nobody known (401).
    """
    actor = connection.scope.get("auth")
    if not isinstance(actor, Actor):
        raise NotAuthorizedException("sign in, or send a bearer token", headers=CHALLENGE)
    return actor


def session_of(request: AnyRequest) -> SignedIn:
    """
    The session of a request; a token has none.

    Raises:
        NotAuthorizedException: nobody signed in (401).
    """
    user = request.scope.get("user")
    if not isinstance(user, SignedIn):
        raise NotAuthorizedException("sign in: a token has no session", headers=CHALLENGE)
    return user


@asynccontextmanager
async def work(request: AnyRequest, *, read_only: bool = False) -> AsyncIterator[tuple[UnitOfWork, Actor]]:
    """
    The unit of work of a request: committed when the block ends, before anything is answered.

    Raises:
        NotAuthorizedException: nobody known (401).
        Unavailable: no database is configured, or it does not answer.
    """
    actor = actor_of(request)
    state = request.app.state
    async with open_uow(_engine(request), actor, clock=state.clock, read_only=read_only) as uow:
        yield uow, actor


@asynccontextmanager
async def anonymous_work(request: AnyRequest) -> AsyncIterator[UnitOfWork]:
    """A unit of work before anybody is known: for sign-in and for data of no organisation."""
    async with _anonymous(request) as uow:
        yield uow


@asynccontextmanager
async def _anonymous(connection: AnyConnection) -> AsyncIterator[UnitOfWork]:
    async with open_uow(_engine(connection), None, clock=connection.app.state.clock) as uow:
        yield uow


def _engine(connection: AnyConnection) -> Any:
    engine = connection.app.state.get("engine")
    if engine is None:
        raise Unavailable("database_missing", "no database is configured")
    return engine
