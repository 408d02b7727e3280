"""
The OSRM client against a server on the loopback: blocks, holes, and every way to fail.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from carecoord.kernel.geo import Point
from carecoord.travel.domain import MISSING, Mode
from carecoord.travel.http import JsonServer
from carecoord.travel.osrm import OsrmClient
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.select import TravelChain

Open = Callable[..., OsrmClient]
POINTS = [Point(lat=48 + index / 100, lon=2) for index in range(7)]


@pytest.fixture
async def open_client(fake: Any) -> AsyncIterator[Open]:
    """Makes clients of the fake server, closed at the end."""
    made: list[OsrmClient] = []

    def make(path: str = "", *, timeout_s: float = 5.0, **options: Any) -> OsrmClient:
        server = JsonServer(fake.url + path, provider="osrm", timeout_s=timeout_s, through_proxy=False)
        made.append(OsrmClient(server, **options))
        return made[-1]

    yield make
    for client in made:
        await client.aclose()


def table(asked: Any) -> tuple[int, Any]:
    """Seconds = 100 × from + to, on the hundredths of latitude; metres ten times as many."""
    places = [round((float(pair.split(",")[1]) - 48) * 100) for pair in asked.path.split("/")[-1].split(";")]
    every = range(len(places))
    rows = [places[int(i)] for i in asked.query.get("sources", ";".join(map(str, every))).split(";")]
    columns = [places[int(i)] for i in asked.query.get("destinations", ";".join(map(str, every))).split(";")]
    seconds = [[0.0 if row == column else 100.4 * row + column for column in columns] for row in rows]
    return 200, {
        "code": "Ok",
        "durations": seconds,
        "distances": [[10 * value for value in line] for line in seconds],
        "sources": [{"distance": 4.6, "location": [2, 48]} for _ in rows],
        "destinations": [{"distance": 4.6, "location": [2, 48]} for _ in columns],
    }


async def test_one_question_for_a_small_matrix(fake: Any, open_client: Open) -> None:
    """Seven points fit one table; seconds and metres are rounded to whole ones."""
    fake.answer = table

    answer = await open_client().matrix(POINTS, Mode.CAR)

    assert [asked.path.split("/")[:4] for asked in fake.heard] == [["", "table", "v1", "driving"]]
    assert answer.seconds[3, 2] == round(100.4 * 3 + 2) == 303
    assert answer.metres[3, 2] == round(10 * (100.4 * 3 + 2)) == 3032
    assert answer.snaps_m == (5,) * 7


@pytest.mark.parametrize("max_table", [2, 3, 4, 6])
async def test_blocks_give_the_same_matrix(fake: Any, open_client: Open, max_table: int) -> None:
    """A server that accepts few points is asked block by block, with the same result."""
    fake.answer = table

    whole = await open_client().matrix(POINTS, Mode.CAR)
    fake.heard.clear()
    blocks = await open_client(max_table=max_table).matrix(POINTS, Mode.CAR)

    assert blocks.seconds.tolist() == whole.seconds.tolist()
    assert blocks.metres.tolist() == whole.metres.tolist()
    assert all(len(asked.path.split(";")) <= max_table for asked in fake.heard)


async def test_the_profile_enters_the_address(fake: Any, open_client: Open) -> None:
    """One server per profile behind one host: `{profile}` in the URL is replaced."""
    fake.answer = table

    await open_client("/routed-{profile}", profiles={Mode.BIKE: "bike"}).matrix(POINTS[:2], Mode.BIKE)

    assert fake.heard[0].path.startswith("/routed-bike/table/v1/bike/")


async def test_the_data_version_hides_credentials() -> None:
    """What is stored with plans names the server, not the password in its URL."""
    server = JsonServer("http://jean:secret@127.0.0.1:5000/osrm", provider="osrm", through_proxy=False)
    client = OsrmClient(server)

    version = await client.dataset(Mode.CAR)
    await client.aclose()

    assert version == "127.0.0.1:5000/osrm|driving"


async def test_a_null_is_a_hole(fake: Any, open_client: Open) -> None:
    """A pair without a way comes back as missing, and the chain fills it under a warning."""

    def with_null(asked: Any) -> tuple[int, Any]:
        status, answer = table(asked)
        answer["durations"][0][1] = answer["distances"][0][1] = None
        return status, answer

    fake.answer = with_null
    client = open_client()

    raw = await client.matrix(POINTS[1:3], Mode.CAR)
    repaired = await TravelChain(client).matrix(POINTS[1:3], Mode.CAR)

    assert raw.seconds[0, 1] == raw.metres[0, 1] == MISSING
    assert repaired.seconds[0, 1] > 60
    assert [warning.code for warning in repaired.warnings] == ["pairs_replaced"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, {"message": "boom"}), "travel_unreachable"),
        ((429, {}), "travel_unreachable"),
        ((200, b"<html>"), "travel_bad_answer"),
        ((400, {"code": "TooBig"}), "travel_bad_answer"),
        ((200, {"code": "Ok", "durations": [[0]]}), "travel_bad_answer"),
        (
            (
                200,
                {"code": "Ok", "durations": [[0]], "distances": [[0]], "sources": [{}], "destinations": [{}]},
            ),
            "travel_bad_answer",
        ),
    ],
)
async def test_a_useless_answer_is_an_error(
    fake: Any, open_client: Open, answer: tuple[int, Any], code: str
) -> None:
    """Errors of the server, other formats and tables of another size are all said, never guessed from."""
    fake.answer = lambda _: answer

    with pytest.raises(TravelUnavailable) as caught:
        await open_client().matrix(POINTS, Mode.CAR)

    assert caught.value.code == code
    assert "48." not in caught.value.message


async def test_a_slow_server_is_given_up(fake: Any, open_client: Open) -> None:
    """The time-out holds for the whole answer, and the chain falls back."""

    def never(asked: Any) -> tuple[int, Any]:
        fake.released.wait(20)
        return 200, {}

    fake.answer = never

    answer = await TravelChain(open_client(timeout_s=0.2)).matrix(POINTS, Mode.CAR)

    assert answer.provider == "great_circle"
    assert answer.warnings[0].args == {"provider": "osrm", "reason": "travel_timeout"}


async def test_a_closed_port_is_unreachable(fake: Any, open_client: Open) -> None:
    """Nobody listens: the plan goes on with estimates and says so."""
    client = open_client()
    fake.close()

    answer = await TravelChain(client).matrix(POINTS, Mode.CAR)

    assert (answer.provider, answer.fallback_pairs) == ("great_circle", 42)
    assert answer.warnings[0].args == {"provider": "osrm", "reason": "travel_unreachable"}


async def test_a_mode_not_declared_is_not_asked(fake: Any, open_client: Open) -> None:
    """A server for cars is not asked about pedestrians: it would answer for cars."""
    client = open_client(profiles={Mode.CAR: "driving"})

    with pytest.raises(TravelUnavailable) as caught:
        await client.matrix(POINTS, Mode.FOOT)

    assert caught.value.code == "travel_mode_not_served"
    assert fake.heard == []


async def test_a_leg_without_a_way_is_straight(fake: Any, open_client: Open) -> None:
    """When a whole route is refused, each leg is asked for, and the impossible one is a straight segment."""

    def no_second_leg(asked: Any) -> tuple[int, Any]:
        places = asked.path.split("/")[-1].split(";")
        if len(places) > 2 or places[0].endswith("48.010000"):
            return 400, {"code": "NoRoute"}
        return 200, {
            "code": "Ok",
            "routes": [{"legs": [{"steps": [{"geometry": encode(48_000_000, 2_000_000, 10_000)}]}]}],
        }

    fake.answer = no_second_leg

    path = await TravelChain(open_client()).path(POINTS[:3], Mode.CAR)

    assert path.legs == ((POINTS[0], POINTS[1]), (POINTS[1], POINTS[2]))
    assert path.straight == (False, True)
    assert [warning.code for warning in path.warnings] == ["straight_line"]


def encode(*numbers: int) -> str:
    """A polyline of (lat, lon) then one step north of `numbers[2]` millionths."""
    lat, lon, north = numbers
    return "".join(_encoded(value) for value in (lat, lon, north, 0))


def _encoded(number: int) -> str:
    value = number << 1
    text = ""
    while value >= 0x20:
        text += chr((0x20 | (value & 0x1F)) + 63)
        value >>= 5
    return text + chr(value + 63)


async def test_a_star_is_asked_for_in_one_row_and_one_column(fake: Any, open_client: Open) -> None:
    """Six ways out and six ways back: two questions."""
    fake.answer = table

    star = await open_client().star(POINTS[2], [*POINTS[:2], *POINTS[3:]], Mode.CAR)

    assert len(fake.heard) == 2
    assert star.from_s.tolist() == [round(100.4 * 2 + k) for k in (0, 1, 3, 4, 5, 6)]
    assert star.to_s.tolist() == [round(100.4 * k + 2) for k in (0, 1, 3, 4, 5, 6)]
    assert star.to_m.tolist() == [round(10 * (100.4 * k + 2)) for k in (0, 1, 3, 4, 5, 6)]


async def test_a_star_larger_than_a_table_is_asked_for_in_parts(fake: Any, open_client: Open) -> None:
    """With four points a table, six others take two questions each way, and the answer is the same."""
    fake.answer = table

    star = await open_client(max_table=4).star(POINTS[0], POINTS[1:], Mode.CAR)

    assert len(fake.heard) == 4
    assert star.to_s.tolist() == [round(100.4 * k) for k in range(1, 7)]
