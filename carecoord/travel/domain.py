"""
Modes, matrices, paths and warnings: what a travel question is answered with.
"""

import enum

import msgspec
import numpy as np
import numpy.typing as npt

from carecoord.kernel.geo import Point

IntMatrix = npt.NDArray[np.int32]
BoolMatrix = npt.NDArray[np.bool_]

MISSING = -1
"""Value of a pair that a provider could not answer, in `seconds` and `metres`."""


class Mode(enum.StrEnum):
    """How a person travels."""

    CAR = "car"
    BIKE = "bike"
    FOOT = "foot"


class TravelWarning(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something the reader of a plan must see about its travel times.

    Args:
        code: one of `provider_unavailable` (`provider`, `reason`), `mode_not_served` (`provider`, `mode`),
            `point_off_network` (`point`, `snap_m`, `limit_m`), `pairs_replaced` (`pairs`),
            `zero_pairs_replaced` (`pairs`), `straight_line` (`legs`).
        args: values for the French sentence; `point` is an index in the question's list of points.
    """

    code: str
    args: dict[str, str | int] = {}


class TravelMatrix(msgspec.Struct, frozen=True, kw_only=True):
    """
    Travel between every ordered pair of points, row = from, column = to.

    Args:
        seconds: n × n int32, zero on the diagonal; `MISSING` only in what a provider returns by itself.
        metres: n × n int32, same convention.
        provider: who answered: `great_circle`, `osrm`, `valhalla`, `roads` (embedded network).
        dataset: version of the data behind the answer.
        snaps_m: per point, metres to the network it was attached to; empty when the provider has no network.
        estimated: n × n, true where the great circle stood in for the provider; None when nowhere.
        warnings: what must be shown with the plan.
    """

    seconds: IntMatrix
    metres: IntMatrix
    provider: str
    dataset: str
    snaps_m: tuple[int, ...] = ()
    estimated: BoolMatrix | None = None
    warnings: tuple[TravelWarning, ...] = ()

    @property
    def size(self) -> int:
        """Number of points."""
        return int(self.seconds.shape[0])

    @property
    def pairs(self) -> int:
        """Number of ordered pairs of distinct points."""
        return self.size * (self.size - 1)

    @property
    def fallback_pairs(self) -> int:
        """Number of ordered pairs estimated by the great circle instead of the preferred provider."""
        return 0 if self.estimated is None else int(np.count_nonzero(self.estimated))


class TravelStar(msgspec.Struct, frozen=True, kw_only=True):
    """
    Travel between one point and each of some others, both ways.

    Args:
        to_s, to_m: from each of the others to the point; `MISSING` only in what a provider returns by itself.
        from_s, from_m: from the point to each of the others.
        snap_m: metres from the point to the network; 0 where the provider has none.
        estimated: how many ways the great circle stood in for.
    """

    to_s: IntMatrix
    to_m: IntMatrix
    from_s: IntMatrix
    from_m: IntMatrix
    provider: str
    snap_m: int = 0
    estimated: int = 0


class TravelPath(msgspec.Struct, frozen=True, kw_only=True):
    """
    A line to draw through points visited in order, one part per leg.

    Args:
        legs: per leg, the vertices from its start to its end.
        straight: per leg, true where the line is a straight segment and not a road.
        provider: who answered.
        warnings: what must be shown with the map.
    """

    legs: tuple[tuple[Point, ...], ...]
    straight: tuple[bool, ...]
    provider: str
    warnings: tuple[TravelWarning, ...] = ()


def empty_matrix(size: int) -> IntMatrix:
    """A matrix of `MISSING` with a zero diagonal, to be filled."""
    values = np.full((size, size), MISSING, dtype=np.int32)
    np.fill_diagonal(values, 0)
    return values
