"""
Points on the earth, great-circle distance, and how densely a place is lived in.
"""

import enum
import math

import msgspec

EARTH_RADIUS_M = 6_371_009
"""Mean earth radius in metres (IUGG mean radius R1, rounded)."""


class Point(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """
    A place in WGS 84 degrees.

    Raises:
        ValueError: a coordinate is not a number or lies outside the globe.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        """
        Refuse coordinates that no map knows: swapped, projected in metres, or not a number.
        """
        if not -90 <= self.lat <= 90:
            raise ValueError(f"latitude out of range: {self.lat}")
        if not -180 <= self.lon <= 180:
            raise ValueError(f"longitude out of range: {self.lon}")


class Density(enum.StrEnum):
    """
    How densely a place is lived in, which decides speed and detour when no road network is known.
    """

    DENSE = "dense"
    SUBURBAN = "suburban"
    RURAL = "rural"


def great_circle_m(start: Point, end: Point) -> int:
    """
    Distance over the sphere between two points, in whole metres (haversine formula).

    The sphere is within 0.5 % of the ellipsoid, far below the uncertainty of a detour factor.
    """
    lat_a, lat_b = math.radians(start.lat), math.radians(end.lat)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(end.lon - start.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return round(2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord))))
