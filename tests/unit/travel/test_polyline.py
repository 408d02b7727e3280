"""
Encoded polylines.
"""

import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.polyline import decode_polyline6


def test_decodes_two_vertices() -> None:
    """The published example (38.5, -120.2 then 40.7, -120.95 at five decimals) is a tenth of it at six."""
    vertices = decode_polyline6("_p~iF~ps|U_ulLnnqC")

    assert vertices == (Point(lat=3.85, lon=-12.02), Point(lat=4.07, lon=-12.095))


def test_an_empty_text_is_no_vertex() -> None:
    """A leg between two identical places may come without a vertex."""
    assert decode_polyline6("") == ()


@pytest.mark.parametrize("text", ["_p~iF", "_p~iF~ps|", "_"])
def test_a_cut_text_is_refused(text: str) -> None:
    """Half a vertex is an error, not a point at zero."""
    with pytest.raises(ValueError, match="middle of a vertex"):
        decode_polyline6(text)
