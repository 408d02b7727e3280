"""
Driving between the places of a day: kept, completed by what is new, never a reason to let a caller wait.

A server by URL is asked at once. An embedded network needs a process of its own, which takes longer than a
caller waits: new places are then estimated as the crow flies until the day is planned by a job.
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Sequence

import msgspec
import numpy as np

from carecoord.kernel.geo import Point
from carecoord.planning.rides.problem import Travel
from carecoord.settings import Settings
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import IntMatrix, Mode
from carecoord.travel.select import TravelChain

ROUNDING = 5
"""Decimals of a degree: one metre."""

FEW = 4
"""Up to so many new places are asked for one by one; more, all at once."""

_HEAD = struct.Struct("<i")


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is known of driving between some points.

    Args:
        estimated: for each point, whether its ways are as the crow flies for want of time.
    """

    points: list[tuple[float, float]]
    estimated: list[bool]
    seconds: IntMatrix
    metres: IntMatrix
    provider: str


def no_ways() -> Ways:
    """Nothing known."""
    empty = np.zeros((0, 0), dtype=np.int32)
    return Ways(points=[], estimated=[], seconds=empty, metres=empty, provider="")


def rounded(latitude: float, longitude: float) -> tuple[float, float]:
    """A point as it is kept."""
    return round(latitude, ROUNDING), round(longitude, ROUNDING)


def pack(ways: Ways) -> bytes:
    """Compressed document."""
    head = msgspec.json.encode([ways.points, ways.estimated, ways.provider])
    body = np.concatenate([ways.seconds.ravel(), ways.metres.ravel()]).astype("<i4").tobytes()
    return zlib.compress(_HEAD.pack(len(head)) + head + body, 3)


def unpack(document: bytes) -> Ways:
    """What was packed."""
    data = zlib.decompress(document)
    (length,) = _HEAD.unpack_from(data)
    points, estimated, provider = msgspec.json.decode(data[_HEAD.size : _HEAD.size + length])
    values = np.frombuffer(data, dtype="<i4", offset=_HEAD.size + length).astype(np.int32)
    size = len(points)
    square = values.reshape(2, size, size)
    return Ways(
        points=[(lat, lon) for lat, lon in points],
        estimated=estimated,
        seconds=square[0].copy(),
        metres=square[1].copy(),
        provider=provider,
    )


async def completed(
    ways: Ways, wanted: Sequence[tuple[float, float]], settings: Settings | None
) -> tuple[Ways, bool]:
    """
    What is known with these points in it, and whether anything was added.

    Args:
        settings: None for the crow's flight alone.
    """
    known = set(ways.points)
    new = [point for point in dict.fromkeys(wanted) if point not in known]
    if not new:
        return ways, False
    chain, is_estimated = chain_now(settings)
    try:
        if not ways.points or len(new) > FEW:
            return await _all(ways, new, chain, is_estimated=is_estimated), True
        for point in new:
            ways = await _one_more(ways, point, chain, is_estimated=is_estimated)
        return ways, True
    finally:
        await chain.aclose()


def chain_now(settings: Settings | None) -> tuple[TravelChain, bool]:
    """Who answers while somebody waits, and whether that is only an estimate of what a network knows."""
    if settings is None:
        return TravelChain(), False
    if settings.osrm_url or settings.valhalla_url:
        return open_travel(settings), False
    return TravelChain(), (settings.roads_folder / "current").exists()


async def _all(ways: Ways, new: list[tuple[float, float]], chain: TravelChain, *, is_estimated: bool) -> Ways:
    """Every pair asked anew, but those known are kept as they are."""
    points = [*ways.points, *new]
    answer = await chain.matrix([_point(item) for item in points], Mode.CAR)
    seconds, metres = _whole_minutes(answer.seconds), answer.metres.astype(np.int32).copy()
    size = len(ways.points)
    seconds[:size, :size], metres[:size, :size] = ways.seconds, ways.metres
    return Ways(
        points=points,
        estimated=[*ways.estimated, *([is_estimated] * len(new))],
        seconds=seconds,
        metres=metres,
        provider=answer.provider,
    )


async def _one_more(
    ways: Ways, point: tuple[float, float], chain: TravelChain, *, is_estimated: bool
) -> Ways:
    star = await chain.star(_point(point), [_point(item) for item in ways.points], Mode.CAR)
    return Ways(
        points=[*ways.points, point],
        estimated=[*ways.estimated, is_estimated],
        seconds=_bordered(ways.seconds, _whole_minutes(star.to_s), _whole_minutes(star.from_s)),
        metres=_bordered(ways.metres, star.to_m, star.from_m),
        provider=ways.provider or star.provider,
    )


def _bordered(square: IntMatrix, column: IntMatrix, row: IntMatrix) -> IntMatrix:
    size = square.shape[0]
    found = np.zeros((size + 1, size + 1), dtype=np.int32)
    found[:size, :size] = square
    found[:size, size], found[size, :size] = column, row
    return found


def _whole_minutes(seconds: IntMatrix) -> IntMatrix:
    """Rounded up, so that hours of plans fall on minutes."""
    return (-(-seconds // 60) * 60).astype(np.int32)


def travel_between(ways: Ways, wanted: Sequence[tuple[float, float]]) -> Travel:
    """The matrix of these points, all known, in their order."""
    index = {point: number for number, point in enumerate(ways.points)}
    order = [index[point] for point in wanted]
    chosen = np.ix_(order, order)
    guessed = sum(ways.estimated[number] for number in order)
    return Travel(
        provider=ways.provider,
        seconds=ways.seconds[chosen].tolist(),
        metres=ways.metres[chosen].tolist(),
        estimated_pairs=guessed * (2 * len(order) - guessed - 1),
    )


def ways_in_child(order: tuple[Settings, list[tuple[float, float]]], _link: object) -> bytes:
    """Every pair of some points by the network that is set up, in a process of its own."""
    settings, points = order
    return pack(asyncio.run(_measured(settings, points)))


async def _measured(settings: Settings, points: list[tuple[float, float]]) -> Ways:
    chain = open_travel(settings)
    try:
        return await _all(no_ways(), points, chain, is_estimated=False)
    finally:
        await chain.aclose()


def _point(item: tuple[float, float]) -> Point:
    return Point(lat=item[0], lon=item[1])
