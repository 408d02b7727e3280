"""
`carecoord database`: upgrade, tell the state, find drift, list the policies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from carecoord.cli.backup import backup, restore
from carecoord.db.connect import Database, ensure_app_role, open_database
from carecoord.db.discovery import load_tables
from carecoord.db.engine import create_engine
from carecoord.db.migrate import drift, head_revision, prepare, schema_state
from carecoord.db.reseal import reseal
from carecoord.db.rls import coverage_defects, declared_rules
from carecoord.db.uow import open_uow
from carecoord.jobs.schema import converge
from carecoord.settings import load_settings
from carecoord.territory.service import load_communes
from carecoord.wiring import sealing

T = TypeVar("T")


@click.group()
def database() -> None:
    """Mettre à jour et contrôler la base de données."""


database.add_command(backup)
database.add_command(restore)


@database.command()
def upgrade() -> None:
    """Appliquer les migrations, donner ses droits au rôle applicatif, charger les communes."""

    async def run(found: Database) -> None:
        await ensure_app_role(found)
        await prepare(found.owner_url, found.app_role)
        await converge(found.owner_url)
        engine = create_engine(found.app_url, name="carecoord-upgrade", poolclass=NullPool)
        try:
            async with open_uow(engine, None) as uow:
                await load_communes(uow)
        finally:
            await engine.dispose()

    with open_database(load_settings()) as found:
        asyncio.run(run(found))
    click.echo(f"Base à jour (révision {head_revision()}).")


@database.command()
def status() -> None:
    """Dire où en est le schéma ; code 1 s'il faut le mettre à jour."""
    with open_database(load_settings()) as found:
        state = _with_connection(found, schema_state)
        click.echo(f"Serveur : {_place(found)}")
        click.echo(f"Révision : {state.current or 'base vide'} (dernière connue : {state.head})")
    if not state.is_current:
        click.echo("À faire : carecoord database upgrade")
        raise SystemExit(1)


@database.command()
def check() -> None:
    """Comparer la base aux modèles ; code 1 si elle s'en écarte."""
    with open_database(load_settings()) as found:
        differences = _with_connection(found, drift)
    for difference in differences:
        click.echo(difference)
    if differences:
        raise SystemExit(1)
    click.echo("La base correspond aux modèles.")


@database.command()
def rls() -> None:
    """Lister les tables et leur cloisonnement ; code 1 si l'une n'est pas protégée."""
    load_tables()

    async def defects_of(connection: AsyncConnection) -> list[str]:
        return await coverage_defects(connection, found.app_role)

    with open_database(load_settings()) as found:
        defects = _with_connection(found, defects_of)
    for rule in sorted(declared_rules().values(), key=lambda rule: rule.table):
        click.echo(f"{rule.table:28} {'cloisonnée' if rule.reason is None else f'commune : {rule.reason}'}")
    for defect in defects:
        click.echo(f"DÉFAUT : {defect}", err=True)
    if defects:
        raise SystemExit(1)


@database.command("reseal")
def reseal_columns() -> None:
    """Chiffrer de nouveau, avec la clé présente, ce que d'anciennes clés ont chiffré."""
    settings = load_settings()
    sealing.connect(settings)

    async def run(found: Database) -> dict[str, int]:
        engine = create_engine(found.owner_url, name="carecoord-reseal", poolclass=NullPool)
        try:
            return await reseal(engine)
        finally:
            await engine.dispose()

    with open_database(settings) as found:
        counts = asyncio.run(run(found))
    for column, count in counts.items():
        click.echo(f"{column} : {count} chiffrés de nouveau")
    click.echo("Les anciennes clés peuvent être retirées de CARECOORD_SEALING_KEYS_FORMER.")


def _place(found: Database) -> str:
    if found.server is not None:
        return f"embarqué, PostgreSQL {found.server.version}, processus {found.server.pid}"
    return "externe"


def _with_connection(found: Database, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
    async def ask() -> T:
        engine = create_engine(found.owner_url, name="carecoord-database", poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return await question(connection)
        finally:
            await engine.dispose()

    return asyncio.run(ask())
