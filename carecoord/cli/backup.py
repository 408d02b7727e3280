"""
`carecoord database backup` and `restore`: the embedded database to one file and back.

Row-level security is forced on the owner of the tables too, who therefore cannot dump them:
the server's superuser does it, with the programs that come with the server.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
from sqlalchemy.pool import NullPool

from carecoord.db.binaries import wheel_binaries
from carecoord.db.connect import open_database
from carecoord.db.embedded import EmbeddedServer
from carecoord.db.engine import create_engine
from carecoord.db.migrate import schema_state
from carecoord.kernel.errors import Conflict, Unavailable
from carecoord.settings import load_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """
    Sauvegarder la base embarquée dans un fichier, pendant que carecoord tourne ou non.

    Le fichier contient des données personnelles : lui seul ne s'ouvre qu'à votre compte.
    """
    part = file.with_name(file.name + ".part")
    with open_database(load_settings()) as found:
        server = _embedded(found.server)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            _run(server, "pg_dump", "--format=custom", f"--file={part.absolute()}")
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"Sauvegardé : {file}. Gardez aussi {load_settings().home / 'secret.key'}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """
    Remettre une sauvegarde dans une base vide : tout, ou rien.

    Donnez un nouveau dossier avec CARECOORD_HOME ; l'ancien reste intact.
    """
    with open_database(load_settings()) as found:
        server = _embedded(found.server)
        if asyncio.run(_revision(found.owner_url)) is not None:
            raise Conflict(
                "database_not_empty",
                "cette base contient déjà des données : donnez un nouveau dossier avec CARECOORD_HOME",
            )
        _run(server, "pg_restore", "--exit-on-error", "--single-transaction", str(file.absolute()))
    click.echo("Base remise. Puis : carecoord database upgrade")


def _embedded(server: EmbeddedServer | None) -> EmbeddedServer:
    if server is None:
        raise Unavailable(
            "database_elsewhere",
            "la base est sur un serveur à vous : sauvegardez-la avec pg_dump (docs/operations/database.md)",
        )
    return server


async def _revision(owner_url: str) -> str | None:
    engine = create_engine(owner_url, name="carecoord-restore", poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return (await schema_state(connection)).current
    finally:
        await engine.dispose()


def _run(server: EmbeddedServer, program: str, *options: str) -> None:
    """Run a program of PostgreSQL as the superuser, whose password is in no list of processes."""
    url = urlsplit(server.admin_url)
    place = [f"--host={url.hostname}", f"--port={url.port}", f"--username={url.username}"]
    done = subprocess.run(  # noqa: S603 - programs of the wheel, arguments of ours
        [wheel_binaries().program(program), *place, f"--dbname={url.path.lstrip('/')}", *options],
        env={**os.environ, "PGPASSWORD": unquote(url.password or ""), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable("backup_failed", f"{program} : {done.stderr.strip()[-800:]}")
