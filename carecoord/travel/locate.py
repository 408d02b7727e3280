"""
Where an address typed by hand is: the geocoder's proposal where there is one, else its commune's centre.
"""

from __future__ import annotations

from carecoord.kernel.geo import Point
from carecoord.settings import Settings
from carecoord.travel.configure import open_geocoder
from carecoord.travel.geocode import GeoQuality
from carecoord.travel.provider import TravelUnavailable

SURE_ENOUGH = 0.5
"""Score from which a geocoder's best proposal stands for the address."""


async def locate(
    settings: Settings, address: str, *, insee: str, postcode: str, centre: Point
) -> tuple[Point, GeoQuality]:
    """
    A point and how precise it is; never fails: `COMMUNE` and the centre when nothing better is known.

    Args:
        address: number and street; it leaves the building for the geocoder, a name must not be in it.
    """
    geocoder = open_geocoder(settings)
    if geocoder is None or not address:
        return centre, GeoQuality.COMMUNE
    try:
        found = await geocoder.candidates(address, insee=insee, postcode=postcode)
    except TravelUnavailable:
        return centre, GeoQuality.COMMUNE
    finally:
        await geocoder.aclose()
    if not found or found[0].score < SURE_ENOUGH:
        return centre, GeoQuality.COMMUNE
    return found[0].point, found[0].quality
