"""
Root command group: each command is imported only when it is called.
"""

from __future__ import annotations

import importlib
import logging
import signal
import sys
from types import FrameType

import click

from carecoord import __version__
from carecoord.cli.wording import sentence
from carecoord.kernel.errors import DomainError, Invalid

# name -> (module:attribute, one line of help). One line per command; nothing else to do.
COMMANDS: dict[str, tuple[str, str]] = {
    "bench": ("carecoord.cli.bench:bench", "Mesurer le calcul sur les instances publiées."),
    "database": ("carecoord.cli.database:database", "Mettre à jour et contrôler la base de données."),
    "demo": ("carecoord.cli.demo:demo", "Installer et servir la démonstration."),
    "demo-problems": (
        "carecoord.cli.demo_problems:demo_problems",
        "Écrire la semaine de démonstration en problèmes.",
    ),
    "imports": ("carecoord.cli.imports:imports", "Importer et exporter des classeurs."),
    "plan": ("carecoord.cli.plan:plan", "Calculer, contrôler et expliquer un plan depuis un fichier."),
    "roads": ("carecoord.cli.roads:roads", "Préparer un réseau routier depuis OpenStreetMap."),
    "users": ("carecoord.cli.users:users", "Créer une organisation et ses comptes."),
    "web": ("carecoord.cli.serve:web", "Servir les pages."),
    "worker": ("carecoord.cli.worker:worker", "Traiter les travaux de fond (calcul des plans, etc.)."),
}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - given by click
        """Names, in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - idem
        """Import and return one command; None when there is none of this name."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry[0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry[0]} is not a command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commandes"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="carecoord")
@click.option("--verbose", "-v", is_flag=True, help="Dire davantage ce qui se passe.")
def root(verbose: bool) -> None:
    """
    Coordination de l'aide à domicile.
    """
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for noisy in ("asyncio", "alembic", "pgqueuer", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def main() -> None:
    """Entry point of `carecoord`; an error we know becomes one line and exit code 1."""
    # Asked to stop, we leave through `finally` clauses: the embedded server is stopped there.
    signal.signal(signal.SIGTERM, _leave)
    try:
        root(prog_name="carecoord")
    except Invalid as error:
        for defect in error.defects:
            remedy = f" ({defect.fix})" if defect.fix else ""
            click.echo(f"Erreur : {defect.where} : {defect.why}{remedy}", err=True)
        sys.exit(1)
    except DomainError as error:
        click.echo(f"Erreur [{error.code}] : {sentence(error)}", err=True)
        sys.exit(1)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(143)
