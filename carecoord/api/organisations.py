"""
The organisation one works in, and the others of the same account.
"""

from __future__ import annotations

from litestar import Response, Router, get
from litestar.params import FromQuery

from carecoord.api.paging import page_request, paged
from carecoord.edge.access import AnyRequest, open_program
from carecoord.identity.domain import Membership, Organisation
from carecoord.identity.service import get_organisation, list_members, list_memberships
from carecoord.kernel.page import PageResult


@get("/organisations")
async def mine(request: AnyRequest) -> list[Membership]:
    """Where the account may work."""
    async with open_program(request) as (uow, actor):
        return await list_memberships(uow, actor)


@get("/organisations/me")
async def current(request: AnyRequest) -> Organisation:
    """The organisation one works in."""
    async with open_program(request) as (uow, actor):
        return await get_organisation(uow, actor)


@get("/organisations/me/members")
async def members(
    request: AnyRequest, page: FromQuery[int] = 1, size: FromQuery[int] = 50
) -> Response[PageResult[Membership]]:
    """Who may work in it."""
    wanted = page_request(page, size)
    async with open_program(request, "organisation:write") as (uow, actor):
        return paged(request, await list_members(uow, actor, wanted))


ROUTER = Router(path="/", route_handlers=[mine, current, members], tags=["organisations"])
