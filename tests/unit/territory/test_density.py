"""
Density from the people who live within 5 km.
"""

import pytest

from carecoord.kernel.geo import Density, Point
from carecoord.territory.density import densities_around, density_of

HERE = Point(lat=48.0, lon=2.0)
NEAR = Point(lat=48.0 + 4_900 / 111_195, lon=2.0)
FAR = Point(lat=48.0 + 5_100 / 111_195, lon=2.0)


@pytest.mark.parametrize(
    ("per_km2", "density"),
    [
        (299.9, Density.RURAL),
        (300, Density.SUBURBAN),
        (1499.9, Density.SUBURBAN),
        (1500, Density.DENSE),
    ],
)
def test_thresholds(per_km2: float, density: Density) -> None:
    """Eurostat's degree of urbanisation: 300 and 1,500 inhabitants per square kilometre."""
    assert density_of(per_km2) is density


def test_neighbours_within_5_km_count() -> None:
    """78.5 km² hold 23,562 people at the threshold of 300: 20,000 here and 4,000 near pass it."""
    inhabited = [(HERE, 20_000), (NEAR, 4_000)]

    assert densities_around([HERE], inhabited) == [Density.SUBURBAN]


def test_neighbours_beyond_5_km_do_not() -> None:
    """The same 4,000 people 200 m farther away leave the place rural."""
    inhabited = [(HERE, 20_000), (FAR, 4_000)]

    assert densities_around([HERE], inhabited) == [Density.RURAL]


def test_neighbours_across_a_cell_count() -> None:
    """Counting does not depend on where the cells of the search begin."""
    west, east = Point(lat=48.0, lon=1.9999), Point(lat=48.0, lon=2.0001)

    assert densities_around([west, east], [(east, 24_000)]) == [Density.SUBURBAN] * 2
