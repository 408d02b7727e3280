"""
Encoded polylines (Google's algorithm, six decimals), as OSRM and Valhalla send geometries.
"""

from carecoord.kernel.geo import Point

_PRECISION = 1_000_000


def decode_polyline6(text: str) -> tuple[Point, ...]:
    """
    The vertices of an encoded line.

    Raises:
        ValueError: the text ends in the middle of a number, or a vertex lies outside the globe.
    """
    numbers: list[int] = []
    value = shift = 0
    for character in text:
        chunk = ord(character) - 63
        value |= (chunk & 0x1F) << shift
        shift += 5
        if chunk < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    if shift or len(numbers) % 2:
        raise ValueError("encoded polyline ends in the middle of a vertex")
    vertices: list[Point] = []
    lat = lon = 0
    for d_lat, d_lon in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + d_lat, lon + d_lon
        vertices.append(Point(lat=lat / _PRECISION, lon=lon / _PRECISION))
    return tuple(vertices)
