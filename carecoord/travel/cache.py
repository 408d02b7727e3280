"""
Keeps matrices already asked for, by provider, data version, mode and points.

What is kept is the provider's own answer, holes included: repairs are made anew each time.
"""

import hashlib
import zlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from carecoord.kernel.geo import Point
from carecoord.travel.domain import Mode, TravelMatrix

_FORMAT = "1"
_ROUNDING = 5
"""Decimals of a degree kept in a key: 1 m, less than any network knows."""


class MatrixCache(Protocol):
    """Where answers are kept."""

    async def get(self, key: str) -> bytes | None:
        """The packed answer, or None."""
        ...

    async def put(self, key: str, matrix: TravelMatrix, mode: Mode) -> None:
        """Keep an answer; keeping it twice is harmless."""
        ...


class MemoryCache:
    """Answers kept by this process, for commands without a database and for tests."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def get(self, key: str) -> bytes | None:
        """The packed answer, or None."""
        return self._kept.get(key)

    async def put(self, key: str, matrix: TravelMatrix, mode: Mode) -> None:
        """Keep an answer."""
        del mode  # part of the key already
        self._kept[key] = pack(matrix)


def cache_key(provider: str, dataset: str, mode: Mode, points: Sequence[Point]) -> str:
    """Digest of a question; the order of points matters."""
    places = (f"{point.lat:.{_ROUNDING}f},{point.lon:.{_ROUNDING}f}" for point in points)
    question = "\n".join((_FORMAT, provider, dataset, mode, *places))
    return hashlib.sha256(question.encode()).hexdigest()


def pack(matrix: TravelMatrix) -> bytes:
    """Seconds, metres and snap distances as compressed little-endian int32."""
    parts = (matrix.seconds.ravel(), matrix.metres.ravel(), np.array(matrix.snaps_m, dtype=np.int32))
    return zlib.compress(np.concatenate(parts).astype("<i4").tobytes(), 6)


def unpack(payload: bytes, *, size: int, provider: str, dataset: str) -> TravelMatrix:
    """
    The answer that was packed.

    Raises:
        ValueError: the payload is damaged or of another size.
    """
    try:
        values = np.frombuffer(zlib.decompress(payload), dtype="<i4").astype(np.int32)
    except zlib.error as error:
        raise ValueError("packed matrix is damaged") from error
    pairs = size * size
    if len(values) not in (2 * pairs, 2 * pairs + size):
        raise ValueError(f"packed matrix holds {len(values)} numbers for {size} points")
    return TravelMatrix(
        seconds=values[:pairs].reshape(size, size).copy(),
        metres=values[pairs : 2 * pairs].reshape(size, size).copy(),
        provider=provider,
        dataset=dataset,
        snaps_m=tuple(int(snap_m) for snap_m in values[2 * pairs :]),
    )
