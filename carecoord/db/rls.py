"""
Row-level security: the policy of each table, and the check that none is missing.

Every table is either guarded, with a forced policy, or global, with a reason. What the
models declare, `migrations/policies/<table>.sql` holds, and the check compares both with
the live catalogue.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from carecoord.db.base import ALL_RIGHTS, TENANT_RULE, Base, GlobalRow, GuardedRow, TenantRow

POLICY = "tenant_isolation"

TENANT_RULE_AS_SHOWN = (
    "(organisation_id = (NULLIF(current_setting('carecoord.organisation_id'::text, true), ''::text))::uuid)"
)
"""`TENANT_RULE` in the catalogue's own spelling."""

FOREIGN_TABLES: dict[str, str] = {
    "alembic_version": "number of the schema; no personal data, closed to the application role",
    "pgqueuer": "queue of jobs: payloads hold identifiers only, workers serve all organisations",
    "pgqueuer_log": "history of the queue: identifiers only",
    "pgqueuer_schedules": "periodic jobs of the system",
    "pgqueuer_statistics": "counts of jobs",
}
"""Global tables that are not ours, each with the reason why it may be global."""

FOREIGN_RIGHTS: dict[str, tuple[str, ...]] = {"alembic_version": ("SELECT",)}


class TableRule(msgspec.Struct, frozen=True, kw_only=True):
    """
    Who reaches the rows of one table.

    Args:
        reason: why it is global; None for a guarded table.
        using: condition on the rows that are seen.
        check: condition on the rows that are written.
        has_organisation: whether it must have a column `organisation_id` that is never null.
        rights: what the application role may do.
    """

    table: str
    reason: str | None = None
    using: str = ""
    check: str = ""
    has_organisation: bool = False
    rights: tuple[str, ...] = ALL_RIGHTS


def declared_rules() -> dict[str, TableRule]:
    """
    The rule of every table, from the models and from `FOREIGN_TABLES`.

    Raises:
        TypeError: a model is neither a `TenantRow` nor a `GlobalRow` with a reason.
    """
    rules = {
        name: TableRule(table=name, reason=reason, rights=FOREIGN_RIGHTS.get(name, ALL_RIGHTS))
        for name, reason in FOREIGN_TABLES.items()
    }
    for mapper in Base.registry.mappers:
        rule = _rule_of(mapper.class_, str(mapper.local_table.name))  # type: ignore[attr-defined] # a Table here
        rules[rule.table] = rule
    unmapped = set(Base.metadata.tables) - set(rules)
    if unmapped:
        raise TypeError(f"tables without a class, hence without a rule: {', '.join(sorted(unmapped))}")
    return rules


def _rule_of(row: type[Any], table: str) -> TableRule:
    if issubclass(row, GuardedRow):
        return TableRule(
            table=table,
            using=row.__rls_using__,
            check=row.__rls_check__ or row.__rls_using__,
            has_organisation=issubclass(row, TenantRow),
            rights=row.__rights__,
        )
    reason = getattr(row, "__global_reason__", "")
    if issubclass(row, GlobalRow) and reason:
        return TableRule(table=table, reason=reason, rights=row.__rights__)
    raise TypeError(f"{row.__name__} must be a TenantRow, a GuardedRow, or a GlobalRow that says why")


def policy_sql(rule: TableRule) -> list[str]:
    """Statements that force the policy of a guarded table; they may be run again."""
    return [
        f"ALTER TABLE {rule.table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {rule.table} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {rule.table}",
        f"CREATE POLICY {POLICY} ON {rule.table}\n    USING ({rule.using})\n    WITH CHECK ({rule.check})",
    ]


def policy_file(rule: TableRule) -> str:
    """Text of `migrations/policies/<table>.sql`."""
    statements = ";\n".join(policy_sql(rule))
    return f"-- Who reaches the rows of {rule.table}.\n{statements};\n"


def rights_sql(rule: TableRule, role: str) -> list[str]:
    """Statements that give the application role exactly the rights declared."""
    return [
        f"REVOKE ALL ON {rule.table} FROM {role}",
        f"GRANT {', '.join(rule.rights)} ON {rule.table} TO {role}",
    ]


