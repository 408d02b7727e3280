"""
A real road network: built, asked for 200 × 200 pairs, planned on: `python tests/bench/roads.py FILE.osm.pbf`.

People and aides of the demonstration are moved to points of that network, the modes to the car.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from random import Random

import msgspec
from click.testing import CliRunner

from carecoord.cli.roads import roads
from carecoord.demo.generate import DemoProvider, generate
from carecoord.demo.problem import plan_input
from carecoord.kernel.geo import Point
from carecoord.planning.budget import Budget
from carecoord.planning.homecare.check import check_homecare
from carecoord.planning.homecare.naive import naive
from carecoord.planning.solve import solve
from carecoord.rosters.apply import figures_of
from carecoord.rosters.assemble import assemble, places_of
from carecoord.settings import Settings, load_settings
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import Mode, TravelMatrix

MONDAY = date(2026, 11, 23)
# Andorra's valleys: south-west and north-east corners.
BOX = (42.44, 1.45, 42.60, 1.70)


async def matrix(settings: Settings, points: list[Point]) -> tuple[TravelMatrix, float]:
    """Travel by car between points, and the seconds it took."""
    chain = open_travel(settings)
    try:
        started = time.monotonic()
        answer = await chain.matrix(points, Mode.CAR)
        return answer, time.monotonic() - started
    finally:
        await chain.aclose()


async def points_on_roads(settings: Settings, count: int) -> list[Point]:
    """Seeded points that the network knows without any warning."""
    random = Random(1)
    found: list[Point] = []
    while len(found) < count:
        tried = [
            Point(lat=random.uniform(BOX[0], BOX[2]), lon=random.uniform(BOX[1], BOX[3])) for _ in range(200)
        ]
        answer, _ = await matrix(settings, tried)
        off = {warning.args.get("point") for warning in answer.warnings}
        found += [point for rank, point in enumerate(tried) if rank not in off]
    return found[:count]


def moved(provider: DemoProvider, points: list[Point]) -> DemoProvider:
    """The provider's people and aides at other points, all by car."""
    spots = iter(points * 10)
    replace = msgspec.structs.replace
    people = []
    for person in provider.people:
        spot = next(spots)
        people.append(replace(person, latitude=spot.lat, longitude=spot.lon))
    aides = []
    for aide in provider.aides:
        spot = next(spots)
        aides.append(
            replace(
                aide,
                start_latitude=spot.lat,
                start_longitude=spot.lon,
                end_latitude=spot.lat,
                end_longitude=spot.lon,
                travel_mode="car",
            )
        )
    return replace(provider, people=people, aides=aides)


def main() -> None:
    """Build, ask, plan."""
    with tempfile.TemporaryDirectory() as home:
        settings = load_settings({"CARECOORD_HOME": home})
        started = time.monotonic()
        outcome = CliRunner().invoke(
            roads, ["build", sys.argv[1]], env={"CARECOORD_HOME": home}, catch_exceptions=False
        )
        print(outcome.output.strip())
        print(f"build of {Path(sys.argv[1]).name}: {time.monotonic() - started:.1f} s")
        points = asyncio.run(points_on_roads(settings, 200))
        answer, seconds = asyncio.run(matrix(settings, points))
        print(
            f"matrix 200 x 200 by {answer.provider}: {seconds:.2f} s, server start included,"
            f" {answer.fallback_pairs} pairs estimated"
        )
        given = plan_input(moved(generate(1, MONDAY)[1], points), MONDAY)
        places = places_of(given)
        answer, seconds = asyncio.run(matrix(settings, places.points))
        problem = assemble(given, places, {Mode.CAR: answer})
        plan = solve(problem, Budget(seconds=60, seed=1))
        figures, by_hand = figures_of(problem, plan), figures_of(problem, naive(problem))
        blocking = [item for item in check_homecare(problem, plan) if item.severity == "block"]
        print(
            f"plan on {answer.provider}: {len(problem.visits)} visits, {len(blocking)} rules broken,"
            f" unserved {figures.unserved}, travel {figures.travel_s / figures.work_s:.1%} of work"
            f" (naive {by_hand.travel_s / by_hand.work_s:.1%}, unserved {by_hand.unserved})"
        )


if __name__ == "__main__":
    main()
