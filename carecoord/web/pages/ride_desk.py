"""
The ride desk: somebody calls, a ride is asked for, the answer is given on the line.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import find_callers, get_person
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, Defect, DomainError, Invalid
from carecoord.rides.asking import again, next_like
from carecoord.rides.records import RecordRight, RecordZone
from carecoord.rides.service.desk import answer_request, confirm_request
from carecoord.rides.service.judging import judge_request
from carecoord.rides.service.records import get_passenger, list_places, record_right, record_zone
from carecoord.rides.service.requests import (
    book_refused,
    get_request,
    last_rides,
    place_uses,
    request_id_of,
)
from carecoord.rides.tus import tus_rules
from carecoord.web.forms import identifier
from carecoord.web.layout import layout_of
from carecoord.web.pages.ride_form import CARRIED, NAMES, RideForm, filled, ride_form
from carecoord.web.pages.ride_spots import Ends, ends_of
from carecoord.web.rides_words import CRITERIA, GIVEN_UP, PURPOSES, RETURNS
from carecoord.web.views.names import person_full
from carecoord.web.views.rides import PATH, REQUESTS_PATH, answer_view, place_options, repeat_rows
from carecoord.web.wording import error_sentence, field_errors

HOME_PATH = "/transport"
SENSES = [("arriver", "y être à"), ("partir", "partir vers")]
COMPANIONS = [
    ("0", "sans accompagnant"),
    ("1", "avec une personne"),
    ("2", "avec deux personnes"),
    ("3", "avec trois personnes"),
]


@get(PATH)
async def show_desk(request: AnyRequest) -> Template:
    """The search, or the form of a person; an address of this page names nobody but by an identifier."""
    form = ride_form([("personne", request.query_params.get("personne", ""))])
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        return await _page(desk, form)


@post(PATH, status_code=200)
async def answer_or_record(request: AnyRequest) -> Response[Any]:
    """
    A search, a ride asked for again, a question, a proof that was seen, or a request recorded.

    Names and addresses are sent in the body: an address is kept by browsers and proxies.
    """
    form = ride_form((await request.form()).multi_items())
    if form.values["choix"] in ("confirmer", "refuser"):
        return await _record(request, form)
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        if form.values["choix"] == "base":
            return await _with_basis(desk, form)
        # A question changes nothing, by whatever method it is sent.
        await desk.uow.forbid_writes()
        if form.values["modele"]:
            form = await _again(desk, form)
        return await _page(desk, form)


async def _again(desk: Desk, form: RideForm) -> RideForm:
    """The form of an earlier ride, on the next same day of the week after it."""
    earlier = await get_request(desk.uow, desk.actor, identifier(form.values["modele"]))
    return filled(again(earlier, next_like(earlier.on, max(desk.today, earlier.on))), earlier.id)


async def _record(request: AnyRequest, form: RideForm) -> Response[Any]:
    """Record the request, or that it was refused; its page follows, with what is said to the caller."""
    try:
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            person_id = identifier(form.values["personne"])
            ends = await ends_of(desk, form, await list_places(desk.uow, desk.actor))
            ask = form.ask(person_id=person_id, destination=ends.destination, origin=ends.origin)
            if form.values["choix"] == "refuser":
                made = await book_refused(
                    desk.uow,
                    desk.actor,
                    ask,
                    desk.settings,
                    form_key=form.key,
                    code=form.values["cause"],
                )
            else:
                made = await confirm_request(desk.uow, desk.actor, ask, desk.settings, form_key=form.key)
    except (Conflict, Invalid) as error:
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            return await _page(desk, form, error)
    return Redirect(f"{REQUESTS_PATH}/{made.id}?fait=1", status_code=303)


async def _with_basis(desk: Desk, form: RideForm) -> Template:
    """Record on what ground the person is carried, then answer."""
    person = await get_person(desk.uow, desk.actor, identifier(form.values["personne"]))
    try:
        if form.values["base"] == "rural":
            zone = RecordZone(insee=person.insee, is_small=True, source=form.values["preuve"])
            await record_zone(desk.uow, desk.actor, zone)
        else:
            await record_right(desk.uow, desk.actor, _right(form, person))
    except Invalid as error:
        return await _page(desk, form, error)
    return await _page(desk, form)


def _right(form: RideForm, person: Person) -> RecordRight:
    defects: list[Defect] = []
    seen_on = form.day("vu", defects)
    valid_until = form.day("valable", defects) if form.values["valable"] else None
    if defects:
        raise Invalid(defects)
    return RecordRight(
        person_id=person.id,
        criterion=form.values["base"],
        proof=form.values["preuve"],
        seen_on=seen_on,
        valid_until=valid_until,
    )


async def _page(desk: Desk, form: RideForm, refused: DomainError | None = None) -> Template:
    errors = _errors(refused) if refused is not None else {}
    context: dict[str, Any] = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "form": form,
        "path": PATH,
        "errors": errors,
        "person": None,
        "found": [],
        "answer": None,
        "is_refused": refused is not None,
        "searched": form.values["recherche"],
    }
    person = await _person(desk, form, context)
    if person is not None:
        context |= await _for_person(desk, form, person, errors)
    status = 200
    if errors:
        status = 409 if isinstance(refused, Conflict) else 422
    return Template("rides/desk.html", context=context, status_code=status)


def _errors(error: DomainError) -> dict[str, str]:
    if isinstance(error, Invalid):
        return {NAMES.get(name, name): text for name, text in field_errors(error).items()}
    return {"": error_sentence(error)}


async def _person(desk: Desk, form: RideForm, context: dict[str, Any]) -> Person | None:
    """Whom it is for: chosen, or the only one found; else those found, each with her last rides."""
    if form.values["personne"]:
        return await get_person(desk.uow, desk.actor, identifier(form.values["personne"]))
    found = await find_callers(desk.uow, desk.actor, form.values["recherche"][:100])
    if len(found) == 1:
        form.values["personne"] = str(found[0].id)
        return found[0]
    rides = await last_rides(desk.uow, desk.actor, [person.id for person in found])
    context["found"] = [
        {
            "name": person_full(person),
            "where": f"{person.address}, {person.postcode}",
            "phone": person.phone or "",
            "href": f"{PATH}?personne={person.id}",
            "rides": repeat_rows(rides.get(person.id, [])),
        }
        for person in found
    ]
    return None


async def _for_person(desk: Desk, form: RideForm, person: Person, errors: dict[str, str]) -> dict[str, Any]:
    passenger = await get_passenger(desk.uow, desk.actor, person.id)
    places = await list_places(desk.uow, desk.actor)
    uses = await place_uses(desk.uow, desk.actor, person.id)
    values = form.values
    if not values["date"]:
        values["date"] = (desk.today + timedelta(days=1)).isoformat()
    if not form.is_asked:
        values["accompagnants"] = str(passenger.companions)
        values["fauteuil"] = "oui" if passenger.wheelchair else ""
    ends = await ends_of(desk, form, places)
    options = place_options(places, uses)
    if ends.last:
        options.insert(1, (values["lieu"], f"{ends.last} (comme la dernière fois)"))
    rides = await last_rides(desk.uow, desk.actor, [person.id])
    return {
        "person": person_full(person),
        "person_where": f"{person.address}, {person.postcode}",
        "person_phone": person.phone or "",
        "passenger_href": f"/transport/personnes/{person.id}",
        "rides": repeat_rows(rides[person.id]),
        "places": options,
        "starts": [
            ("", "Domicile"),
            *[(value, text) for value, text in options if value not in ("", "autre")],
        ],
        "communes": ends.communes,
        "purposes": list(PURPOSES.items()),
        "returns": list(RETURNS.items()),
        "senses": SENSES,
        "companions": COMPANIONS,
        "first_min": desk.today.isoformat(),
        "carried": CARRIED,
        "criteria": [(item.key, CRITERIA[item.key]) for item in tus_rules().criterion],
        "causes": list(GIVEN_UP.items()),
        "answer": await _answer(desk, form, person, ends, errors) if form.is_asked else None,
        "key": str(form.key),
        "today": desk.today.isoformat(),
    }


async def _answer(
    desk: Desk, form: RideForm, person: Person, ends: Ends, errors: dict[str, str]
) -> dict[str, Any] | None:
    """The answer; what is wrong with the request goes to `errors`."""
    try:
        ask = form.ask(person_id=person.id, destination=ends.destination, origin=ends.origin)
        request_id = request_id_of(desk.actor, form.key)
        judged = await judge_request(desk.uow, desk.actor, ask, desk.settings, request_id=request_id)
    except Invalid as error:
        errors |= _errors(error)
        return None
    if judged.basis is None:
        return answer_view(judged, None)
    return answer_view(judged, await answer_request(desk.uow, desk.actor, judged, desk.settings))


ROUTES = (show_desk, answer_or_record)
