"""
Ground of generated problems: towns of different size, doors of people, homes of aides.

Density is the same whatever the number of people: a bigger problem is a wider territory, not
a denser one, so that figures of different sizes can be compared.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from carecoord.planning.problem import Place

Points = npt.NDArray[np.float64]
"""Lines of kilometres east and north of the middle of the territory."""

PEOPLE_PER_KM2 = 0.8
"""People helped on a day or week, over the whole territory."""

PEOPLE_PER_TOWN = 60
TOWN_SIZE_SPREAD = 0.9
"""Standard deviation of the logarithm of a town's size."""

TOWN_KM_PER_SQRT_PERSON = 0.13
"""A town spreads with the root of its size: as dense in the middle whatever it counts."""

COUNTRYSIDE = 0.15
"""Share of people outside towns."""

HOME_SCATTER_KM = 2.0
MIDDLE_LAT, MIDDLE_LON = 46.6, 0.4
"""Somewhere in the west of France, on land for a hundred kilometres around."""

KM_PER_DEGREE = 111.2


def doors(people: int, rng: np.random.Generator) -> Points:
    """Where people live: in towns of log-normal size, some in the country between them."""
    radius_km = math.sqrt(max(1, people) / PEOPLE_PER_KM2 / math.pi)
    towns = max(1, round(people / PEOPLE_PER_TOWN))
    centres = _spread(towns, radius_km, rng)
    sizes = rng.lognormal(0.0, TOWN_SIZE_SPREAD, towns)
    town = rng.choice(towns, size=people, p=sizes / sizes.sum())
    spread_km = TOWN_KM_PER_SQRT_PERSON * np.sqrt(np.bincount(town, minlength=towns))[town]
    found: Points = centres[town] + rng.normal(0.0, 1.0, (people, 2)) * spread_km[:, None]
    rural = rng.random(people) < COUNTRYSIDE
    found[rural] = _disc(int(rural.sum()), radius_km, rng)
    return found


def homes(aides: int, where: Points, rng: np.random.Generator) -> Points:
    """Where aides live: near the people they help, in proportion, a few kilometres off."""
    order = np.argsort(_along(where), kind="stable")
    picked = order[((np.arange(aides) + rng.random(aides)) * len(order) / max(1, aides)).astype(int)]
    found: Points = where[picked] + rng.normal(0.0, HOME_SCATTER_KM, (aides, 2))
    return found


def places(prefix: str, points: Points) -> list[Place]:
    """Places with coordinates, numbered from 1."""
    narrow = KM_PER_DEGREE * math.cos(math.radians(MIDDLE_LAT))
    return [
        Place(
            id=f"{prefix}{index}",
            lat=round(MIDDLE_LAT + north / KM_PER_DEGREE, 5),
            lon=round(MIDDLE_LON + east / narrow, 5),
        )
        for index, (east, north) in enumerate(points.tolist(), 1)
    ]


def nearest(points: Points, targets: Points, count: int) -> npt.NDArray[np.int64]:
    """For each point the indices of its nearest targets, nearest first; in blocks, to spare memory."""
    count = min(count, len(targets))
    found = np.zeros((len(points), count), dtype=np.int64)
    for begin in range(0, len(points), 512):
        block = points[begin : begin + 512]
        far = ((block[:, None, :] - targets[None, :, :]) ** 2).sum(axis=-1)
        found[begin : begin + 512] = np.argsort(far, axis=1, kind="stable")[:, :count]
    return found


def _spread(count: int, radius_km: float, rng: np.random.Generator) -> Points:
    """Points in a disc that keep a distance: of ten candidates, the farthest from those before."""
    chosen = _disc(1, radius_km, rng)
    for _ in range(count - 1):
        candidates = _disc(10, radius_km, rng)
        gaps = ((candidates[:, None, :] - chosen[None, :, :]) ** 2).sum(axis=-1).min(axis=1)
        chosen = np.vstack([chosen, candidates[int(np.argmax(gaps))]])
    return chosen


def _disc(count: int, radius_km: float, rng: np.random.Generator) -> Points:
    angle = rng.uniform(0.0, 2 * math.pi, count)
    far = radius_km * np.sqrt(rng.random(count))
    return np.stack([far * np.cos(angle), far * np.sin(angle)], axis=1)


def _along(points: Points, bits: int = 12) -> npt.NDArray[np.int64]:
    """Rank along a curve that visits the plane square by square (Morton order)."""
    low, high = points.min(axis=0), points.max(axis=0)
    cells = ((points - low) / np.maximum(high - low, 1e-9) * (2**bits - 1)).astype(np.int64)
    code = np.zeros(len(points), dtype=np.int64)
    for bit in range(bits):
        code |= ((cells[:, 0] >> bit) & 1) << (2 * bit)
        code |= ((cells[:, 1] >> bit) & 1) << (2 * bit + 1)
    return code
