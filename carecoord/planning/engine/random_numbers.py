"""
Our own random numbers: the same on every machine, and part of the state of a search.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from carecoord.planning.engine.compiled import njit


@njit
def below(rng: npt.NDArray[np.uint64], n: int) -> int:
    """A whole number from 0 to `n - 1` (xorshift64*, Vigna 2016)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % n  # type: ignore[return-value]


@njit
def unit(rng: npt.NDArray[np.uint64]) -> float:
    """A number from 0 (excluded) to 1."""
    return (below(rng, 1 << 30) + 1) / 1073741824.0


def seeded(seed: int) -> npt.NDArray[np.uint64]:
    """State of the generator; neighbouring seeds start far apart (splitmix64)."""
    z = (seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
    return np.array([(z ^ (z >> 31)) or 1], dtype=np.uint64)
