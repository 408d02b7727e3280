"""
URLs: driver, TLS option, and the application role derived from the owner's URL.
"""

from __future__ import annotations

from carecoord.db.connect import derived_app_url, derived_password, external_database, scram_verifier
from carecoord.db.engine import asyncpg_url, plain_url
from carecoord.settings import load_settings

OWNER = "postgresql://owner:s%40cret@db.exemple.fr:5433/care?sslmode=require"


def test_url_for_sqlalchemy_and_for_the_driver() -> None:
    """The scheme names the driver, and `sslmode` is spelt as each side wants it."""
    for given in ("postgres://o:p@h/d?sslmode=require", "postgresql+asyncpg://o:p@h/d?ssl=require"):
        assert asyncpg_url(given) == "postgresql+asyncpg://o:p@h/d?ssl=require"
        assert plain_url(given) == "postgresql://o:p@h/d?sslmode=require"


def test_app_url_keeps_the_place_and_changes_the_role() -> None:
    """Same host, port, database and options; other role, other password."""
    password = derived_password(OWNER, "care_app")

    assert derived_app_url(OWNER, "care_app") == (
        f"postgresql://care_app:{password}@db.exemple.fr:5433/care?sslmode=require"
    )


def test_derived_password_depends_on_both_secrets() -> None:
    """It changes with the owner's password and with the role, and with nothing else."""
    here = derived_password(OWNER, "care_app")

    assert derived_password("postgresql://other:s%40cret@elsewhere/d", "care_app") == here
    assert derived_password(OWNER.replace("s%40cret", "secret"), "care_app") != here
    assert derived_password(OWNER, "other_app") != here


def test_given_app_url_is_taken_as_it_is() -> None:
    """With both URLs given, nothing is derived."""
    settings = load_settings(
        {"CARECOORD_DATABASE_URL": OWNER, "CARECOORD_APP_DATABASE_URL": "postgresql://app:pw@db/care"}
    )
    found = external_database(settings, OWNER)

    assert (found.app_url, found.app_role) == ("postgresql://app:pw@db/care", "app")


def test_verifier_has_the_form_postgresql_stores() -> None:
    """`SCRAM-SHA-256$<rounds>:<salt>$<stored key>:<server key>`, salted anew each time."""
    first, second = scram_verifier("secret"), scram_verifier("secret")

    assert first.startswith("SCRAM-SHA-256$4096:")
    assert (first.count("$"), first.count(":")) == (2, 2)
    assert first != second
