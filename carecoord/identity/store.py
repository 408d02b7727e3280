"""
All the SQL of identity.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.db.search import folded
from carecoord.identity.domain import Account, ApiToken, Membership, Organisation
from carecoord.identity.tables import AccountRow, ApiTokenRow, MembershipRow, OrganisationRow, SessionRow
from carecoord.kernel.page import PageRequest
from carecoord.kernel.texts import is_storable


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """
    What sign-in needs of an account.

    Args:
        places: organisation and role of each membership, oldest first.
    """

    account: Account
    password_hash: str
    places: list[tuple[UUID, str]]


class FoundSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session with its account; organisation and role are None once the membership is gone."""

    id: UUID
    last_seen_at: datetime
    expires_at: datetime
    account: Account
    organisation_id: UUID | None
    role: str | None


class FoundToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token with what decides whether it still opens anything."""

    expires_at: datetime | None
    revoked_at: datetime | None
    disabled_at: datetime | None
    account_id: UUID
    organisation_id: UUID
    role: str | None


_BY_EMAIL = text("SELECT * FROM carecoord_account_by_email(:email)")
_BY_SESSION = text("SELECT * FROM carecoord_session_by_digest(:digest)")
_BY_TOKEN = text("SELECT * FROM carecoord_api_token_by_digest(:digest)")

_ORGANISATION = [getattr(OrganisationRow, name) for name in Organisation.__struct_fields__]
_TOKEN = [getattr(ApiTokenRow, name) for name in ApiToken.__struct_fields__]


async def credentials_of(session: AsyncSession, email: str) -> Credentials | None:
    """What sign-in needs, by exact address; seen whoever acts."""
    if not is_storable(email):
        return None
    lines = (await session.execute(_BY_EMAIL, {"email": email})).mappings().all()
    if not lines:
        return None
    return Credentials(
        account=_account(lines[0]),
        password_hash=lines[0]["password_hash"],
        places=[(line["organisation_id"], line["role"]) for line in lines if line["organisation_id"]],
    )


async def session_by_digest(session: AsyncSession, digest: bytes) -> FoundSession | None:
    """A session by the digest of its secret; seen whoever acts."""
    line = (await session.execute(_BY_SESSION, {"digest": digest})).mappings().first()
    if line is None:
        return None
    return FoundSession(
        id=line["session_id"],
        last_seen_at=line["last_seen_at"],
        expires_at=line["expires_at"],
        account=_account(line),
        organisation_id=line["organisation_id"],
        role=line["role"],
    )


async def token_by_digest(session: AsyncSession, digest: bytes) -> FoundToken | None:
    """An API token by the digest of its secret; seen whoever acts."""
    line = (await session.execute(_BY_TOKEN, {"digest": digest})).mappings().first()
    if line is None:
        return None
    return FoundToken(**{name: line[name] for name in FoundToken.__struct_fields__})


def _account(line: Any) -> Account:
    return Account(
        id=line["account_id"],
        email=line["email"],
        display_name=line["display_name"],
        disabled_at=line["disabled_at"],
    )


async def add_organisation(session: AsyncSession, organisation: Organisation) -> None:
    """Insert an organisation; the unit of work acts for it already."""
    await session.execute(insert(OrganisationRow).values(msgspec.structs.asdict(organisation)))


async def organisation(session: AsyncSession, organisation_id: UUID) -> Organisation | None:
    """An organisation that the acting account or organisation reaches."""
    line = (
        await session.execute(select(*_ORGANISATION).where(OrganisationRow.id == organisation_id))
    ).first()
    return Organisation(**line._mapping) if line else None


async def change_organisation(session: AsyncSession, organisation_id: UUID, values: dict[str, Any]) -> None:
    """Give an organisation other values."""
    await session.execute(update(OrganisationRow).where(OrganisationRow.id == organisation_id).values(values))


async def add_account(session: AsyncSession, account: Account, password_hash: str) -> None:
    """
    Insert an account.

    Nothing is read back: a new account is not yet seen by anybody.
    """
    await session.execute(
        insert(AccountRow).values(**msgspec.structs.asdict(account), password_hash=password_hash).inline()
    )


async def account(session: AsyncSession, account_id: UUID) -> Account | None:
    """An account that is seen by whoever acts."""
    line = (
        await session.execute(
            select(AccountRow.id, AccountRow.email, AccountRow.display_name, AccountRow.disabled_at).where(
                AccountRow.id == account_id
            )
        )
    ).first()
    return Account(**line._mapping) if line else None


async def set_password_hash(session: AsyncSession, account_id: UUID, password_hash: str) -> None:
    """Replace the hash of an account's password."""
    await session.execute(
        update(AccountRow).where(AccountRow.id == account_id).values(password_hash=password_hash)
    )


