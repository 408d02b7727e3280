"""
Use cases of identity: set up an organisation, sign in and out, work with tokens.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity import store
from carecoord.identity.domain import (
    Account,
    AddMembership,
    ApiToken,
    CreateAccount,
    CreateOrganisation,
    IssuedToken,
    IssueToken,
    Membership,
    OpenedSession,
    Organisation,
    SessionLimits,
    SignedIn,
    SignIn,
    UpdateOrganisation,
)
from carecoord.identity.passwords import hash_password, needs_rehash, password_fits
from carecoord.identity.permissions import ORGANISATION_WRITE, TOKEN_WRITE, actor_of, system_actor
from carecoord.identity.rules import (
    account_defects,
    normal_email,
    normal_organisation,
    organisation_defects,
    role_defects,
    token_defects,
)
from carecoord.identity.tokens import (
    digest_of,
    is_plausible,
    new_secret,
    new_token_secret,
    session_is_over,
)
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Invalid, NotFound, Refused
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest, PageResult

SEEN_EVERY_S = 60
"""How often the use of a session is written down: a page must not cost a write each time."""


async def create_organisation(uow: UnitOfWork, command: CreateOrganisation) -> Organisation:
    """
    Create an organisation; the unit of work then acts for it, as the system.

    For commands and generators: no page and no program reaches this.

    Raises:
        Invalid: name, kind, commune or SIRET are wrong.
        Conflict: an organisation has this identifier already.
    """
    values = msgspec.structs.asdict(command)
    organisation = Organisation(**{**values, "id": command.id or new_id()})
    if defects := organisation_defects(organisation):
        raise Invalid(defects)
    organisation = normal_organisation(organisation)
    await uow.act_as(system_actor(organisation.id))
    if await store.organisation(uow.session, organisation.id) is not None:
        raise Conflict("organisation_exists", "the organisation exists already")
    await store.add_organisation(uow.session, organisation)
    record(uow, Tag.ORGANISATION_CREATED, organisation.id, {"kind": organisation.kind})
    return organisation


async def get_organisation(uow: UnitOfWork, actor: Actor) -> Organisation:
    """
    The organisation for which the actor acts.

    Raises:
        NotFound: it is gone.
    """
    found = await store.organisation(uow.session, actor.organisation_id)
    if found is None:
        raise NotFound("organisation_unknown", "no such organisation")
    return found


async def update_organisation(uow: UnitOfWork, actor: Actor, command: UpdateOrganisation) -> Organisation:
    """
    Change the organisation for which the actor acts.

    Whether overrides name thresholds and prices that exist is for the caller to judge:
    this feature does not know the planner.

    Raises:
        Refused: the actor lacks `organisation:write`.
        Invalid: name, commune or SIRET are wrong.
    """
    actor.require(ORGANISATION_WRITE)
    before = await get_organisation(uow, actor)
    given = {
        name: value for name, value in msgspec.structs.asdict(command).items() if value is not msgspec.UNSET
    }
    after = msgspec.structs.replace(before, **given)
    if defects := organisation_defects(after):
        raise Invalid(defects)
    after = normal_organisation(after)
    if after != before:
        await store.change_organisation(uow.session, actor.organisation_id, msgspec.structs.asdict(after))
        record(uow, Tag.ORGANISATION_CHANGED, after.id, {"fields": sorted(given)})
    return after


async def create_account(uow: UnitOfWork, actor: Actor, command: CreateAccount) -> Account:
    """
    Create an account that belongs to the actor's organisation.

    Raises:
        Refused: the actor lacks `organisation:write`.
        Invalid: address, name, password or role are wrong, all told.
        Conflict: an account has this address already; `add_membership` lets it in.
    """
    actor.require(ORGANISATION_WRITE)
    if defects := account_defects(command):
        raise Invalid(defects)
    email = normal_email(command.email)
    if await store.credentials_of(uow.session, email) is not None:
        raise Conflict("email_taken", "an account has this e-mail address already")
    account = Account(id=new_id(), email=email, display_name=command.display_name.strip())
    await store.add_account(uow.session, account, await hash_password(command.password))
    await store.add_membership(
        uow.session,
        membership_id=new_id(),
        account_id=account.id,
        organisation_id=actor.organisation_id,
        role=command.role,
    )
    record(uow, Tag.ACCOUNT_CREATED, account.id, {"role": command.role})
    return account


async def add_membership(uow: UnitOfWork, actor: Actor, command: AddMembership) -> Account:
    """
    Let an account that exists already into the actor's organisation.

    Raises:
        Refused: the actor lacks `organisation:write`.
        Invalid: the role is unknown.
        NotFound: no account has this address.
        Conflict: it belongs to the organisation already.
    """
    actor.require(ORGANISATION_WRITE)
    if defects := role_defects(command.role):
        raise Invalid(defects)
    known = await store.credentials_of(uow.session, normal_email(command.email))
    if known is None:
        raise NotFound("account_unknown", "no account has this e-mail address")
    if any(place == actor.organisation_id for place, _ in known.places):
        raise Conflict("already_member", "the account belongs to the organisation already")
    await store.add_membership(
        uow.session,
        membership_id=new_id(),
        account_id=known.account.id,
        organisation_id=actor.organisation_id,
        role=command.role,
    )
    record(uow, Tag.MEMBERSHIP_ADDED, known.account.id, {"role": command.role})
    return known.account


async def list_memberships(uow: UnitOfWork, actor: Actor) -> list[Membership]:
    """The organisations in which the actor's own account may work; none for the system."""
    if actor.account_id is None:
        return []
    return await store.memberships_of_account(uow.session, actor.account_id)


