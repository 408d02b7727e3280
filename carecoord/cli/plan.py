"""
`carecoord plan`: solve, check and explain a problem given as a file, without any database.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.generate import PRESETS, generated_problem
from carecoord.planning.budget import Budget
from carecoord.planning.codec import decode_problem, decode_solution, encode_problem, encode_solution
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.explain import explain as explain_plan
from carecoord.planning.homecare.naive import naive as deal
from carecoord.planning.problem import TIERS, Problem
from carecoord.planning.score import score
from carecoord.planning.solution import Progress, Score, Solution, Violation
from carecoord.web.filters import euros
from carecoord.web.planning_words import bound_words
from carecoord.web.wording_planning import (
    TERMS,
    TIER_WORDS,
    TIERS_WORDS,
    cause_text,
    defect_text,
    unserved_text,
    violation_text,
)

T = TypeVar("T")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
GENERATED_MAX = 5_000
"""Beyond that the travel matrix of a problem file takes gigabytes."""

OUT = click.Path(dir_okay=False, writable=True, path_type=Path)


def _with_folder(_ctx: click.Context, _param: click.Parameter, path: Path) -> Path:
    """A file in a folder that exists: told before the computation, not after."""
    if not path.parent.is_dir():
        raise click.BadParameter(f"le dossier {path.parent} n'existe pas")
    return path


@click.group()
def plan() -> None:
    """
    Calculer, contrôler et expliquer un plan à partir d'un fichier.
    """


@plan.command()
def warm() -> None:
    """
    Préparer le moteur : compiler ses boucles, une fois pour toutes (moins d'une minute).
    """
    from carecoord.planning.engine.warm import warm_all as compile_kernels

    compile_kernels()


@plan.command()
@click.argument("problem_file", metavar="PROBLEME.json", type=FILE)
@click.option("--seconds", type=click.FloatRange(min=0.1), default=None, help="Durée du calcul, en secondes.")
@click.option("--iterations", type=click.IntRange(min=1), default=None, help="Nombre d'itérations.")
@click.option("--seed", type=int, default=1, show_default=True, help="Graine des choix au hasard.")
@click.option("--start", "start_file", type=FILE, default=None, help="Plan dont partir.")
@click.option("--out", "out_file", type=OUT, required=True, callback=_with_folder, help="Où écrire le plan.")
@click.option("--quiet", is_flag=True, help="Ne pas dire l'avancement.")
def solve(
    *,
    problem_file: Path,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    start_file: Path | None,
    out_file: Path,
    quiet: bool,
) -> None:
    """
    Calculer un plan. Sans --seconds ni --iterations : 60 secondes.
    """
    # here and not above: the other commands answer without loading the engine
    from carecoord.planning.solve import solve as solve_problem

    problem = _read(problem_file, decode_problem)
    start = _read(start_file, decode_solution) if start_file is not None else None
    if seconds is None and iterations is None:
        seconds = 60.0
    budget = Budget(seconds=seconds, iterations=iterations, seed=seed)
    solution = solve_problem(problem, budget, start=start, on_progress=None if quiet else _tell)
    out_file.write_bytes(encode_solution(solution))
    _summary(problem, solution)
    cost = solution.score.soft_cents if solution.score is not None else 0
    click.echo(bound_words(cost, solution.statistics.bound_cents))


@plan.command()
@click.argument("problem_file", metavar="PROBLEME.json", type=FILE)
@click.argument("solution_file", metavar="PLAN.json", type=FILE)
def check(problem_file: Path, solution_file: Path) -> None:
    """
    Contrôler un plan. Sortie 1 si une règle qui interdit la publication n'est pas respectée.
    """
    problem, solution = _read(problem_file, decode_problem), _read(solution_file, decode_solution)
    found = _judged(lambda: check_homecare(problem, solution))
    for item in sorted(found, key=lambda v: (v.severity, v.rule, v.worker or "", v.day or 0)):
        click.echo(
            f"{'BLOCAGE' if item.severity == 'block' else 'alerte '} {_place(item)}{violation_text(item)}"
        )
    blocking = sum(item.severity == "block" for item in found)
    click.echo(f"{blocking} blocage(s), {len(found) - blocking} alerte(s).")
    _summary(problem, solution)
    if blocking:
        sys.exit(1)


@plan.command()
@click.argument("problem_file", metavar="PROBLEME.json", type=FILE)
@click.argument("solution_file", metavar="PLAN.json", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Écrire les causes en JSON.")
def explain(problem_file: Path, solution_file: Path, as_json: bool) -> None:
    """
    Dire pourquoi des visites n'ont pas été placées, aide par aide.
    """
    problem, solution = _read(problem_file, decode_problem), _read(solution_file, decode_solution)
    left = _judged(lambda: explain_plan(problem, solution))
    if as_json:
        click.echo(msgspec.json.encode(left).decode())
        return
    tiers = {visit.id: visit.tier for visit in problem.visits}
    for item in left:
        click.echo(f"{item.visit} ({TIER_WORDS[tiers[item.visit]]}) : {unserved_text(item)}")
        for cause in item.causes:
            click.echo(f"  {cause.worker} : {cause_text(cause)}")
    click.echo(f"{len(left)} visite(s) non placée(s).")


@plan.command()
@click.argument("problem_file", metavar="PROBLEME.json", type=FILE)
@click.option("--out", "out_file", type=OUT, required=True, callback=_with_folder, help="Où écrire le plan.")
def naive(problem_file: Path, out_file: Path) -> None:
    """
    Distribuer les visites une à une, dans l'ordre des heures, pour comparaison.
    """
    problem = _read(problem_file, decode_problem)
    solution = deal(problem)
    out_file.write_bytes(encode_solution(solution))
    _summary(problem, solution)


@plan.command()
@click.option(
    "--preset", type=click.Choice(["day", "week"]), default="day", show_default=True, help="Taille."
)
@click.option("--visits", type=click.IntRange(1, GENERATED_MAX), help="Nombre de visites.")
@click.option("--aides", type=click.IntRange(1, 500), help="Nombre d'aides.")
@click.option("--days", type=click.IntRange(1, 28), help="Nombre de jours.")
@click.option("--minutes", type=click.IntRange(15, 240), help="Durée moyenne d'une visite.")
@click.option("--seed", type=int, default=1, show_default=True, help="Graine du tirage.")
@click.option("--out", "out_file", type=OUT, required=True, callback=_with_folder, help="Où l'écrire.")
def generate(
    *,
    preset: str,
    visits: int | None,
    aides: int | None,
    days: int | None,
    minutes: int | None,
    seed: int,
    out_file: Path,
) -> None:
    """
    Tirer au hasard un problème réaliste, pour des mesures : une journée ou une semaine.
    """
    size = PRESETS[preset]
    problem = generated_problem(
        visits=visits or size.visits,
        workers=aides or size.workers,
        days=days or size.days,
        mean_minutes=minutes or size.mean_minutes,
        seed=seed,
    )
    out_file.write_bytes(encode_problem(problem))
    click.echo(
        f"{len(problem.visits)} visites chez {len(problem.persons)} personnes, "
        f"{len(problem.workers)} aides, {len(problem.days)} jour(s)."
    )


def _read(path: Path, decode: Callable[[bytes], T]) -> T:
    return _judged(lambda: decode(path.read_bytes()), path.name)


def _judged(work: Callable[[], T], name: str = "") -> T:
    """Do something that may find defects; each is printed, and the command ends with status 2."""
    try:
        return work()
    except Invalid as error:
        prefix = f"{name} : " if name else ""
        for defect in error.defects:
            click.echo(prefix + defect_text(defect), err=True)
        click.echo(f"{len(error.defects)} défaut(s).", err=True)
        sys.exit(2)


def _place(item: Violation) -> str:
    named = [
        ("aide", item.worker),
        ("visite", item.visit),
        ("jour", None if item.day is None else item.day + 1),
    ]
    place = ", ".join(f"{word} {value}" for word, value in named if value is not None)
    return f"{place} : " if place else ""


def _tell(progress: Progress) -> None:
    left = _tiers(progress.unserved)
    cost = euros(progress.soft_cents)
    click.echo(
        f"{progress.elapsed_s:7.1f} s  {progress.phase:10}  non placées : {left}  coût : {cost}", err=True
    )


def _tiers(unserved: dict[str, int]) -> str:
    return ", ".join(f"{unserved.get(tier, 0)} {TIERS_WORDS[tier]}" for tier in TIERS)


def _summary(problem: Problem, solution: Solution) -> None:
    value: Score = score(problem, solution)
    click.echo(f"Visites non placées : {_tiers(value.unserved)}.")
    for name, cents in value.terms.items():
        click.echo(f"  {TERMS[name]:32} {euros(cents):>14}")
    click.echo(f"  {'Total':32} {euros(value.soft_cents):>14}")
