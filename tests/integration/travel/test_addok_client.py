"""
The geocoder's client against a server on the loopback.
"""

from typing import Any

import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.geocode import AddokGeocoder, GeoQuality
from carecoord.travel.http import JsonServer
from carecoord.travel.provider import TravelUnavailable


def feature(kind: str, score: float) -> dict[str, Any]:
    """One proposal, as Addok words it."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.507, 48.698]},
        "properties": {
            "label": "4 Rue de la Gare 91800 Brunoy",
            "score": score,
            "type": kind,
            "citycode": "91114",
            "postcode": "91800",
        },
    }


async def test_asks_within_the_commune_and_sorts(fake: Any) -> None:
    """The commune's code goes with the address; longitude comes first in the answer."""
    fake.answer = lambda _: (200, {"features": [feature("street", 0.6), feature("housenumber", 0.97)]})
    geocoder = AddokGeocoder(JsonServer(fake.url, provider="addok", through_proxy=False))

    found = await geocoder.candidates("4 rue de la Gare", insee="91114", postcode="91800")
    await geocoder.aclose()

    assert fake.heard[0].path == "/search"
    assert fake.heard[0].query["citycode"] == "91114"
    assert [(one.quality, one.score) for one in found] == [
        (GeoQuality.HOUSENUMBER, 0.97),
        (GeoQuality.STREET, 0.6),
    ]
    assert found[0].point == Point(lat=48.698, lon=2.507)


async def test_a_broken_geocoder_is_an_error_without_the_address(fake: Any) -> None:
    """What could not be placed is told by the caller; the error never repeats an address."""
    fake.answer = lambda _: (200, {"features": [{"geometry": None}]})
    geocoder = AddokGeocoder(JsonServer(fake.url, provider="addok", through_proxy=False))

    with pytest.raises(TravelUnavailable) as caught:
        await geocoder.candidates("4 rue de la Gare", insee="91114")
    await geocoder.aclose()

    assert caught.value.code == "travel_bad_answer"
    assert "Gare" not in caught.value.message
