"""
Constraint -> domain error; rules of rows.
"""

from __future__ import annotations

import pytest
from sqlalchemy.orm.exc import StaleDataError

from carecoord.db.base import GlobalRow, GuardedRow, TenantRow
from carecoord.db.errors import Broken, domain_error, register_constraints
from carecoord.db.rls import TableRule, policy_sql, rights_sql
from carecoord.kernel.errors import Conflict


def test_same_declaration_twice_is_harmless_another_is_refused() -> None:
    """A constraint has one meaning."""
    broken = Broken(code="reference_taken", why="this reference exists")
    register_constraints({"uq_test_reference": broken})
    register_constraints({"uq_test_reference": broken})

    with pytest.raises(ValueError, match="uq_test_reference"):
        register_constraints({"uq_test_reference": Broken(code="other", why="other")})


def test_stale_row_is_a_conflict() -> None:
    """An update of a row that changed meanwhile is a conflict."""
    error = domain_error(StaleDataError("changed"))

    assert isinstance(error, Conflict)
    assert error.code == "changed_meanwhile"


def test_other_errors_are_bugs() -> None:
    """What is not the database's is not translated."""
    assert domain_error(ValueError("bug")) is None


def test_policy_is_enabled_forced_and_replaced() -> None:
    """The statements may be run again and leave one policy with both conditions."""
    rule = TableRule(table="person", using="a = 1", check="b = 2")

    assert policy_sql(rule) == [
        "ALTER TABLE person ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE person FORCE ROW LEVEL SECURITY",
        "DROP POLICY IF EXISTS tenant_isolation ON person",
        "CREATE POLICY tenant_isolation ON person\n    USING (a = 1)\n    WITH CHECK (b = 2)",
    ]


def test_rights_are_exactly_those_declared() -> None:
    """Whatever was granted before is taken back first."""
    rule = TableRule(table="audit_entry", rights=("SELECT", "INSERT"))

    assert rights_sql(rule, "app") == [
        "REVOKE ALL ON audit_entry FROM app",
        "GRANT SELECT, INSERT ON audit_entry TO app",
    ]


def test_tenant_rows_are_guarded_and_global_rows_are_not() -> None:
    """The two kinds of rows are disjoint."""
    assert issubclass(TenantRow, GuardedRow)
    assert not issubclass(GlobalRow, GuardedRow)
