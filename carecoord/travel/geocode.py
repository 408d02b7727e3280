"""
Address -> point with confidence.

The rule of acceptance is ours, on the scores of the national address base: a house number scored
0.8 or more in the commune expected is taken as it is; less is kept for a person to confirm; nothing
usable leaves the centre of the commune, flagged.
"""

import enum
from collections.abc import Sequence
from typing import Protocol

import msgspec

from carecoord.kernel.geo import Point
from carecoord.travel.http import JsonServer

ACCEPT_SCORE = 0.8
CONSIDER_SCORE = 0.5
_CANDIDATES = 5


class GeoQuality(enum.StrEnum):
    """How precisely a place is known; the values kept beside coordinates."""

    HOUSENUMBER = "housenumber"
    STREET = "street"
    LOCALITY = "locality"
    GIVEN = "given"
    COMMUNE = "commune"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """
    One answer of a geocoder.

    Args:
        score: from 0 to 1, the geocoder's own confidence.
        insee: code of the commune the address lies in.
    """

    point: Point
    label: str
    score: float
    quality: GeoQuality
    insee: str


class Located(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where an address is taken to be.

    Args:
        needs_review: a person must confirm or place the address by hand.
        candidates: what the geocoder proposed, best first, for that person to choose from.
    """

    point: Point
    quality: GeoQuality
    needs_review: bool
    label: str = ""
    score: float = 0.0
    candidates: tuple[Candidate, ...] = ()


class Geocoder(Protocol):
    """Proposes places for an address."""

    async def candidates(self, address: str, *, insee: str, postcode: str = "") -> list[Candidate]:
        """
        Places proposed for an address, best first.

        Args:
            address: number and street; it leaves the building for the geocoder, a name must not be in it.
            insee: commune the address is in.

        Raises:
            TravelUnavailable: no answer.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class _Geometry(msgspec.Struct, frozen=True):
    coordinates: tuple[float, float]


class _Properties(msgspec.Struct, frozen=True):
    label: str = ""
    score: float = 0.0
    type: str = ""
    citycode: str = ""


class _Feature(msgspec.Struct, frozen=True):
    geometry: _Geometry
    properties: _Properties


class _Collection(msgspec.Struct, frozen=True):
    features: list[_Feature]


_QUALITIES = {
    "housenumber": GeoQuality.HOUSENUMBER,
    "street": GeoQuality.STREET,
    "locality": GeoQuality.LOCALITY,
    "municipality": GeoQuality.COMMUNE,
}


class AddokGeocoder:
    """
    A server that follows Addok's `/search`, such as the Géoplateforme's geocoding service.

    Args:
        server: address up to, and without, `/search`.
    """

    def __init__(self, server: JsonServer) -> None:
        self._server = server

    async def candidates(self, address: str, *, insee: str, postcode: str = "") -> list[Candidate]:
        """Places proposed for an address; see `Geocoder.candidates`."""
        params = {"q": address, "citycode": insee, "limit": str(_CANDIDATES), "autocomplete": "0"}
        if postcode:
            params["postcode"] = postcode
        status, answer = await self._server.ask("/search", params=params)
        if status != 200:
            raise self._server.failure("travel_bad_answer", f"status {status}")
        found = self._server.convert(answer, _Collection).features
        try:
            proposed = [_candidate(feature) for feature in found if feature.properties.type in _QUALITIES]
        except ValueError as error:
            raise self._server.failure("travel_bad_answer", "coordinates out of range") from error
        return sorted(proposed, key=lambda candidate: -candidate.score)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()


def choose(candidates: Sequence[Candidate], *, insee: str, centre: Point) -> Located:
    """
    Apply the rule of acceptance.

    Args:
        insee: commune the address must lie in: a candidate elsewhere is shown, never taken.
        centre: centre of that commune, taken when nothing better is known.
    """
    best = next(
        (
            candidate
            for candidate in sorted(candidates, key=lambda one: -one.score)
            if candidate.insee == insee
            and candidate.score >= CONSIDER_SCORE
            and candidate.quality is not GeoQuality.COMMUNE
        ),
        None,
    )
    if best is None:
        return Located(
            point=centre, quality=GeoQuality.COMMUNE, needs_review=True, candidates=tuple(candidates)
        )
    certain = best.quality is GeoQuality.HOUSENUMBER and best.score >= ACCEPT_SCORE
    return Located(
        point=best.point,
        quality=best.quality,
        needs_review=not certain,
        label=best.label,
        score=best.score,
        candidates=() if certain else tuple(candidates),
    )


def _candidate(feature: _Feature) -> Candidate:
    lon, lat = feature.geometry.coordinates
    return Candidate(
        point=Point(lat=lat, lon=lon),
        label=feature.properties.label,
        score=feature.properties.score,
        quality=_QUALITIES[feature.properties.type],
        insee=feature.properties.citycode,
    )
