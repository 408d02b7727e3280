"""
OSRM client: `/table/v1` and `/route/v1` of any compatible server, by URL.

API of OSRM: docs/http.md of Project-OSRM/osrm-backend (table, route, `code`, nulls for pairs with no way).
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from carecoord.kernel.geo import Point
from carecoord.travel.domain import MISSING, IntMatrix, Mode, TravelMatrix, TravelStar, empty_matrix
from carecoord.travel.http import JsonServer, all_or_first_error
from carecoord.travel.polyline import decode_polyline6
from carecoord.travel.provider import TravelUnavailable

OSRM = "osrm"
MAX_TABLE_POINTS = 100
"""Points a stock server accepts in one table (`--max-table-size`)."""

PROFILES: Mapping[Mode, str] = {Mode.CAR: "driving", Mode.BIKE: "cycling", Mode.FOOT: "walking"}

_MAX_ROUTE_POINTS = 100


class _Waypoint(msgspec.Struct, frozen=True):
    distance: float = 0.0


class _Table(msgspec.Struct, frozen=True):
    durations: list[list[float | None]]
    distances: list[list[float | None]]
    sources: list[_Waypoint]
    destinations: list[_Waypoint]


class _Step(msgspec.Struct, frozen=True):
    geometry: str


class _Leg(msgspec.Struct, frozen=True):
    steps: list[_Step]


class _Route(msgspec.Struct, frozen=True):
    legs: list[_Leg]


class _Routes(msgspec.Struct, frozen=True):
    routes: list[_Route]


class OsrmClient:
    """
    A server by URL.

    Args:
        server: where to ask; `{profile}` in its address is replaced by the profile's name, because many
            installations run one server per profile behind one host.
        profiles: the modes served, with the server's name for each. A stock OSRM server ignores the name and
            answers every mode with the one profile it was prepared for: declare only what it really serves.
        dataset: version of its data as far as known, part of the cache key.
        max_table: points accepted in one table.
    """

    def __init__(
        self,
        server: JsonServer,
        *,
        profiles: Mapping[Mode, str] = PROFILES,
        dataset: str = "",
        max_table: int = MAX_TABLE_POINTS,
        name: str = OSRM,
    ) -> None:
        self.name = name
        self._server = server
        self._profiles = dict(profiles)
        self._dataset = dataset
        self._block = max(1, max_table // 2)

    async def dataset(self, mode: Mode) -> str:
        """The version given; for want of it, address and profile: OSRM's answers carry none."""
        return self._dataset or f"{self._server.place}|{self._profile(mode)}"

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """Every ordered pair, asked for in blocks the server accepts; see `TravelProvider.matrix`."""
        profile = self._profile(mode)
        seconds, metres = empty_matrix(len(points)), empty_matrix(len(points))
        snaps = [0] * len(points)
        blocks = list(_blocks(len(points), self._block))
        tables = await all_or_first_error(
            self._table(points, profile, rows, columns) for rows, columns in blocks
        )
        for (rows, columns), table in zip(blocks, tables, strict=True):
            seconds[rows.start : rows.stop, columns.start : columns.stop] = _whole(table.durations)
            metres[rows.start : rows.stop, columns.start : columns.stop] = _whole(table.distances)
            for index, source in zip(rows, table.sources, strict=True):
                snaps[index] = round(source.distance)
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return TravelMatrix(
            seconds=seconds,
            metres=metres,
            provider=self.name,
            dataset=await self.dataset(mode),
            snaps_m=tuple(snaps),
        )

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """One row and one column, asked for in parts the server accepts; see `TravelProvider.star`."""
        profile = self._profile(mode)
        points = [here, *others]
        step = 2 * self._block - 1
        parts = [range(low, min(low + step, len(points))) for low in range(1, len(points), step)]
        out = await all_or_first_error(self._table(points, profile, range(1), part) for part in parts)
        back = await all_or_first_error(self._table(points, profile, part, range(1)) for part in parts)
        return TravelStar(
            to_s=_column([table.durations for table in back]),
            to_m=_column([table.distances for table in back]),
            from_s=_column([[[cell] for cell in table.durations[0]] for table in out]),
            from_m=_column([[[cell] for cell in table.distances[0]] for table in out]),
            provider=self.name,
            snap_m=round(out[0].sources[0].distance) if out else 0,
        )

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """Vertices of each leg; see `TravelProvider.path`."""
        profile = self._profile(mode)
        legs: list[tuple[Point, ...]] = []
        for start in range(0, len(points) - 1, _MAX_ROUTE_POINTS - 1):
            legs.extend(await self._route(points[start : start + _MAX_ROUTE_POINTS], profile))
        return tuple(legs)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._server.aclose()

    def _profile(self, mode: Mode) -> str:
        if mode not in self._profiles:
            raise TravelUnavailable(
                "travel_mode_not_served",
                f"{self.name} does not serve {mode}",
                provider=self.name,
                mode=mode.value,
            )
        return self._profiles[mode]

    async def _table(self, points: Sequence[Point], profile: str, rows: range, columns: range) -> _Table:
        same = rows == columns
        asked = [points[i] for i in rows] if same else [points[i] for i in (*rows, *columns)]
        if len(asked) == 1:
            # A table of one point is refused by OSRM; its own snap distance is all that is wanted.
            asked = asked * 2
        params = {"annotations": "duration,distance", "generate_hints": "false"}
        if not same:
            params["sources"] = ";".join(str(i) for i in range(len(rows)))
            params["destinations"] = ";".join(str(len(rows) + i) for i in range(len(columns)))
        status, answer = await self._server.ask(
            f"/table/v1/{{profile}}/{_coordinates(asked)}", params=params, profile=profile
        )
        self._accept(status, answer)
        table = self._server.convert(answer, _Table)
        if same and len(rows) == 1:
            table = _Table([[0.0]], [[0.0]], table.sources[:1], table.destinations[:1])
        if _shape(table) != (len(rows), len(columns)):
            raise self._server.failure("travel_bad_answer", "table of another size than asked")
        return table

    async def _route(self, points: Sequence[Point], profile: str) -> list[tuple[Point, ...]]:
        status, answer = await self._server.ask(
            f"/route/v1/{{profile}}/{_coordinates(points)}",
            profile=profile,
            params={
                "overview": "false",
                "steps": "true",
                "geometries": "polyline6",
                "generate_hints": "false",
            },
        )
        self._accept(status, answer)
        found = self._server.convert(answer, _Routes).routes
        if not found or len(found[0].legs) != len(points) - 1:
            raise self._server.failure("travel_bad_answer", "route with another number of legs than asked")
        try:
            return [
                tuple(vertex for step in leg.steps for vertex in decode_polyline6(step.geometry))
                for leg in found[0].legs
            ]
        except ValueError as error:
            raise self._server.failure("travel_bad_answer", "geometry cannot be read") from error

    def _accept(self, status: int, answer: object) -> None:
        code = answer.get("code") if isinstance(answer, dict) else None
        if status != 200 or code != "Ok":
            raise self._server.failure("travel_bad_answer", f"status {status}, code {code}")


def _blocks(size: int, block: int) -> Iterator[tuple[range, range]]:
    parts = [range(start, min(start + block, size)) for start in range(0, size, block)]
    if size <= 2 * block:
        # One question holds them all: a square table counts each point once.
        parts = [range(size)] if size else []
    return itertools.product(parts, parts)


def _coordinates(points: Sequence[Point]) -> str:
    return ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)


def _shape(table: _Table) -> tuple[int, int] | None:
    columns = len(table.destinations)
    regular = all(len(row) == columns for row in (*table.durations, *table.distances))
    same = len(table.durations) == len(table.distances) == len(table.sources)
    return (len(table.sources), columns) if regular and same else None


def _column(parts: list[list[list[float | None]]]) -> IntMatrix:
    """Columns of one cell a line, joined."""
    lines = [line for part in parts for line in part]
    return _whole(lines)[:, 0] if lines else np.zeros(0, dtype=np.int32)


def _whole(rows: list[list[float | None]]) -> IntMatrix:
    values = np.array(rows, dtype=np.float64)
    whole = np.where(np.isnan(values), MISSING, np.rint(values))
    return whole.astype(np.int32)
