"""
`carecoord worker`: the process that runs background jobs.
"""

from __future__ import annotations

import asyncio

import click

from carecoord.cli.processes import FOLLOW, follow_parent
from carecoord.db.connect import open_database
from carecoord.settings import load_settings


@click.command()
@click.option(FOLLOW, "follows", is_flag=True, hidden=True)
def worker(follows: bool) -> None:
    """
    Traiter les travaux de fond jusqu'à Ctrl-C.

    On peut en lancer plusieurs, sur plusieurs machines, avec la seule adresse de la base.
    """
    # Imported here: `carecoord worker --help` stays quick.
    from carecoord.wiring import constraints, jobs, sealing
    from carecoord.worker import run_worker

    if follows:
        follow_parent()
    settings = load_settings()
    constraints.connect()
    sealing.connect(settings)
    with open_database(settings) as database:
        click.echo("Travaux de fond : prêt (Ctrl-C pour arrêter).")
        asyncio.run(run_worker(database.app_url, settings, jobs.job_table().values()))
