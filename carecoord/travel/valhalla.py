"""
Valhalla client: `/sources_to_targets`, `/locate`, `/route` of any compatible server, by URL.

API of Valhalla: matrix, locate and turn-by-turn pages of its documentation. Distances come in kilometres.
"""

import itertools
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from carecoord.kernel.geo import Point, great_circle_m
from carecoord.travel.domain import MISSING, IntMatrix, Mode, TravelMatrix, TravelStar, empty_matrix
from carecoord.travel.http import JsonServer, all_or_first_error
from carecoord.travel.polyline import decode_polyline6

VALHALLA = "valhalla"
COSTINGS: Mapping[Mode, str] = {Mode.CAR: "auto", Mode.BIKE: "bicycle", Mode.FOOT: "pedestrian"}

MATRIX_BLOCK = 50
"""Sources, and targets, asked for at once: stock servers accept 2,500 pairs a question."""

_MAX_ROUTE_POINTS = 20
_OFF_NETWORK_M = 1_000_000
"""Snap distance given to a point for which the server knows no way at all."""


class _Cell(msgspec.Struct, frozen=True):
    time: float | None = None
    distance: float | None = None


class _Flat(msgspec.Struct, frozen=True):
    durations: list[list[float | None]]
    distances: list[list[float | None]]


class _Matrix(msgspec.Struct, frozen=True):
    sources_to_targets: list[list[_Cell]] | _Flat


class _Edge(msgspec.Struct, frozen=True):
    correlated_lat: float
    correlated_lon: float


class _Located(msgspec.Struct, frozen=True):
    edges: list[_Edge] | None = None


class _Leg(msgspec.Struct, frozen=True):
    shape: str


class _Trip(msgspec.Struct, frozen=True):
    legs: list[_Leg]


class _Route(msgspec.Struct, frozen=True):
    trip: _Trip


