"""
Register of temperatures: asked for by its days, made as a file, which is recorded.
"""

from __future__ import annotations

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ
from carecoord.kernel.errors import Invalid
from carecoord.meals.service.fleet import list_drivers
from carecoord.meals.service.papers import note_paper, temperature_register
from carecoord.web.filters import day_numeric
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.meal_files import kind_of, paper_file
from carecoord.web.pages.meal_tabs import ROUNDS_PATH, tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH
from carecoord.web.views.meal_papers import register_paper
from carecoord.web.wording import field_errors

PATH = "/repas/temperatures"
USUAL_DAYS = 28


def _page(desk: Desk, values: dict[str, str], errors: dict[str, str]) -> Template:
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "tabs": tabs_of(desk, ROUNDS_PATH),
        "path": PATH,
        "values": values,
        "errors": errors,
    }
    return Template("meals/register.html", context=context, status_code=422 if errors else 200)


@get(PATH)
async def show_register(request: AnyRequest) -> Template:
    """Of which days; the last four weeks unless something else is typed."""
    async with open_desk(request, MEAL_READ) as desk:
        first: date = desk.today - timedelta(days=USUAL_DAYS - 1)
        return _page(desk, {"du": first.isoformat(), "au": desk.today.isoformat()}, {})


@post(f"{PATH}/{{name:str}}", status_code=200)
async def download_register(request: AnyRequest, name: FromPath[str]) -> Response[bytes] | Template:
    """The register of some days for an inspection, PDF or workbook."""
    kind = kind_of(name, "releves")
    form = await read_form(request)
    async with open_desk(request, MEAL_READ) as desk:
        try:
            first, last = form.day("du"), form.day("au")
            form.check()
            register = await temperature_register(desk.uow, desk.actor, first, last)
        except Invalid as error:
            await desk.uow.undo()
            return _page(desk, form.shown(du="", au=""), field_errors(error))
        drivers = await list_drivers(desk.uow, desk.actor)
        paper = register_paper(
            register.rounds,
            register.readings,
            {driver.id: f"{driver.first_name} {driver.last_name}" for driver in drivers},
            organisation=desk.signed_in.organisation.name,
            title=f"Relevés de température du {day_numeric(first)} au {day_numeric(last)}",
            now=desk.uow.now,
        )
        note_paper(desk.uow, desk.actor, "register", last)
        at = desk.uow.now
    return await paper_file(paper, kind, f"temperatures-{first.isoformat()}-{last.isoformat()}", at=at)


ROUTES = (show_register, download_register)
