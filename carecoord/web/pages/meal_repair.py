"""
Repair of a day's meal rounds: who drops out; then whom it changes something for, before it is published.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ, PERSON_READ
from carecoord.kernel.clock import local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.meals.rounds_domain import MealRun, RequestRepair
from carecoord.meals.service.fleet import list_drivers, list_vehicles
from carecoord.meals.service.round_runs import get_meal_run, request_repair
from carecoord.meals.service.rounds import draft_rounds, rounds_of
from carecoord.web.filters import phone
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.meal_rounds import ROUNDS_PATH, full_name, left_rows, run_view
from carecoord.web.wording import field_errors
from carecoord.web.wording_meal_rounds import clock_of

PATH = f"{ROUNDS_PATH}/reparer"
DAY_S = 86_400


@get(PATH)
async def show_meal_repair(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """Who or what drops out, and when."""
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        on = day_of(jour, desk.today)
        return await _form(desk, on, {}, {})


async def _form(desk: Desk, on: date, values: dict[str, str], errors: dict[str, str]) -> Template:
    rounds = await rounds_of(desk.uow, desk.actor, on)
    drivers = {d.id: d.name for d in await list_drivers(desk.uow, desk.actor)}
    vehicles = {v.id: v.name for v in await list_vehicles(desk.uow, desk.actor)}
    now_s = int((desk.uow.now - local_instant(on, 0)).total_seconds())
    context = {
        "layout": layout_of(desk.signed_in, "/repas"),
        "day": on,
        "iso": on.isoformat(),
        "back_href": f"{ROUNDS_PATH}?jour={on.isoformat()}",
        "errors": errors,
        "hour": values.get("heure") or _hour_field(now_s if 0 <= now_s < DAY_S else 8 * 3_600),
        "drivers": [(str(r.driver_id), drivers.get(r.driver_id, "—")) for r in rounds],
        "vehicles": [(str(r.vehicle_id), vehicles.get(r.vehicle_id, "—")) for r in rounds],
        "has_rounds": bool(rounds),
    }
    return Template("meals/repair.html", context=context, status_code=422 if errors else 200)


def _hour_field(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


@post(PATH)
async def submit_meal_repair(request: AnyRequest) -> Response[Any]:
    """Ask for the repair; its page follows."""
    sent = await request.form()
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        on = desk.today
        try:
            on, at_s = form.day("jour"), _seconds(form)
            form.check()
            run = await request_repair(
                desk.uow,
                desk.actor,
                RequestRepair(
                    deliver_on=on,
                    at_s=at_s,
                    away=[identifier(str(value)) for value in sent.getall("chauffeurs", [])],
                    broken=[identifier(str(value)) for value in sent.getall("vehicules", [])],
                ),
            )
        except Invalid as error:
            await desk.uow.undo()
            names = {"away": "chauffeurs", "at_s": "heure"}
            errors = {names.get(name, name): text for name, text in field_errors(error).items()}
            return await _form(desk, on, form.shown(heure=""), errors)
        except Conflict as error:
            await desk.uow.undo()
            found = error.args_by_name.get("run_id")
            return Redirect(f"{ROUNDS_PATH}/calcul/{found}", status_code=303)
    return Redirect(f"{PATH}/{run.id}", status_code=303)


def _seconds(form: Form) -> int:
    text = form.text("heure")
    found = re.fullmatch(r"([01]?\d|2[0-3])[:hH]([0-5]\d)", text)
    if found is not None:
        return 3_600 * int(found.group(1)) + 60 * int(found.group(2))
    if text:
        form.refuse("heure", "time_malformed")
    return 0


@get(f"{PATH}/{{run_id:uuid}}")
async def show_repair_proposal(request: AnyRequest, run_id: FromPath[UUID]) -> Template:
    """What the repair changes, person by person, before anything is decided."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        run = await get_meal_run(desk.uow, desk.actor, run_id)
        drivers = {d.id: d for d in await list_drivers(desk.uow, desk.actor)}
        names = {d.id: d.name for d in drivers.values()}
        people_of = await _people_of(desk, run)
        people = await people_by_id(
            desk.uow, desk.actor, {*people_of.values(), *(left.person_id for left in run.left_out)}
        )
        changes = run.situation.changes if run.situation is not None else []
        rows = []
        for change in changes:
            person = people.get(people_of.get(UUID(change["delivery"]), UUID(int=0)))
            rows.append(
                {
                    "who": full_name(person),
                    "phone": person.phone if person is not None else None,
                    "phone_words": phone(person.phone) if person is not None and person.phone else "",
                    "before": ", ".join(
                        (clock_of(change["start_before_s"]), _name(names, change["driver_before"]))
                    ),
                    "after": "personne ne peut livrer"
                    if change["start_s"] is None
                    else f"{clock_of(change['start_s'])}, {_name(names, change['driver'])}",
                    "is_lost": change["start_s"] is None,
                }
            )
        context = {
            "layout": layout_of(desk.signed_in, "/repas"),
            "day": run.deliver_on,
            "back_href": f"{ROUNDS_PATH}?jour={run.deliver_on.isoformat()}",
            "run": run_view(run, desk.uow.now),
            "rows": rows,
            "left": left_rows(run, people, drivers),
            "may_publish": desk.actor.may(MEAL_PLAN) and run.state == "done" and run.published_at is None,
        }
    return Template("meals/repair_proposal.html", context=context)


def _name(names: dict[UUID, str], driver: str) -> str:
    return names.get(UUID(driver), "—") if driver else "—"


async def _people_of(desk: Desk, run: MealRun) -> dict[UUID, UUID]:
    rounds = await draft_rounds(desk.uow, desk.actor, run.id)
    now = await rounds_of(desk.uow, desk.actor, run.deliver_on)
    found = {s.delivery_id: s.person_id for r in (*now, *rounds) for s in r.stops}
    return found | {left.delivery_id: left.person_id for left in run.left_out}


ROUTES = (show_meal_repair, submit_meal_repair, show_repair_proposal)
