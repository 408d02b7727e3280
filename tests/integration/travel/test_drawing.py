"""
Lines of rounds for maps, asked by the web process of a process of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from carecoord.settings import Settings
from carecoord.web.ways import Ways, has_roads

AMINA = UUID(int=1)
ROUND = ("car", ((48.0, 2.0), (48.01, 2.0), (48.02, 2.0)))


def encoded(*values: int) -> str:
    """Google's polyline of numbers in millionths of a degree: zigzag, five bits at a time."""
    text = ""
    for value in values:
        rest = ~(value << 1) if value < 0 else value << 1
        while rest >= 32:
            text += chr((32 | rest & 31) + 63)
            rest >>= 5
        text += chr(rest + 63)
    return text


@pytest.fixture
def settings(fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings that name the fake server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Settings(home=tmp_path, roads_folder=tmp_path / "roads", secret_key="s" * 40, osrm_url=fake.url)


async def test_without_roads_nobody_is_asked(fake: Any, tmp_path: Path) -> None:
    """No server named and no network prepared: the map draws straight lines by itself."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path / "roads", secret_key="s" * 40)

    assert not has_roads(settings)
    assert await Ways().along_roads(settings, {AMINA: ROUND}) == {}
    assert fake.heard == []


async def test_a_line_follows_the_roads_and_is_kept(fake: Any, settings: Settings) -> None:
    """Each leg comes with its bend, and asking again asks nobody."""
    north, east = 10_000, 5_000
    leg = lambda lat: encoded(lat, 2_000_000, north // 2, east, north // 2, -east)  # noqa: E731 - two legs alike
    legs = [{"steps": [{"geometry": leg(lat)}]} for lat in (48_000_000, 48_010_000)]
    fake.answer = lambda _: (200, {"code": "Ok", "routes": [{"legs": legs}]})
    ways = Ways()

    found = await ways.along_roads(settings, {AMINA: ROUND})
    asked = len(fake.heard)
    again = await ways.along_roads(settings, {AMINA: ROUND})

    assert found[AMINA].straight_legs == 0
    assert found[AMINA].points[:3] == ((48.0, 2.0), (48.005, 2.005), (48.01, 2.0))
    assert again == found
    assert len(fake.heard) == asked


async def test_a_server_without_answer_leaves_straight_lines(fake: Any, settings: Settings) -> None:
    """Nothing is passed off as a road."""
    fake.answer = lambda _: (500, {})

    found = await Ways().along_roads(settings, {AMINA: ROUND})

    assert found[AMINA].points == ()
    assert found[AMINA].straight_legs == 2
