"""
The day of a person over all services, and the form of a stay away from home.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import ChangeStay, ConfirmReturn, DeclareStay, Stay, StayKind
from carecoord.beneficiaries.service import get_person, stays_of_person
from carecoord.daybook.service import stays as use
from carecoord.daybook.service.days import person_day
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, PERSON_WRITE
from carecoord.kernel.errors import Conflict, DomainError, Invalid
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.daybook import (
    FROM_HOUR,
    SPAN_HOURS,
    clash_views,
    entries_of,
    freed_sentence,
    lanes_of,
    stay_view,
)
from carecoord.web.views.names import person_full
from carecoord.web.wording import error_sentence, field_errors

DAY_PATH = "/personnes/{person:uuid}/jour"
STAY_PATH = "/personnes/{person:uuid}/absence"
KINDS: dict[str, StayKind] = {"hospital": "hospital", "away": "away"}
DONE = {
    "absence": "L’absence est enregistrée, les services sont suspendus.",
    "dates": "Les dates sont changées.",
    "retour": "Le retour est confirmé : les services reprennent ce jour-là.",
}


@get(DAY_PATH)
async def show_day(
    request: AnyRequest, person: FromPath[UUID], jour: FromQuery[str] = "", fait: FromQuery[str] = ""
) -> Template:
    """Visits, meals and rides of one person on a day."""
    async with open_desk(request, PERSON_READ) as desk:
        on = day_of(jour, desk.today)
        found = await person_day(desk.uow, desk.actor, person, on)
        entries = entries_of(found)
        notices = (Notice(text=DONE[fait]),) if fait in DONE else ()
        context = {
            "layout": layout_of(desk.signed_in, "/personnes", notices),
            "name": person_full(found.person),
            "day": on,
            "person_href": f"/personnes/{person}?jour={on}",
            "stay_href": f"/personnes/{person}/absence" if desk.actor.may(PERSON_WRITE) else "",
            "previous": f"/personnes/{person}/jour?jour={on - timedelta(days=1)}",
            "next": f"/personnes/{person}/jour?jour={on + timedelta(days=1)}",
            "stays": [stay_view(stay, desk.today) for stay in found.stays],
            "clashes": clash_views(person, on, found.clashes),
            "entries": entries,
            "lanes": lanes_of(found, entries),
            "from_hour": FROM_HOUR,
            "span_hours": SPAN_HOURS,
        }
    return Template("daybook/day.html", context=context)


@get(STAY_PATH)
async def show_stay(request: AnyRequest, person: FromPath[UUID]) -> Template:
    """The form of a stay, or the one that is open."""
    async with open_desk(request, PERSON_WRITE) as desk:
        values = {"du": desk.today.isoformat(), "au": "", "motif": "away"}
        return Template("daybook/stay.html", context=await _stay_context(desk, person, values, {}))


@post(STAY_PATH)
async def submit_stay(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """
    Show what a stay would free, or record it.

    Sent in the body even to be shown: an address is kept by browsers, and being in hospital is health data.
    """
    form = await read_form(request)
    if form.text("choix", required=False) == "voir":
        return await _preview(request, person, form)

    async def act(desk: Desk) -> str:
        stay, _ = await use.declare_stay(desk.uow, desk.actor, _declared(person, form))
        return f"/personnes/{person}/jour?jour={stay.from_on}&fait=absence"

    return await _submitted(request, person, form, act)


async def _preview(request: AnyRequest, person: UUID, form: Form) -> Response[Any]:
    """What a stay would free; nothing is written."""
    try:
        command = _declared(person, form)
        if command.until_on is not None and command.until_on < command.from_on:
            form.refuse("au", "dates_order")
            form.check()
    except Invalid as error:
        return await _refused(request, person, form, error)
    async with open_desk(request, PERSON_WRITE) as desk:
        freed = await use.freed_by(desk.uow, desk.actor, person, command.from_on, command.until_on)
        values = form.shown(du="", au="", motif="away")
        context = await _stay_context(desk, person, values, {}) | {
            "freed": freed_sentence(freed),
            "freed_first": freed.first,
            "freed_last": freed.last,
        }
    return Template("daybook/stay.html", context=context, status_code=200)


def _declared(person: UUID, form: Form) -> DeclareStay:
    first, until = form.day("du"), _until(form)
    return DeclareStay(person_id=person, from_on=first, until_on=until, kind=_kind(form))


@post(f"{STAY_PATH}/changer")
async def submit_change(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """Give a stay other dates."""
    form = await read_form(request)

    async def act(desk: Desk) -> str:
        first, until = form.day("du"), _until(form)
        stay = await use.change_stay(
            desk.uow,
            desk.actor,
            ChangeStay(
                stay_id=identifier(form.text("sejour")),
                version=form.whole("version"),
                from_on=first,
                until_on=until,
                kind=_kind(form),
            ),
        )
        return f"/personnes/{person}/jour?jour={stay.from_on}&fait=dates"

    return await _submitted(request, person, form, act)


@post(f"{STAY_PATH}/retour")
async def submit_return(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """Confirm a return."""
    form = await read_form(request)

    async def act(desk: Desk) -> str:
        back, version = form.day("retour"), form.whole("version")
        form.check()
        await use.confirm_return(
            desk.uow,
            desk.actor,
            ConfirmReturn(stay_id=identifier(form.text("sejour")), version=version, on=back),
        )
        return f"/personnes/{person}/jour?jour={back}&fait=retour"

    return await _submitted(request, person, form, act)


async def _submitted(
    request: AnyRequest, person: UUID, form: Form, act: Callable[[Desk], Awaitable[str]]
) -> Response[Any]:
    """Do what a form asks; shown again with what is wrong when that is refused."""
    try:
        async with open_desk(request, PERSON_WRITE) as desk:
            target = await act(desk)
    except (Invalid, Conflict) as error:
        return await _refused(request, person, form, error)
    return Redirect(target, status_code=303)


async def _refused(request: AnyRequest, person: UUID, form: Form, error: DomainError) -> Response[Any]:
    errors = (
        {FIELDS.get(name, name): text for name, text in field_errors(error).items()}
        if isinstance(error, Invalid)
        else {"": error_sentence(error)}
    )
    async with open_desk(request, PERSON_WRITE) as desk:
        values = form.shown(du=desk.today.isoformat(), au="", motif="away")
        context = await _stay_context(desk, person, values, errors)
        status = 422 if isinstance(error, Invalid) else 409
        return Template("daybook/stay.html", context=context, status_code=status)


FIELDS = {"from_on": "du", "until_on": "au", "kind": "motif", "on": "retour"}
"""Field of a command -> field of the form."""


async def _stay_context(
    desk: Desk, person_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> dict[str, Any]:
    person = await get_person(desk.uow, desk.actor, person_id)
    stays = await stays_of_person(desk.uow, desk.actor, person_id)
    return {
        "layout": layout_of(desk.signed_in, "/personnes"),
        "name": person_full(person),
        "person_href": f"/personnes/{person_id}",
        "action": f"/personnes/{person_id}/absence",
        "open": [_shown(desk, stay) for stay in stays if stay.confirmed_return_on is None],
        "past": [_shown(desk, stay) for stay in stays if stay.confirmed_return_on is not None],
        "values": values,
        "errors": errors,
        "freed": "",
        "freed_first": desk.today,
        "freed_last": desk.today,
    }


def _shown(desk: Desk, stay: Stay) -> dict[str, Any]:
    return {
        "id": stay.id,
        "version": stay.version,
        "kind": stay.kind,
        "view": stay_view(stay, desk.today),
        "first": stay.from_on.isoformat(),
        "last": stay.until_on.isoformat() if stay.until_on else "",
        "back": max(desk.today, stay.from_on).isoformat(),
    }


def _until(form: Form) -> date | None:
    """The last day expected, which may be left open."""
    if not form.text("au", required=False):
        return None
    return form.day("au")


def _kind(form: Form) -> StayKind:
    """Where the person is; what was typed wrong is told with everything else."""
    kind = form.text("motif")
    if kind not in KINDS:
        form.refuse("motif", "value_unknown")
    form.check()
    return KINDS[kind]


ROUTES = (show_day, show_stay, submit_stay, submit_change, submit_return)
