"""
Straight line × detour factor / speed; always available.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from carecoord.kernel.geo import EARTH_RADIUS_M, Density, Point
from carecoord.travel.domain import IntMatrix, Mode, TravelMatrix, TravelStar
from carecoord.travel.parameters import TravelParameters, travel_parameters

GREAT_CIRCLE = "great_circle"

_KMH_PER_MS = 3.6


class GreatCircle:
    """
    Estimates from coordinates alone, by mode and by the density around each point.

    Args:
        parameters: the dated table; the shipped one by default.
    """

    name = GREAT_CIRCLE

    def __init__(self, parameters: TravelParameters | None = None) -> None:
        self.parameters = parameters or travel_parameters()

    async def dataset(self, mode: Mode) -> str:
        """Version of the table of detours and speeds."""
        del mode  # one table holds every mode
        return self.parameters.version

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """Every ordered pair, all points taken as suburban; see `estimate` to give densities."""
        return self.estimate(points, mode)

    def estimate(
        self, points: Sequence[Point], mode: Mode, densities: Sequence[Density] = ()
    ) -> TravelMatrix:
        """
        Every ordered pair; never missing.

        Args:
            densities: one per point, or empty when nothing is known (all suburban).

        Raises:
            ValueError: as many densities as points are wanted, or none.
        """
        if densities and len(densities) != len(points):
            raise ValueError(f"{len(points)} points but {len(densities)} densities")
        known = list(densities) or [Density.SUBURBAN] * len(points)
        paces = self.parameters.paces(mode)
        detour = np.array([paces[density].detour for density in known], dtype=np.float64)
        pace_s_per_m = np.array([_KMH_PER_MS / paces[density].speed_kmh for density in known])
        road_m = great_circle_matrix_m(points) * _pair_mean(detour)
        seconds = road_m * _pair_mean(pace_s_per_m)
        return TravelMatrix(
            seconds=_whole(seconds),
            metres=_whole(road_m),
            provider=self.name,
            dataset=self.parameters.version,
        )

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """From one point to each of the others and back, all points taken as suburban."""
        return self.estimated_star(here, others, mode)

    def estimated_star(
        self, here: Point, others: Sequence[Point], mode: Mode, densities: Sequence[Density] = ()
    ) -> TravelStar:
        """
        The same; never missing.

        Args:
            densities: of the point and then of each of the others, or empty when nothing is known.
        """
        square = self.estimate([here, *others], mode, densities)
        return TravelStar(
            to_s=square.seconds[1:, 0],
            to_m=square.metres[1:, 0],
            from_s=square.seconds[0, 1:],
            from_m=square.metres[0, 1:],
            provider=self.name,
        )

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """Straight segments, whatever the mode."""
        del mode  # a straight line is the same for everybody
        return tuple(itertools.pairwise(points))

    async def aclose(self) -> None:
        """Nothing to let go of."""


def great_circle_matrix_m(points: Sequence[Point]) -> npt.NDArray[np.float64]:
    """Great-circle metres between every pair (haversine formula, as `kernel.geo.great_circle_m`)."""
    lat = np.radians(np.array([point.lat for point in points], dtype=np.float64))
    lon = np.radians(np.array([point.lon for point in points], dtype=np.float64))
    chord = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    chord += np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    distance: npt.NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return distance


def _pair_mean(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    mean: npt.NDArray[np.float64] = (values[:, None] + values[None, :]) / 2
    return mean


def _whole(values: npt.NDArray[np.float64]) -> IntMatrix:
    return np.rint(values).astype(np.int32)
