"""
A day of rides: planned by a job, changed by hand, repaired when a volunteer falls out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from builders.drivers import a_driver
from builders.rides import TUESDAY, Service, an_ask, ride_service, rural_person
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import job_context

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Conflict
from carecoord.rides.orders import PlanRides
from carecoord.rides.service import changes, runs
from carecoord.rides.service.answers import answer_live, place_legs
from carecoord.rides.service.boards import board_of_day
from carecoord.rides.service.drivers import declare_away
from carecoord.rides.service.requests import book, legs_of_day
from carecoord.rides.store import days as store
from carecoord.rides.tasks import plan_day
from carecoord.settings import Settings
from carecoord.vigilance.service.cases import waiting_cases


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No road network: ways are estimated."""
    return Settings(home=tmp_path, roads_folder=tmp_path)


async def _placed(uow: UnitOfWork, actor: Actor, service: Service, settings: Settings) -> list[UUID]:
    """A request of the person of the service, booked and placed; its ways."""
    request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())
    answer = await answer_live(uow, actor, request.legs, settings)
    await place_legs(uow, actor, request.legs, answer, settings)
    return [leg.id for leg in request.legs]


def _whole() -> tuple[datetime, datetime]:
    return local_instant(TUESDAY, 0), local_instant(TUESDAY, 1440)


async def test_a_volunteer_falls_out(uow: UnitOfWork, actor: Actor, settings: Settings) -> None:
    """The board tells that he is away; the repair is shown first, then gives his ride to another."""
    service = await ride_service(uow, actor)
    first = await a_driver(uow, actor)
    ways = await _placed(uow, actor, service, settings)
    other = await a_driver(uow, actor, "Petit")
    await declare_away(uow, actor, first, *_whole())
    board = await board_of_day(uow, actor, TUESDAY, settings)
    assert [(item.rule, item.volunteer_id) for item in board.breaches] == [("availability", first)]
    assert board.plan is not None
    preview = await changes.preview_repair(uow, actor, TUESDAY, settings)
    assert {(item.before_id, item.after_id) for item in preview.changes} == {(first, other)}
    assert {tour.volunteer_id for tour in await store.tours(uow.session, TUESDAY, TUESDAY)} == {first}
    done = await changes.repair_day(uow, actor, TUESDAY, version=preview.version, settings=settings)
    assert (len(done.changes), done.left) == (len(ways), 0)
    assert {tour.volunteer_id for tour in await store.tours(uow.session, TUESDAY, TUESDAY)} == {other}
    assert (await board_of_day(uow, actor, TUESDAY, settings)).breaches == []


async def test_a_ride_is_given_by_hand(uow: UnitOfWork, actor: Actor, settings: Settings) -> None:
    """Candidates come with their price; the chosen one keeps the ride, one who cannot is refused by rule."""
    service = await ride_service(uow, actor)
    first = await a_driver(uow, actor)
    ways = await _placed(uow, actor, service, settings)
    other = await a_driver(uow, actor, "Petit", latitude=48.33)
    short = await a_driver(uow, actor, "Roux", day_minutes_max=30)
    found = await changes.candidates(uow, actor, ways[0], settings)
    assert {item.volunteer_id: bool(item.places) for item in found} == {
        first: True,
        other: True,
        short: False,
    }
    assert found[0].cents == 0
    assert next(item for item in found if item.volunteer_id == short).code == "volunteer_limit"
    plan = await store.plan_of(uow.session, TUESDAY)
    assert plan is not None
    with pytest.raises(Conflict) as caught:
        await changes.move_ride(uow, actor, ways[0], short, version=plan.version, settings=settings)
    assert (caught.value.code, caught.value.args_by_name["rule"]) == ("no_place", "volunteer_limit")
    await changes.move_ride(uow, actor, ways[0], other, version=plan.version, settings=settings)
    (tour,) = await store.tours(uow.session, TUESDAY, TUESDAY)
    assert tour.volunteer_id == other
    assert all(trip.pinned for trip in tour.trips)


async def test_outcomes(uow: UnitOfWork, actor: Actor, settings: Settings) -> None:
    """A ride that was driven is done, and undone when that was a mistake; one nobody came to is kept."""
    service = await ride_service(uow, actor)
    await a_driver(uow, actor)
    out, *_ = await _placed(uow, actor, service, settings)
    await changes.note_outcome(uow, actor, out, "done")
    assert [leg.id for leg in await legs_of_day(uow, actor, TUESDAY)].count(out) == 0
    board = await board_of_day(uow, actor, TUESDAY, settings)
    assert [trip.outcome for tour in board.tours for trip in tour.trips if trip.leg_id == out] == ["done"]
    await changes.note_outcome(uow, actor, out, "absent")
    board = await board_of_day(uow, actor, TUESDAY, settings)
    assert [trip.outcome for tour in board.tours for trip in tour.trips if trip.leg_id == out] == ["absent"]
    (case,) = await waiting_cases(uow, actor)
    assert (case.person_id, case.source_id) == (service.person_id, out)
    await changes.note_outcome(uow, actor, out, "planned")
    assert await waiting_cases(uow, actor) == []


async def test_a_day_is_planned_by_a_job(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path, settings: Settings
) -> None:
    """Rides without driver are planned in a child process; applied, nobody who was told is moved."""
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await ride_service(uow, actor)
        await a_driver(uow, actor)
        told = await _placed(uow, actor, service, settings)
        before = await store.tours(uow.session, TUESDAY, TUESDAY)
        await upsert_people(uow, actor, [rural_person(reference="R-002", last_name="Leroy", latitude=48.32)])
        person = (await person_ids(uow, actor, ["R-002"]))["R-002"]
        await book(uow, actor, an_ask(service, person_id=person), settings, form_key=uuid4())
        run_id = await runs.request_run(uow, actor, TUESDAY, seconds=2)
        with pytest.raises(Conflict):
            await runs.request_run(uow, actor, TUESDAY, seconds=2)
    context = await job_context(engine, actor, clock, tmp_path)
    await plan_day(context, PlanRides(organisation_id=actor.organisation_id, run_id=run_id))
    async with open_uow(engine, actor, clock=clock) as uow:
        run = await runs.get_run(uow, actor, run_id)
        assert (run.state, run.failure) == ("done", None)
        assert run.after is not None
        assert (run.after["served"], run.after["requests"]) == (4, 4)
        plan = await store.plan_of(uow.session, TUESDAY)
        assert plan is not None
        await runs.apply_run(uow, actor, run_id, version=plan.version, settings=settings)
        hours = {trip.leg_id: trip.pickup_s for tour in before for trip in tour.trips}
        after = await store.tours(uow.session, TUESDAY, TUESDAY)
        now = {trip.leg_id: trip.pickup_s for tour in after for trip in tour.trips}
        assert len(now) == 4
        assert all(abs(now[way] - hours[way]) <= timedelta(minutes=15).seconds for way in told)
