"""
The embedded road network as a travel provider: no server for the user to run.
"""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

from carecoord.kernel.geo import Point
from carecoord.travel.domain import Mode, TravelMatrix, TravelStar
from carecoord.travel.http import JsonServer
from carecoord.travel.osrm import OsrmClient
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.road_files import current_network
from carecoord.travel.road_server import MAX_TABLE_POINTS, RoadServer

ROADS = "roads"

_TABLE_TIMEOUT_S = 120.0

T = TypeVar("T")


class EmbeddedRoads:
    """
    Answers from the network in use under a folder; one local server per mode, started when first asked.

    Args:
        home: folder of prepared networks (`CARECOORD_HOME/roads`).
    """

    name = ROADS

    def __init__(self, home: Path) -> None:
        self._home = home
        self._network = ""
        self._servers: dict[Mode, RoadServer] = {}

    async def dataset(self, mode: Mode) -> str:
        """
        Digest of the extract and version of the tool.

        Raises:
            TravelUnavailable: `travel_roads_missing`.
        """
        del mode  # every mode of a network comes from one extract
        return current_network(self._home)[1].dataset

    async def matrix(self, points: Sequence[Point], mode: Mode) -> TravelMatrix:
        """Every ordered pair; see `TravelProvider.matrix`."""
        return await self._ask(mode, lambda client: client.matrix(points, mode))

    async def star(self, here: Point, others: Sequence[Point], mode: Mode) -> TravelStar:
        """From one point to each of the others and back; see `TravelProvider.star`."""
        return await self._ask(mode, lambda client: client.star(here, others, mode))

    async def path(self, points: Sequence[Point], mode: Mode) -> tuple[tuple[Point, ...], ...]:
        """Vertices of each leg; see `TravelProvider.path`."""
        return await self._ask(mode, lambda client: client.path(points, mode))

    async def aclose(self) -> None:
        """Stop the servers."""
        for server in self._servers.values():
            await server.stop()
        self._servers.clear()

    def pids(self) -> dict[Mode, int]:
        """Process numbers of the servers that run, for operations and tests."""
        return {mode: server.pid for mode, server in self._servers.items() if server.pid is not None}

    async def _ask(self, mode: Mode, question: Callable[[OsrmClient], Awaitable[T]]) -> T:
        server = await self._server(mode)
        try:
            return await self._once(server, mode, question)
        except TravelUnavailable:
            if server.is_running:
                raise
        # The server died under the question (killed, out of memory): one new try on a fresh one.
        return await self._once(server, mode, question)

    async def _once(
        self, server: RoadServer, mode: Mode, question: Callable[[OsrmClient], Awaitable[T]]
    ) -> T:
        url = await server.ensure()
        # A client per question: connections belong to one event loop, the servers outlive it.
        door = JsonServer(url, provider=self.name, timeout_s=_TABLE_TIMEOUT_S, through_proxy=False)
        client = OsrmClient(
            door,
            profiles={mode: mode.value},
            dataset=await self.dataset(mode),
            max_table=MAX_TABLE_POINTS,
            name=self.name,
        )
        try:
            return await question(client)
        finally:
            await client.aclose()

    async def _server(self, mode: Mode) -> RoadServer:
        folder, manifest = current_network(self._home)
        if manifest.name != self._network:
            await self.aclose()
            self._network = manifest.name
        if mode not in manifest.modes:
            raise TravelUnavailable(
                "travel_mode_not_served",
                f"network {manifest.name} was not prepared for {mode}",
                provider=self.name,
                mode=mode.value,
            )
        if mode not in self._servers:
            self._servers[mode] = RoadServer(folder / mode)
        return self._servers[mode]
