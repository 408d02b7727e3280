"""
Cases of people who did not answer the door: what waits, calls, closing.
"""

from __future__ import annotations

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from carecoord.edge.access import AnyRequest, open_program
from carecoord.identity.permissions import VIGILANCE_READ, VIGILANCE_WRITE
from carecoord.vigilance.domain import Case, CloseCase, LogCall
from carecoord.vigilance.service.cases import close_case, get_case, log_call, waiting_cases


@get("/vigilance/cases")
async def list_cases(request: AnyRequest) -> list[Case]:
    """Open cases, soonest due first."""
    async with open_program(request, VIGILANCE_READ) as (uow, actor):
        return await waiting_cases(uow, actor)


@get("/vigilance/cases/{case_id:uuid}")
async def show_case(request: AnyRequest, case_id: FromPath[UUID]) -> Case:
    """One case with its journal."""
    async with open_program(request, VIGILANCE_READ) as (uow, actor):
        return await get_case(uow, actor, case_id)


@post("/vigilance/calls", status_code=200)
async def note_call(request: AnyRequest, data: JSONBody[LogCall]) -> Case:
    """Note a call; the first one stops the clock."""
    async with open_program(request, VIGILANCE_WRITE) as (uow, actor):
        return await log_call(uow, actor, data)


@post("/vigilance/closings", status_code=200)
async def end_case(request: AnyRequest, data: JSONBody[CloseCase]) -> Case:
    """End a case with its outcome."""
    async with open_program(request, VIGILANCE_WRITE) as (uow, actor):
        return await close_case(uow, actor, data)


ROUTER = Router(path="/", route_handlers=[list_cases, show_case, note_call, end_case], tags=["vigilance"])
