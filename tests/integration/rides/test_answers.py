"""
The answer while the caller is on the line, and the plan of the day that it is taken from.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from builders.drivers import a_driver
from builders.rides import TUESDAY, Service, an_ask, ride_service

from carecoord.bookings.service import bookings_between
from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS, local_instant
from carecoord.kernel.errors import Conflict
from carecoord.rides.domain import Leg
from carecoord.rides.service.answers import answer_live, drop_legs, place_legs
from carecoord.rides.service.drivers import declare_away
from carecoord.rides.service.requests import book, legs_of_day
from carecoord.rides.store import days as store
from carecoord.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """No road network: ways are estimated."""
    return Settings(home=tmp_path, roads_folder=tmp_path)


@pytest.fixture
async def service(uow: UnitOfWork, actor: Actor) -> Service:
    """An association with its destinations and one person."""
    return await ride_service(uow, actor)


async def _legs(uow: UnitOfWork, actor: Actor, service: Service, settings: Settings) -> list[Leg]:
    request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())
    return request.legs


async def test_nobody_drives(uow: UnitOfWork, actor: Actor, service: Service, settings: Settings) -> None:
    """Without a volunteer the answer is no, and says why."""
    legs = await _legs(uow, actor, service, settings)
    answer = await answer_live(uow, actor, legs, settings)
    assert answer.outcome == "no"
    assert [cause.code for cause in answer.causes] == ["no_volunteer"]


async def test_found_and_placed(uow: UnitOfWork, actor: Actor, service: Service, settings: Settings) -> None:
    """A volunteer near by is found; placing makes his tour, marks the ways and takes the person's time."""
    driver = await a_driver(uow, actor)
    legs = await _legs(uow, actor, service, settings)
    answer = await answer_live(uow, actor, legs, settings)
    assert answer.outcome == "found"
    assert (answer.driver_id, answer.driver_name) == (driver, "Jean Morel")
    assert answer.pickup_s is not None
    assert legs[0].pick_earliest_s <= answer.pickup_s <= legs[0].pick_latest_s
    placed = await place_legs(uow, actor, legs, answer, settings)
    assert [place.driver_id for place in placed.places] == [driver] * len(legs)
    tours = await store.tours(uow.session, TUESDAY, TUESDAY)
    assert {trip.leg_id for tour in tours for trip in tour.trips} == {leg.id for leg in legs}
    assert {leg.state for leg in await legs_of_day(uow, actor, TUESDAY)} == {"placed"}
    day = (local_instant(TUESDAY, 0), local_instant(TUESDAY, 1440))
    bookings = await bookings_between(uow, actor, *day)
    assert {item.source_id for item in bookings} == {leg.id for leg in legs}
    assert min(item.starts_at for item in bookings) == _at(TUESDAY, answer.pickup_s)


async def test_a_place_that_is_gone(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """Between answer and confirmation the volunteer falls out: nothing is placed, the desk asks again."""
    driver = await a_driver(uow, actor)
    legs = await _legs(uow, actor, service, settings)
    answer = await answer_live(uow, actor, legs, settings)
    await declare_away(uow, actor, driver, *_whole(TUESDAY))
    with pytest.raises(Conflict) as caught:
        await place_legs(uow, actor, legs, answer, settings)
    assert caught.value.code == "place_gone"


async def test_looking_says_who_could_be_asked(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """A volunteer who comes too late that day is named, with how much longer he would be needed."""
    driver = await a_driver(uow, actor, availabilities=[])
    legs = await _legs(uow, actor, service, settings)
    assert (await answer_live(uow, actor, legs, settings)).outcome == "no"
    await declare_away(uow, actor, driver, *_whole(TUESDAY))
    other = await a_driver(uow, actor, "Petit", day_minutes_max=30)
    answer = await answer_live(uow, actor, legs, settings)
    assert answer.outcome == "looking"
    assert answer.causes[0].code == "volunteer_limit"
    assert (answer.causes[1].volunteer_id, answer.causes[1].code) == (other, "volunteer_limit")
    assert answer.causes[1].args["over_s"] > 0


async def test_dropped_ways_leave_the_plan(
    uow: UnitOfWork, actor: Actor, service: Service, settings: Settings
) -> None:
    """A ride that is taken back leaves no tour and no booking behind."""
    await a_driver(uow, actor)
    legs = await _legs(uow, actor, service, settings)
    await place_legs(uow, actor, legs, await answer_live(uow, actor, legs, settings), settings)
    await drop_legs(uow, actor, [leg.id for leg in legs])
    assert await store.tours(uow.session, TUESDAY, TUESDAY) == []
    assert {leg.state for leg in await legs_of_day(uow, actor, TUESDAY)} == {"looking"}
    assert await bookings_between(uow, actor, *_whole(TUESDAY)) == []


def _whole(on: date) -> tuple[datetime, datetime]:
    return local_instant(on, 0), local_instant(on, 1440)


def _at(on: date, second: int) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=PARIS) + timedelta(seconds=second)
