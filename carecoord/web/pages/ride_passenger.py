"""
A person as a passenger: rights with their proofs, how she travels, her rides.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import get_person
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, DomainError, Invalid
from carecoord.rides.habits import FRAILTIES, Frailty
from carecoord.rides.records import RecordRight, Right, SavePassenger
from carecoord.rides.service.records import (
    get_passenger,
    list_zones,
    record_right,
    rights_of,
    save_passenger,
)
from carecoord.rides.service.requests import requests_between
from carecoord.rides.tus import tus_rules
from carecoord.web.forms import Form, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_form import NAMES
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.rides_words import CRITERIA
from carecoord.web.rides_words import FRAILTIES as FRAILTY_WORDS
from carecoord.web.views.names import person_full
from carecoord.web.views.rides import request_rows
from carecoord.web.wording import error_sentence, field_errors

PATH = "/transport/personnes/{person:uuid}"
COMPANIONS = [
    (str(count), text)
    for count, text in enumerate(
        ("sans accompagnant", "avec une personne", "avec deux personnes", "avec trois personnes")
    )
]
DAYS_SHOWN = timedelta(days=90)
SAVED = (Notice(text="C’est enregistré."),)


@get(PATH)
async def show_passenger(request: AnyRequest, person: FromPath[UUID], fait: FromQuery[str] = "") -> Template:
    """Rights, way of travelling, rides of the last months and to come."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, person, done=bool(fait))


@post(f"{PATH}/droit")
async def submit_right(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """Record a proof that was seen."""
    form = await read_form(request)
    try:
        seen_on = form.day("vu")
        valid_until = form.day("valable") if form.text("valable", required=False) else None
        form.check()
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            command = RecordRight(
                person_id=person,
                criterion=form.text("base"),
                proof=form.text("preuve"),
                seen_on=seen_on,
                valid_until=valid_until,
            )
            await record_right(desk.uow, desk.actor, command)
    except (Conflict, Invalid) as error:
        return await _refused(request, person, form, error)
    return Redirect(f"/transport/personnes/{person}?fait=1", status_code=303)


@post(f"{PATH}/voyage")
async def submit_travel(request: AnyRequest, person: FromPath[UUID]) -> Response[Any]:
    """Record how the person travels."""
    form = await read_form(request)
    try:
        companions, version = form.whole("accompagnants"), form.whole("version")
        form.check()
        text = form.text("fatigue")
        frailty: Frailty = next((item for item in FRAILTIES if item == text), "none")
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            command = SavePassenger(
                person_id=person,
                frailty=frailty,
                wheelchair=bool(form.text("fauteuil", required=False)),
                companions=companions,
                version=version,
            )
            await save_passenger(desk.uow, desk.actor, command)
    except (Conflict, Invalid) as error:
        return await _refused(request, person, form, error)
    return Redirect(f"/transport/personnes/{person}?fait=1", status_code=303)


async def _refused(request: AnyRequest, person: UUID, form: Form, error: DomainError) -> Template:
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, person, form=form, error=error)


async def _page(
    desk: Desk,
    person_id: UUID,
    *,
    done: bool = False,
    form: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    person = await get_person(desk.uow, desk.actor, person_id)
    passenger = await get_passenger(desk.uow, desk.actor, person_id)
    rights = await rights_of(desk.uow, desk.actor, person_id)
    zones = await list_zones(desk.uow, desk.actor)
    rides = await requests_between(
        desk.uow, desk.actor, desk.today - DAYS_SHOWN, desk.today + DAYS_SHOWN, person_id=person_id
    )
    zone = zones.get(person.insee)
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, SAVED if done else ()),
        "tabs": tabs_of(desk, ""),
        "person": person_full(person),
        "path": f"/transport/personnes/{person_id}",
        "ask_href": f"/transport/demande?personne={person_id}",
        "passenger": passenger,
        "rights": [_right(right, desk.today) for right in rights],
        "zone": "" if zone is None else "dans la zone" if zone.is_small else "hors de la zone",
        "zone_source": zone.source if zone is not None else "",
        "criteria": [(item.key, CRITERIA[item.key]) for item in tus_rules().criterion],
        "frailties": list(FRAILTY_WORDS.items()),
        "companions": COMPANIONS,
        "rides": request_rows(reversed(rides), {person.id: person}, desk.today),
        "may_change": desk.actor.may(RIDE_WRITE),
        "today": desk.today.isoformat(),
        "errors": _errors(error),
        "values": (form or Form({})).shown(base="css", preuve="", vu=desk.today.isoformat(), valable=""),
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Template("rides/passenger.html", context=context, status_code=status)


def _errors(error: DomainError | None) -> dict[str, str]:
    if error is None:
        return {}
    if isinstance(error, Invalid):
        return {NAMES.get(name, name): text for name, text in field_errors(error).items()}
    return {"": error_sentence(error)}


def _right(right: Right, today: date) -> dict[str, Any]:
    return {
        "criterion": CRITERIA.get(right.criterion, right.criterion),
        "proof": right.proof,
        "seen_on": right.seen_on,
        "valid_until": right.valid_until,
        "has_ended": right.valid_until is not None and right.valid_until < today,
    }


ROUTES = (show_passenger, submit_right, submit_travel)
