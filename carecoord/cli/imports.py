"""
`carecoord imports`: try a file, apply it, export, get the template, from the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar, cast
from uuid import UUID

import click

from carecoord.db.connect import open_database
from carecoord.db.engine import create_engine
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.exchange import service
from carecoord.exchange.columns import SHEET_NAMES
from carecoord.exchange.domain import IMPORT_KINDS, CheckImport, ImportKind, ImportReport
from carecoord.exchange.wording import FILE_PROBLEMS
from carecoord.identity.permissions import system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Invalid
from carecoord.settings import load_settings
from carecoord.wiring import constraints, sealing

T = TypeVar("T")


@click.group()
def imports() -> None:
    """Importer et exporter des classeurs."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, type=click.UUID, help="Identifiant de l'organisation.")
@click.option("--kind", default="workbook", type=click.Choice(IMPORT_KINDS), show_default=True)
@click.option("--apply", "apply_it", is_flag=True, help="Appliquer si aucune ligne n'est refusée.")
def run(file: Path, organisation: UUID, kind: str, apply_it: bool) -> None:
    """
    Essayer un fichier à blanc ; avec --apply, l'importer. Code 1 si des lignes sont refusées.
    """
    command = CheckImport(kind=cast("ImportKind", kind), file_name=file.name, content=file.read_bytes())

    async def work(uow: UnitOfWork, actor: Actor) -> ImportReport:
        kept = await service.check_import(uow, actor, command)
        if apply_it and kept.report.is_clean:
            kept = await service.apply_import(uow, actor, kept.id)
        return kept.report

    try:
        report = _within(organisation, work)
    except Invalid as error:
        problem, remedy = FILE_PROBLEMS.get(error.code, (error.message, ""))
        raise click.ClickException(f"{problem}. {remedy}") from error
    _tell(report, applied=apply_it)
    if not report.is_clean:
        raise SystemExit(1)


@imports.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, type=click.UUID, help="Identifiant de l'organisation.")
def export(file: Path, organisation: UUID) -> None:
    """Écrire les personnes, aides, absences et lignes de plan dans un classeur."""
    file.write_bytes(_within(organisation, service.export_workbook))
    click.echo(f"Écrit : {file}")


@imports.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(file: Path) -> None:
    """Écrire le modèle de classeur, avec une ligne d'exemple par feuille."""
    file.write_bytes(asyncio.run(service.template()))
    click.echo(f"Écrit : {file}")


def _tell(report: ImportReport, *, applied: bool) -> None:
    for remark in report.remarks:
        click.echo(remark)
    for item in report.refusals:
        where = (
            f"{item.sheet}, ligne {item.line}, {item.column}" if item.line else f"{item.sheet}, {item.column}"
        )
        click.echo(f"{where} : « {item.value} » — {item.reason} ; {item.remedy}.")
    if report.refusals:
        click.echo(f"{len(report.refusals)} refus : rien n'est importé.")
        return
    done = "importé" if applied else "à importer"
    for kind, count in report.counts.items():
        title = next(name for key, name in SHEET_NAMES.items() if key == kind)
        click.echo(
            f"{title} ({done}) : {count.created} nouvelles, {count.changed} modifiées, "
            f"{count.unchanged} sans changement."
        )


def _within(organisation_id: UUID, work: Callable[[UnitOfWork, Actor], Awaitable[T]]) -> T:
    """One unit of work for an organisation, as the system."""

    async def run_it(url: str) -> T:
        engine = create_engine(url, pool_size=1, name="carecoord-imports")
        actor = system_actor(organisation_id)
        try:
            async with open_uow(engine, actor) as uow:
                return await work(uow, actor)
        finally:
            await engine.dispose()

    constraints.connect()
    settings = load_settings()
    sealing.connect(settings)
    with open_database(settings) as database:
        return asyncio.run(run_it(database.app_url))
