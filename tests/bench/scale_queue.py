"""
One worker against two over the real queue: `python tests/bench/scale_queue.py 2000 --seconds 30`.

A generated day is loaded into a PostgreSQL of its own as people, aides and care plan lines; a run is
asked for like a coordinator's, and `carecoord worker` processes take its sectors side by side. Prints
seconds from the request to the draft with one process and with two, and what the drafts are worth.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.domain import UpsertPerson
from carecoord.beneficiaries.service import upsert_people
from carecoord.careplans.domain import UpsertLine
from carecoord.careplans.service import upsert_lines
from carecoord.db.embedded import EmbeddedServer, embedded_server
from carecoord.db.engine import create_engine
from carecoord.db.migrate import prepare
from carecoord.db.uow import open_uow
from carecoord.identity.domain import CreateOrganisation
from carecoord.identity.permissions import system_actor
from carecoord.identity.service import create_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.ids import new_id
from carecoord.planning.bench.generate import MONDAY, Size, generated_territory
from carecoord.planning.engine.warm import warm
from carecoord.planning.problem import Problem, Visit, Worker
from carecoord.rosters.domain import PlanningRun, RequestRun
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.parts import parts_of_run
from carecoord.rosters.service.runs import get_run, request_run
from carecoord.rosters.service.usual import set_usual_aides
from carecoord.territory.service import load_communes
from carecoord.workforce.domain import EVERY_WEEK, Availability, UpsertAide
from carecoord.workforce.service import upsert_aides

INSEE, POSTCODE = "86194", "86000"
ORGANISATION = new_id()
FIRST_DAY: date = MONDAY


def person(problem: Problem, name: str, visit: Visit) -> UpsertPerson:
    """A person at the door of a visit."""
    place = next(item for item in problem.places if item.id == visit.place)
    return UpsertPerson(
        reference=name,
        civility="Mme",
        last_name=name.upper(),
        first_name="P",
        address="1 rue du Bourg",
        postcode=POSTCODE,
        insee=INSEE,
        latitude=place.lat or 0.0,
        longitude=place.lon or 0.0,
        geo_quality="given",
    )


def aide(worker: Worker, where: dict[str, tuple[float, float]]) -> UpsertAide:
    """An aide with the shifts of the day, every week."""
    latitude, longitude = where[worker.start_place]
    return UpsertAide(
        reference=worker.id,
        last_name=worker.id.upper(),
        first_name="A",
        contract_minutes=worker.contract_s // 60,
        part_time=worker.part_time,
        skills=worker.skills,
        start_latitude=latitude,
        start_longitude=longitude,
        end_latitude=latitude,
        end_longitude=longitude,
        start_insee=INSEE,
        availabilities=[
            Availability(
                weekday=FIRST_DAY.weekday(),
                start_minute=shift.start_s // 60,
                end_minute=shift.end_s // 60,
                week_parity=EVERY_WEEK,
            )
            for shift in worker.shifts
        ],
    )


def line(visit: Visit) -> UpsertLine:
    """A line that makes this visit on the day."""
    (option,) = visit.options
    return UpsertLine(
        reference=visit.id,
        person_reference=visit.person,
        label="Aide",
        tier=visit.tier,
        weekdays=[FIRST_DAY.weekday()],
        earliest_start_minute=option.earliest_s // 60,
        latest_start_minute=option.latest_s // 60,
        preferred_start_minute=None if option.preferred_s is None else option.preferred_s // 60,
        duration_minutes=visit.duration_s // 60,
        team_size=visit.team_size,
        skills=visit.skills,
        essential=visit.essential,
        starts_on=FIRST_DAY,
        wanted_aides=visit.wanted,
        refused_aides=visit.refused,
    )


async def load(engine: AsyncEngine, actor: Actor, problem: Problem) -> None:
    """An organisation with the people, aides and lines of a generated day."""
    where = {item.id: (item.lat or 0.0, item.lon or 0.0) for item in problem.places}
    first = {visit.person: visit for visit in reversed(problem.visits)}
    async with open_uow(engine, None) as uow:
        await load_communes(uow)
    async with open_uow(engine, actor) as uow:
        await create_organisation(
            uow,
            CreateOrganisation(
                id=actor.organisation_id, kind="provider", name="Mesure", insee=INSEE, regime="BAD_2941"
            ),
        )
        await upsert_people(uow, actor, [person(problem, name, visit) for name, visit in first.items()])
        await upsert_aides(uow, actor, [aide(worker, where) for worker in problem.workers])
        await upsert_lines(uow, actor, [line(visit) for visit in problem.visits])
        await set_usual_aides(uow, actor, {item.id: item.known for item in problem.persons})


@contextmanager
def workers(server: EmbeddedServer, count: int, whole_visits: int) -> Iterator[None]:
    """So many worker processes, gone when the block ends."""
    environment = {
        **os.environ,
        "CARECOORD_DATABASE_URL": server.owner_url,
        "CARECOORD_APP_DATABASE_URL": server.app_url,
        "CARECOORD_SOLVER_WHOLE_VISITS": str(whole_visits),
    }
    started = [
        subprocess.Popen([sys.executable, "-m", "carecoord", "worker"], env=environment) for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in started:
            family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            for member in family:
                member.kill()
            process.wait()


async def plan(engine: AsyncEngine, actor: Actor, seconds: int) -> tuple[float, PlanningRun]:
    """Ask for the plan of the day; gives seconds until it is there."""
    async with open_uow(engine, actor) as uow:
        run = await request_run(uow, actor, RequestRun(first_day=FIRST_DAY, day_count=1, seconds=seconds))
    began = time.monotonic()
    while run.is_active:
        await asyncio.sleep(0.5)
        async with open_uow(engine, actor, read_only=True) as uow:
            run = await get_run(uow, actor, run.id)
    return time.monotonic() - began, run


async def tell(engine: AsyncEngine, actor: Actor, count: int, took_s: float, run: PlanningRun) -> None:
    """One line for one run."""
    async with open_uow(engine, actor, read_only=True) as uow:
        if run.roster_id is None:
            raise RuntimeError(f"the run {run.state}: {run.failure}")
        figures = (await get_roster(uow, actor, run.roster_id)).figures
        parts = await parts_of_run(uow, actor, run.id)
    print(
        f"{count} worker(s): {took_s:7.1f} s, {sum(part.stage == 0 for part in parts)} sectors, "
        f"{sum(part.stage == 1 for part in parts)} borders, left out {figures.unserved}, "
        f"blocking {figures.blocking}, {figures.cost_cents / figures.visits:.1f} cents a visit",
        flush=True,
    )


async def measure(server: EmbeddedServer, asked: argparse.Namespace) -> None:
    """Load, then plan with two workers and with one."""
    await prepare(server.owner_url, "carecoord_app")
    engine = create_engine(server.app_url)
    actor = system_actor(ORGANISATION)
    size = Size(visits=asked.visits, workers=asked.visits // 10)
    await load(engine, actor, generated_territory(size, seed=asked.seed).problem)
    took: dict[int, float] = {}
    for count in (2, 1):
        with workers(server, count, asked.whole_visits):
            took[count], run = await plan(engine, actor, asked.seconds)
        await tell(engine, actor, count, took[count], run)
    print(f"two workers are {took[1] / took[2]:.2f} times faster than one")
    await engine.dispose()


def main() -> None:
    """One server, one organisation, two runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("visits", type=int, nargs="?", default=2_000)
    parser.add_argument("--seconds", type=int, default=30, help="budget of each sector and its border")
    parser.add_argument("--whole-visits", type=int, default=1_200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    warm()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # the server's account enters it
        with embedded_server(Path(folder)) as server:
            asyncio.run(measure(server, asked))


if __name__ == "__main__":
    main()