async def add_membership(
    session: AsyncSession, *, membership_id: UUID, account_id: UUID, organisation_id: UUID, role: str
) -> None:
    """Insert a membership of the acting organisation."""
    await session.execute(
        insert(MembershipRow).values(
            id=membership_id, account_id=account_id, organisation_id=organisation_id, role=role
        )
    )


_MEMBERSHIP = (
    select(
        MembershipRow.id,
        MembershipRow.account_id,
        MembershipRow.organisation_id,
        MembershipRow.role,
        AccountRow.email,
        AccountRow.display_name,
        OrganisationRow.name.label("organisation_name"),
        OrganisationRow.kind.label("organisation_kind"),
    )
    .join(AccountRow, AccountRow.id == MembershipRow.account_id)
    .join(OrganisationRow, OrganisationRow.id == MembershipRow.organisation_id)
)


async def memberships_of_account(session: AsyncSession, account_id: UUID) -> list[Membership]:
    """Where an account may work, by name of organisation."""
    lines = await session.execute(
        _MEMBERSHIP.where(MembershipRow.account_id == account_id).order_by(
            folded(OrganisationRow.name), MembershipRow.id
        )
    )
    return [Membership(**line._mapping) for line in lines]


async def members_of_organisation(
    session: AsyncSession, organisation_id: UUID, page: PageRequest
) -> tuple[list[Membership], int]:
    """Who may work in an organisation, by name, and how many they are."""
    belongs = MembershipRow.organisation_id == organisation_id
    total = await session.scalar(select(func.count()).select_from(MembershipRow).where(belongs))
    lines = await session.execute(
        _MEMBERSHIP.where(belongs)
        .order_by(folded(AccountRow.display_name), MembershipRow.id)
        .limit(page.size)
        .offset(page.offset)
    )
    return [Membership(**line._mapping) for line in lines], total or 0


async def display_names(
    session: AsyncSession, organisation_id: UUID, account_ids: Collection[UUID]
) -> dict[UUID, str]:
    """Account -> name shown, of members of one organisation."""
    rows = await session.execute(
        select(AccountRow.id, AccountRow.display_name)
        .join(MembershipRow, MembershipRow.account_id == AccountRow.id)
        .where(MembershipRow.organisation_id == organisation_id, AccountRow.id.in_(account_ids))
    )
    return {row.id: row.display_name for row in rows}


async def add_session(session: AsyncSession, values: dict[str, Any]) -> None:
    """Insert a session of the acting account."""
    await session.execute(insert(SessionRow).values(values))


async def touch_session(session: AsyncSession, session_id: UUID, seen_at: datetime) -> None:
    """Note that a session is in use."""
    await session.execute(update(SessionRow).where(SessionRow.id == session_id).values(last_seen_at=seen_at))


async def point_session(session: AsyncSession, session_id: UUID, organisation_id: UUID) -> bool:
    """Let a session work in another organisation; False when there is no such session."""
    changed = await session.execute(
        update(SessionRow)
        .where(SessionRow.id == session_id)
        .values(organisation_id=organisation_id)
        .returning(SessionRow.id)
    )
    return changed.first() is not None


async def drop_session(session: AsyncSession, session_id: UUID) -> None:
    """Delete one session of the acting account."""
    await session.execute(delete(SessionRow).where(SessionRow.id == session_id))


async def drop_ended_sessions(session: AsyncSession, account_id: UUID, now: datetime) -> None:
    """Delete the sessions of the acting account that can no longer be used."""
    await session.execute(
        delete(SessionRow).where(SessionRow.account_id == account_id, SessionRow.expires_at <= now)
    )


async def add_token(session: AsyncSession, token: ApiToken, digest: bytes) -> None:
    """Insert an API token of the acting organisation."""
    await session.execute(insert(ApiTokenRow).values(**msgspec.structs.asdict(token), digest=digest))


async def tokens(session: AsyncSession) -> list[ApiToken]:
    """Tokens of the acting organisation, newest first."""
    lines = await session.execute(select(*_TOKEN).order_by(ApiTokenRow.created_at.desc(), ApiTokenRow.id))
    return [ApiToken(**line._mapping) for line in lines]


async def revoke_token(session: AsyncSession, token_id: UUID, now: datetime) -> bool:
    """End a token; False when there is none, or it has ended already."""
    changed = await session.execute(
        update(ApiTokenRow)
        .where(ApiTokenRow.id == token_id, ApiTokenRow.revoked_at.is_(None))
        .values(revoked_at=bindparam("now", now))
        .returning(ApiTokenRow.id)
    )
    return changed.first() is not None
