"""
The protocol every travel provider follows, and its errors; seconds and metres.
"""

from collections.abc import Sequence
from typing import Protocol

from carecoord.kernel.errors import Unavailable
from carecoord.kernel.geo import Point
from carecoord.travel.domain import Mode, TravelMatrix, TravelStar


class TravelUnavailable(Unavailable):
    """
    The provider did not answer, or not usefully.

    `code` is one of `travel_unreachable`, `travel_timeout`, `travel_bad_answer`, `travel_mode_not_served`,
    `travel_roads_missing`, `travel_roads_damaged`, `travel_roads_unsupported`, `travel_roads_failed`,
    `travel_roads_busy`, `travel_server_failed`.
    """


class TravelProvider(Protocol):
    """Answers how long and how far between points, and by which way."""

    @property
    def name(self) -> str:
        """Short stable name, stored with plans."""
        ...

    async def dataset(self, mode: Mode) -> str:
        """Version of the data and settings behind the answers for a mode: part of the cache key."""
        ...

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """
        Every ordered pair; `MISSING` where there is no way.

        Raises:
            TravelUnavailable: no answer can be had.
        """
        ...

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """
        From one point to each of the others and back; `MISSING` where there is no way.

        Raises:
            TravelUnavailable: no answer can be had.
        """
        ...

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """
        Vertices of the way from each point to the next, one tuple per leg.

        Raises:
            TravelUnavailable: no answer can be had, or a leg has no way.
        """
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes."""
        ...
