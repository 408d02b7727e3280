"""
People helped.
"""

from __future__ import annotations

from uuid import UUID

from litestar import Response, Router, get, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.api.paging import page_request, paged
from carecoord.beneficiaries.domain import Person, UpsertPerson
from carecoord.beneficiaries.service import get_person, list_people, upsert_people
from carecoord.edge.access import AnyRequest, open_program
from carecoord.kernel.page import PageResult
from carecoord.kernel.upsert import UpsertReport


@get("/people")
async def people(
    request: AnyRequest, search: FromQuery[str] = "", page: FromQuery[int] = 1, size: FromQuery[int] = 50
) -> Response[PageResult[Person]]:
    """People by name; `search` looks in names and references."""
    wanted = page_request(page, size)
    async with open_program(request, "person:read") as (uow, actor):
        return paged(request, await list_people(uow, actor, wanted, search))


@put("/people")
async def write_people(request: AnyRequest, data: JSONBody[list[UpsertPerson]]) -> UpsertReport:
    """Write people by reference: all of them, or none when one has a defect."""
    async with open_program(request, "person:write") as (uow, actor):
        return await upsert_people(uow, actor, data)


@get("/people/{person_id:uuid}")
async def person(request: AnyRequest, person_id: FromPath[UUID]) -> Person:
    """One person."""
    async with open_program(request, "person:read") as (uow, actor):
        return await get_person(uow, actor, person_id)


ROUTER = Router(path="/", route_handlers=[people, write_people, person], tags=["people"])
