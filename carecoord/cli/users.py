"""
`carecoord users`: the first organisation and its administrator.
"""

from __future__ import annotations

import asyncio

import click

from carecoord.db.connect import open_database
from carecoord.db.engine import create_engine
from carecoord.db.uow import open_uow
from carecoord.identity.domain import CreateAccount, CreateOrganisation, Organisation, OrganisationKind
from carecoord.identity.permissions import ROLES, system_actor
from carecoord.identity.service import create_account, create_organisation
from carecoord.kernel.ids import new_id
from carecoord.settings import load_settings
from carecoord.wiring import constraints

KINDS: tuple[OrganisationKind, ...] = ("provider", "ccas", "cias")
REGIMES = ("BAD_2941", "SAP_3127", "FPT")


@click.group()
def users() -> None:
    """Créer une organisation et ses comptes."""


@users.command()
@click.option("--name", prompt="Nom de l'organisation")
@click.option("--kind", type=click.Choice(KINDS), prompt="Nature (provider, ccas, cias)")
@click.option("--insee", prompt="Code INSEE de la commune du siège")
@click.option("--regime", type=click.Choice(REGIMES), prompt="Convention des aides")
@click.option("--email", prompt="Adresse mail de l'administrateur")
@click.option("--display-name", prompt="Son nom")
@click.option("--role", type=click.Choice(sorted(ROLES)), default="administrator", show_default=True)
@click.password_option(prompt="Mot de passe (12 caractères au moins)")
def create(password: str, role: str, display_name: str, email: str, **organisation: str) -> None:
    """Créer une organisation avec son premier compte."""
    identifier = new_id()
    account = CreateAccount(email=email, display_name=display_name, password=password, role=role)

    async def work(url: str) -> Organisation:
        engine = create_engine(url, pool_size=1, name="carecoord-users")
        actor = system_actor(identifier)
        try:
            async with open_uow(engine, actor) as uow:
                made = await create_organisation(uow, CreateOrganisation(id=identifier, **organisation))  # type: ignore[arg-type] # choices were checked by click
                await create_account(uow, actor, account)
                return made
        finally:
            await engine.dispose()

    constraints.connect()
    with open_database(load_settings()) as database:
        made = asyncio.run(work(database.app_url))
    click.echo(f"Organisation créée : {made.name} ({made.id})")
