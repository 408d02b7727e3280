"""
Two organisations, every table of the live catalogue: nothing leaks.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.cluster import APP_ROLE
from carecoord.db.discovery import load_tables
from carecoord.db.rls import coverage_defects, declared_rules
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor

load_tables()
GUARDED = sorted(rule.table for rule in declared_rules().values() if rule.reason is None)

TABLES = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
)


async def test_every_table_is_guarded_or_global_with_a_reason(owner_engine: AsyncEngine) -> None:
    """The check of the live catalogue finds no defect."""
    async with owner_engine.connect() as connection:
        assert await coverage_defects(connection, APP_ROLE) == []
        live = set((await connection.execute(TABLES)).scalars())

    assert live == set(declared_rules())


@pytest.mark.parametrize(
    ("damage", "defect"),
    [
        ("ALTER TABLE person NO FORCE ROW LEVEL SECURITY", "table person: row-level security is not"),
        ("ALTER TABLE person DISABLE ROW LEVEL SECURITY", "table person: row-level security is not"),
        ("DROP POLICY tenant_isolation ON visit", "table visit: its policies are []"),
        (
            "CREATE POLICY open ON aide USING (true)",
            "table aide: its policies are ['open', 'tenant_isolation']",
        ),
        ("ALTER POLICY tenant_isolation ON aide USING (true)", "table aide: its policy is not the one"),
        (
            "ALTER POLICY tenant_isolation ON aide WITH CHECK (true)",
            "table aide: its policy is not the one",
        ),
        ("ALTER TABLE aide ALTER organisation_id DROP NOT NULL", "table aide: no column organisation_id"),
        ("CREATE TABLE forgotten (id uuid)", "table forgotten: neither guarded nor global"),
        ("CREATE VIEW everybody AS SELECT * FROM person", "view everybody: lacks security_invoker"),
        (
            (
                "CREATE FUNCTION leak() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
                " AS 'SELECT count(*) FROM person'"
            ),
            "function leak(): runs as the owner without a fixed search_path",
        ),
    ],
    ids=[
        "no-force",
        "disabled",
        "no-policy",
        "second-policy",
        "open-policy",
        "open-check",
        "nullable",
        "new-table",
        "view",
        "function",
    ],
)
async def test_damage_is_found(owner_engine: AsyncEngine, damage: str, defect: str) -> None:
    """Each way of opening a table is found by the check."""
    async with owner_engine.connect() as connection:
        await connection.execute(text(damage))
        found = await coverage_defects(connection, APP_ROLE)
        await connection.rollback()

    assert [each for each in found if each.startswith(defect)] != []


async def test_no_actor_sees_no_row_of_a_guarded_table(engine: AsyncEngine) -> None:
    """Without an actor, every guarded table looks empty, although two organisations exist."""
    async with open_uow(engine, None) as uow:
        seen = {
            name: await uow.session.scalar(select(func.count()).select_from(table(name))) for name in GUARDED
        }

    assert seen == dict.fromkeys(GUARDED, 0)


async def test_organisation_sees_itself_alone(engine: AsyncEngine, actor: Actor, other_actor: Actor) -> None:
    """Each organisation sees one organisation: its own."""
    for each in (actor, other_actor):
        async with open_uow(engine, each) as uow:
            seen = list((await uow.session.execute(text("SELECT id FROM organisation"))).scalars())
        assert seen == [each.organisation_id]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_isolation ON person",
        "SET ROLE carecoord_owner",
        "UPDATE audit_entry SET tag = 'x:y'",
        "DELETE FROM audit_entry",
        "CREATE TABLE mine (id uuid)",
        "TRUNCATE person",
    ],
)
async def test_application_role_cannot_free_itself(engine: AsyncEngine, actor: Actor, statement: str) -> None:
    """The application role can neither change policies, become the owner, nor rewrite the journal."""
    with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
        async with open_uow(engine, actor) as uow:
            await uow.session.execute(text(statement))


async def test_context_does_not_outlive_its_transaction(engine: AsyncEngine, actor: Actor) -> None:
    """A pooled connection that served an organisation serves nobody's rows to the next user."""
    async with open_uow(engine, actor) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM organisation")) == 1
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM organisation")) == 0
