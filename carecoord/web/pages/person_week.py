"""
One person's week, and the dates of the care plan that differ.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import get_person
from carecoord.careplans.domain import AddException
from carecoord.careplans.service import add_exception, interventions_of_person
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import (
    CAREPLAN_READ,
    CAREPLAN_WRITE,
    OFFER_READ,
    PERSON_READ,
    PERSON_WRITE,
    ROSTER_READ,
)
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.errors import Invalid
from carecoord.rosters.service.boards import person_week
from carecoord.rosters.service.usual import usual_aides_of
from carecoord.territory.service import communes_by_code
from carecoord.web.filters import phone, week_of
from carecoord.web.forms import identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.rounds import asked_plan, day_of, tried_now
from carecoord.web.views.addresses import Links
from carecoord.web.views.left_out import left_out_views
from carecoord.web.views.names import aide_names, person_full
from carecoord.web.views.person_week import faces, line_views, person_days
from carecoord.web.views.plan import Plan
from carecoord.web.wording import field_errors
from carecoord.workforce.service import all_aides

PATH = "/personnes/{person:uuid}"
AHEAD = timedelta(days=92)
"""How far ahead a date may be cancelled here."""

GEO = {
    "commune": "position : centre de la commune, à préciser",
    "street": "position : la rue",
    "locality": "position : le lieu-dit",
}


@get(PATH)
async def show_person_week(
    request: AnyRequest,
    person: FromPath[UUID],
    jour: FromQuery[str] = "",
    plan: FromQuery[str] = "",
    fait: FromQuery[str] = "",
) -> Template:
    """Visits of one person over a civil week."""
    async with open_desk(request, PERSON_READ, CAREPLAN_READ) as desk:
        notices = (Notice(text="La date est annulée : le prochain plan n’y mettra pas de visite."),)
        context = await _context(desk, person, jour, plan)
        context["layout"] = layout_of(desk.signed_in, "/personnes", notices if fait == "annulee" else ())
    return Template("rosters/person_week.html", context=context)


@post(f"{PATH}/annuler")
async def cancel_date(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """Cancel one date of a line of the care plan."""
    form = await read_form(request)
    try:
        day = form.day("date")
        form.check()
        async with open_desk(request, CAREPLAN_WRITE) as desk:
            command = AddException(
                intervention_id=identifier(form.text("ligne")), on_date=day, kind="cancelled"
            )
            await add_exception(desk.uow, desk.actor, command)
    except Invalid as error:
        async with open_desk(request, PERSON_READ, CAREPLAN_READ) as desk:
            context = await _context(desk, person, "", "")
            context["layout"] = layout_of(desk.signed_in, "/personnes")
            sentence = next(iter(field_errors(error).values()), "")
            context["errors"] = {"date": sentence or "Cette date ne convient pas."}
        return Template("rosters/person_week.html", context=context, status_code=422)
    target = f"{Links().person(person, day)}&fait=annulee"
    return Redirect(target, status_code=303)


async def _context(desk: Desk, person_id: UUID, day_text: str, plan: str) -> dict[str, Any]:
    day = day_of(day_text, desk.today)
    links = Links(plan=asked_plan(plan))
    monday = monday_of(day)
    person = await get_person(desk.uow, desk.actor, person_id)
    communes = await communes_by_code(desk.uow, {person.insee})
    place = communes[person.insee].name if person.insee in communes else ""
    lines = await interventions_of_person(desk.uow, desk.actor, person_id)
    context: dict[str, Any] = {
        "name": person_full(person),
        "title": week_of(monday),
        "previous": links.person(person_id, monday - timedelta(days=7)),
        "next": links.person(person_id, monday + timedelta(days=7)),
        "facts": [
            ("Adresse", f"{person.address}, {person.postcode} {place}".strip()),
            ("Téléphone", phone(person.phone) or "non renseigné"),
            *([("Accès", person.access_note)] if person.access_note else []),
            *([("Carte", GEO[person.geo_quality])] if person.geo_quality in GEO else []),
        ],
        "days": [],
        "unserved": [],
        "faces": [],
        "has_plan": False,
        "lines": [],
        "action": f"/personnes/{person_id}/annuler",
        "may_write": desk.actor.may(CAREPLAN_WRITE),
        "offer_href": f"/creneaux?personne={person_id}" if desk.actor.may(OFFER_READ) else "",
        "day_href": f"/personnes/{person_id}/jour?jour={day}",
        "stay_href": f"/personnes/{person_id}/absence" if desk.actor.may(PERSON_WRITE) else "",
        "errors": {},
    }
    names: dict[UUID, str] = {}
    if desk.actor.may(ROSTER_READ):
        names = aide_names(await all_aides(desk.uow, desk.actor, with_inactive=True))
        found = Plan(await person_week(desk.uow, desk.actor, person_id, day))
        tried = await tried_now(desk, found.board.unserved)
        usual = await usual_aides_of(desk.uow, desk.actor, person_id)
        left = [item for item_day in found.days for item in found.unserved_on(item_day)]
        context |= {
            "days": person_days(found, links),
            "unserved": left_out_views(found, left, tried, links, may_edit=desk.actor.may("roster:edit")),
            "faces": faces(found, usual, names),
            "has_plan": bool(found.rosters),
        }
    context["lines"] = line_views(lines, names, desk.today, desk.today + AHEAD)
    return context


ROUTES = (show_person_week, cancel_date)