async def list_members(uow: UnitOfWork, actor: Actor, page: PageRequest) -> PageResult[Membership]:
    """
    Who may work in the actor's organisation.

    Raises:
        Refused: the actor lacks `organisation:write`.
    """
    actor.require(ORGANISATION_WRITE)
    items, total = await store.members_of_organisation(uow.session, actor.organisation_id, page)
    return PageResult(items=items, total=total, page=page.page, size=page.size)


async def display_names(uow: UnitOfWork, actor: Actor, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """How some members of the actor's organisation are called; unknown accounts are left out."""
    return await store.display_names(uow.session, actor.organisation_id, account_ids) if account_ids else {}


async def sign_in(uow: UnitOfWork, command: SignIn, limits: SessionLimits) -> OpenedSession:
    """
    Open a session for whoever knows the address and the password of an account.

    The unit of work has no actor. The answer takes as long, and says the same, whether
    the account does not exist, is disabled, or has another password.

    Raises:
        Refused: `sign_in_failed`, or `no_membership` when the account works nowhere.
    """
    known = await store.credentials_of(uow.session, normal_email(command.email))
    fits = await password_fits(known.password_hash if known else None, command.password)
    if known is None or not fits or known.account.disabled_at is not None:
        raise Refused("sign_in_failed", "e-mail address or password is wrong")
    if not known.places:
        raise Refused("no_membership", "the account belongs to no organisation")
    account_id = known.account.id
    organisation_id, role = known.places[0]
    await uow.act_as(actor_of(organisation_id=organisation_id, account_id=account_id, role=role))
    if needs_rehash(known.password_hash):
        await store.set_password_hash(uow.session, account_id, await hash_password(command.password))
    await store.drop_ended_sessions(uow.session, account_id, uow.now)
    opened = OpenedSession(
        secret=new_secret(),
        session_id=new_id(),
        expires_at=uow.now + timedelta(seconds=limits.lifetime_s),
    )
    await store.add_session(
        uow.session,
        {
            "id": opened.session_id,
            "digest": digest_of(opened.secret),
            "account_id": account_id,
            "organisation_id": organisation_id,
            "created_at": uow.now,
            "last_seen_at": uow.now,
            "expires_at": opened.expires_at,
        },
    )
    record(uow, Tag.SESSION_OPENED, account_id)
    return opened


async def open_session(uow: UnitOfWork, secret: str, limits: SessionLimits) -> SignedIn | None:
    """
    Who is behind a session cookie; None when it opens nothing, for whatever reason.

    The unit of work then acts as that person.
    """
    if not is_plausible(secret):
        return None
    found = await store.session_by_digest(uow.session, digest_of(secret))
    if found is None or found.account.disabled_at is not None:
        return None
    if found.organisation_id is None or found.role is None:
        return None
    if session_is_over(
        last_seen_at=found.last_seen_at, expires_at=found.expires_at, now=uow.now, limits=limits
    ):
        return None
    actor = actor_of(organisation_id=found.organisation_id, account_id=found.account.id, role=found.role)
    await uow.act_as(actor)
    if uow.now - found.last_seen_at >= timedelta(seconds=SEEN_EVERY_S):
        await store.touch_session(uow.session, found.id, uow.now)
    organisation = await store.organisation(uow.session, actor.organisation_id)
    if organisation is None:
        return None
    return SignedIn(actor=actor, account=found.account, organisation=organisation, session_id=found.id)


async def sign_out(uow: UnitOfWork, actor: Actor, session_id: UUID) -> None:
    """End a session of the actor's own account; ending it twice is harmless."""
    await store.drop_session(uow.session, session_id)
    record(uow, Tag.SESSION_CLOSED, actor.account_id)


async def change_organisation(
    uow: UnitOfWork, actor: Actor, session_id: UUID, organisation_id: UUID
) -> Actor:
    """
    Let a session work in another organisation of the same account.

    Returns the actor that the account is there; the unit of work acts as it from now on.

    Raises:
        NotFound: no such session, or the account does not belong to that organisation.
    """
    places = {place.organisation_id: place.role for place in await list_memberships(uow, actor)}
    if actor.account_id is None or organisation_id not in places:
        raise NotFound("organisation_unknown", "no such organisation")
    if not await store.point_session(uow.session, session_id, organisation_id):
        raise NotFound("session_unknown", "no such session")
    there = actor_of(
        organisation_id=organisation_id, account_id=actor.account_id, role=places[organisation_id]
    )
    await uow.act_as(there)
    return there


async def issue_api_token(uow: UnitOfWork, actor: Actor, command: IssueToken) -> IssuedToken:
    """
    Issue a bearer token with the rights of the actor's own account in this organisation.

    Raises:
        Refused: the actor lacks `token:write`, or is no account.
        Invalid: no label, or an end in the past.
    """
    actor.require(TOKEN_WRITE)
    if actor.account_id is None:
        raise Refused("account_missing", "a token belongs to an account")
    if defects := token_defects(command, uow.now):
        raise Invalid(defects)
    secret = new_token_secret()
    token = ApiToken(
        id=new_id(),
        label=command.label.strip(),
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        created_at=uow.now,
        expires_at=command.expires_at,
    )
    await store.add_token(uow.session, token, digest_of(secret))
    record(uow, Tag.TOKEN_ISSUED, token.id)
    return IssuedToken(token=token, secret=secret)


async def list_api_tokens(uow: UnitOfWork, actor: Actor) -> list[ApiToken]:
    """
    Tokens of the organisation, newest first, without their secrets.

    Raises:
        Refused: the actor lacks `token:write`.
    """
    actor.require(TOKEN_WRITE)
    return await store.tokens(uow.session)


async def revoke_api_token(uow: UnitOfWork, actor: Actor, token_id: UUID) -> None:
    """
    End a token at once.

    Raises:
        Refused: the actor lacks `token:write`.
        NotFound: no such token, or it has ended already.
    """
    actor.require(TOKEN_WRITE)
    if not await store.revoke_token(uow.session, token_id, uow.now):
        raise NotFound("token_unknown", "no such token")
    record(uow, Tag.TOKEN_REVOKED, token_id)


async def actor_for_token(uow: UnitOfWork, secret: str) -> Actor | None:
    """
    The actor behind a bearer token; None when it opens nothing, for whatever reason.

    The unit of work then acts as it.
    """
    if not is_plausible(secret):
        return None
    found = await store.token_by_digest(uow.session, digest_of(secret))
    if found is None or found.role is None or found.disabled_at or found.revoked_at:
        return None
    if found.expires_at is not None and found.expires_at <= uow.now:
        return None
    actor = actor_of(organisation_id=found.organisation_id, account_id=found.account_id, role=found.role)
    await uow.act_as(actor)
    return actor
