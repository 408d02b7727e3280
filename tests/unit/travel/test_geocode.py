"""
The rule that accepts, doubts or refuses what a geocoder proposes.
"""

import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.geocode import Candidate, GeoQuality, choose

CENTRE = Point(lat=48.69647, lon=2.50377)
DOOR = Point(lat=48.698, lon=2.507)


def candidate(score: float, quality: GeoQuality = GeoQuality.HOUSENUMBER, insee: str = "91114") -> Candidate:
    """One answer of a geocoder, in Brunoy unless told."""
    return Candidate(
        point=DOOR, label="4 rue de la Gare 91800 Brunoy", score=score, quality=quality, insee=insee
    )


def test_a_certain_house_number_is_taken() -> None:
    """House number, score of 0.8, right commune: nothing to confirm."""
    located = choose([candidate(0.8)], insee="91114", centre=CENTRE)

    assert (located.point, located.quality, located.needs_review) == (DOOR, GeoQuality.HOUSENUMBER, False)


@pytest.mark.parametrize("doubtful", [candidate(0.79), candidate(0.5), candidate(0.97, GeoQuality.STREET)])
def test_a_doubtful_answer_is_proposed(doubtful: Candidate) -> None:
    """A lower score, or a street without its number, is used but must be confirmed."""
    located = choose([doubtful], insee="91114", centre=CENTRE)

    assert (located.point, located.quality, located.needs_review) == (DOOR, doubtful.quality, True)
    assert located.candidates == (doubtful,)


@pytest.mark.parametrize(
    "useless",
    [candidate(0.49), candidate(0.99, insee="91691"), candidate(0.99, GeoQuality.COMMUNE)],
)
def test_nothing_usable_leaves_the_centre_of_the_commune(useless: Candidate) -> None:
    """A poor score, another commune, or the commune itself: its centre, flagged."""
    located = choose([useless], insee="91114", centre=CENTRE)

    assert (located.point, located.quality, located.needs_review) == (CENTRE, GeoQuality.COMMUNE, True)


def test_the_best_in_the_commune_wins() -> None:
    """A better score next door does not take an address out of its commune."""
    located = choose([candidate(0.95, insee="91691"), candidate(0.85)], insee="91114", centre=CENTRE)

    assert located.score == 0.85
    assert not located.needs_review
