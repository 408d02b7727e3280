"""
The driver side of rides through HTTP: team, day, run, candidates, repair, statement.
"""

from __future__ import annotations

from uuid import uuid4

import httpx
import msgspec
import pytest
from builders.drivers import a_driver, a_vehicle, a_volunteer
from builders.rides import TUESDAY, an_ask, ride_service
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.service.answers import answer_live, place_legs
from carecoord.rides.service.requests import book
from carecoord.settings import Settings

DAY = f"/api/v1/rides/days/{TUESDAY}"


@pytest.fixture
async def leg(engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: object) -> str:
    """The way out of the only request of Tuesday, placed with the only volunteer."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)  # type: ignore[arg-type]  # a path
    async with open_uow(engine, actor, clock=clock) as uow:
        service = await ride_service(uow, actor)
        await a_driver(uow, actor)
        request = await book(uow, actor, an_ask(service), settings, form_key=uuid4())
        await place_legs(uow, actor, request.legs, await answer_live(uow, actor, request.legs), settings)
        return str(request.legs[0].id)


async def test_team(client: httpx.AsyncClient) -> None:
    """A vehicle and a volunteer are added, changed by version, and listed."""
    car = (await client.post("/api/v1/rides/vehicles", json=msgspec.to_builtins(a_vehicle()))).json()["id"]
    too_many = msgspec.to_builtins(a_vehicle(seatings=[(9, 0)]))
    wrong = await client.post("/api/v1/rides/vehicles", json=too_many)
    command = msgspec.to_builtins(a_volunteer(car))
    made = (await client.post("/api/v1/rides/volunteers", json=command)).json()["id"]
    stale = await client.post("/api/v1/rides/volunteers", json={**command, "id": made, "version": 7})
    (listed,) = (await client.get("/api/v1/rides/volunteers")).json()

    assert (wrong.status_code, stale.status_code) == (422, 409)
    assert (listed["id"], len(listed["availabilities"])) == (made, 5)


async def test_day(client: httpx.AsyncClient, leg: str) -> None:
    """The day has one tour; a repair changes nothing; candidates name the driver; a run is asked for once."""
    board = (await client.get(DAY)).json()
    repair = (await client.get(f"{DAY}/repair")).json()
    (candidate,) = (await client.get(f"/api/v1/rides/legs/{leg}/candidates")).json()
    stale = await client.put(
        f"/api/v1/rides/legs/{leg}/driver", json={"volunteer_id": candidate["volunteer_id"], "version": 0}
    )
    done = await client.put(f"/api/v1/rides/legs/{leg}/outcome", json={"outcome": "done"})
    asked = await client.post("/api/v1/rides/runs", json={"on": str(TUESDAY), "seconds": 5})
    again = await client.post("/api/v1/rides/runs", json={"on": str(TUESDAY), "seconds": 5})
    followed = (await client.get(asked.headers["location"])).json()
    volunteer = candidate["volunteer_id"]
    statement = (await client.get(f"/api/v1/rides/volunteers/{volunteer}/statement?month=2026-12")).json()

    assert [len(tour["trips"]) for tour in board["tours"]] == [2]
    assert (repair["changes"], repair["left"]) == ([], 0)
    assert candidate["places"][0]["driver_name"] == "Jean Morel"
    assert stale.status_code == 409
    assert done.status_code == 204
    assert (asked.status_code, again.status_code, followed["state"]) == (202, 409, "queued")
    assert statement["days"] == []
