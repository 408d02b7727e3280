"""
Aides, the hours they may work, their absences.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.api.paging import page_request, paged
from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.page import PageResult
from carecoord.kernel.upsert import UpsertReport
from carecoord.workforce.domain import Absence, Aide, DeclareAbsence, UpsertAbsence, UpsertAide
from carecoord.workforce.service import (
    absences_between,
    declare_absence,
    get_aide,
    list_aides,
    upsert_absences,
    upsert_aides,
)


@get("/aides")
async def aides(
    request: AnyRequest,
    search: FromQuery[str] = "",
    with_inactive: FromQuery[bool] = False,
    page: FromQuery[int] = 1,
    size: FromQuery[int] = 50,
) -> Response[PageResult[Aide]]:
    """Aides by name, with their weekly hours."""
    wanted = page_request(page, size)
    async with open_program(request, "aide:read") as (uow, actor):
        return paged(request, await list_aides(uow, actor, wanted, search, with_inactive=with_inactive))


@put("/aides")
async def write_aides(request: AnyRequest, data: JSONBody[list[UpsertAide]]) -> UpsertReport:
    """Write aides by reference, hours included: all of them, or none when one has a defect."""
    async with open_program(request, "aide:write") as (uow, actor):
        return await upsert_aides(uow, actor, data)


@get("/aides/{aide_id:uuid}")
async def aide(request: AnyRequest, aide_id: FromPath[UUID]) -> Aide:
    """One aide."""
    async with open_program(request, "aide:read") as (uow, actor):
        return await get_aide(uow, actor, aide_id)


@get("/aides/{aide_id:uuid}/absences")
async def absences_of_aide(
    request: AnyRequest, aide_id: FromPath[UUID], starts_at: FromQuery[datetime], ends_at: FromQuery[datetime]
) -> list[Absence]:
    """Absences of one aide that touch a stretch of time, oldest first."""
    async with open_program(request, "aide:read") as (uow, actor):
        await get_aide(uow, actor, aide_id)
        return await absences_between(uow, actor, starts_at, ends_at, aide_id)


@get("/absences")
async def absences(
    request: AnyRequest, starts_at: FromQuery[datetime], ends_at: FromQuery[datetime]
) -> list[Absence]:
    """Absences that touch a stretch of time, oldest first."""
    async with open_program(request, "aide:read") as (uow, actor):
        return await absences_between(uow, actor, starts_at, ends_at)


@post("/absences")
async def declare(request: AnyRequest, data: JSONBody[DeclareAbsence]) -> Absence:
    """Record that an aide will be, or is, away."""
    async with open_program(request, "aide:write") as (uow, actor):
        return await declare_absence(uow, actor, data)


@put("/absences")
async def write_absences(request: AnyRequest, data: JSONBody[list[UpsertAbsence]]) -> UpsertReport:
    """Write absences by aide and instants: all of them, or none when one has a defect."""
    async with open_program(request, "aide:write") as (uow, actor):
        return await upsert_absences(uow, actor, data)


ROUTER = Router(
    path="/",
    route_handlers=[aides, write_aides, aide, absences_of_aide, absences, declare, write_absences],
    tags=["aides"],
)
