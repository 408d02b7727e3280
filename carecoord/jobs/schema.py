"""
Tables of the queue library: created by the first migration, kept at the library's version.
"""

from __future__ import annotations

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from carecoord.db.engine import plain_url


async def converge(owner_url: str) -> list[str]:
    """
    Bring the queue's tables to what the installed library wants; run after migrations.

    Returns:
        The statements that were run; none when library and tables agree.
    """
    connection = await asyncpg.connect(plain_url(owner_url), timeout=10)
    try:
        queries = Queries(AsyncpgDriver(connection))
        plan = await queries.plan_upgrade()
        if plan.statements:
            plan = await queries.apply_upgrade()
        return [str(statement) for statement in plan.statements]
    finally:
        await connection.close()
