"""
The day of rides: who drives whom, planned anew, published, repaired; and one volunteer's own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_PLAN, RIDE_READ, RIDE_WRITE
from carecoord.kernel.clock import PARIS
from carecoord.kernel.errors import Conflict
from carecoord.rides.domain import Leg
from carecoord.rides.plan_domain import DayBoard, Outcome
from carecoord.rides.service import runs
from carecoord.rides.service.boards import board_of_day, publish_day
from carecoord.rides.service.changes import note_outcome, preview_repair, repair_day
from carecoord.rides.service.requests import requests_between
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.names import title_of
from carecoord.web.views.ride_day import (
    PATH,
    Names,
    board_view,
    breach_view,
    kpi_view,
    left_view,
    sheet_view,
    today_minute,
)
from carecoord.web.views.ride_repair import repair_view
from carecoord.web.wording import error_sentence

VIEWS = {"liste": "as-list", "tableau": "as-board"}
BUDGETS = [("10", "10 secondes"), ("30", "30 secondes"), ("60", "1 minute")]
NOTICES = {
    "applique": "Le nouveau plan est en place.",
    "publie": "Les bénévoles sont notés comme prévenus.",
    "repare": "La journée est réparée : prévenez les personnes et les bénévoles ci-dessous.",
    "donne": "Le trajet est donné.",
}


@get(PATH)
async def show_day(
    request: AnyRequest, jour: FromQuery[str] = "", vue: FromQuery[str] = "", fait: FromQuery[str] = ""
) -> Template:
    """Tours of a day as a board and as sheets, what has no driver and why."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        on = day_of(jour, desk.today)
        board = await board_of_day(desk.uow, desk.actor, on, desk.settings)
        found = await runs.runs_of_day(desk.uow, desk.actor, on)
        notices = (Notice(text=NOTICES[fait]),) if fait in NOTICES else ()
        context = await _frame(desk, board, notices) | {
            "view": vue if vue in VIEWS else "",
            "view_class": VIEWS.get(vue, "as-auto"),
            "budgets": BUDGETS,
            "runs": [
                {"href": f"{PATH}/plans/{run.id}", "state": run.state, "at": run.created_at}
                for run in found[:3]
            ],
        }
    return Template("rides/day.html", context=context)


async def names_of(desk: Desk, on: date, legs: Iterable[Leg]) -> Names:
    """People and requests of the ways of a day."""
    people = await people_by_id(desk.uow, desk.actor, {leg.person_id for leg in legs})
    requests = await requests_between(desk.uow, desk.actor, on, on)
    return Names(people=people, requests={item.id: item for item in requests})


async def _frame(desk: Desk, board: DayBoard, notices: tuple[Notice, ...]) -> dict[str, Any]:
    names = await names_of(desk, board.on, board.legs)
    legs = {leg.id: leg for leg in board.legs}
    drivers = {item.id: item for item in board.volunteers}
    now = desk.uow.now.astimezone(PARIS)
    return {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "tabs": tabs_of(desk, PATH),
        "title": title_of(board.on),
        "day": board.on,
        "path": PATH,
        "previous": f"{PATH}?jour={board.on - timedelta(days=1)}",
        "next": f"{PATH}?jour={board.on + timedelta(days=1)}",
        "today_href": "" if board.on == desk.today else f"{PATH}?jour={desk.today}",
        "version": board.plan.version if board.plan is not None else 0,
        "published_at": board.plan.published_at if board.plan is not None else None,
        "has_plan": bool(board.tours),
        "is_past": board.on < desk.today,
        "kpis": kpi_view(board),
        "board": board_view(board, names, today_minute(board.on, desk.today, now.hour * 60 + now.minute)),
        "sheets": [sheet_view(tour, drivers.get(tour.volunteer_id), legs, names) for tour in board.tours],
        "left": left_view(board, names),
        "breaches": breach_view(board),
        "is_away": any(item.rule == "availability" for item in board.breaches),
        "has_places": any(item.code == "has_place" for why in board.left_out.values() for item in why),
        "has_volunteers": bool(board.volunteers),
        "has_legs": bool(board.legs),
        "is_estimated": board.is_estimated,
        "may_plan": desk.actor.may(RIDE_PLAN),
        "may_write": desk.actor.may(RIDE_WRITE),
    }


