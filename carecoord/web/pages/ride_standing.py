"""
Rides of every week: made from a request, asked for four weeks ahead, ended.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, DomainError, Invalid
from carecoord.rides.service.standing import end_standing, list_standing, make_standing, produce
from carecoord.rides.standing import Produced
from carecoord.web.filters import DAYS, counted
from carecoord.web.forms import Form, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.rides_words import hours_of_ask
from carecoord.web.views.names import person_short
from carecoord.web.views.rides import REQUESTS_PATH
from carecoord.web.wording import error_sentence, field_errors

PATH = "/transport/habituels"
NAMES = {"weekdays": "jours", "ends_on": "jusquau"}


@get(PATH)
async def show_standing(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """All that are not over."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, DONE.get(fait, ""))


@post(f"{REQUESTS_PATH}/{{ride:uuid}}/habituel")
async def submit_standing(request: AnyRequest, ride: FromPath[UUID]) -> Response[Any]:
    """Make a ride of every week of a request, and ask for its next four weeks."""
    form = await read_form(request)
    days = [int(day) for day in (await request.form()).getall("jours", []) if day in tuple("0123456")]
    try:
        ends_on = form.day("jusquau") if form.text("jusquau", required=False) else None
        form.check()
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            made = await make_standing(desk.uow, desk.actor, ride, days, ends_on)
            done = await produce(desk.uow, desk.actor, desk.settings, standing_id=made.id)
            return await _page(desk, _produced(done))
    except (Conflict, Invalid) as error:
        return await _refused(request, error)


@post(f"{PATH}/preparer")
async def submit_weeks(request: AnyRequest) -> Response[Any]:
    """Ask for the next four weeks of all of them."""
    try:
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            done = await produce(desk.uow, desk.actor, desk.settings)
            return await _page(desk, _produced(done))
    except Conflict as error:
        return await _refused(request, error)


@post(f"{PATH}/{{standing_id:uuid}}/arreter")
async def submit_end(request: AnyRequest, standing_id: FromPath[UUID]) -> Response[Any]:
    """End one today; its rides to come are cancelled."""
    form: Form = await read_form(request)
    try:
        version = form.whole("version")
        form.check()
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            await end_standing(desk.uow, desk.actor, standing_id, version=version)
    except (Conflict, Invalid) as error:
        return await _refused(request, error)
    return Redirect(f"{PATH}?fait=arrete", status_code=303)


DONE = {"arrete": "Le trajet habituel est arrêté ; ses trajets à venir sont annulés."}


def _produced(done: Produced) -> str:
    parts = [f"{counted(done.made, 'trajet')} pour les quatre semaines à venir."]
    if done.away:
        parts.append(f"{counted(done.away, 'jour')} sans trajet : la personne est notée absente.")
    if done.refused:
        parts.append(f"{counted(done.refused, 'jour')} à reprendre au téléphone : une règle s’y oppose.")
    if done.left:
        parts.append(f"Il en reste {done.left} : préparez encore.")
    return " ".join(parts)


async def _refused(request: AnyRequest, error: DomainError) -> Template:
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, "", error)


async def _page(desk: Desk, done: str, error: DomainError | None = None) -> Template:
    found = await list_standing(desk.uow, desk.actor)
    people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in found})
    errors: dict[str, str] = {}
    if isinstance(error, Invalid):
        errors = {NAMES.get(name, name): text for name, text in field_errors(error).items()}
    elif error is not None:
        errors = {"": error_sentence(error)}
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, (Notice(text=done),) if done else ()),
        "tabs": tabs_of(desk, PATH),
        "path": PATH,
        "may_change": desk.actor.may(RIDE_WRITE),
        "rides": [
            {
                "id": str(item.id),
                "version": item.version,
                "who": person_short(people.get(item.person_id)),
                "where": item.ask.destination.label,
                "hours": hours_of_ask(item.ask),
                "days": ", ".join(DAYS[day] for day in item.weekdays),
                "ends_on": item.ends_on,
            }
            for item in found
        ],
        "errors": errors,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Template("rides/standing.html", context=context, status_code=status)


ROUTES = (show_standing, submit_standing, submit_weeks, submit_end)
