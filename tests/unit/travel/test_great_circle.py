"""
Estimates without a road network: distance × detour / speed, by mode and density.
"""

import math

import numpy as np
import pytest

from carecoord.kernel.geo import EARTH_RADIUS_M, Density, Point, great_circle_m
from carecoord.travel.domain import Mode
from carecoord.travel.haversine import GreatCircle, great_circle_matrix_m
from carecoord.travel.parameters import travel_parameters

BRUNOY = Point(lat=48.69647, lon=2.50377)
NEMOURS = Point(lat=48.26476, lon=2.66593)


def test_one_degree_of_latitude() -> None:
    """One degree along a meridian is the earth's circumference over 360."""
    start, end = Point(lat=48, lon=2), Point(lat=49, lon=2)

    assert great_circle_m(start, end) == round(2 * math.pi * EARTH_RADIUS_M / 360) == 111_195


def test_matrix_of_distances_agrees_with_one_pair() -> None:
    """The vectorised formula and the one of the kernel give the same metres."""
    points = [BRUNOY, NEMOURS, Point(lat=-21.1, lon=55.5)]

    matrix = great_circle_matrix_m(points)

    expected = [[great_circle_m(start, end) for end in points] for start in points]
    np.testing.assert_allclose(matrix, expected, atol=0.5)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (6_862_000, 652_000)])
def test_impossible_points_are_refused(lat: float, lon: float) -> None:
    """Coordinates off the globe, such as metres of Lambert-93, never become a point."""
    with pytest.raises(ValueError, match="out of range"):
        Point(lat=lat, lon=lon)


def test_seconds_follow_detour_and_speed() -> None:
    """10 km between rural points by car: 13 km of road at 48 km/h, 975 s."""
    north = Point(lat=48 + 10_000 / 111_195, lon=2)

    answer = GreatCircle().estimate([Point(lat=48, lon=2), north], Mode.CAR, [Density.RURAL] * 2)

    assert answer.metres.tolist() == [[0, 13_000], [13_000, 0]]
    assert answer.seconds.tolist() == [[0, 975], [975, 0]]
    assert (answer.provider, answer.fallback_pairs, answer.pairs) == ("great_circle", 0, 2)


def test_a_pair_between_two_densities_takes_the_mean() -> None:
    """1,000 m from a dense place to a rural one: detour 1.35, half of it at 20 km/h, half at 48."""
    points = [Point(lat=48, lon=2), Point(lat=48 + 1000 / 111_195, lon=2)]

    answer = GreatCircle().estimate(points, Mode.CAR, [Density.DENSE, Density.RURAL])

    seconds = 1350 / 2 / (20 / 3.6) + 1350 / 2 / (48 / 3.6)
    assert answer.metres[0, 1] == 1350
    assert answer.seconds[0, 1] == round(seconds) == 172


def test_foot_is_slower_than_bike_slower_than_car() -> None:
    """On 10 km outside town the three modes come in the order everybody expects."""
    points = [BRUNOY, Point(lat=BRUNOY.lat + 0.09, lon=BRUNOY.lon)]

    car, bike, foot = (GreatCircle().estimate(points, mode).seconds[0, 1] for mode in Mode)

    assert car < bike < foot


def test_densities_are_one_per_point_or_none() -> None:
    """A list of densities of another length is a bug of the caller, said at once."""
    with pytest.raises(ValueError, match="2 points but 1 densities"):
        GreatCircle().estimate([BRUNOY, NEMOURS], Mode.CAR, [Density.DENSE])


async def test_path_is_straight_segments() -> None:
    """Without a network a route is drawn from point to point."""
    middle = Point(lat=48.5, lon=2.6)

    legs = await GreatCircle().path([BRUNOY, middle, NEMOURS], Mode.CAR)

    assert legs == ((BRUNOY, middle), (middle, NEMOURS))


def test_every_figure_has_a_source_and_a_confidence() -> None:
    """The shipped table says, for each figure, where it comes from and how sure it is."""
    table = travel_parameters()

    figures = [pace for mode in Mode for pace in table.paces(mode).values()]
    figures_and_rules = [*figures, table.same_building, table.network]
    assert len(figures) == 9
    assert all(figure.source and 0 < figure.confidence <= 1 for figure in figures_and_rules)