async def grant_rights(connection: AsyncConnection, role: str) -> None:
    """
    Give the application role its rights on every table that exists, and nothing more.

    Run as the owner after each migration.
    """
    existing = set((await connection.execute(text(_TABLES))).scalars())
    rules = declared_rules()
    statements = [f"GRANT USAGE ON SCHEMA public TO {role}"]
    for name in sorted(existing & set(rules)):
        statements += rights_sql(rules[name], role)
    statements.append(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
    statements.append(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}")
    for view in (await connection.execute(text(_VIEWS))).mappings():
        statements.append(f"GRANT SELECT ON {view['name']} TO {role}")
    for statement in statements:
        await connection.execute(text(statement))


async def coverage_defects(connection: AsyncConnection, role: str) -> list[str]:
    """
    Everything by which one organisation could reach another's rows, in English.

    Args:
        connection: any role that may read the catalogue.
        role: the application role.
    """
    return [
        *await _table_defects(connection, role),
        *await _view_and_function_defects(connection),
        *await _role_defects(connection, role),
    ]


async def _table_defects(connection: AsyncConnection, role: str) -> list[str]:
    rules = declared_rules()
    defects: list[str] = []
    for row in (await connection.execute(text(_CATALOGUE), {"role": role})).mappings():
        rule = rules.get(row["name"])
        if rule is None:
            defects.append(f"table {row['name']}: neither guarded nor global with a reason")
        elif rule.reason is None:
            defects += [f"table {rule.table}: {defect}" for defect in _guard_defects(rule, dict(row))]
        if row["owned_by_role"]:
            defects.append(f"table {row['name']}: owned by {role}, which could switch its policy off")
    return defects


async def _view_and_function_defects(connection: AsyncConnection) -> list[str]:
    defects = [
        f"view {view['name']}: lacks security_invoker, so it would bypass the policies"
        for view in (await connection.execute(text(_VIEWS))).mappings()
        if not view["is_invoker"]
    ]
    for function in (await connection.execute(text(_FUNCTIONS))).mappings():
        if not function["has_path"]:
            defects.append(f"function {function['name']}: runs as the owner without a fixed search_path")
        if function["is_public"]:
            defects.append(f"function {function['name']}: runs as the owner and anybody may call it")
    return defects


async def _role_defects(connection: AsyncConnection, role: str) -> list[str]:
    state = (await connection.execute(text(_ROLE), {"role": role})).mappings().first()
    if state is None:
        return [f"role {role}: does not exist"]
    if state["is_super"] or state["bypasses"] or state["owns_more"]:
        return [f"role {role}: superuser, BYPASSRLS or member of the owner's role"]
    return []


def _guard_defects(rule: TableRule, live: dict[str, Any]) -> list[str]:
    defects = []
    if not live["is_enabled"] or not live["is_forced"]:
        defects.append("row-level security is not enabled and forced")
    if live["policies"] != [POLICY]:
        defects.append(f"its policies are {live['policies']}, not [{POLICY!r}]")
    if rule.using == TENANT_RULE and live["conditions"] not in ([TENANT_RULE_AS_SHOWN] * 2, []):
        defects.append(f"its policy is not the one declared, but {live['conditions']}")
    if rule.has_organisation and not live["has_organisation"]:
        defects.append("no column organisation_id that is NOT NULL")
    return defects


_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""

_CATALOGUE = """
SELECT c.relname AS name, c.relrowsecurity AS is_enabled, c.relforcerowsecurity AS is_forced,
       pg_get_userbyid(c.relowner) = :role AS owned_by_role,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies,
       ARRAY(SELECT unnest(ARRAY[pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)])
             FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant_isolation') AS conditions,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
               AND a.attname = 'organisation_id' AND a.attnotnull) AS has_organisation
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
ORDER BY c.relname
"""

_VIEWS = """
SELECT c.relname AS name,
       c.relkind = 'v' AND coalesce(c.reloptions @> ARRAY['security_invoker=true'], false) AS is_invoker
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
ORDER BY c.relname
"""

_FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name,
       EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c LIKE 'search_path=%') AS has_path,
       p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0) AS is_public
FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
ORDER BY 1
"""

_ROLE = """
SELECT r.rolsuper AS is_super, r.rolbypassrls AS bypasses,
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
               AND c.relkind IN ('r', 'p') AND pg_has_role(r.oid, c.relowner, 'MEMBER')) AS owns_more
FROM pg_roles r WHERE r.rolname = :role
"""
