"""
A territory: a planning problem too big for one travel matrix, and how to ask for parts of it.

Twenty thousand visits have ten thousand doors: a hundred million pairs. Whoever plans such a
day asks for the matrix of a few hundred places at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.kernel.geo import EARTH_RADIUS_M
from carecoord.planning.matrix import Matrix
from carecoord.planning.problem import Place, Problem

Roads = Callable[[Sequence[Place], str], Matrix]
"""Travel between some places by one mode, in the order given."""

DETOUR = 1.3
"""Road over straight line, a common mean for French roads outside mountains."""

SPEED_M_PER_S = {"car": 35 / 3.6, "bike": 14 / 3.6, "foot": 4.5 / 3.6}
"""Door to door, traffic lights and villages included."""

SETTLING_S = 60
"""Parking and walking to the door, once for each way between two places."""


class Territory(msgspec.Struct, frozen=True, kw_only=True):
    """
    A problem without its matrices, and the roads.

    Args:
        problem: valid but for `matrices`, which is empty; places have coordinates.
        roads: the matrix of any subset of its places.
    """

    problem: Problem
    roads: Roads


def straight_m(places: Sequence[Place]) -> npt.NDArray[np.float64]:
    """Great-circle metres between all pairs of places that have coordinates (haversine formula)."""
    lat = np.radians([place.lat or 0.0 for place in places])
    lon = np.radians([place.lon or 0.0 for place in places])
    half_lat = (lat[:, None] - lat[None, :]) / 2
    half_lon = (lon[:, None] - lon[None, :]) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(half_lon) ** 2
    straight: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
    return straight


def great_circle_roads(places: Sequence[Place], mode: str) -> Matrix:
    """
    Great circle × detour at a mean speed, rounded up to whole minutes; nothing from a place to itself.

    A plain estimate for generated problems; the product asks its travel provider.
    """
    metres = straight_m(places) * DETOUR
    minutes = np.ceil((metres / SPEED_M_PER_S[mode] + SETTLING_S) / 60)
    np.fill_diagonal(minutes, 0)
    return Matrix(
        mode=mode,
        provider="great_circle",
        seconds=(minutes.astype(np.int64) * 60).tolist(),
        metres=np.rint(metres).astype(np.int64).tolist(),
    )


def with_roads(problem: Problem, roads: Roads) -> Problem:
    """The problem with the matrices of all its places, one for each mode that an aide uses."""
    modes = sorted({worker.mode for worker in problem.workers}) or ["car"]
    return msgspec.structs.replace(problem, matrices=[roads(problem.places, mode) for mode in modes])
