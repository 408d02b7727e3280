"""
Key figures of a period, read from the published rounds alone.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from builders.rosters import MONDAY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.statements import counted

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Invalid
from carecoord.reporting.service import figures_of_period
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.publication import publish

SUNDAY = MONDAY + timedelta(days=6)


async def test_a_draft_counts_for_nothing(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """Before publication the figures are zero; aides and contracts are there."""
    await drafted_week(engine, actor, clock)

    async with open_uow(engine, actor, clock=clock) as uow:
        figures = await figures_of_period(uow, actor, MONDAY, SUNDAY)

    assert (figures.days, figures.stops, figures.served["vital"]) == (0, 0, 0)
    assert figures.contract_s == 2 * 35 * 3600


async def test_published_rounds_agree_with_the_figures_of_their_roster(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The views count what the planner counted: visits, work, travel, metres, faces."""
    roster_id = await drafted_week(engine, actor, clock)

    async with open_uow(engine, actor, clock=clock) as uow:
        draft = await get_roster(uow, actor, roster_id)
        expected = (await publish(uow, actor, roster_id, draft.version)).figures
        figures = await figures_of_period(uow, actor, MONDAY, SUNDAY)

    assert figures.served == expected.served
    assert figures.unserved == expected.unserved
    assert (figures.stops, figures.faces, figures.people) == (27, expected.faces, 3)
    assert (figures.service_s, figures.travel_s, figures.wait_s) == (
        expected.service_s,
        expected.travel_s,
        expected.wait_s,
    )
    assert (figures.work_s, figures.distance_m) == (expected.work_s, expected.distance_m)
    assert figures.breaches["warn"] == expected.warnings
    assert sum(aide.work_s for aide in figures.aides) == expected.work_s


async def test_another_organisation_counts_nothing(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """The views are guarded like the tables under them."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        draft = await get_roster(uow, actor, roster_id)
        await publish(uow, actor, roster_id, draft.version)

    async with open_uow(engine, other_actor, clock=clock) as uow:
        figures = await figures_of_period(uow, other_actor, MONDAY, SUNDAY)

    assert (figures.days, figures.stops, figures.aides) == (0, 0, [])


async def test_statements_do_not_grow_with_the_period(
    engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A year costs as many statements as a week."""
    await drafted_week(engine, actor, clock)

    async with open_uow(engine, actor, clock=clock) as uow:
        with counted(engine) as week:
            await figures_of_period(uow, actor, MONDAY, SUNDAY)
        with counted(engine) as year:
            await figures_of_period(uow, actor, MONDAY - timedelta(days=364), MONDAY)

    assert len(week) == len(year) == 9


async def test_a_period_ends_after_it_begins(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """A period without a day is refused."""
    async with open_uow(engine, actor, clock=clock) as uow:
        with pytest.raises(Invalid):
            await figures_of_period(uow, actor, MONDAY, MONDAY - timedelta(days=1))
