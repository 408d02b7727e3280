"""
Who is behind a request, and the unit of work of its answer: opened here, committed once.

A request that carries a bearer token is judged by that token alone, never by the cookie:
it is not asked for a form token, so the cookie must give it nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import NotAuthorizedException
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.edge.cookies import cookie_policy
from carecoord.identity.domain import SessionLimits, SignedIn
from carecoord.identity.service import actor_for_token, open_session
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import Clock, local_date
from carecoord.kernel.errors import Unavailable
from carecoord.settings import Settings

AnyRequest = Request[Any, Any, Any]

READING = frozenset({"GET", "HEAD"})
"""Methods whose unit of work may change nothing."""

BEARER = "bearer "


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """
    What answers somebody signed in.

    Args:
        uow: within it everything is done; it commits when the block ends.
        today: civil date in Europe/Paris at which the work began.
    """

    uow: UnitOfWork
    signed_in: SignedIn
    settings: Settings
    today: date

    @property
    def actor(self) -> Actor:
        """Whose permissions count."""
        return self.signed_in.actor


def settings_of(request: AnyRequest) -> Settings:
    """The settings of the process."""
    settings: Settings = request.app.state.settings
    return settings


def clock_of(request: AnyRequest) -> Clock:
    """The clock of the process."""
    clock: Clock = request.app.state.clock
    return clock


def session_limits(settings: Settings) -> SessionLimits:
    """How long sessions last here."""
    return SessionLimits(idle_s=settings.session_idle_s, lifetime_s=settings.session_lifetime_s)


@asynccontextmanager
async def open_nobody(request: AnyRequest) -> AsyncIterator[UnitOfWork]:
    """
    A unit of work for somebody not signed in, who reaches no guarded row.

    Raises:
        Unavailable: no database was named.
    """
    engine: AsyncEngine | None = request.app.state.engine
    if engine is None:
        raise Unavailable("database_unavailable", "no database was named")
    async with open_uow(engine, None, clock=clock_of(request)) as uow:
        yield uow


@asynccontextmanager
async def open_desk(request: AnyRequest, *permissions: str) -> AsyncIterator[Desk]:
    """
    The unit of work of whoever signed in with this browser; a GET may change nothing.

    Args:
        permissions: all of them are needed.

    Raises:
        NotAuthorizedException: nobody is signed in; pages answer with the sign-in page.
        Refused: a permission is missing.
    """
    settings = settings_of(request)
    async with open_nobody(request) as uow:
        secret = request.cookies.get(cookie_policy(settings).name("session"), "")
        signed_in = await open_session(uow, secret, session_limits(settings))
        if signed_in is None:
            raise NotAuthorizedException
        for permission in permissions:
            signed_in.actor.require(permission)
        if request.method in READING:
            await uow.forbid_writes()
        yield Desk(uow=uow, signed_in=signed_in, settings=settings, today=local_date(uow.now))


@asynccontextmanager
async def open_program(request: AnyRequest, *permissions: str) -> AsyncIterator[tuple[UnitOfWork, Actor]]:
    """
    The unit of work of a program: by its bearer token, or by the browser's session.

    Raises:
        NotAuthorizedException: neither opens anything.
        Refused: a permission is missing.
    """
    header = request.headers.get("authorization")
    if header is None:
        async with open_desk(request, *permissions) as desk:
            yield desk.uow, desk.actor
        return
    async with open_nobody(request) as uow:
        is_bearer = header[: len(BEARER)].lower() == BEARER
        actor = await actor_for_token(uow, header[len(BEARER) :].strip()) if is_bearer else None
        if actor is None:
            raise NotAuthorizedException(headers={"WWW-Authenticate": "Bearer"})
        for permission in permissions:
            actor.require(permission)
        if request.method in READING:
            await uow.forbid_writes()
        yield uow, actor
