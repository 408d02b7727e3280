"""
`carecoord bench`: solve published instances within a time and report the gap to the best-known values.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from carecoord.cli.bench_report import Line, head, show, summary
from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.bench.best_known import BestKnown, read_best_known
from carecoord.planning.bench.families import FAMILIES, Family, judged
from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.hhcrsp_workers import Answer, Overrun, Team


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """
    An instance read from its file.
    """

    path: Path
    instance: Any


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a run does with each instance.
    """

    family: Family
    budget: Budget
    out: Path
    best_known: Path | None


@click.command()
@click.argument("family", type=click.Choice(sorted(FAMILIES)))
@click.argument("instances", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--seconds", default=10.0, show_default=True, type=click.FloatRange(min=0.1), help="Durée par instance."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Recherches en parallèle sur une instance (2 par défaut)."
)
@click.option(
    "--side-by-side",
    default=0,
    type=click.IntRange(0, 64),
    help="Instances résolues côte à côte, une recherche chacune.",
)
@click.option(
    "--clock",
    default="wall",
    show_default=True,
    type=click.Choice(["wall", "cpu"]),
    help="Temps compté : celui de la pendule ou celui du processeur de chaque recherche.",
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0), help="Graine du hasard.")
@click.option(
    "--iterations",
    default=0,
    type=click.IntRange(min=0),
    help="Nombre de tirages au lieu d'une durée (résultat reproductible).",
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Dossier des solutions."
)
@click.option(
    "--best-known",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fichier des meilleures valeurs connues (sinon cherché au-dessus du dossier des instances).",
)
def bench(
    family: str, instances: tuple[Path, ...], out: Path, best_known: Path | None, **limits: Any
) -> None:
    """
    Résoudre des instances publiées et mesurer l'écart aux meilleures valeurs connues.

    FAMILY est la famille de problèmes, INSTANCES des fichiers ou des dossiers.
    """
    if limits["side_by_side"] and limits["workers"] is not None:
        raise click.UsageError("--side-by-side donne une recherche à chaque instance : sans --workers")
    budget = Budget(
        float(limits["seconds"]), int(limits["iterations"]), int(limits["seed"]), limits["clock"] == "cpu"
    )
    job = Job(family=FAMILIES[family], budget=budget, out=out, best_known=best_known)
    out.mkdir(parents=True, exist_ok=True)
    cases, defects = _cases(job, _files(job.family, instances))
    with Team(int(limits["side_by_side"] or limits["workers"] or 2)) as team:
        began = time.perf_counter()
        team.warm(job.family.warm)
        click.echo(f"mise en route (hors mesure) : {time.perf_counter() - began:.1f} s")
        head()
        answers = _each if limits["side_by_side"] else _one_by_one
        lines = _judged(job, cases, answers(job, team, cases), defects)
    summary(lines, job.family.classes)
    if defects:
        raise Invalid(defects, code="bench_failed")


def _files(family: Family, instances: tuple[Path, ...]) -> list[Path]:
    files: list[Path] = []
    for path in instances:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.name.endswith(family.suffixes))
        else:
            files.append(path)
    if not files:
        raise click.UsageError("aucun fichier d'instance dans ce dossier")
    return files


def _cases(job: Job, files: list[Path]) -> tuple[list[Case], list[Defect]]:
    cases, defects = [], []
    for path in files:
        try:
            cases.append(Case(path=path, instance=job.family.read(path.stem, path.read_bytes())))
        except Invalid as error:
            defects += error.defects
            click.echo(f"{path.stem:<52}refusée : {error}", err=True)
    return cases, defects


def _each(job: Job, team: Team, cases: list[Case]) -> Iterator[Answer]:
    """
    One search an instance, several instances side by side.
    """
    return team.each(job.family.search, (job.family.problem(case.instance) for case in cases), job.budget)


def _one_by_one(job: Job, team: Team, cases: list[Case]) -> Iterator[Answer]:
    """
    All searches of the team on one instance after the other.
    """
    for number, case in enumerate(cases):
        began = time.perf_counter()
        try:
            problem = job.family.problem(case.instance)
            found = team.best(job.family.search, problem, job.budget, job.family.parts)
        except NoStart as error:
            found = error
        yield Answer(number, found, time.perf_counter() - began)


def _judged(job: Job, cases: list[Case], answers: Iterator[Answer], defects: list[Defect]) -> list[Line]:
    lines = []
    try:
        for answer in answers:
            case = cases[answer.number]
            try:
                line = _line(job, case, answer)
            except Invalid as error:
                defects += error.defects
                click.echo(f"{case.path.stem:<52}refusée : {error}", err=True)
                continue
            except NoStart as error:
                defects.append(Defect(code="no_start", where=case.path.stem, why=str(error)))
                click.echo(f"{case.path.stem:<52}sans solution : {error}", err=True)
                continue
            lines.append(line)
            show(line)
    except Overrun as error:
        raise click.ClickException(str(error)) from error
    return lines


def _line(job: Job, case: Case, answer: Answer) -> Line:
    if isinstance(answer.found, Exception):
        raise answer.found
    outcome = judged(job.family, case.instance, answer.found)
    (job.out / f"{case.path.stem}{job.family.solution_suffix}").write_bytes(outcome.content)
    return Line(
        name=case.path.stem,
        collection=case.path.resolve().parent.parent.name,
        size=job.family.size(case.instance),
        objective=outcome.verdict.objective,
        best=_best(job, case.path),
        vehicles=outcome.verdict.vehicles,
        fleet_first=job.family.fleet_first,
        elapsed_s=answer.elapsed_s,
    )


def _best(job: Job, path: Path) -> BestKnown | None:
    table = job.best_known or path.resolve().parent.parent / "best_known.json"
    if not table.is_file():
        return None
    known = read_best_known(table.read_bytes()).get(path.stem)
    return None if known is None else known.of_kind(job.family.objective_kind)
