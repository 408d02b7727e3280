"""
Planning runs, rosters, boards, manual moves and pins.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.api.paging import page_request, paged
from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.page import PageResult
from carecoord.rosters.commands import MoveVisit, PinVisit
from carecoord.rosters.domain import (
    Board,
    KeyFigures,
    MovePreview,
    Pin,
    PlanningRun,
    ProgressPoint,
    RequestRun,
    Roster,
)
from carecoord.rosters.remedial import ApplyRemedy
from carecoord.rosters.service import boards, moves, pins, publication, remedies, runs
from carecoord.rosters.service.remedies import Remedies


class Publish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Publish a draft; `version` is that of the draft looked at."""

    version: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Key figures of a roster, and of the same period dealt out aide by aide in order of time."""

    figures: KeyFigures
    naive: KeyFigures | None


@post("/planning-runs", status_code=202)
async def request_run(request: AnyRequest, data: JSONBody[RequestRun]) -> Response[PlanningRun]:
    """Ask for the plan of a period; `Location` is where to follow it."""
    async with open_program(request, "roster:plan") as (uow, actor):
        run = await runs.request_run(uow, actor, data)
    return Response(run, status_code=202, headers={"Location": f"{request.url.path}/{run.id}"})


@get("/planning-runs")
async def list_runs(
    request: AnyRequest, page: FromQuery[int] = 1, size: FromQuery[int] = 50
) -> Response[PageResult[PlanningRun]]:
    """Runs, newest first."""
    wanted = page_request(page, size)
    async with open_program(request, "roster:read") as (uow, actor):
        return paged(request, await runs.list_runs(uow, actor, wanted))


@get("/planning-runs/{run_id:uuid}")
async def get_run(request: AnyRequest, run_id: FromPath[UUID]) -> PlanningRun:
    """One run."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await runs.get_run(uow, actor, run_id)


@get("/planning-runs/{run_id:uuid}/progress")
async def progress(request: AnyRequest, run_id: FromPath[UUID]) -> list[ProgressPoint]:
    """Best cost over time, oldest attempt first."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await runs.progress(uow, actor, run_id)


@post("/planning-runs/{run_id:uuid}/stop", status_code=202)
async def stop_run(request: AnyRequest, run_id: FromPath[UUID]) -> PlanningRun:
    """Stop early and keep the best plan found."""
    async with open_program(request, "roster:plan") as (uow, actor):
        return await runs.stop_run(uow, actor, run_id)


@get("/rosters")
async def list_rosters(
    request: AnyRequest, page: FromQuery[int] = 1, size: FromQuery[int] = 50
) -> Response[PageResult[Roster]]:
    """Rosters, latest period first."""
    wanted = page_request(page, size)
    async with open_program(request, "roster:read") as (uow, actor):
        return paged(request, await boards.list_rosters(uow, actor, wanted))


@get("/rosters/{roster_id:uuid}")
async def get_roster(request: AnyRequest, roster_id: FromPath[UUID]) -> Roster:
    """One roster without its stops."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await boards.get_roster(uow, actor, roster_id)


@get("/rosters/{roster_id:uuid}/figures")
async def figures(request: AnyRequest, roster_id: FromPath[UUID]) -> Figures:
    """Key figures, and those of the naive plan."""
    async with open_program(request, "roster:read") as (uow, actor):
        ours, naive = await publication.key_figures(uow, actor, roster_id)
    return Figures(figures=ours, naive=naive)


@post("/rosters/{roster_id:uuid}/publish", status_code=200)
async def publish(request: AnyRequest, roster_id: FromPath[UUID], data: JSONBody[Publish]) -> Roster:
    """Make a draft the rounds that count."""
    async with open_program(request, "roster:publish") as (uow, actor):
        return await publication.publish(uow, actor, roster_id, data.version)


