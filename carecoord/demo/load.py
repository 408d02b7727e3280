"""
Fill a database with the demonstration territory; what is there already is left alone.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import upsert_people
from carecoord.careplans.service import upsert_lines
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.demo.accounts import ACCOUNTS, PASSWORD, DemoAccount
from carecoord.demo.generate import DemoProvider, generate
from carecoord.identity.domain import CreateAccount, CreateOrganisation
from carecoord.identity.permissions import system_actor
from carecoord.identity.service import create_account, create_organisation, get_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import NotFound
from carecoord.rosters.service.usual import set_usual_aides
from carecoord.workforce.service import upsert_absences, upsert_aides

SEED = 1


async def load_demo(engine: AsyncEngine, monday: date, *, seed: int = SEED) -> list[str]:
    """
    Create the organisations that are missing, each in a transaction of its own.

    Args:
        monday: first day of the week around which absences fall.

    Returns:
        Names of the organisations that were created.
    """
    providers: dict[str, DemoProvider] = {}
    created = []
    for account in ACCOUNTS:
        actor = system_actor(account.organisation_id)
        async with open_uow(engine, actor) as uow:
            if not await _exists(uow, actor):
                await _create(uow, actor, account)
                # Generated for the first that is missing only: the next start takes no time.
                providers = providers or {item.sector.key: item for item in generate(seed, monday)}
                if account.key in providers:
                    await fill(uow, actor, providers[account.key])
                created.append(account.organisation)
    return created


def provider_ids() -> dict[str, UUID]:
    """Name of each demonstration provider -> its organisation."""
    return {item.organisation: item.organisation_id for item in ACCOUNTS if item.kind == "provider"}


async def fill(uow: UnitOfWork, actor: Actor, provider: DemoProvider) -> None:
    """Write a provider's people, aides, absences and lines."""
    await upsert_people(uow, actor, provider.people)
    await upsert_aides(uow, actor, provider.aides)
    await upsert_absences(uow, actor, provider.absences)
    await upsert_lines(uow, actor, provider.lines)
    await set_usual_aides(uow, actor, provider.known)


async def _exists(uow: UnitOfWork, actor: Actor) -> bool:
    try:
        await get_organisation(uow, actor)
    except NotFound:
        return False
    return True


async def _create(uow: UnitOfWork, actor: Actor, account: DemoAccount) -> None:
    await create_organisation(
        uow,
        CreateOrganisation(
            id=account.organisation_id,
            kind=account.kind,
            name=account.organisation,
            insee=account.insee,
            regime=account.regime,
        ),
    )
    await create_account(
        uow,
        actor,
        CreateAccount(
            email=account.email, display_name=account.display_name, password=PASSWORD, role=account.role
        ),
    )
