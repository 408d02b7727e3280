"""
What `carecoord bench` prints: a line per instance, then a table by collection and size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
import msgspec

from carecoord.planning.bench.best_known import BestKnown, gap

# Totals asked for besides that of each collection: everything from so many patients on.
FROM = (50, 100)

# Published objectives have four decimals, so smaller differences are none.
EQUAL = 1e-4


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of the report; `collection` is the folder of the instances, `elapsed_s` the time of the search.

    With `fleet_first`, fewer vehicles come before the objective.
    """

    name: str
    collection: str
    size: int
    objective: float
    best: BestKnown | None
    vehicles: int
    elapsed_s: float
    fleet_first: bool = False

    @property
    def surplus(self) -> int | None:
        """
        Vehicles more than the best known solution has; None where that is not known.
        """
        if self.best is None or self.best.vehicles is None:
            return None
        return self.vehicles - self.best.vehicles


def head() -> None:
    """
    Print the head of the lines.
    """
    click.echo(f"{'instance':<52}{'objectif':>12}{'connu':>12}{'écart %':>9}{'tournées':>10}{'s':>7}")


def show(line: Line) -> None:
    """
    Print one line.
    """
    known, difference = "–", "–"
    if line.best is not None:
        known = f"{line.best.objective:.4f}" + ("*" if line.best.optimal else "")
        difference = f"{100 * gap(line.objective, line.best.objective):+.3f}"
    fleet = f"{line.vehicles} ({line.surplus:+d})" if line.surplus is not None else f"{line.vehicles}"
    click.echo(
        f"{line.name:<52}{line.objective:>12.4f}{known:>12}{difference:>9}{fleet:>10}{line.elapsed_s:>7.1f}"
    )


def summary(lines: list[Line], classes: tuple[int, ...]) -> None:
    """
    Print the number of instances and the tables by class (largest size of each).
    """
    longest = max((line.elapsed_s for line in lines), default=0.0)
    click.echo(f"{len(lines)} instances résolues et vérifiées, {longest:.1f} s au plus")
    compared = [line for line in lines if line.best is not None]
    if not compared:
        return
    click.echo(
        f"\n{'collection et taille':<38}{'instances':>10}{'moyen %':>10}{'pire %':>10}"
        f"{'meilleur %':>12}{'mieux que connu':>17}{'optimums *':>13}"
    )
    for collection in sorted({line.collection for line in compared}):
        _tables(collection, [line for line in compared if line.collection == collection], classes)
    _row("toutes les instances", compared)
    _totals(compared)
    _fleets([line for line in compared if line.fleet_first and line.surplus is not None])


def _tables(collection: str, lines: list[Line], classes: tuple[int, ...]) -> None:
    low = 0
    rows = 0
    for high in (*classes, max(line.size for line in lines) + classes[-1]):
        inside = [line for line in lines if low < line.size <= high]
        rows += _row(f"{collection} {_extent(inside)}", inside)
        low = high
    if rows > 1:
        for least in FROM:
            larger = [line for line in lines if line.size >= least]
            if len(larger) < len(lines):
                _row(f"{collection} {least} et plus", larger)
        _row(f"{collection}, toutes", lines)


def _extent(lines: list[Line]) -> str:
    sizes = sorted({line.size for line in lines})
    if len(sizes) < 2:
        return "".join(str(size) for size in sizes)
    return f"{sizes[0]}–{sizes[-1]}"


def _gaps(lines: Iterable[Line], wanted: Callable[[BestKnown], bool]) -> list[float]:
    return [
        gap(line.objective, line.best.objective)
        for line in lines
        if line.best is not None and wanted(line.best)
    ]


def _row(title: str, lines: list[Line]) -> int:
    gaps = _gaps(lines, lambda _: True)
    if not gaps:
        return 0
    proved = _gaps(lines, lambda best: best.optimal)
    reached = f"{sum(1 for value in proved if value < EQUAL)} sur {len(proved)}" if proved else "–"
    better = sum(1 for value in gaps if value < -EQUAL)
    click.echo(
        f"{title:<38}{len(gaps):>10}{100 * sum(gaps) / len(gaps):>+10.3f}{100 * max(gaps):>+10.3f}"
        f"{100 * min(gaps):>+12.3f}{better:>17}{reached:>13}"
    )
    return 1


def _totals(lines: list[Line]) -> None:
    gaps = _gaps(lines, lambda _: True)
    mean = sum(gaps) / len(gaps)
    click.echo(
        f"\nécart moyen {100 * mean:+.3f} %, pire {100 * max(gaps):+.3f} %, meilleur {100 * min(gaps):+.3f} %"
    )
    proved = _gaps(lines, lambda best: best.optimal)
    if proved:
        reached = sum(1 for value in proved if value < EQUAL)
        click.echo(f"optimums prouvés (*) atteints : {reached} sur {len(proved)}")


def _fleets(lines: list[Line]) -> None:
    """
    Where fewer vehicles come first: how many there are, and the distance where they are as few as known.
    """
    if not lines:
        return
    surplus = [line.surplus or 0 for line in lines]
    click.echo(
        f"véhicules : autant que connu {surplus.count(0)} sur {len(lines)}, "
        f"moins {sum(n < 0 for n in surplus)}, plus {sum(n > 0 for n in surplus)} (au pire {max(surplus):+d})"
    )
    equal = _gaps((line for line in lines if line.surplus == 0), lambda _: True)
    if equal:
        click.echo(
            f"distance à nombre égal de véhicules : écart moyen {100 * sum(equal) / len(equal):+.3f} %, "
            f"pire {100 * max(equal):+.3f} %"
        )