@post("/rosters/{roster_id:uuid}/moves/preview", status_code=200)
async def preview_move(
    request: AnyRequest, roster_id: FromPath[UUID], data: JSONBody[MoveVisit]
) -> MovePreview:
    """What a move would break, mend and cost; nothing is changed."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await moves.preview_move(uow, actor, roster_id, data)


@post("/rosters/{roster_id:uuid}/moves", status_code=200)
async def apply_move(request: AnyRequest, roster_id: FromPath[UUID], data: JSONBody[MoveVisit]) -> Roster:
    """Give a visit to other aides, another hour or day, or take it off."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await moves.apply_move(uow, actor, roster_id, data)


@get("/rosters/{roster_id:uuid}/visits/{visit_id:uuid}/remedies")
async def remedies_of(request: AnyRequest, roster_id: FromPath[UUID], visit_id: FromPath[UUID]) -> Remedies:
    """
    What may be done for a visit in no round, each thing tried, the least burden first.

    Contract hours, shifts and windows that a remedy changes hold for this plan alone: no record of an
    aide or of a care plan is written.
    """
    async with open_program(request, "roster:edit") as (uow, actor):
        return await remedies.remedies_of(uow, actor, roster_id, visit_id)


@post("/rosters/{roster_id:uuid}/visits/{visit_id:uuid}/remedies", status_code=200)
async def make_remedy(
    request: AnyRequest, roster_id: FromPath[UUID], visit_id: FromPath[UUID], data: JSONBody[ApplyRemedy]
) -> Roster:
    """
    Make a remedy: what was agreed, the pins lifted and the rounds, all or nothing.

    What was agreed holds for this plan alone; change the records of the aide or of the care plan
    too where it is to last. `reason` says who agreed.
    """
    async with open_program(request, "roster:edit") as (uow, actor):
        wanted = await remedies.wanted_remedy(uow, actor, roster_id, visit_id, data)
    # Seconds of search, with neither a lock nor a connection held.
    found = await remedies.found_remedy(wanted)
    async with open_program(request, "roster:edit") as (uow, actor):
        return await remedies.make_remedy(uow, actor, found)


@get("/days/{day:date}")
async def day_board(
    request: AnyRequest, day: FromPath[date], roster_id: FromQuery[UUID | None] = None
) -> Board:
    """The rounds of a day: published ones, or those of a given draft."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await boards.board_of_day(uow, actor, day, roster_id=roster_id)


@get("/weeks/{day:date}")
async def week_board(
    request: AnyRequest, day: FromPath[date], roster_id: FromQuery[UUID | None] = None
) -> Board:
    """The rounds of the civil week of a day."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await boards.board_of_week(uow, actor, day, roster_id=roster_id)


@get("/aides/{aide_id:uuid}/weeks/{day:date}")
async def aide_week(request: AnyRequest, aide_id: FromPath[UUID], day: FromPath[date]) -> Board:
    """One aide's rounds of a civil week."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await boards.aide_week(uow, actor, aide_id, day)


@get("/people/{person_id:uuid}/weeks/{day:date}")
async def person_week(request: AnyRequest, person_id: FromPath[UUID], day: FromPath[date]) -> Board:
    """One person's visits of a civil week."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await boards.person_week(uow, actor, person_id, day)


@put("/visits/{visit_id:uuid}/pin")
async def pin(request: AnyRequest, visit_id: FromPath[UUID], data: JSONBody[PinVisit]) -> Pin:
    """Fix aides, start or day of a visit."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await pins.pin_visit(uow, actor, visit_id, data)


@delete("/visits/{visit_id:uuid}/pin")
async def unpin(request: AnyRequest, visit_id: FromPath[UUID]) -> None:
    """Lift what was fixed by hand."""
    async with open_program(request, "roster:edit") as (uow, actor):
        await pins.unpin_visit(uow, actor, visit_id)


ROUTER = Router(
    path="/",
    route_handlers=[
        *(request_run, list_runs, get_run, progress, stop_run),
        *(list_rosters, get_roster, figures, publish, preview_move, apply_move),
        *(remedies_of, make_remedy),
        *(day_board, week_board, aide_week, person_week, pin, unpin),
    ],
    tags=["rosters"],
)
