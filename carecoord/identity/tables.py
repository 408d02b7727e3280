"""
Rows of identity: organisations, accounts, memberships, sessions, API tokens.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from carecoord.db.base import (
    CURRENT_ACCOUNT,
    CURRENT_ORGANISATION,
    TENANT_RULE,
    Base,
    DatedRow,
    GuardedRow,
    IdRow,
)

# Sign-in happens before any organisation is known. It goes through the functions of
# `migrations/functions/identity.sql`, which run as the owner of the tables: only there is
# this true, so the application role can look one account up but never list them.
OWNER_ONLY = (
    "EXISTS (SELECT FROM pg_class c WHERE c.oid = '{table}'::regclass"
    " AND pg_get_userbyid(c.relowner) = current_user)"
)


class OrganisationRow(Base, IdRow, DatedRow, GuardedRow):
    """A CCAS, a CIAS or a provider: seen by itself and by the accounts that belong to it."""

    __rls_using__ = (
        f"id = {CURRENT_ORGANISATION} OR id IN"  # noqa: S608 - constants of ours
        f" (SELECT m.organisation_id FROM membership m WHERE m.account_id = {CURRENT_ACCOUNT})"
    )
    __rls_check__ = f"id = {CURRENT_ORGANISATION}"
    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind in ('ccas', 'cias', 'provider')", name="kind"),
        CheckConstraint("legal_form in ('association', 'public', 'mutual', 'company')", name="legal_form"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    siret: Mapped[str | None] = mapped_column(String(14))
    insee: Mapped[str] = mapped_column(String(5))
    legal_form: Mapped[str | None] = mapped_column(String(16))
    regime: Mapped[str | None] = mapped_column(String(32))
    # Thresholds changed by the employer's own agreement: field of Regime -> value.
    regime_overrides: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    # Prices of soft terms changed by the organisation: field of Weights -> cents.
    weight_overrides: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class AccountRow(Base, IdRow, DatedRow, GuardedRow):
    """Somebody who signs in: seen by itself and by the organisations it belongs to."""

    __rls_using__ = (
        f"id = {CURRENT_ACCOUNT} OR id IN"  # noqa: S608 - made of constants
        f" (SELECT m.account_id FROM membership m WHERE m.{TENANT_RULE})"
        f" OR {OWNER_ONLY.format(table='account')}"
    )
    # An account is made before its first membership, so its insertion cannot depend on one.
    __rls_check__ = "true"
    __rights__ = ("SELECT", "INSERT", "UPDATE")
    __tablename__ = "account"

    email: Mapped[str] = mapped_column(Text, unique=True)  # lower case
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MembershipRow(Base, IdRow, DatedRow, GuardedRow):
    """What an account may do in an organisation; an account sees all of its own."""

    __rls_using__ = (
        f"{TENANT_RULE} OR account_id = {CURRENT_ACCOUNT} OR {OWNER_ONLY.format(table='membership')}"
    )
    __rls_check__ = TENANT_RULE
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(32))


class SessionRow(Base, IdRow, GuardedRow):
    """A browser session, seen by its account; only the digest of its secret is kept."""

    __rls_using__ = f"account_id = {CURRENT_ACCOUNT} OR {OWNER_ONLY.format(table='session')}"
    __rls_check__ = f"account_id = {CURRENT_ACCOUNT}"
    __tablename__ = "session"

    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class ApiTokenRow(Base, IdRow, DatedRow, GuardedRow):
    """A bearer token for a program, seen by its organisation; only its digest is kept."""

    __rls_using__ = f"{TENANT_RULE} OR {OWNER_ONLY.format(table='api_token')}"
    __rls_check__ = TENANT_RULE
    __rights__ = ("SELECT", "INSERT", "UPDATE")
    __tablename__ = "api_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    label: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
