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
    GlobalRow,
    GuardedRow,
    IdRow,
)


class OrganisationRow(Base, IdRow, DatedRow, GuardedRow):
    """A CCAS, a CIAS or a provider: seen by itself and by the accounts that belong to it."""

    __rls_using__ = (
        f"id = {CURRENT_ORGANISATION} OR id IN"  # noqa: S608 - constants of ours
        f" (SELECT m.organisation_id FROM membership m WHERE m.account_id = {CURRENT_ACCOUNT})"
    )
    __rls_check__ = f"id = {CURRENT_ORGANISATION}"
    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("kind in ('ccas', 'cias', 'provider')", name="kind"),)

    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(Text)
    siret: Mapped[str | None] = mapped_column(String(14))
    insee: Mapped[str] = mapped_column(String(5))
    regime: Mapped[str | None] = mapped_column(String(32))
    # Thresholds changed by the employer's own agreement: field of Regime -> value.
    regime_overrides: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    # Prices of soft terms changed by the organisation: field of Weights -> cents.
    weight_overrides: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")


class AccountRow(Base, IdRow, DatedRow, GlobalRow):
    """Somebody who signs in, in one or several organisations."""

    __global_reason__ = "sign-in looks an account up before any organisation is known"
    __tablename__ = "account"

    email: Mapped[str] = mapped_column(Text, unique=True)  # lower case
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class MembershipRow(Base, IdRow, DatedRow, GuardedRow):
    """What an account may do in an organisation; an account sees all of its own."""

    __rls_using__ = f"{TENANT_RULE} OR account_id = {CURRENT_ACCOUNT}"
    __rls_check__ = TENANT_RULE
    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "organisation_id"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(32))


class SessionRow(Base, IdRow, GlobalRow):
    """A browser session; only the digest of its secret is kept."""

    __global_reason__ = "found by the digest of a secret before any organisation is known"
    __tablename__ = "session"

    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


class ApiTokenRow(Base, IdRow, DatedRow, GlobalRow):
    """A bearer token for a program; only its digest is kept."""

    __global_reason__ = "found by the digest of a secret before any organisation is known"
    __tablename__ = "api_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    label: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
