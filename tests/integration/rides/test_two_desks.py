"""
Two people at two desks at the same moment: one after the other, never a lost ride nor a lost mark.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

from builders.rides import TUESDAY, a_driver, an_ask, ride_service, rural_person
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.asking import AskRide
from carecoord.rides.domain import RideRequest
from carecoord.rides.service.boards import board_of_day
from carecoord.rides.service.desk import confirm_request
from carecoord.settings import Settings


async def test_two_placings_of_one_driver(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """One driver with one seat, two people, one hour: both are recorded, one is placed, one is looked for."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        made = await ride_service(uow, actor)
        await a_driver(uow, actor)
        await upsert_people(uow, actor, [rural_person(reference="R-002", first_name="Yvette")])
        other = (await person_ids(uow, actor, ["R-002"]))["R-002"]
    asks = [an_ask(made, companions=1), an_ask(made, person_id=other, companions=1)]

    async def confirmed(ask: AskRide) -> RideRequest:
        async with open_uow(engine, actor, clock=clock) as uow:
            return await confirm_request(uow, actor, ask, settings, form_key=uuid4())

    found = await asyncio.gather(*(confirmed(ask) for ask in asks))

    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_day(uow, actor, TUESDAY, settings)
    placed = {trip.leg_id for tour in board.tours for trip in tour.trips}
    states = sorted(request.state for request in found)
    told = {leg.id for request in found for leg in request.legs if leg.state == "placed"}
    assert states == ["looking", "placed"]
    assert placed == told
    assert len(placed) == 2


async def test_one_form_sent_twice_at_once(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A double click: one request, whichever of the two answers first."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        made = await ride_service(uow, actor)
        await a_driver(uow, actor)
    key = uuid4()

    async def confirmed() -> RideRequest:
        async with open_uow(engine, actor, clock=clock) as uow:
            return await confirm_request(uow, actor, an_ask(made), settings, form_key=key)

    found = await asyncio.gather(confirmed(), confirmed())

    async with open_uow(engine, actor, clock=clock) as uow:
        board = await board_of_day(uow, actor, TUESDAY, settings)
    assert found[0].id == found[1].id
    assert sum(len(tour.trips) for tour in board.tours) == 2
