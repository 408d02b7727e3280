"""
`carecoord demo-problems`: the demonstration week as planning problems, for benchmarks.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from carecoord.demo.generate import figures, generate
from carecoord.demo.problem import plan_input
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.geo import Density
from carecoord.planning.codec import encode_problem
from carecoord.rosters.assemble import assemble, modes_of, places_of
from carecoord.territory.catalogue import read_catalogue
from carecoord.travel.haversine import GreatCircle


@click.command("demo-problems")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Graine du territoire.")
@click.option("--week", type=click.DateTime(["%Y-%m-%d"]), default="2026-11-23", show_default=True)
@click.option("--days", default=7, show_default=True, help="Nombre de jours, de 1 à 28.")
def demo_problems(folder: Path, seed: int, week: datetime, days: int) -> None:
    """
    Écrire les problèmes de la semaine de démonstration, un par prestataire, sans base de données.
    """
    monday = monday_of(week.date())
    providers = generate(seed, monday)
    densities = {commune.code: commune.density for commune in read_catalogue()}
    folder.mkdir(parents=True, exist_ok=True)
    for provider in providers:
        given = plan_input(provider, monday, day_count=days)
        places = places_of(given)
        known = [densities.get(code, Density.SUBURBAN) for code in places.communes]
        matrices = {mode: GreatCircle().estimate(places.points, mode, known) for mode in modes_of(given)}
        problem = assemble(given, places, matrices)
        path = folder / f"{provider.sector.key}-{seed}.json"
        path.write_bytes(encode_problem(problem))
        click.echo(
            f"{path} : {len(problem.visits)} visites, "
            f"{len(problem.workers)} aides, {len(problem.places)} lieux"
        )
    totals = figures(providers)
    click.echo(
        f"Semaine : {totals['visits']:.0f} visites de {totals['mean_minutes']:.1f} min, "
        f"{totals['aides']:.0f} aides"
    )
