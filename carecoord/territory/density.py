"""
How densely people live around each commune's centre, from populations alone.

Areas of communes are not in the shipped list, and a large commune may be a town in a forest: what
counts for a trip is how many people live within 5 km, so that is what is counted. Thresholds of the
degree of urbanisation (Eurostat, regulation (EU) 2017/2391): 1,500 inhabitants per km² for an urban
centre, 300 for an urban cluster.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from carecoord.kernel.geo import Density, Point, great_circle_m

RADIUS_M = 5_000
DENSE_PER_KM2 = 1_500
SUBURBAN_PER_KM2 = 300

_CELL_DEG = 0.05
"""Side of a cell, in degrees: 5.6 km of latitude; two cells each way cover the radius up to 63° north."""

Inhabited = tuple[Point, int]
Cells = dict[tuple[int, int], list[Inhabited]]


def density_of(per_km2: float) -> Density:
    """The class of a number of inhabitants per square kilometre."""
    if per_km2 >= DENSE_PER_KM2:
        return Density.DENSE
    return Density.SUBURBAN if per_km2 >= SUBURBAN_PER_KM2 else Density.RURAL


def densities_around(places: Sequence[Point], inhabited: Sequence[Inhabited]) -> list[Density]:
    """
    The class of each place.

    Args:
        inhabited: centres of communes with their population, each person counted once.
    """
    cells: Cells = defaultdict(list)
    for point, population in inhabited:
        cells[_cell(point)].append((point, population))
    area_km2 = math.pi * (RADIUS_M / 1000) ** 2
    return [density_of(_people_near(place, cells) / area_km2) for place in places]


def _people_near(place: Point, cells: Cells) -> int:
    return sum(
        population for point, population in _around(place, cells) if great_circle_m(place, point) <= RADIUS_M
    )


def _around(place: Point, cells: Cells) -> Iterator[Inhabited]:
    row, column = _cell(place)
    for near_row in range(row - 1, row + 2):
        for near_column in range(column - 2, column + 3):
            yield from cells.get((near_row, near_column), ())


def _cell(point: Point) -> tuple[int, int]:
    return math.floor(point.lat / _CELL_DEG), math.floor(point.lon / _CELL_DEG)
