"""
The day of a person over all services, and stays away from home.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from carecoord.beneficiaries.domain import ChangeStay, ConfirmReturn, DeclareStay, Stay
from carecoord.beneficiaries.service import stays_of_person
from carecoord.daybook.domain import Freed, PersonDay
from carecoord.daybook.service import stays as use
from carecoord.daybook.service.days import person_day
from carecoord.edge.access import AnyRequest, open_program


class DeclaredStay(msgspec.Struct, frozen=True, kw_only=True):
    """A stay with what it frees."""

    stay: Stay
    freed: Freed


@get("/people/{person_id:uuid}/day")
async def day(request: AnyRequest, person_id: FromPath[UUID], on: FromQuery[date]) -> PersonDay:
    """Visits, meals and rides of one person on a day, with what cannot hold."""
    async with open_program(request, "person:read") as (uow, actor):
        return await person_day(uow, actor, person_id, on)


@get("/people/{person_id:uuid}/stays")
async def stays(request: AnyRequest, person_id: FromPath[UUID]) -> list[Stay]:
    """Every stay of one person away from home, oldest first; for who may write them."""
    async with open_program(request, "person:write", "person:read") as (uow, actor):
        return await stays_of_person(uow, actor, person_id)


@post("/stays")
async def declare(request: AnyRequest, data: JSONBody[DeclareStay]) -> DeclaredStay:
    """Record a stay: every service is suspended from its first day until the return is confirmed."""
    async with open_program(request, "person:write") as (uow, actor):
        stay, freed = await use.declare_stay(uow, actor, data)
        return DeclaredStay(stay=stay, freed=freed)


@put("/stays")
async def change(request: AnyRequest, data: JSONBody[ChangeStay]) -> Stay:
    """Give a stay other dates or another kind."""
    async with open_program(request, "person:write") as (uow, actor):
        return await use.change_stay(uow, actor, data)


@put("/stays/return")
async def confirm(request: AnyRequest, data: JSONBody[ConfirmReturn]) -> Stay:
    """Confirm a return, or take a confirmation back."""
    async with open_program(request, "person:write") as (uow, actor):
        return await use.confirm_return(uow, actor, data)


ROUTER = Router(path="/", route_handlers=[day, stays, declare, change, confirm], tags=["people"])
