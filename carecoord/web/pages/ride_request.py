"""
One request: what is read to the caller, who drives, how to look again, cancel or give up.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import get_person
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, DomainError, Invalid
from carecoord.rides.domain import RideRequest, Spot
from carecoord.rides.service.desk import cancel_request, drives_of, give_up, place_request
from carecoord.rides.service.requests import get_request
from carecoord.web.filters import DAYS, euros, km
from carecoord.web.forms import read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH
from carecoord.web.rides_words import CRITERIA, GIVEN_UP, refusal_sentence
from carecoord.web.views.names import person_full
from carecoord.web.views.rides import REQUESTS_PATH, drive_rows, request_row, said_text
from carecoord.web.wording import error_sentence, field_errors

PATH = REQUESTS_PATH + "/{ride:uuid}"
DONE = {
    "1": "C’est enregistré. Voici ce qui se dit à la personne qui appelle.",
    "annulee": "La demande est annulée.",
    "cherche": "Une nouvelle recherche est faite.",
}


@get(PATH)
async def show_request(request: AnyRequest, ride: FromPath[UUID], fait: FromQuery[str] = "") -> Template:
    """What was asked for and what became of it."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, await get_request(desk.uow, desk.actor, ride), fait)


@post(f"{PATH}/chercher")
async def search_again(request: AnyRequest, ride: FromPath[UUID]) -> Response[Any]:
    """Look for a driver again for the ways that have none."""
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        found = await get_request(desk.uow, desk.actor, ride)
        await place_request(desk.uow, desk.actor, found, desk.settings)
    return Redirect(f"{REQUESTS_PATH}/{ride}?fait=cherche", status_code=303)


@post(f"{PATH}/annuler")
async def cancel(request: AnyRequest, ride: FromPath[UUID]) -> Response[Any]:
    """Cancel it, with the reason the caller gives."""
    form = await read_form(request)
    try:
        version, reason = form.whole("version"), form.text("motif")
        form.check()
        async with open_desk(request, RIDE_WRITE) as desk:
            await cancel_request(desk.uow, desk.actor, ride, version=version, reason=reason)
    except (Conflict, Invalid) as error:
        return await _refused(request, ride, error)
    return Redirect(f"{REQUESTS_PATH}/{ride}?fait=annulee", status_code=303)


@post(f"{PATH}/renoncer")
async def stop_looking(request: AnyRequest, ride: FromPath[UUID]) -> Response[Any]:
    """Refuse it: nobody could drive, it came too late, or the person is not free."""
    form = await read_form(request)
    try:
        version, cause = form.whole("version"), form.text("cause")
        form.check()
        async with open_desk(request, RIDE_WRITE) as desk:
            await give_up(desk.uow, desk.actor, ride, version=version, code=cause)
    except (Conflict, Invalid) as error:
        return await _refused(request, ride, error)
    return Redirect(f"{REQUESTS_PATH}/{ride}", status_code=303)


async def _refused(request: AnyRequest, ride: UUID, error: DomainError) -> Template:
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        return await _page(desk, await get_request(desk.uow, desk.actor, ride), "", error)


async def _page(desk: Desk, found: RideRequest, done: str, error: DomainError | None = None) -> Template:
    person = await get_person(desk.uow, desk.actor, found.person_id)
    drives = drive_rows(found, await drives_of(desk.uow, desk.actor, [found]))
    notices = (Notice(text=DONE[done]),) if done in DONE else ()
    errors = {}
    if error is not None:
        errors = field_errors(error) if isinstance(error, Invalid) else {"": error_sentence(error)}
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "person": person_full(person),
        "person_href": f"/transport/personnes/{person.id}",
        "row": request_row(found, person, desk.today),
        "said": said_text(found, person, drives) if found.state in ("looking", "placed", "done") else [],
        "refusal": refusal_sentence(found.refusal) if found.refusal is not None else "",
        "reason": found.cancel_reason,
        "drives": drives,
        "facts": _facts(found),
        "again": str(found.id),
        "path": f"{REQUESTS_PATH}/{found.id}",
        "version": found.version,
        "may_change": desk.actor.may(RIDE_WRITE),
        "is_open": found.state in ("looking", "placed"),
        "is_looking": found.state == "looking",
        "is_standing": found.standing_id is not None,
        "weekdays": [(str(index), name) for index, name in enumerate(DAYS)],
        "weekday": str(found.on.weekday()),
        "causes": list(GIVEN_UP.items()),
        "errors": errors,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Template("rides/request.html", context=context, status_code=status)


def _end(spot: Spot) -> str:
    """A place by its name and address, once where both are the same."""
    return spot.label if spot.address in ("", spot.label) else f"{spot.label}, {spot.address}"


def _facts(found: RideRequest) -> list[tuple[str, str]]:
    distance = km(found.distance_m) + (" (estimés à vol d’oiseau)" if found.is_estimated else "")
    facts = [
        ("Départ", _end(found.origin)),
        ("Destination", _end(found.destination)),
        ("Distance d’un trajet", distance),
        ("Participation", euros(found.price_cents) if found.price_cents else "gratuit"),
    ]
    if found.basis.regime == "own_service":
        facts.append(("Fondement", found.basis.proof or "service propre"))
    elif found.basis.criterion:
        facts.append(("Au titre de", CRITERIA.get(found.basis.criterion, found.basis.criterion)))
        if found.basis.proof:
            facts.append(("Justificatif", found.basis.proof))
        facts.append(("Règles appliquées", f"version {found.basis.rules}"))
    if found.caller:
        facts.append(("Appel de", found.caller))
    if found.note:
        facts.append(("Note", found.note))
    return facts


ROUTES = (show_request, search_again, cancel, stop_looking)