@post(f"{PATH}/publier")
async def submit_publication(request: AnyRequest) -> Redirect:
    """Note that volunteers were told."""
    form = await read_form(request)
    on, version = _day_and_version(form)
    async with open_desk(request, RIDE_PLAN) as desk:
        await publish_day(desk.uow, desk.actor, on, version=version)
    return Redirect(f"{PATH}?jour={on}&fait=publie", status_code=303)


@get(f"{PATH}/reparer")
async def show_repair(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """What repairing a day would change, before it is done."""
    async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
        on = day_of(jour, desk.today)
        return await _repair_page(desk, on)


async def _repair_page(desk: Desk, on: date, error: str = "") -> Template:
    found = await preview_repair(desk.uow, desk.actor, on, desk.settings)
    board = await board_of_day(desk.uow, desk.actor, on, desk.settings)
    names = await names_of(desk, board.on, board.legs)
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "title": title_of(on),
        "day": on,
        "path": PATH,
        "error": error,
        "may_plan": desk.actor.may(RIDE_PLAN),
        "version": found.version,
        "left": found.left,
        "is_away": any(item.rule == "availability" for item in board.breaches),
        "changes": repair_view(found.changes, board, names),
    }
    return Template("rides/repair.html", context=context, status_code=409 if error else 200)


@post(f"{PATH}/reparer")
async def submit_repair(request: AnyRequest) -> Response[Any]:
    """Repair a day as it was shown."""
    form = await read_form(request)
    on, version = _day_and_version(form)
    try:
        async with open_desk(request, RIDE_PLAN) as desk:
            await repair_day(desk.uow, desk.actor, on, version=version, settings=desk.settings)
    except Conflict as error:
        async with open_desk(request, RIDE_WRITE, PERSON_READ) as desk:
            return await _repair_page(desk, on, error_sentence(error))
    return Redirect(f"{PATH}?jour={on}&fait=repare", status_code=303)


@get(f"{PATH}/{{volunteer_id:uuid}}")
async def show_volunteer_day(
    request: AnyRequest, volunteer_id: FromPath[UUID], jour: FromQuery[str] = ""
) -> Template:
    """One volunteer's day, to follow on a phone: stops in order, telephone, what became of each."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        on = day_of(jour, desk.today)
        board = await board_of_day(desk.uow, desk.actor, on, desk.settings)
        names = await names_of(desk, board.on, board.legs)
        legs = {leg.id: leg for leg in board.legs}
        volunteer = next((item for item in board.volunteers if item.id == volunteer_id), None)
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "title": title_of(on),
            "day": on,
            "path": PATH,
            "volunteer": volunteer,
            "volunteer_id": volunteer_id,
            "sheets": [
                sheet_view(tour, volunteer, legs, names)
                for tour in board.tours
                if tour.volunteer_id == volunteer_id
            ],
            "may_write": desk.actor.may(RIDE_WRITE),
            "previous": f"{PATH}/{volunteer_id}?jour={on - timedelta(days=1)}",
            "next": f"{PATH}/{volunteer_id}?jour={on + timedelta(days=1)}",
        }
    return Template("rides/volunteer_day.html", context=context)


@post(f"{PATH}/etat")
async def submit_outcome(request: AnyRequest) -> Redirect:
    """A ride was driven, or nobody was at the door."""
    form = await read_form(request)
    leg_id, outcome = identifier(form.text("trajet")), form.text("etat")
    back, on = identifier(form.text("benevole")), form.day("jour")
    if outcome not in ("planned", "done", "absent"):
        form.refuse("etat", "value_unknown")
    form.check()
    async with open_desk(request, RIDE_WRITE) as desk:
        known: dict[str, Outcome] = {"planned": "planned", "done": "done", "absent": "absent"}
        await note_outcome(desk.uow, desk.actor, leg_id, known[outcome])
    return Redirect(f"{PATH}/{back}?jour={on}", status_code=303)


def _day_and_version(form: Form) -> tuple[date, int]:
    on, version = form.day("jour"), form.whole("version")
    form.check()
    return on, version


ROUTES = (show_day, submit_publication, show_repair, submit_repair, show_volunteer_day, submit_outcome)
