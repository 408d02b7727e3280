"""
`carecoord bench`: solve published instances within a time and report the gap to the best-known values.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.bench.best_known import BestKnown, gap, read_best_known
from carecoord.planning.bench.families import FAMILIES, Family, Outcome, solve
from carecoord.planning.engine.hhcrsp_search import Budget, NoStart
from carecoord.planning.engine.hhcrsp_workers import Overrun, Team


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of the report; `elapsed_s` runs from reading the instance to the file written.
    """

    name: str
    objective: float
    best: BestKnown | None
    vehicles: int
    elapsed_s: float


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
    "--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Recherches en parallèle."
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
    family: str, instances: tuple[Path, ...], out: Path, best_known: Path | None, **limits: float
) -> None:
    """
    Résoudre des instances publiées et mesurer l'écart aux meilleures valeurs connues.

    FAMILY est la famille de problèmes, INSTANCES des fichiers ou des dossiers.
    """
    budget = Budget(float(limits["seconds"]), int(limits["iterations"]), int(limits["seed"]))
    job = Job(family=FAMILIES[family], budget=budget, out=out, best_known=best_known)
    out.mkdir(parents=True, exist_ok=True)
    with Team(int(limits["workers"])) as team:
        began = time.perf_counter()
        team.warm(job.family.warm)
        click.echo(f"mise en route (hors mesure) : {time.perf_counter() - began:.1f} s")
        click.echo(f"{'instance':<52}{'objectif':>12}{'connu':>12}{'écart %':>9}{'tournées':>10}{'s':>7}")
        lines, defects = _run(job, team, _files(instances))
    _summary(lines)
    if defects:
        raise Invalid(defects, code="bench_failed")


def _files(instances: tuple[Path, ...]) -> list[Path]:
    files: list[Path] = []
    for path in instances:
        files += sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise click.UsageError("aucun fichier d'instance dans ce dossier")
    return files


def _run(job: Job, team: Team, files: list[Path]) -> tuple[list[Line], list[Defect]]:
    lines, defects = [], []
    for path in files:
        try:
            line = _one(job, team, path)
        except Invalid as error:
            defects += error.defects
            click.echo(f"{path.stem:<52}refusée : {error}", err=True)
            continue
        except NoStart as error:
            defects.append(Defect(code="no_start", where=path.stem, why=str(error)))
            click.echo(f"{path.stem:<52}sans solution : {error}", err=True)
            continue
        except Overrun as error:
            raise click.ClickException(f"{path.stem} : {error}") from error
        lines.append(line)
        _print(line)
    return lines, defects


def _one(job: Job, team: Team, path: Path) -> Line:
    began = time.perf_counter()
    instance = job.family.read(path.stem, path.read_bytes())
    outcome: Outcome = solve(job.family, instance, team, job.budget)
    (job.out / f"{path.stem}.sol.json").write_bytes(outcome.content)
    return Line(
        name=path.stem,
        objective=outcome.verdict.objective,
        best=_best(job, path),
        vehicles=outcome.verdict.vehicles,
        elapsed_s=time.perf_counter() - began,
    )


def _best(job: Job, path: Path) -> BestKnown | None:
    table = job.best_known or path.resolve().parent.parent / "best_known.json"
    if not table.is_file():
        return None
    return read_best_known(table.read_bytes()).get(path.stem)


def _print(line: Line) -> None:
    known, difference = "–", "–"
    if line.best is not None:
        known = f"{line.best.objective:.4f}" + ("*" if line.best.optimal else "")
        difference = f"{100 * gap(line.objective, line.best.objective):+.3f}"
    click.echo(
        f"{line.name:<52}{line.objective:>12.4f}{known:>12}{difference:>9}"
        f"{line.vehicles:>10}{line.elapsed_s:>7.1f}"
    )


def _summary(lines: list[Line]) -> None:
    compared = [(line, line.best) for line in lines if line.best is not None]
    longest = max((line.elapsed_s for line in lines), default=0.0)
    click.echo(f"{len(lines)} instances résolues et vérifiées, {longest:.1f} s au plus")
    if not compared:
        return
    gaps = [gap(line.objective, best.objective) for line, best in compared]
    proved = [gap(line.objective, best.objective) for line, best in compared if best.optimal]
    mean = sum(gaps) / len(gaps)
    click.echo(
        f"écart moyen {100 * mean:+.3f} %, pire {100 * max(gaps):+.3f} %, meilleur {100 * min(gaps):+.3f} %"
    )
    if proved:
        reached = sum(1 for value in proved if value < 1e-4)
        click.echo(f"optimums prouvés (*) atteints : {reached} sur {len(proved)}")
