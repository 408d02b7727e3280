"""
One way of a ride: who drives it, who could instead and at what price, given by hand.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict
from carecoord.rides.service.boards import board_of_day
from carecoord.rides.service.changes import Candidate, candidates, move_ride
from carecoord.rides.service.requests import leg_by_id
from carecoord.web.filters import euros, hour_of_minutes
from carecoord.web.forms import identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.ride_day import names_of
from carecoord.web.pages.ride_tabs import HOME_PATH
from carecoord.web.ride_plan_words import BY_VOLUNTEER, RULES
from carecoord.web.views.names import title_of
from carecoord.web.views.ride_day import PATH
from carecoord.web.wording import error_sentence

RIDES_PATH = "/transport/trajets"


@get(f"{RIDES_PATH}/{{leg_id:uuid}}")
async def show_ride(request: AnyRequest, leg_id: FromPath[UUID]) -> Template:
    """Who drives it, and who could."""
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        return await _page(desk, leg_id)


@post(f"{RIDES_PATH}/{{leg_id:uuid}}")
async def submit_move(request: AnyRequest, leg_id: FromPath[UUID]) -> Response[Any]:
    """Give it to the volunteer chosen."""
    form = await read_form(request)
    volunteer, version = identifier(form.text("benevole")), form.whole("version")
    form.check()
    try:
        async with open_desk(request, RIDE_WRITE) as desk:
            leg = await leg_by_id(desk.uow, desk.actor, leg_id)
            await move_ride(desk.uow, desk.actor, leg_id, volunteer, version=version, settings=desk.settings)
    except Conflict as error:
        rule = RULES.get(str(error.args_by_name.get("rule", "")), "")
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            return await _page(desk, leg_id, f"{error_sentence(error)} {rule}".strip())
    return Redirect(f"{PATH}?jour={leg.on}&fait=donne", status_code=303)


async def _page(desk: Desk, leg_id: UUID, error: str = "") -> Template:
    leg = await leg_by_id(desk.uow, desk.actor, leg_id)
    found = await candidates(desk.uow, desk.actor, leg_id, desk.settings)
    board = await board_of_day(desk.uow, desk.actor, leg.on, desk.settings)
    names = await names_of(desk, leg.on, board.legs)
    drivers = {item.id: item.name for item in board.volunteers}
    now = next(((tour, trip) for tour in board.tours for trip in tour.trips if trip.leg_id == leg_id), None)
    start, end = names.ends(leg)
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "title": names.full(leg),
        "day_title": title_of(leg.on),
        "day": leg.on,
        "path": PATH,
        "here": f"{RIDES_PATH}/{leg_id}",
        "request_href": f"/transport/demandes/{leg.request_id}",
        "what": names.where(leg),
        "start": start,
        "end": end,
        "window": f"entre {_clock(leg.pick_earliest_s)} et {_clock(leg.pick_latest_s)}",
        "driver": "" if now is None else drivers.get(now[0].volunteer_id, ""),
        "pickup": "" if now is None else _clock(now[1].pickup_s),
        "dropoff": "" if now is None else _clock(now[1].dropoff_s),
        "pinned": now is not None and now[1].pinned,
        "version": board.plan.version if board.plan is not None else 0,
        "possible": [
            _possible(item, None if now is None else now[0].volunteer_id) for item in found if item.places
        ],
        "impossible": [_impossible(item) for item in found if not item.places],
        "error": error,
    }
    return Template("rides/move.html", context=context, status_code=409 if error else 200)


def _possible(item: Candidate, current: UUID | None) -> dict[str, Any]:
    return {
        "id": str(item.volunteer_id),
        "name": item.name,
        "hours": ", ".join(f"{_clock(place.pickup_s)} – {_clock(place.dropoff_s)}" for place in item.places),
        "price": "le plus simple" if item.cents == 0 else f"{euros(item.cents)} de plus",
        "keeps_hour": item.keeps_hour,
        "is_current": item.volunteer_id == current,
    }


def _impossible(item: Candidate) -> str:
    text = BY_VOLUNTEER.get(item.code, BY_VOLUNTEER["several"])
    if "{over" in text or "{pickup" in text:
        text = {
            "volunteer_limit": "{name} dépasserait sa journée",
            "availability": "{name} n’est pas disponible à cette heure",
            "window": "{name} conduit déjà à cette heure",
        }.get(item.code, "{name} ne peut pas")
    return text.format(name=item.name)


def _clock(second: int) -> str:
    return hour_of_minutes(second // 60)


ROUTES = (show_ride, submit_move)
