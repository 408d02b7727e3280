"""
Each page costs a fixed number of statements, whatever the number of rows it shows.
"""

from __future__ import annotations

import pytest
from builders.rosters import aide_command, person
from sqlalchemy.ext.asyncio import AsyncEngine
from support.meal_rounds import DAY, a_meal_fleet, drafted_rounds
from support.rosters import drafted_week
from support.statements import counted
from support.visitors import VisitorOf

from carecoord.beneficiaries.service import upsert_people
from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.page import PageRequest
from carecoord.meals.service.rounds import publish_rounds
from carecoord.rosters.service.boards import get_roster, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.workforce.service import upsert_aides

# Of every page: context of nobody, session, context of the account, organisation, read-only.
FRAME = 5


@pytest.fixture
async def busy(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """A published week, forty people and twenty aides."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        roster = await get_roster(uow, actor, roster_id)
        await publish(uow, actor, roster_id, roster.version)
        await upsert_people(uow, actor, [person(f"P{number}") for number in range(10, 50)])
        await upsert_aides(uow, actor, [aide_command(f"A{number}") for number in range(10, 30)])


@pytest.mark.parametrize(
    ("path", "own"),
    [
        # organisation: memberships, thresholds' organisation, tokens
        ("/organisation", 3),
        # a page of people, their number, their communes
        ("/personnes", 3),
        # a page of aides, their hours, their number, absences
        ("/equipe", 4),
        ("/equipe/absences", 2),
        ("/importer", 2),
        ("/planifier", 2),
        # nine of reporting, a page of rosters and their number
        ("/chiffres", 11),
    ],
)
async def test_statements_of_a_page(
    visitor_of: VisitorOf, engine: AsyncEngine, busy: None, path: str, own: int
) -> None:
    """The number is written here: a row more costs no statement more."""
    visitor = await visitor_of("administrator")

    with counted(engine) as sent:
        answer = await visitor.get(path)

    assert answer.status_code == 200
    assert len(sent) == FRAME + own, "\n".join(sent)


async def test_statements_of_a_plan(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, busy: None
) -> None:
    """Run, its curve, its roster; nothing more for each point or rule."""
    async with open_uow(engine, actor) as uow:
        (roster,) = (await list_rosters(uow, actor, PageRequest())).items
    visitor = await visitor_of("administrator")

    with counted(engine) as page:
        await visitor.get(f"/planifier/{roster.run_id}")
    with counted(engine) as state:
        await visitor.get(f"/planifier/{roster.run_id}/etat")

    # run twice (the curve looks it up), curve, parts, roster
    assert len(page) == FRAME + 5, "\n".join(page)
    assert len(state) == FRAME + 4, "\n".join(state)


async def test_statements_of_meal_rounds(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The day and a round cost the same whatever the number of doors."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_meal_fleet(uow, actor)
    run_id = await drafted_rounds(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        rounds = await publish_rounds(uow, actor, run_id)
    visitor = await visitor_of("administrator")

    with counted(engine) as day:
        answer = await visitor.get(f"/repas/tournees?jour={DAY}")
    assert answer.status_code == 200
    with counted(engine) as one:
        answer = await visitor.get(f"/repas/tournee/{rounds[0].id}")
    assert answer.status_code == 200

    # rounds and stops twice (for the page, for what changed), what is due, drivers, vehicles, runs
    assert len(day) <= FRAME + 20, "\n".join(day)
    # round and stops, people, what is due, temperatures, kitchens, drivers, vehicles
    assert len(one) <= FRAME + 18, "\n".join(one)
