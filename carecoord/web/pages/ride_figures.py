"""
Figures of transport: share of requests satisfied, and the yearly return to the prefect as a file.
"""

from __future__ import annotations

import asyncio
import re
from datetime import date, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from carecoord.documents.pdf import render
from carecoord.documents.sheets import Sheet, workbook
from carecoord.edge.access import AnyRequest, open_desk
from carecoord.identity.permissions import RIDE_READ
from carecoord.kernel.errors import NotFound
from carecoord.rides.figures import PrefectReturn
from carecoord.rides.service.figures import DAYS_MAX, FIRST_YEAR, return_of_year, satisfied_share
from carecoord.territory.service import communes_by_code
from carecoord.web.filters import moment
from carecoord.web.layout import layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.planning_words import period_words
from carecoord.web.views.ride_figures import (
    doubt_lines,
    printed,
    return_preface,
    return_rows,
    return_title,
    share_view,
)

PATH = "/transport/chiffres"
RETURN_PATH = f"{PATH}/prefet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIOD_WRONG = f"Choisissez deux dates, la fin après le début, {DAYS_MAX} jours au plus."


@get(PATH)
async def show_figures(request: AnyRequest, du: FromQuery[str] = "", au: FromQuery[str] = "") -> Template:
    """Share of requests satisfied over a period; the year so far and the month to come by default."""
    async with open_desk(request, RIDE_READ) as desk:
        first, last, error = _period(du, au, desk.today)
        share = await satisfied_share(desk.uow, desk.actor, first, last)
        communes = await communes_by_code(desk.uow, {place.insee for place in share.places})
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, PATH),
            "errors": {"": error} if error else {},
            "first": first,
            "last": last,
            "period": period_words(first, (last - first).days + 1),
            "figures": share_view(share, communes),
            "return_href": f"{RETURN_PATH}/{desk.today.year}",
        }
    return Template("rides/figures.html", context=context, status_code=422 if error else 200)


@get(f"{RETURN_PATH}/{{year:int}}")
async def show_return(request: AnyRequest, year: FromPath[int]) -> Template:
    """The return of a year as it would be sent, with what is missing."""
    async with open_desk(request, RIDE_READ) as desk:
        if not FIRST_YEAR <= year <= desk.today.year:
            raise NotFound("year_unknown", "no rides could be told of that year")
        found = await return_of_year(desk.uow, desk.actor, year)
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, PATH),
            "year": year,
            "before": year - 1 if year > FIRST_YEAR else None,
            "after": year + 1 if year < desk.today.year else None,
            "due_on": found.due_on,
            "is_running": year == desk.today.year,
            "rows": return_rows(found),
            "doubts": doubt_lines(found),
            "path": RETURN_PATH,
        }
    return Template("rides/return.html", context=context)


@post(f"{RETURN_PATH}/{{year:int}}/{{kind:str}}", status_code=200)
async def download_return(request: AnyRequest, year: FromPath[int], kind: FromPath[str]) -> Response[bytes]:
    """The return as a file, PDF or workbook; that it was made is recorded."""
    if kind not in ("pdf", "xlsx"):
        raise NotFound("file_unknown", "no such file")
    async with open_desk(request, RIDE_READ) as desk:
        if not FIRST_YEAR <= year <= desk.today.year:
            raise NotFound("year_unknown", "no rides could be told of that year")
        found = await return_of_year(desk.uow, desk.actor, year, kept=True)
        at = desk.uow.now
    if kind == "pdf":
        content = await asyncio.to_thread(render, "plain_table", printed(found, moment(at)), at=at)
    else:
        content = await asyncio.to_thread(workbook, [_sheet(found)])
    headers = {"content-disposition": f'attachment; filename="transport-utilite-sociale-{year}.{kind}"'}
    return Response(content, media_type="application/pdf" if kind == "pdf" else XLSX, headers=headers)


def _sheet(found: PrefectReturn) -> Sheet:
    return Sheet(
        title=f"TUS {found.year}",
        preface=[return_title(found), *return_preface(found)],
        head=["Partie", "Information", "Valeur"],
        rows=return_rows(found),
    )


def _period(du: str, au: str, today: date) -> tuple[date, date, str]:
    usual = date(today.year, 1, 1), today
    if not du and not au:
        return *usual, ""
    shape = re.compile(r"\d{4}-\d{2}-\d{2}")
    try:
        if not shape.fullmatch(du) or not shape.fullmatch(au):
            return *usual, PERIOD_WRONG
        first, last = date.fromisoformat(du), date.fromisoformat(au)
    except ValueError:
        return *usual, PERIOD_WRONG
    if last < first or last - first >= timedelta(days=DAYS_MAX):
        return *usual, PERIOD_WRONG
    return first, last, ""


ROUTES: tuple[Any, ...] = (show_figures, show_return, download_return)
