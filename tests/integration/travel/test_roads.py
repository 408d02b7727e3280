"""
The embedded road network, for real: built from extracts, served, killed, replaced, refused when damaged.
"""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from carecoord.kernel.errors import Invalid, NotFound
from carecoord.kernel.geo import Point
from carecoord.travel import road_files
from carecoord.travel.domain import Mode, TravelWarning
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.road_build import build_network
from carecoord.travel.road_files import list_networks, remove_network, use_network
from carecoord.travel.roads import EmbeddedRoads
from carecoord.travel.select import TravelChain

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="osrm-bindings has no wheel below Python 3.12"
)

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
START = Point(lat=48.86034, lon=2.37503)
END = Point(lat=48.86664, lon=2.35963)
CUT_OFF = (Point(lat=48.85850, lon=2.36850), Point(lat=48.86600, lon=2.37700))
"""By car, the clipped map has no way from the first to the second: the streets that lead out are missing."""
BEYOND = Point(lat=48.95000, lon=2.36000)


def build(source: Path, home: Path, *modes: Mode) -> road_files.RoadManifest:
    """Prepare without telling."""
    return build_network(source, home, modes=modes, now=NOW, report=lambda _step, _mode: None)


@pytest.fixture(scope="module")
def marais(osm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the Paris Marais network, by car and on foot."""
    home = tmp_path_factory.mktemp("roads")
    build(osm / "paris-marais-extract.osm.pbf", home, Mode.CAR, Mode.FOOT)
    return home


@pytest.fixture
async def roads(marais: Path) -> AsyncIterator[EmbeddedRoads]:
    """The provider on it, stopped at the end."""
    provider = EmbeddedRoads(marais)
    yield provider
    await provider.aclose()


def test_andorra_in_time_with_a_manifest(osm: Path, tmp_path: Path) -> None:
    """The whole country for three modes within 60 s, and a manifest that says what it was made of."""
    started = time.monotonic()

    manifest = build(osm / "andorra-2023-05-02.osm.pbf", tmp_path, *Mode)

    assert time.monotonic() - started < 60
    assert manifest.modes == (Mode.CAR, Mode.BIKE, Mode.FOOT)
    assert manifest.bbox == (1.412368, 42.4276, 1.787481, 42.65717)
    assert manifest.sha256.startswith("151cca47dd2dbbcb")
    assert "OpenStreetMap" in manifest.attribution
    assert list_networks(tmp_path) == [manifest]


async def test_andorra_matrix_in_time(osm: Path, tmp_path: Path) -> None:
    """A 200 × 200 car matrix within 10 s, server start included, with plausible speeds."""
    build(osm / "andorra-2023-05-02.osm.pbf", tmp_path, Mode.CAR)
    rng = random.Random(1)
    points = [Point(lat=rng.uniform(42.45, 42.6), lon=rng.uniform(1.45, 1.7)) for _ in range(200)]
    provider = EmbeddedRoads(tmp_path)

    started = time.monotonic()
    matrix = await provider.matrix(points, Mode.CAR)
    elapsed_s = time.monotonic() - started
    await provider.aclose()

    assert elapsed_s < 10
    speed_kmh = 3.6 * matrix.metres.sum() / matrix.seconds.sum()
    assert 25 < speed_kmh < 80


async def test_cars_and_pedestrians_differ(roads: EmbeddedRoads) -> None:
    """Across the Marais, one way by car is not the other, and walking takes longer."""
    car = await roads.matrix([START, END], Mode.CAR)
    foot = await roads.matrix([START, END], Mode.FOOT)

    assert 1327 < foot.metres[0, 1] < 1900  # 1,327 m as the crow flies
    assert foot.seconds[0, 1] > car.seconds[0, 1] > 60
    assert car.metres[0, 1] != car.metres[1, 0]
    assert car.provider == "roads"


async def test_a_pair_cut_off_by_the_edge_of_the_map_is_told(roads: EmbeddedRoads) -> None:
    """A real null pair: estimated under a warning, the way back stays the network's."""
    answer = await TravelChain(roads).matrix(CUT_OFF, Mode.CAR)

    assert answer.warnings == (TravelWarning(code="pairs_replaced", args={"pairs": 1}),)
    assert answer.estimated is not None
    assert answer.estimated.tolist() == [[False, True], [False, False]]
    assert answer.seconds[0, 1] > 60


async def test_a_place_beyond_the_map_is_told(roads: EmbeddedRoads) -> None:
    """A point 9 km north of the extract is attached to its edge: estimated, never trusted."""
    answer = await TravelChain(roads).matrix([START, END, BEYOND], Mode.CAR)

    assert [(warning.code, warning.args["point"]) for warning in answer.warnings] == [
        ("point_off_network", 2)
    ]
    assert answer.fallback_pairs == 4
    assert answer.metres[0, 2] > 10_000


async def test_a_mode_that_was_not_prepared(roads: EmbeddedRoads) -> None:
    """Bikes were left out of this network: the plan says so."""
    answer = await TravelChain(roads).matrix([START, END], Mode.BIKE)

    assert [warning.code for warning in answer.warnings] == ["mode_not_served"]


async def test_the_path_follows_streets(roads: EmbeddedRoads) -> None:
    """A walk is drawn through street corners, from near the start to near the end."""
    path = await TravelChain(roads).path([START, END, START], Mode.FOOT)

    assert path.straight == (False, False)
    assert all(len(leg) > 10 for leg in path.legs)


async def test_a_killed_server_is_started_again(roads: EmbeddedRoads) -> None:
    """kill -9 of the route server between two questions goes unnoticed, and leaves no zombie."""
    await roads.matrix([START, END], Mode.CAR)
    first = roads.pids()[Mode.CAR]

    os.kill(first, signal.SIGKILL)
    answer = await roads.matrix([START, END], Mode.CAR)

    assert answer.seconds[0, 1] > 60
    assert roads.pids()[Mode.CAR] != first
    assert not psutil.pid_exists(first)


async def test_closing_ends_the_server(marais: Path) -> None:
    """After `aclose` the process is gone."""
    provider = EmbeddedRoads(marais)
    await provider.matrix([START, END], Mode.CAR)
    pid = provider.pids()[Mode.CAR]

    await provider.aclose()

    assert not psutil.pid_exists(pid)


def test_the_server_dies_with_its_process(marais: Path) -> None:
    """A worker killed with -9 leaves no route server behind."""
    program = textwrap.dedent("""
        import asyncio, sys
        from pathlib import Path
        from carecoord.kernel.geo import Point
        from carecoord.travel.domain import Mode
        from carecoord.travel.roads import EmbeddedRoads

        async def main():
            roads = EmbeddedRoads(Path(sys.argv[1]))
            await roads.matrix([Point(lat=48.86034, lon=2.37503), Point(lat=48.86664, lon=2.35963)], Mode.CAR)
            print(roads.pids()[Mode.CAR], flush=True)
            await asyncio.sleep(60)

        asyncio.run(main())
    """)
    worker = subprocess.Popen([sys.executable, "-c", program, str(marais)], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    pid = int(worker.stdout.readline())
    assert psutil.Process(pid).name() == "osrm-routed"

    worker.kill()
    worker.wait()
    worker.stdout.close()

    deadline = time.monotonic() + 5
    while _lives(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    """Whether a process still runs (an orphan waiting for init to reap it does not)."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_new_network_is_taken_up_at_once(osm: Path, tmp_path: Path) -> None:
    """A network prepared while the provider runs answers the next question."""
    provider = EmbeddedRoads(tmp_path)
    with pytest.raises(TravelUnavailable) as none_yet:
        await provider.matrix([START, END], Mode.CAR)

    first = build(osm / "andorra-2023-05-02.osm.pbf", tmp_path, Mode.CAR)
    far = await TravelChain(provider).matrix([START, END], Mode.CAR)
    second = build(osm / "paris-marais-extract.osm.pbf", tmp_path, Mode.CAR)
    near = await TravelChain(provider).matrix([START, END], Mode.CAR)
    await provider.aclose()

    assert none_yet.value.code == "travel_roads_missing"
    assert far.fallback_pairs == 2
    assert near.fallback_pairs == 0
    assert use_network(tmp_path, first.name) == first
    assert remove_network(tmp_path, first.name) == first
    assert list_networks(tmp_path) == [second]
    with pytest.raises(NotFound):
        use_network(tmp_path, first.name)


@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_truncated_extract_leaves_nothing(osm: Path, tmp_path: Path, kept: float) -> None:
    """Refused with the block and the byte; the network in use before stays, no file is left."""
    home, whole = tmp_path / "roads", (osm / "andorra-2023-05-02.osm.pbf").read_bytes()
    before = build(osm / "paris-marais-extract.osm.pbf", home, Mode.FOOT)
    cut = tmp_path / "andorra.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * kept)])

    with pytest.raises(Invalid) as caught:
        build(cut, home, *Mode)

    assert caught.value.code == "pbf_truncated"
    assert list_networks(home) == [before]
    assert road_files.current_network(home)[1] == before
    assert sorted(path.name for path in home.iterdir()) == sorted([".lock", "current", before.name])


async def test_a_damaged_network_is_told(osm: Path, tmp_path: Path) -> None:
    """Prepared files that were cut since, or belong to another version: the server does not start."""
    manifest = build(osm / "paris-marais-extract.osm.pbf", tmp_path, Mode.FOOT)
    graph = tmp_path / manifest.name / "foot" / f"{road_files.BASE_NAME}.mldgr"
    graph.write_bytes(graph.read_bytes()[:1000])
    provider = EmbeddedRoads(tmp_path)

    answer = await TravelChain(provider).matrix([START, END], Mode.FOOT)
    await provider.aclose()

    assert answer.provider == "great_circle"
    assert answer.warnings == (
        TravelWarning(
            code="provider_unavailable", args={"provider": "roads", "reason": "travel_server_failed"}
        ),
    )


def test_a_failing_tool_leaves_nothing(osm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a program of OSRM fails, its last words are told and the folder is swept."""
    tools = tmp_path / "tools"
    (tools / "bin").mkdir(parents=True)
    (tools / "share" / "profiles").mkdir(parents=True)
    extract = tools / "bin" / "osrm-extract"
    extract.write_text("#!/bin/sh\necho '[2026-11-23T06:00:00] [error] disk full'\nexit 3\n")
    extract.chmod(0o755)
    monkeypatch.setattr("carecoord.travel.road_build.tool_folder", lambda: tools)

    with pytest.raises(TravelUnavailable, match="disk full") as caught:
        build(osm / "paris-marais-extract.osm.pbf", tmp_path / "roads", Mode.CAR)

    assert (caught.value.code, caught.value.args_by_name["status"]) == ("travel_roads_failed", 3)
    assert [path.name for path in (tmp_path / "roads").iterdir()] == [".lock"]


def test_a_second_preparation_is_refused_meanwhile(osm: Path, tmp_path: Path) -> None:
    """Two at once would sweep each other's folder."""
    with road_files.building_folder(tmp_path), pytest.raises(TravelUnavailable) as caught:
        build(osm / "paris-marais-extract.osm.pbf", tmp_path, Mode.FOOT)

    assert caught.value.code == "travel_roads_busy"
    assert list_networks(tmp_path) == []


def test_leftovers_of_a_killed_preparation_are_swept(osm: Path, tmp_path: Path) -> None:
    """A folder left by kill -9 disappears with the next preparation."""
    (tmp_path / ".building-4242" / "car").mkdir(parents=True)

    build(osm / "paris-marais-extract.osm.pbf", tmp_path, Mode.FOOT)

    assert not (tmp_path / ".building-4242").exists()
