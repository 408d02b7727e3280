"""
Files of meals: production order, packing lists, register of temperatures. No name in their names.
"""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from uuid import UUID

from litestar import Response, post
from litestar.params import FromPath

from carecoord.beneficiaries.service import people_by_id
from carecoord.documents.pdf import render
from carecoord.documents.sheets import workbook
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import MEAL_READ, PERSON_READ
from carecoord.kernel.errors import NotFound
from carecoord.meals.service.days import kitchen_sheet
from carecoord.meals.service.packing import packing_of
from carecoord.meals.service.papers import note_paper
from carecoord.meals.service.subscriptions import list_subscriptions
from carecoord.web.forms import civil_day
from carecoord.web.views.meal_addresses import KITCHEN_PATH, PACKING_PATH
from carecoord.web.views.meal_papers import (
    Paper,
    packing_paper,
    printed,
    production_paper,
    sheets_of,
)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def paper_file(paper: Paper, kind: str, name: str, *, at: datetime) -> Response[bytes]:
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
        return civil_day(text)
    except ValueError:
        raise NotFound("day_unknown", "no such day") from None


def kind_of(name: str, stem: str) -> str:
    """`pdf` of `production.pdf`; a file of another stem is unknown."""
    before, _, kind = name.rpartition(".")
    if before != stem:
        raise NotFound("file_unknown", "no such file")
    return kind


@post(f"{KITCHEN_PATH}/{{kitchen_id:uuid}}/{{on:str}}/{{name:str}}", status_code=200)
async def download_production(
    request: AnyRequest, kitchen_id: FromPath[UUID], on: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """The production order of a day; that it was made is recorded."""
    made_on, kind = _day(on), kind_of(name, "production")
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        sheet = await kitchen_sheet(desk.uow, desk.actor, kitchen_id, made_on)
        subscriptions = await list_subscriptions(desk.uow, desk.actor)
        people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in subscriptions})
        paper = production_paper(
            sheet, subscriptions, people, organisation=desk.signed_in.organisation.name, now=desk.uow.now
        )
        note_paper(desk.uow, desk.actor, "production", made_on, subject_id=kitchen_id)
        at = desk.uow.now
    return await paper_file(paper, kind, f"production-{made_on.isoformat()}", at=at)


@post(f"{PACKING_PATH}/{{on:str}}/{{name:str}}", status_code=200)
async def download_packing(request: AnyRequest, on: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The packing lists of a delivery date; that they were made is recorded."""
    deliver_on, kind = _day(on), kind_of(name, "preparation")
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        packing, names = await packing_of(desk.uow, desk.actor, deliver_on)
        organisation, at = desk.signed_in.organisation.name, desk.uow.now
        paper = packing_paper(packing, names, organisation=organisation, now=at)
        note_paper(desk.uow, desk.actor, "packing", deliver_on)
    return await paper_file(paper, kind, f"preparation-{deliver_on.isoformat()}", at=at)


ROUTES = (download_production, download_packing)
