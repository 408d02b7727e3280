"""
Files of meals: production order, packing lists, register of temperatures. No name in their names.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from carecoord.beneficiaries.service import people_by_id
from carecoord.documents.pdf import render
from carecoord.documents.sheets import workbook
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import MEAL_READ, PERSON_READ
from carecoord.kernel.errors import NotFound
from carecoord.meals.service.days import kitchen_sheet
from carecoord.meals.service.fleet import list_drivers
from carecoord.meals.service.packing import packing_of
from carecoord.meals.service.rounds import readings, rounds_of
from carecoord.meals.service.subscriptions import list_subscriptions
from carecoord.web.filters import day_numeric
from carecoord.web.views.meal_addresses import KITCHEN_PATH, PACKING_PATH
from carecoord.web.views.meal_papers import (
    Paper,
    packing_paper,
    printed,
    production_paper,
    register_paper,
    sheets_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REGISTER_PATH = "/repas/temperatures"
REGISTER_DAYS_MAX = 92


async def _file(paper: Paper, kind: str, name: str, *, at: datetime) -> Response[bytes]:
    """A paper as PDF or workbook; made off the event loop."""
    if kind == "xlsx":
        content = await asyncio.to_thread(workbook, sheets_of(paper))
    elif kind == "pdf":
        content = await asyncio.to_thread(render, "sections", printed(paper), at=at)
    else:
        raise NotFound("file_unknown", "no such file")
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(content, media_type="application/pdf" if kind == "pdf" else XLSX, headers=headers)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("day_unknown", "no such day") from None


def _kind(name: str, stem: str) -> str:
    """`pdf` of `production.pdf`; a file of another stem is unknown."""
    before, _, kind = name.rpartition(".")
    if before != stem:
        raise NotFound("file_unknown", "no such file")
    return kind


@get(f"{KITCHEN_PATH}/{{kitchen_id:uuid}}/{{on:str}}/{{name:str}}")
async def get_production(
    request: AnyRequest, kitchen_id: FromPath[UUID], on: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """The production order of a day."""
    made_on, kind = _day(on), _kind(name, "production")
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        sheet = await kitchen_sheet(desk.uow, desk.actor, kitchen_id, made_on)
        subscriptions = await list_subscriptions(desk.uow, desk.actor)
        people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in subscriptions})
        paper = production_paper(
            sheet, subscriptions, people, organisation=desk.signed_in.organisation.name, now=desk.uow.now
        )
        at = desk.uow.now
    return await _file(paper, kind, f"production-{made_on.isoformat()}", at=at)


@get(f"{PACKING_PATH}/{{on:str}}/{{name:str}}")
async def get_packing(request: AnyRequest, on: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The packing lists of a delivery date."""
    deliver_on, kind = _day(on), _kind(name, "preparation")
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        packing, names = await packing_of(desk.uow, desk.actor, deliver_on)
        organisation, at = desk.signed_in.organisation.name, desk.uow.now
        paper = packing_paper(packing, names, organisation=organisation, now=at)
    return await _file(paper, kind, f"preparation-{deliver_on.isoformat()}", at=at)


@get(f"{REGISTER_PATH}/{{name:str}}")
async def get_register(
    request: AnyRequest, name: FromPath[str], du: FromQuery[str] = "", au: FromQuery[str] = ""
) -> Response[bytes]:
    """The register of temperatures of some days, for an inspection; the last four weeks by default."""
    kind = _kind(name, "releves")
    async with open_desk(request, MEAL_READ) as desk:
        last = _day(au) if au else desk.today
        first = _day(du) if du else last - timedelta(days=27)
        span = min(max((last - first).days, 0), REGISTER_DAYS_MAX - 1)
        days = [first + timedelta(days=shift) for shift in range(span + 1)]
        rounds = [one for day in days for one in await rounds_of(desk.uow, desk.actor, day)]
        taken = await readings(desk.uow, desk.actor, [one.id for one in rounds]) if rounds else []
        drivers = await list_drivers(desk.uow, desk.actor) if rounds else []
        paper = register_paper(
            rounds,
            taken,
            {driver.id: f"{driver.first_name} {driver.last_name}" for driver in drivers},
            organisation=desk.signed_in.organisation.name,
            title=f"Relevés de température du {day_numeric(days[0])} au {day_numeric(days[-1])}",
            now=desk.uow.now,
        )
        at = desk.uow.now
    return await _file(paper, kind, f"temperatures-{days[0].isoformat()}-{days[-1].isoformat()}", at=at)


ROUTES = (get_production, get_packing, get_register)
