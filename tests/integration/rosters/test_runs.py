"""
From a request to a published roster, on a real database and a real child process.
"""

from __future__ import annotations

from pathlib import Path

from builders.rosters import MONDAY, small_week
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import job_context

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.page import PageRequest
from carecoord.rosters.domain import RequestRun
from carecoord.rosters.orders import PlanRosters
from carecoord.rosters.service.boards import board_of_week, list_rosters
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, progress, request_run
from carecoord.rosters.tasks import plan_period


async def test_a_requested_run_ends_as_a_draft_that_can_be_published(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    """A week is planned by a child process, kept with its figures, and published."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await small_week(uow, actor)
        run = await request_run(uow, actor, RequestRun(first_day=MONDAY, seconds=5))

    await plan_period(
        await job_context(engine, actor, clock, tmp_path),
        PlanRosters(organisation_id=actor.organisation_id, run_id=run.id),
    )

    async with open_uow(engine, actor, clock=clock) as uow:
        done = await get_run(uow, actor, run.id)
        points = await progress(uow, actor, run.id)
        (draft,) = (await list_rosters(uow, actor, PageRequest())).items
        published = await publish(uow, actor, draft.id, draft.version)
        board = await board_of_week(uow, actor, MONDAY)
    assert (done.state, done.failure, done.roster_id) == ("done", None, draft.id)
    assert points
    assert draft.figures.unserved == {"vital": 0, "important": 0, "comfort": 0}
    assert draft.figures.visits == 22
    assert draft.figures.blocking == {}
    assert done.naive is not None
    assert published.state == "published"
    # 17 visits for one aide and 5 for two
    assert len(board.stops) == 27
