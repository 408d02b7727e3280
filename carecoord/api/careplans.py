"""
Recurring interventions, their exceptions, and the dated visits they produce.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.careplans.domain import (
    AddException,
    EndIntervention,
    Intervention,
    InterventionException,
    UpsertLine,
    VisitToPlan,
)
from carecoord.careplans.service import (
    add_exception,
    end_intervention,
    get_intervention,
    interventions_of_person,
    upsert_lines,
    visits_between,
    visits_by_id,
)
from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.errors import Defect, Invalid, NotFound
from carecoord.kernel.upsert import UpsertReport

VISIT_DAYS_MAX = 31


@get("/people/{person_id:uuid}/interventions")
async def interventions(request: AnyRequest, person_id: FromPath[UUID]) -> list[Intervention]:
    """What is provided to one person, with exceptions."""
    async with open_program(request, "careplan:read", "person:read") as (uow, actor):
        return await interventions_of_person(uow, actor, person_id)


@put("/interventions")
async def write_lines(request: AnyRequest, data: JSONBody[list[UpsertLine]]) -> UpsertReport:
    """Write lines by reference: all of them, or none when one has a defect."""
    async with open_program(request, "careplan:write") as (uow, actor):
        return await upsert_lines(uow, actor, data)


@get("/interventions/{intervention_id:uuid}")
async def intervention(request: AnyRequest, intervention_id: FromPath[UUID]) -> Intervention:
    """One line with its exceptions."""
    async with open_program(request, "careplan:read") as (uow, actor):
        return await get_intervention(uow, actor, intervention_id)


@post("/interventions/{intervention_id:uuid}/exceptions")
async def except_date(
    request: AnyRequest, intervention_id: FromPath[UUID], data: JSONBody[AddException]
) -> InterventionException:
    """Make one date of a line differ."""
    _same(intervention_id, data.intervention_id)
    async with open_program(request, "careplan:write") as (uow, actor):
        return await add_exception(uow, actor, data)


@post("/interventions/{intervention_id:uuid}/end", status_code=200)
async def end(
    request: AnyRequest, intervention_id: FromPath[UUID], data: JSONBody[EndIntervention]
) -> Intervention:
    """Give a line its last day."""
    _same(intervention_id, data.intervention_id)
    async with open_program(request, "careplan:write") as (uow, actor):
        return await end_intervention(uow, actor, data)


@get("/visits")
async def visits(
    request: AnyRequest,
    first: FromQuery[date],
    last: FromQuery[date],
    person_id: FromQuery[UUID | None] = None,
    with_cancelled: FromQuery[bool] = False,
) -> list[VisitToPlan]:
    """Visits due in a period of at most 31 days, in order of time."""
    if not 0 <= (last - first).days < VISIT_DAYS_MAX:
        why = f"the period must have 1 to {VISIT_DAYS_MAX} days"
        raise Invalid([Defect(code="out_of_bounds", where="last", why=why)])
    async with open_program(request, "careplan:read") as (uow, actor):
        return await visits_between(
            uow, actor, first, last, person_id=person_id, with_cancelled=with_cancelled
        )


@get("/visits/{visit_id:uuid}")
async def visit(request: AnyRequest, visit_id: FromPath[UUID]) -> VisitToPlan:
    """One visit."""
    async with open_program(request, "careplan:read") as (uow, actor):
        found = await visits_by_id(uow, actor, {visit_id})
    if visit_id not in found:
        raise NotFound("visit_missing", f"no visit {visit_id}")
    return found[visit_id]


def _same(in_path: UUID, in_body: UUID) -> None:
    if in_path != in_body:
        why = "names another intervention than the address"
        raise Invalid([Defect(code="identifier_differs", where="intervention_id", why=why)])


ROUTER = Router(
    path="/",
    route_handlers=[interventions, write_lines, intervention, except_date, end, visits, visit],
    tags=["care plans"],
)
