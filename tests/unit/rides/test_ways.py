"""
Driving between the places of a day: kept as it is, completed by what is new, rounded up to minutes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from carecoord.rides.ways import completed, no_ways, pack, rounded, travel_between, unpack
from carecoord.settings import Settings

POINTS = [rounded(48.3 + 0.01 * number, 2.0) for number in range(8)]


async def test_one_by_one_is_the_same_as_all_at_once() -> None:
    """A day whose places came in one after the other knows what a day asked for at once knows."""
    whole, is_new = await completed(no_ways(), POINTS, None)
    grown, _ = await completed(no_ways(), POINTS[:5], None)
    for point in POINTS[5:]:
        grown, _ = await completed(grown, [point], None)
    assert is_new
    assert travel_between(grown, POINTS) == travel_between(whole, POINTS)
    assert all(value % 60 == 0 for row in travel_between(whole, POINTS).seconds for value in row)


async def test_what_is_known_is_not_asked_again() -> None:
    """Nothing new: nothing to keep; what was kept comes first even where an estimate would differ."""
    whole, _ = await completed(no_ways(), POINTS[:3], None)
    measured = unpack(pack(whole))
    measured.seconds[0, 1] = 4321
    same, is_new = await completed(measured, POINTS[:3], None)
    more, _ = await completed(measured, POINTS, None)
    assert not is_new
    assert same is measured
    assert travel_between(more, POINTS[:2]).seconds[0][1] == 4321


async def test_a_document_reads_back() -> None:
    """Points, marks and both tables."""
    whole, _ = await completed(no_ways(), POINTS, None)
    again = unpack(pack(whole))
    assert (again.points, again.estimated, again.provider) == (whole.points, whole.estimated, whole.provider)
    assert np.array_equal(again.seconds, whole.seconds)
    assert np.array_equal(again.metres, whole.metres)


async def test_a_network_beside_is_not_waited_for(tmp_path: Path) -> None:
    """With an embedded network new places are estimated at once, and marked so."""
    (tmp_path / "current").mkdir()
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    ways, _ = await completed(no_ways(), POINTS[:3], settings)
    assert ways.estimated == [True, True, True]
    assert travel_between(ways, POINTS[:3]).estimated_pairs == 6
