"""
Travel between one new place and the places of a plan, asked for in one row and one column.

A server by URL and the great circle answer in this process. An embedded network needs a server
beside it, which belongs to a process of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from carecoord.jobs.process import run_in_child
from carecoord.kernel.errors import Unavailable
from carecoord.kernel.geo import Density, Point
from carecoord.settings import Settings
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import Mode, TravelStar
from carecoord.travel.select import TravelChain

STARS = "carecoord.travel.stars:stars_in_child"
PATIENCE_S = 15.0


class Star(msgspec.Struct, frozen=True, kw_only=True):
    """
    Ways between one place and some others, in seconds and metres.

    Args:
        estimated: how many ways are by the great circle because nobody answered.
    """

    to_s: list[int]
    to_m: list[int]
    from_s: list[int]
    from_m: list[int]
    provider: str
    estimated: int


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """
    One place and others.

    Args:
        densities: of the place and then of each of the others, or empty when nothing is known.
    """

    here: Point
    others: list[Point]
    modes: list[str]
    densities: list[Density] = []


async def stars(settings: Settings, question: Question) -> dict[str, Star]:
    """
    Mode -> ways; complete whatever fails: what nobody answers is estimated.
    """
    if settings.osrm_url or settings.valhalla_url or not (settings.roads_folder / "current").exists():
        return await _asked(open_travel(settings), question)
    try:
        answer = await run_in_child(
            STARS,
            {"settings": settings, "question": msgspec.to_builtins(question)},
            timeout_s=PATIENCE_S,
        )
    except Unavailable:
        return await _asked(TravelChain(), question)
    return msgspec.convert(answer, dict[str, Star])


def stars_in_child(question: dict[str, Any], _link: object) -> dict[str, Any]:
    """The same as plain dictionaries, in a process of its own."""
    asked = msgspec.convert(question["question"], Question)
    found: dict[str, Any] = msgspec.to_builtins(asyncio.run(_asked(open_travel(question["settings"]), asked)))
    return found


async def _asked(chain: TravelChain, question: Question) -> dict[str, Star]:
    try:
        return {
            mode: _plain(
                await chain.star(question.here, question.others, Mode(mode), densities=question.densities)
            )
            for mode in question.modes
        }
    finally:
        await chain.aclose()


def _plain(star: TravelStar) -> Star:
    return Star(
        to_s=star.to_s.tolist(),
        to_m=star.to_m.tolist(),
        from_s=star.from_s.tolist(),
        from_m=star.from_m.tolist(),
        provider=star.provider,
        estimated=star.estimated,
    )
