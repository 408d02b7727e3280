"""
Each page of the ride desk costs a fixed number of statements, whatever the number of rows it shows.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from builders.rides import TUESDAY, Service, a_driver, a_place, an_ask, ride_service
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.rides.service.desk import confirm_request
from carecoord.rides.service.records import save_place
from carecoord.settings import Settings

# Of every page: context of nobody, session, context of the account, organisation, read-only.
FRAME = 5


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path) -> Service:
    """A dozen destinations, six rides of one person, some placed, one today."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path)
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_driver(uow, actor)
        made = await ride_service(uow, actor)
        for number in range(10):
            await save_place(uow, actor, a_place(f"Club {number}"))
        for days in range(-8, 30, 7):
            ask = an_ask(made, on=TUESDAY + timedelta(days=days))
            await confirm_request(uow, actor, ask, settings, form_key=uuid4())
    return made


@pytest.mark.parametrize(
    ("path", "own"),
    [
        # requests looked for (and their ways when there are some), those of today with their ways, people
        ("/transport", 4),
        # rides of every week
        ("/transport/habituels", 1),
        # destinations, frequent addresses, communes
        ("/transport/destinations", 3),
        # terms, communes looked up, organisation, their names
        ("/transport/regles", 4),
        # requests of the period, communes
        ("/transport/chiffres", 2),
        # ways, tours and their trips, vehicles, organisation, terms
        ("/transport/chiffres/prefet/2026", 6),
    ],
)
async def test_statements_of_a_page(
    visitor_of: VisitorOf, engine: AsyncEngine, service: Service, path: str, own: int
) -> None:
    """The number is written here: a row more costs no statement more."""
    visitor = await visitor_of("agent")

    with counted(engine) as sent:
        answer = await visitor.get(path)

    assert answer.status_code == 200
    assert len(sent) == FRAME + own, "\n".join(sent)


async def test_statements_of_a_person(visitor_of: VisitorOf, engine: AsyncEngine, service: Service) -> None:
    """Form: person, way of travelling, destinations, uses, last rides. Passenger: six."""
    visitor = await visitor_of("agent")

    with counted(engine) as form:
        await visitor.get(f"/transport/demande?personne={service.person_id}")
    with counted(engine) as passenger:
        await visitor.get(f"/transport/personnes/{service.person_id}")

    assert len(form) == FRAME + 5, "\n".join(form)
    # person, way of travelling, rights, communes, rides and their ways
    assert len(passenger) == FRAME + 6, "\n".join(passenger)
