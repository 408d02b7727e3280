"""
Keys and packing of kept matrices.
"""

import numpy as np
import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.cache import cache_key, pack, unpack
from carecoord.travel.domain import MISSING, Mode, TravelMatrix

POINTS = [Point(lat=48.1, lon=2.1), Point(lat=48.2, lon=2.2)]


def test_packing_keeps_every_number() -> None:
    """What is unpacked is what was packed, holes and snap distances included."""
    given = TravelMatrix(
        seconds=np.array([[0, 600], [MISSING, 0]], dtype=np.int32),
        metres=np.array([[0, 9000], [MISSING, 0]], dtype=np.int32),
        provider="osrm",
        dataset="v1",
        snaps_m=(3, 412),
    )

    kept = unpack(pack(given), size=2, provider="osrm", dataset="v1")

    assert kept.seconds.tolist() == [[0, 600], [MISSING, 0]]
    assert kept.metres.tolist() == [[0, 9000], [MISSING, 0]]
    assert kept.snaps_m == (3, 412)


def test_a_damaged_payload_is_refused() -> None:
    """Bytes that are not ours, or of another size, never become travel times."""
    whole = pack(TravelMatrix(seconds=np.zeros((2, 2)), metres=np.zeros((2, 2)), provider="", dataset=""))

    with pytest.raises(ValueError, match="damaged"):
        unpack(whole[:-3], size=2, provider="", dataset="")
    with pytest.raises(ValueError, match="8 numbers for 3 points"):
        unpack(whole, size=3, provider="", dataset="")


def test_the_key_tells_questions_apart() -> None:
    """Provider, data version, mode, and the order of points each change the key."""
    key = cache_key("osrm", "v1", Mode.CAR, POINTS)

    others = {
        cache_key("valhalla", "v1", Mode.CAR, POINTS),
        cache_key("osrm", "v2", Mode.CAR, POINTS),
        cache_key("osrm", "v1", Mode.FOOT, POINTS),
        cache_key("osrm", "v1", Mode.CAR, POINTS[::-1]),
        cache_key("osrm", "v1", Mode.CAR, POINTS[:1]),
    }
    assert len(others) == 5
    assert key not in others


def test_the_key_forgets_less_than_a_metre() -> None:
    """Two readings of one address that differ by the sixth decimal are one question."""
    nudged = [Point(lat=48.1000004, lon=2.1), POINTS[1]]

    assert cache_key("osrm", "v1", Mode.CAR, nudged) == cache_key("osrm", "v1", Mode.CAR, POINTS)