class ValhallaClient:
    """
    A server by URL. One preparation serves the three modes.

    Args:
        server: where to ask.
        dataset: version of its data as far as known, part of the cache key.
        block: sources, and targets, asked for at once.
    """

    name = VALHALLA

    def __init__(self, server: JsonServer, *, dataset: str = "", block: int = MATRIX_BLOCK) -> None:
        self._server = server
        self._dataset = dataset
        self._block = block

    async def dataset(self, mode: Mode) -> str:
        """The version given; for want of it, address and costing."""
        return self._dataset or f"{self._server.place}|{COSTINGS[mode]}"

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """
        Every ordered pair; see `TravelProvider.matrix`.

        Points are located first: Valhalla refuses a whole matrix for one point without a way near it.
        """
        snaps = await self._snaps_m(points, mode)
        near = [index for index, snap_m in enumerate(snaps) if snap_m < _OFF_NETWORK_M]
        seconds, metres = empty_matrix(len(points)), empty_matrix(len(points))
        parts = [near[start : start + self._block] for start in range(0, len(near), self._block)]
        blocks = list(itertools.product(parts, parts))
        answers = await all_or_first_error(
            self._cells(points, mode, rows, columns) for rows, columns in blocks
        )
        for (rows, columns), cells in zip(blocks, answers, strict=True):
            for row, line in zip(rows, cells, strict=True):
                for column, cell in zip(columns, line, strict=True):
                    if row == column or cell.time is None or cell.distance is None:
                        continue
                    seconds[row, column] = round(cell.time)
                    metres[row, column] = round(cell.distance * 1000)
        np.fill_diagonal(seconds, 0)
        return TravelMatrix(
            seconds=seconds,
            metres=metres,
            provider=self.name,
            dataset=await self.dataset(mode),
            snaps_m=tuple(snaps),
        )

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """From one point to each of the others and back; see `TravelProvider.star`."""
        points = [here, *others]
        snaps = await self._snaps_m(points, mode)
        near = [index for index in range(1, len(points)) if snaps[index] < _OFF_NETWORK_M]
        lines = [np.full(len(others), MISSING, dtype=np.int32) for _ in range(4)]
        parts = [near[start : start + self._block] for start in range(0, len(near), self._block)]
        if snaps[0] >= _OFF_NETWORK_M:
            parts = []
        back = await all_or_first_error(self._cells(points, mode, part, [0]) for part in parts)
        out = await all_or_first_error(self._cells(points, mode, [0], part) for part in parts)
        for part, rows, columns in zip(parts, back, out, strict=True):
            _fill(lines[0], lines[1], part, [row[0] for row in rows])
            _fill(lines[2], lines[3], part, columns[0])
        return TravelStar(
            to_s=lines[0], to_m=lines[1], from_s=lines[2], from_m=lines[3],
            provider=self.name, snap_m=snaps[0],
        )  # fmt: skip

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """Vertices of each leg; see `TravelProvider.path`."""
        legs: list[tuple[Point, ...]] = []
        for start in range(0, len(points) - 1, _MAX_ROUTE_POINTS - 1):
            legs.extend(await self._route(points[start : start + _MAX_ROUTE_POINTS], mode))
        return tuple(legs)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()

    async def _snaps_m(self, points: Sequence[Point], mode: Mode) -> list[int]:
        parts = [points[start : start + self._block] for start in range(0, len(points), self._block)]
        answers = await all_or_first_error(self._locate(part, mode) for part in parts)
        return [snap_m for part in answers for snap_m in part]

    async def _locate(self, points: Sequence[Point], mode: Mode) -> list[int]:
        body = {"locations": _locations(points), "costing": COSTINGS[mode], "verbose": False}
        status, answer = await self._server.ask("/locate", body=body)
        self._accept(status, answer)
        located = self._server.convert(answer, list[_Located])
        if len(located) != len(points):
            raise self._server.failure("travel_bad_answer", "another number of places than asked")
        return [_snap_m(point, place) for point, place in zip(points, located, strict=True)]

    async def _cells(
        self, points: Sequence[Point], mode: Mode, rows: list[int], columns: list[int]
    ) -> list[list[_Cell]]:
        body = {
            "sources": _locations([points[index] for index in rows]),
            "targets": _locations([points[index] for index in columns]),
            "costing": COSTINGS[mode],
            "units": "kilometers",
        }
        status, answer = await self._server.ask("/sources_to_targets", body=body)
        self._accept(status, answer)
        cells = _as_cells(self._server.convert(answer, _Matrix).sources_to_targets)
        if len(cells) != len(rows) or any(len(line) != len(columns) for line in cells):
            raise self._server.failure("travel_bad_answer", "matrix of another size than asked")
        return cells

    async def _route(self, points: Sequence[Point], mode: Mode) -> list[tuple[Point, ...]]:
        body = {"locations": _locations(points), "costing": COSTINGS[mode], "directions_type": "none"}
        status, answer = await self._server.ask("/route", body=body)
        self._accept(status, answer)
        legs = self._server.convert(answer, _Route).trip.legs
        if len(legs) != len(points) - 1:
            raise self._server.failure("travel_bad_answer", "route with another number of legs than asked")
        try:
            return [decode_polyline6(leg.shape) for leg in legs]
        except ValueError as error:
            raise self._server.failure("travel_bad_answer", "geometry cannot be read") from error

    def _accept(self, status: int, answer: object) -> None:
        if status != 200:
            code = answer.get("error_code") if isinstance(answer, dict) else None
            raise self._server.failure("travel_bad_answer", f"status {status}, error {code}")


def _fill(seconds: IntMatrix, metres: IntMatrix, part: list[int], cells: list[_Cell]) -> None:
    """Write the cells of some points, whose numbers count from 1."""
    for index, cell in zip(part, cells, strict=True):
        if cell.time is not None and cell.distance is not None:
            seconds[index - 1] = round(cell.time)
            metres[index - 1] = round(cell.distance * 1000)


def _locations(points: Sequence[Point]) -> list[dict[str, float]]:
    return [{"lat": round(point.lat, 6), "lon": round(point.lon, 6)} for point in points]


def _snap_m(point: Point, place: _Located) -> int:
    ways = place.edges or []
    distances = [great_circle_m(point, Point(lat=way.correlated_lat, lon=way.correlated_lon)) for way in ways]
    return min(distances, default=_OFF_NETWORK_M)


def _as_cells(answer: list[list[_Cell]] | _Flat) -> list[list[_Cell]]:
    if not isinstance(answer, _Flat):
        return answer
    return [
        [_Cell(time=time, distance=distance) for time, distance in zip(times, distances, strict=False)]
        for times, distances in zip(answer.durations, answer.distances, strict=False)
    ]
