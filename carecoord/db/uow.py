"""
Unit of work: one transaction, one actor, one commit at the end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import cast

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from carecoord.db.errors import domain_error
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import Clock, SystemClock
from carecoord.kernel.errors import Unavailable

# Local to the transaction (third argument), so that a pooled connection forgets it.
SET_CONTEXT = text(
    "SELECT set_config('carecoord.organisation_id', :organisation_id, true),"
    " set_config('carecoord.account_id', :account_id, true)"
)

READ_ONLY = text("SET TRANSACTION READ ONLY")


class UnitOfWork:
    """
    What a use case works in; opened by `open_uow` at the edge, never by a service.

    Args:
        session: for the stores. Services may flush, never commit.
        actor: whose rows are reached; None reaches no tenant row (before sign-in).
        now: the instant at which the work began, aware, UTC; the same throughout.
    """

    def __init__(self, session: AsyncSession, actor: Actor | None, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now

    async def flush(self) -> None:
        """
        Send pending changes now, to learn at once which constraint they break.

        Raises:
            DomainError: the one registered for the broken constraint, or `Conflict`
                when a row changed meanwhile.
        """
        with translated_errors():
            await self.session.flush()

    async def connection(self) -> asyncpg.Connection[asyncpg.Record]:
        """The driver's connection, inside this transaction: for the job queue and COPY."""
        await self.session.flush()
        connection = await self.session.connection()
        raw = await connection.get_raw_connection()
        return cast("asyncpg.Connection[asyncpg.Record]", raw.driver_connection)

    async def act_as(self, actor: Actor | None) -> None:
        """
        Continue as another actor, within the same transaction.

        For sign-in and set-up, which learn or create the organisation on the way.
        """
        await self.session.flush()
        self.actor = actor
        await set_context(self.session, actor)

    async def undo(self) -> None:
        """
        Take back everything done so far, then only read: to tell a refusal on a page.

        A use case that refuses may have begun to write, and a broken constraint ends the transaction.
        """
        await self.session.rollback()
        await set_context(self.session, self.actor)
        await self.session.execute(READ_ONLY)

    async def forbid_writes(self) -> None:
        """From now on the database itself refuses any change in this unit of work."""
        await self.session.flush()
        await self.session.execute(READ_ONLY)


async def set_context(session: AsyncSession, actor: Actor | None) -> None:
    """Tell the policies, for this transaction only, who acts."""
    await session.execute(
        SET_CONTEXT,
        {
            "organisation_id": str(actor.organisation_id) if actor else "",
            "account_id": str(actor.account_id) if actor and actor.account_id else "",
        },
    )


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn errors of the database into domain errors; bugs are left to fail."""
    try:
        yield
    except (DBAPIError, StaleDataError) as error:
        known = domain_error(error)
        if known is None:
            raise
        raise known from error


async def _begin(session: AsyncSession, actor: Actor | None) -> None:
    """The first statement, which is also the first that may find no server."""
    try:
        await set_context(session, actor)
    except OSError as error:
        # asyncpg lets a refused or timed-out connection through as it is.
        raise Unavailable("database_unavailable", "the database does not answer") from error


@asynccontextmanager
async def open_uow(
    engine: AsyncEngine, actor: Actor | None, *, clock: Clock | None = None, read_only: bool = False
) -> AsyncIterator[UnitOfWork]:
    """
    Open the unit of work of one request, job or command.

    Commits once when the block ends, rolls back when it raises.

    Args:
        engine: made with the application role's URL.
        actor: whose organisation's rows are reached; None for none.
        clock: the machine's by default.
        read_only: the database itself refuses any change.

    Raises:
        DomainError: what a broken constraint, a concurrent change or a lost
            connection stands for.
    """
    with translated_errors():
        # The end of the session without a commit rolls back.
        async with AsyncSession(engine, expire_on_commit=False) as session:
            await _begin(session, actor)
            if read_only:
                await session.execute(READ_ONLY)
            yield UnitOfWork(session, actor, (clock or SystemClock()).now())
            await session.commit()
