"""
`carecoord web`: the web process.
"""

from __future__ import annotations

import os

import click
from granian import Granian
from granian.constants import Interfaces

from carecoord.cli.ports import refuse_unusable_address
from carecoord.cli.processes import FOLLOW, follow_parent
from carecoord.db.connect import Database, open_database
from carecoord.settings import Settings, load_settings


@click.command()
@click.option(FOLLOW, "follows", is_flag=True, hidden=True)
def web(follows: bool) -> None:
    """
    Servir les pages et l'interface des programmes, jusqu'à Ctrl-C.

    Les calculs sont faits ailleurs : lancez aussi « carecoord worker ».
    """
    if follows:
        follow_parent()
    settings = load_settings()
    refuse_unusable_address(settings)
    with open_database(settings) as database:
        serve(settings, database)


def serve(settings: Settings, database: Database) -> None:
    """Serve until a signal; the server's own workers read their settings from the environment."""
    os.environ["CARECOORD_APP_DATABASE_URL"] = database.app_url
    click.echo(f"Pages : http://{settings.bind_host}:{settings.bind_port} (Ctrl-C pour arrêter).")
    Granian(
        "carecoord.app:application",
        factory=True,
        address=settings.bind_host,
        port=settings.bind_port,
        interface=Interfaces.ASGI,
        workers=settings.web_processes,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
