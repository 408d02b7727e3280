"""
Repairs of a published day: ask, follow, stop, make one, take it back, calls.
"""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Response, Router, get, post, put
from litestar.params import FromPath, JSONBody

from carecoord.edge.access import AnyRequest, open_program
from carecoord.rosters.repairs import ApplyRepair, Repair, RequestRepair
from carecoord.rosters.service import repair_applying, repairs


class CallMade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the call was made."""

    made: bool


@post("/rosters/{roster_id:uuid}/repairs", status_code=202)
async def request_repair(
    request: AnyRequest, roster_id: FromPath[UUID], data: JSONBody[RequestRepair]
) -> Response[Repair]:
    """Ask for repairs of a day; the answer has the first one, `Location` is where to follow the others."""
    async with open_program(request, "roster:edit") as (uow, actor):
        repair = await repairs.request_repair(uow, actor, roster_id, data)
    return Response(repair, status_code=202, headers={"Location": f"/api/v1/repairs/{repair.id}"})


@get("/repairs/{repair_id:uuid}")
async def get_repair(request: AnyRequest, repair_id: FromPath[UUID]) -> Repair:
    """One repair with its proposals and calls."""
    async with open_program(request, "roster:read") as (uow, actor):
        return await repairs.get_repair(uow, actor, repair_id)


@post("/repairs/{repair_id:uuid}/stop", status_code=202)
async def stop_repair(request: AnyRequest, repair_id: FromPath[UUID]) -> Repair:
    """Stop the search and keep what was found."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await repairs.stop_repair(uow, actor, repair_id)


@post("/repairs/{repair_id:uuid}/apply", status_code=200)
async def apply_repair(request: AnyRequest, repair_id: FromPath[UUID], data: JSONBody[ApplyRepair]) -> Repair:
    """Make one of the proposals; doing it twice changes nothing."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await repair_applying.apply_repair(uow, actor, repair_id, data)


@post("/repairs/{repair_id:uuid}/undo", status_code=200)
async def undo_repair(request: AnyRequest, repair_id: FromPath[UUID]) -> Repair:
    """Put the rounds back as they were before."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await repair_applying.undo_repair(uow, actor, repair_id)


@put("/repairs/{repair_id:uuid}/calls/{call_id:uuid}")
async def mark_call(
    request: AnyRequest, repair_id: FromPath[UUID], call_id: FromPath[UUID], data: JSONBody[CallMade]
) -> Repair:
    """Tick a call off, or take the tick back."""
    async with open_program(request, "roster:edit") as (uow, actor):
        return await repairs.mark_call(uow, actor, repair_id, call_id, is_made=data.made)


ROUTER = Router(
    path="/",
    route_handlers=[request_repair, get_repair, stop_repair, apply_repair, undo_repair, mark_call],
    tags=["repairs"],
)
