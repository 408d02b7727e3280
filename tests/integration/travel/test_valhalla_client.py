"""
The Valhalla client against a server on the loopback.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.domain import MISSING, Mode
from carecoord.travel.http import JsonServer
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.select import TravelChain
from carecoord.travel.valhalla import ValhallaClient

POINTS = [Point(lat=48 + index / 100, lon=2) for index in range(5)]


@pytest.fixture
async def client(fake: Any) -> AsyncIterator[ValhallaClient]:
    """A client that asks for blocks of two points."""
    server = JsonServer(fake.url, provider="valhalla", timeout_s=5, through_proxy=False)
    made = ValhallaClient(server, block=2)
    yield made
    await made.aclose()


def number(place: dict[str, float]) -> int:
    """Index of a point in `POINTS`."""
    return round((place["lat"] - 48) * 100)


def located(asked: Any) -> list[dict[str, Any]]:
    """Every point lies on a way, except the last, which has none near."""
    return [
        {
            "input_lat": place["lat"],
            "input_lon": place["lon"],
            "edges": None
            if number(place) == 4
            else [{"correlated_lat": place["lat"] + 0.0001, "correlated_lon": place["lon"]}],
        }
        for place in asked.body["locations"]
    ]


def nested(asked: Any) -> tuple[int, Any]:
    """Seconds = 100 × from + to, kilometres a hundredth of it; 1 to 2 has no way."""
    if asked.path == "/locate":
        return 200, located(asked)
    rows = [
        [
            {"time": None, "distance": None}
            if (number(source), number(target)) == (1, 2)
            else {
                "time": 100 * number(source) + number(target),
                "distance": (100 * number(source) + number(target)) / 100,
            }
            for target in asked.body["targets"]
        ]
        for source in asked.body["sources"]
    ]
    return 200, {"sources_to_targets": rows, "units": "kilometers"}


def flat(asked: Any) -> tuple[int, Any]:
    """The same in the terse format."""
    status, answer = nested(asked)
    if asked.path == "/locate":
        return status, answer
    rows = answer["sources_to_targets"]
    return 200, {
        "sources_to_targets": {
            "durations": [[cell["time"] for cell in row] for row in rows],
            "distances": [[cell["distance"] for cell in row] for row in rows],
        }
    }


@pytest.mark.parametrize("answer", [nested, flat])
async def test_blocks_make_one_matrix(fake: Any, client: ValhallaClient, answer: Any) -> None:
    """Kilometres become metres; a hole and a point without a way are missing."""
    fake.answer = answer

    matrix = await client.matrix(POINTS, Mode.FOOT)

    none = MISSING
    assert matrix.seconds.tolist() == [
        [0, 1, 2, 3, none],
        [100, 0, none, 103, none],
        [200, 201, 0, 203, none],
        [300, 301, 302, 0, none],
        [none, none, none, none, 0],
    ]
    assert matrix.metres[3, 2] == 3020
    assert matrix.snaps_m[:4] == (11, 11, 11, 11)
    assert {asked.body["costing"] for asked in fake.heard} == {"pedestrian"}


async def test_the_chain_fills_the_holes(fake: Any, client: ValhallaClient) -> None:
    """The point without a way is named, the pair without a way counted, nothing is missing."""
    fake.answer = nested

    matrix = await TravelChain(client).matrix(POINTS, Mode.CAR)

    assert matrix.seconds[~(matrix.seconds == 0)].min() >= 60
    assert matrix.fallback_pairs == 2 * 4 + 1
    assert [warning.code for warning in matrix.warnings] == ["point_off_network", "pairs_replaced"]


async def test_an_error_of_the_server_is_told(fake: Any, client: ValhallaClient) -> None:
    """A refusal with Valhalla's own error number is an unusable answer, with the number kept."""
    fake.answer = lambda _: (
        400,
        {"error_code": 154, "error": "Path distance exceeds the max distance limit"},
    )

    with pytest.raises(TravelUnavailable, match="error 154") as caught:
        await client.matrix(POINTS, Mode.CAR)

    assert caught.value.code == "travel_bad_answer"


async def test_a_route_is_one_line_per_leg(fake: Any, client: ValhallaClient) -> None:
    """The shape of each leg is decoded at six decimals."""
    fake.answer = lambda _: (200, {"trip": {"legs": [{"shape": "_p~iF~ps|U_ulLnnqC"}, {"shape": ""}]}})

    legs = await client.path(POINTS[:3], Mode.BIKE)

    assert legs == ((Point(lat=3.85, lon=-12.02), Point(lat=4.07, lon=-12.095)), ())
