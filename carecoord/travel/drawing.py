"""
Lines of rounds to draw on a map, worked out in a process of its own.

The web process asks by name (`carecoord.jobs.process.run_in_child`): providers need numpy,
and an embedded network needs a server beside it, neither of which belongs there.
Question and answer are plain lists and dictionaries, so that asking needs no import of this module.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from carecoord.kernel.geo import Point
from carecoord.settings import Settings
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import Mode, TravelPath


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One line: how somebody travels, and the places in order as latitude and longitude."""

    mode: str
    places: list[tuple[float, float]]


def draw(question: dict[str, Any], _link: object) -> list[dict[str, Any]]:
    """
    Lines through places in order, one by one as asked.

    Args:
        question: `settings` of the process that asks, and `lines` in the form of `Wanted`.

    Returns:
        For each line, `points` as latitude and longitude, `straight_legs` as the number of legs
        for which no road was found, and `provider`.
    """
    settings: Settings = question["settings"]
    lines = msgspec.convert(question["lines"], list[Wanted])
    return asyncio.run(_draw(settings, lines))


async def _draw(settings: Settings, lines: list[Wanted]) -> list[dict[str, Any]]:
    chain = open_travel(settings)
    try:
        return [
            _plain(await chain.path([Point(lat=lat, lon=lon) for lat, lon in line.places], Mode(line.mode)))
            for line in lines
        ]
    finally:
        await chain.aclose()


def _plain(path: TravelPath) -> dict[str, Any]:
    return {
        "points": [(point.lat, point.lon) for leg in path.legs for point in leg],
        "straight_legs": sum(path.straight),
        "provider": path.provider,
    }
