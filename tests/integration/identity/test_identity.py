"""
Organisations, accounts, sessions and tokens, on a real database.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from builders.identity import PASSWORD, an_account, an_organisation
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted

from carecoord.audit.tables import AuditRow
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.domain import (
    AddMembership,
    IssuedToken,
    IssueToken,
    OpenedSession,
    SessionLimits,
    SignIn,
    UpdateOrganisation,
)
from carecoord.identity.passwords import needs_rehash
from carecoord.identity.permissions import ROLES, actor_of
from carecoord.identity.service import (
    actor_for_token,
    add_membership,
    change_organisation,
    create_account,
    create_organisation,
    get_organisation,
    issue_api_token,
    list_api_tokens,
    list_members,
    list_memberships,
    open_session,
    revoke_api_token,
    sign_in,
    sign_out,
    update_organisation,
)
from carecoord.identity.tables import AccountRow, ApiTokenRow, SessionRow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid, NotFound, Refused
from carecoord.kernel.page import PageRequest

LIMITS = SessionLimits(idle_s=3600, lifetime_s=24 * 3600)
EMAIL = "nadia.meziane@exemple.fr"


@pytest.fixture
async def account_id(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """A coordinator of the first organisation, whose password is `PASSWORD`."""
    async with open_uow(engine, actor, clock=clock) as uow:
        return (await create_account(uow, actor, an_account())).id


async def signed_in(engine: AsyncEngine, clock: FixedClock) -> OpenedSession:
    """A session of that coordinator."""
    async with open_uow(engine, None, clock=clock) as uow:
        return await sign_in(uow, SignIn(email=EMAIL, password=PASSWORD), LIMITS)


async def test_new_organisation(engine: AsyncEngine, clock: FixedClock) -> None:
    """An organisation is created before anybody acts for it, and then found by its own actors."""
    async with open_uow(engine, None, clock=clock) as uow:
        made = await create_organisation(uow, an_organisation(siret="35600000000048"))
        await create_account(uow, uow.actor, an_account(role="administrator"))

    async with open_uow(engine, Actor(organisation_id=made.id), clock=clock) as uow:
        assert await get_organisation(uow, uow.actor) == made
        members = await list_members(uow, uow.actor, PageRequest())

    assert (made.name, made.regime) == ("Association Vallée de l'Yerres", "BAD_2941")
    assert [(member.email, member.role) for member in members.items] == [(EMAIL, "administrator")]


async def test_organisation_with_defects(engine: AsyncEngine) -> None:
    """All defects of a new organisation are told at once."""
    async with open_uow(engine, None) as uow:
        with pytest.raises(Invalid) as refused:
            await create_organisation(uow, an_organisation(name=" ", insee="91", siret="1"))

    assert [defect.where for defect in refused.value.defects] == ["name", "insee", "siret"]


async def test_changed_organisation(engine: AsyncEngine, actor: Actor) -> None:
    """What is given changes, what is absent stays; the same again records nothing."""
    agreement = {"span_max_s": 11 * 3600}

    for _ in range(2):
        async with open_uow(engine, actor) as uow:
            command = UpdateOrganisation(siret="356 000 000 00048", regime_overrides=agreement)
            await update_organisation(uow, actor, command)

    async with open_uow(engine, actor) as uow:
        stored = await get_organisation(uow, actor)
        entries = await uow.session.scalar(select(func.count()).select_from(AuditRow))
    assert (stored.name, stored.siret) == ("Association Les Deux Rives", "35600000000048")
    assert stored.regime_overrides == agreement
    assert entries == 1


async def test_organisation_twice(engine: AsyncEngine, actor: Actor) -> None:
    """An identifier that is taken is a conflict."""
    async with open_uow(engine, None) as uow:
        with pytest.raises(Conflict):
            await create_organisation(uow, an_organisation(id=actor.organisation_id))


async def test_account_with_defects(uow: UnitOfWork, actor: Actor) -> None:
    """All defects of a new account are told at once."""
    with pytest.raises(Invalid) as refused:
        await create_account(uow, actor, an_account(email="nadia", password="court", role="chef"))

    assert [defect.code for defect in refused.value.defects] == [
        "email_malformed",
        "password_short",
        "role_unknown",
    ]


async def test_same_address_twice(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, account_id: UUID
) -> None:
    """An address belongs to one account, capitals set aside; another organisation lets it in instead."""
    async with open_uow(engine, other_actor) as uow:
        with pytest.raises(Conflict):
            await create_account(uow, other_actor, an_account(email="Nadia.Meziane@Exemple.FR"))
        added = await add_membership(uow, other_actor, AddMembership(email=EMAIL.upper(), role="agent"))
        with pytest.raises(Conflict):
            await add_membership(uow, other_actor, AddMembership(email=EMAIL, role="agent"))

    assert added.id == account_id


async def test_sign_in(engine: AsyncEngine, actor: Actor, account_id: UUID, clock: FixedClock) -> None:
    """Address and password open a session; its secret tells who is behind a request."""
    opened = await signed_in(engine, clock)

    async with open_uow(engine, None, clock=clock) as uow:
        who = await open_session(uow, opened.secret, LIMITS)

    assert who is not None
    assert (who.account.id, who.account.display_name) == (account_id, "Nadia Meziane")
    assert (who.organisation.id, who.session_id) == (actor.organisation_id, opened.session_id)
    assert (who.actor.role, who.actor.permissions) == ("coordinator", ROLES["coordinator"])


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "un autre mot de passe"), ("x@y.fr", PASSWORD), ("", ""), ("\x00", PASSWORD)],
)
async def test_wrong_sign_in(
    engine: AsyncEngine, account_id: UUID, clock: FixedClock, email: str, password: str
) -> None:
    """A wrong password and an unknown account are told in the same words."""
    async with open_uow(engine, None, clock=clock) as uow:
        with pytest.raises(Refused) as refused:
            await sign_in(uow, SignIn(email=email, password=password), LIMITS)

    assert (refused.value.code, str(refused.value)) == (
        "sign_in_failed",
        "e-mail address or password is wrong",
    )


async def test_disabled_account(
    engine: AsyncEngine, actor: Actor, account_id: UUID, clock: FixedClock
) -> None:
    """A disabled account opens no session, and its open sessions are over."""
    opened = await signed_in(engine, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await uow.session.execute(
            update(AccountRow).where(AccountRow.id == account_id).values(disabled_at=clock.now())
        )

    async with open_uow(engine, None, clock=clock) as uow:
        assert await open_session(uow, opened.secret, LIMITS) is None
        with pytest.raises(Refused) as refused:
            await sign_in(uow, SignIn(email=EMAIL, password=PASSWORD), LIMITS)

    assert refused.value.code == "sign_in_failed"


async def test_weak_hash_is_replaced(
    engine: AsyncEngine, actor: Actor, account_id: UUID, clock: FixedClock
) -> None:
    """A hash with parameters of the past is made anew at sign-in."""
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    async with open_uow(engine, actor, clock=clock) as uow:
        await uow.session.execute(
            update(AccountRow).where(AccountRow.id == account_id).values(password_hash=weak)
        )

    await signed_in(engine, clock)

    async with open_uow(engine, actor, clock=clock) as uow:
        stored = await uow.session.scalar(select(AccountRow.password_hash).where(AccountRow.id == account_id))
    assert stored is not None
    assert not needs_rehash(stored)


async def test_session_in_use_lives_on(engine: AsyncEngine, account_id: UUID, clock: FixedClock) -> None:
    """Used every half-hour a session outlives its idle limit, and ends with its lifetime."""
    opened = await signed_in(engine, clock)

    alive_until = None
    for _ in range(60):
        clock.advance(timedelta(minutes=30))
        async with open_uow(engine, None, clock=clock) as uow:
            if await open_session(uow, opened.secret, LIMITS) is None:
                break
        alive_until = clock.now()

    assert alive_until == opened.expires_at - timedelta(minutes=30)


async def test_session_unused(engine: AsyncEngine, account_id: UUID, clock: FixedClock) -> None:
    """A session unused for an hour is over."""
    opened = await signed_in(engine, clock)
    clock.advance(timedelta(hours=1))

    async with open_uow(engine, None, clock=clock) as uow:
        assert await open_session(uow, opened.secret, LIMITS) is None


async def test_signed_out(engine: AsyncEngine, account_id: UUID, clock: FixedClock) -> None:
    """After signing out the secret opens nothing; signing out twice is harmless."""
    opened = await signed_in(engine, clock)

    for _ in range(2):
        async with open_uow(engine, None, clock=clock) as uow:
            who = await open_session(uow, opened.secret, LIMITS)
            if who is not None:
                await sign_out(uow, who.actor, who.session_id)

    async with open_uow(engine, None, clock=clock) as uow:
        assert await open_session(uow, opened.secret, LIMITS) is None


@pytest.mark.parametrize("secret", ["", "é", "x" * 1000, "inconnu"])
async def test_unknown_secret(engine: AsyncEngine, secret: str) -> None:
    """A cookie or a token that was never issued opens nothing."""
    async with open_uow(engine, None) as uow:
        assert await open_session(uow, secret, LIMITS) is None
        assert await actor_for_token(uow, secret) is None


async def test_other_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, account_id: UUID, clock: FixedClock
) -> None:
    """A session moves to another organisation of the same account, with the role it has there."""
    async with open_uow(engine, other_actor, clock=clock) as uow:
        await add_membership(uow, other_actor, AddMembership(email=EMAIL, role="reader"))
    opened = await signed_in(engine, clock)

    async with open_uow(engine, None, clock=clock) as uow:
        who = await open_session(uow, opened.secret, LIMITS)
        assert who is not None
        places = await list_memberships(uow, who.actor)
        await change_organisation(uow, who.actor, who.session_id, other_actor.organisation_id)

    async with open_uow(engine, None, clock=clock) as uow:
        there = await open_session(uow, opened.secret, LIMITS)
    assert [place.organisation_id for place in places] == [actor.organisation_id, other_actor.organisation_id]
    assert there is not None
    assert (there.actor.organisation_id, there.actor.role) == (other_actor.organisation_id, "reader")


async def test_organisation_of_others(
    engine: AsyncEngine, other_actor: Actor, account_id: UUID, clock: FixedClock
) -> None:
    """A session cannot move to an organisation the account does not belong to."""
    opened = await signed_in(engine, clock)

    async with open_uow(engine, None, clock=clock) as uow:
        who = await open_session(uow, opened.secret, LIMITS)
        assert who is not None
        with pytest.raises(NotFound):
            await change_organisation(uow, who.actor, who.session_id, other_actor.organisation_id)


@pytest.fixture
async def issued(engine: AsyncEngine, actor: Actor, account_id: UUID, clock: FixedClock) -> IssuedToken:
    """A token of the coordinator, for an hour."""
    person = actor_of(organisation_id=actor.organisation_id, account_id=account_id, role="coordinator")
    async with open_uow(engine, person, clock=clock) as uow:
        return await issue_api_token(
            uow, person, IssueToken(label="Paie", expires_at=clock.now() + timedelta(hours=1))
        )


async def test_token(
    engine: AsyncEngine, actor: Actor, account_id: UUID, issued: IssuedToken, clock: FixedClock
) -> None:
    """A token acts as its account in its organisation, and the list never shows its secret."""
    async with open_uow(engine, None, clock=clock) as uow:
        found = await actor_for_token(uow, issued.secret)
        assert found is not None
        tokens = await list_api_tokens(uow, found)

    assert (found.organisation_id, found.account_id) == (actor.organisation_id, account_id)
    assert found.permissions == ROLES["coordinator"]
    assert tokens == [issued.token]


async def test_ended_token(engine: AsyncEngine, issued: IssuedToken, clock: FixedClock) -> None:
    """A token ends with its date."""
    clock.advance(timedelta(hours=1))

    async with open_uow(engine, None, clock=clock) as uow:
        assert await actor_for_token(uow, issued.secret) is None


async def test_revoked_token(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, issued: IssuedToken, clock: FixedClock
) -> None:
    """A token is revoked by its own organisation only, once, and then opens nothing."""
    async with open_uow(engine, other_actor, clock=clock) as uow:
        with pytest.raises(NotFound):
            await revoke_api_token(uow, other_actor, issued.token.id)
    async with open_uow(engine, actor, clock=clock) as uow:
        await revoke_api_token(uow, actor, issued.token.id)
        with pytest.raises(NotFound):
            await revoke_api_token(uow, actor, issued.token.id)

    async with open_uow(engine, None, clock=clock) as uow:
        assert await actor_for_token(uow, issued.secret) is None


async def test_accounts_cannot_be_listed(
    engine: AsyncEngine,
    actor: Actor,
    other_actor: Actor,
    account_id: UUID,
    issued: IssuedToken,
    clock: FixedClock,
) -> None:
    """Nobody and other organisations see no account, session or token, even by plain SQL."""
    await signed_in(engine, clock)
    seen = {}

    for name, who in (("nobody", None), ("other", other_actor), ("own", actor)):
        async with open_uow(engine, who, clock=clock) as uow:
            seen[name] = [
                await uow.session.scalar(select(func.count()).select_from(row))
                for row in (AccountRow, SessionRow, ApiTokenRow)
            ]

    # Its own organisation sees the account and the token; a session is its account's alone.
    assert seen == {"nobody": [0, 0, 0], "other": [0, 0, 0], "own": [1, 0, 1]}


async def test_role_needed(engine: AsyncEngine, actor: Actor, account_id: UUID) -> None:
    """A coordinator may issue tokens, not accounts."""
    person = actor_of(organisation_id=actor.organisation_id, account_id=account_id, role="coordinator")

    async with open_uow(engine, person) as uow:
        with pytest.raises(Refused):
            await create_account(uow, person, an_account(email="autre@exemple.fr"))
        with pytest.raises(Refused):
            await list_members(uow, person, PageRequest())


async def test_statements_of_a_request(engine: AsyncEngine, account_id: UUID, clock: FixedClock) -> None:
    """Knowing who is behind a request takes four statements, none of which writes."""
    opened = await signed_in(engine, clock)

    with counted(engine) as sent:
        async with open_uow(engine, None, clock=clock) as uow:
            await open_session(uow, opened.secret, LIMITS)

    assert len(sent) == 4
    assert not any(statement.startswith(("UPDATE", "INSERT", "DELETE")) for statement in sent)


async def test_secrets_are_not_kept(
    engine: AsyncEngine, owner_engine: AsyncEngine, account_id: UUID, clock: FixedClock
) -> None:
    """The row of a session holds a digest of 32 bytes, not the secret."""
    opened = await signed_in(engine, clock)

    async with owner_engine.connect() as connection:
        digest = (await connection.execute(select(SessionRow.digest))).scalar_one()

    assert len(digest) == 32
    assert opened.secret.encode() not in digest
