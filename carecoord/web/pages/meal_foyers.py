"""
Meals eaten together: who is expected at a foyer on a day, who came.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import list_people, people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.kernel.page import PageRequest
from carecoord.meals.commands import AddAttendance, AddFoyer, MarkAttendance
from carecoord.meals.domain import ALLERGENS, ATTENDANCE_STATES, Attendance, Diet, Foyer, Texture
from carecoord.meals.service.foyers import (
    add_attendance,
    add_foyer,
    attendance_on,
    drop_attendance,
    list_foyers,
    mark_attendance,
)
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.meals.wishes import MealKind
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.meals_words import ATTENDANCE, kind_words
from carecoord.web.pages.meal_kitchen import asked_day
from carecoord.web.pages.meal_subscription_form import chosen, options_of
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import FOYERS_PATH, HOME_PATH
from carecoord.web.views.meals import person_name
from carecoord.web.wording import error_sentence, field_errors


@get(FOYERS_PATH)
async def show_foyers(request: AnyRequest, jour: FromQuery[str] = "") -> Template:
    """The lists of a day; today when nothing is said."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        return await _page(desk, asked_day(jour, desk.today), {})


async def _page(
    desk: Desk, on: date, errors: dict[str, str], *, values: dict[str, Any] | None = None
) -> Template:
    foyers = await list_foyers(desk.uow, desk.actor)
    lines = await attendance_on(desk.uow, desk.actor, on)
    people = await people_by_id(desk.uow, desk.actor, {line.person_id for line in lines if line.person_id})
    kitchens = await list_kitchens(desk.uow, desk.actor)
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "tabs": tabs_of(desk, FOYERS_PATH),
        "on": on,
        "foyers": [_foyer(foyer, lines, people) for foyer in foyers],
        "foyer_options": [(str(foyer.id), foyer.name) for foyer in foyers],
        "may_write": desk.actor.may(MEAL_WRITE),
        "may_plan": desk.actor.may(MEAL_PLAN),
        "errors": errors,
        "values": {"qui": "", "nombre": "1", "regime": "normal", "texture": "iddsi7", "foyer": ""}
        | {"nom": "", "places": "20", "cuisine": "", "allergies": []}
        | (values or {}),
        **options_of(kitchens),
    }
    return Template("meals/foyers.html", context=context, status_code=422 if errors else 200)


def _foyer(foyer: Foyer, lines: list[Attendance], people: dict[UUID, Person]) -> dict[str, Any]:
    own = [line for line in lines if line.foyer_id == foyer.id]
    return {
        "name": foyer.name,
        "seats": foyer.seats,
        "count": sum(line.count for line in own),
        "present": sum(line.count for line in own if line.state == "present"),
        "lines": [
            {
                "id": str(line.id),
                "who": person_name(people, line.person_id) if line.person_id else "Convives sans nom",
                "count": line.count,
                "kind": kind_words(
                    MealKind(
                        chain="hot",
                        diet=line.diet,
                        texture=line.texture,
                        allergies=tuple(line.allergies),
                    )
                ),
                "state": ATTENDANCE[line.state],
                "tone": {"present": "ok", "absent": "warn", "expected": ""}[line.state],
            }
            for line in own
        ],
    }


@post(f"{FOYERS_PATH}/inscrire")
async def submit_attendance(request: AnyRequest) -> Response[Any]:
    """Put a person on a list, or guests when no name is given."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        on = form.day("jour")
        try:
            person_id = await _person(desk, form)
            command = AddAttendance(
                foyer_id=identifier(form.text("foyer")),
                on_date=on,
                person_id=person_id,
                count=1 if person_id is not None else form.whole("nombre"),
                diet=cast("Diet", form.text("regime")),
                texture=cast("Texture", form.text("texture")),
                allergies=[name for name in chosen(form, "allergies") if name in ALLERGENS],
            )
            form.check()
            await add_attendance(desk.uow, desk.actor, command)
        except (Invalid, Conflict, NotFound) as error:
            await desk.uow.undo()
            names = {"count": "nombre", "diet": "regime", "person_id": "qui", "on_date": "jour"}
            typed = form.shown(qui="", nombre="1", regime="normal", texture="iddsi7", foyer="")
            return await _page(desk, on, _errors(error, names), values=dict(typed))
    return Redirect(f"{FOYERS_PATH}?{urlencode({'jour': on.isoformat()})}", status_code=303)


async def _person(desk: Desk, form: Form) -> UUID | None:
    """The one person of a name or number; none when nothing is typed; a defect when it is not one."""
    typed = form.text("qui", required=False)
    if not typed:
        return None
    found = await list_people(desk.uow, desk.actor, PageRequest(size=2), typed)
    if found.total != 1:
        form.refuse("qui", "person_not_one", found=found.total)
        form.check()
    return found.items[0].id


def _errors(error: Invalid | Conflict | NotFound, names: dict[str, str]) -> dict[str, str]:
    if isinstance(error, Invalid):
        return {names.get(name, name): sentence for name, sentence in field_errors(error).items()}
    return {"": error_sentence(error)}


@post(f"{FOYERS_PATH}/pointer")
async def submit_presence(request: AnyRequest) -> Response[Any]:
    """Say that somebody came or did not, or take the line away."""
    form = await read_form(request)
    on, line_id, choice = form.day("jour"), identifier(form.text("ligne")), form.text("choix")
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        if choice == "retirer":
            await drop_attendance(desk.uow, desk.actor, line_id)
        elif choice in ATTENDANCE_STATES:
            await mark_attendance(desk.uow, desk.actor, MarkAttendance(ids=[line_id], state=choice))
    return Redirect(f"{FOYERS_PATH}?{urlencode({'jour': on.isoformat()})}", status_code=303)


@post(f"{FOYERS_PATH}/ajouter")
async def submit_foyer(request: AnyRequest) -> Response[Any]:
    """Record a foyer."""
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN, PERSON_READ) as desk:
        try:
            command = AddFoyer(
                kitchen_id=identifier(form.text("cuisine")), name=form.text("nom"), seats=form.whole("places")
            )
            form.check()
            await add_foyer(desk.uow, desk.actor, command)
            await desk.uow.flush()
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            names = {"name": "nom", "seats": "places"}
            typed = form.shown(nom="", places="20", cuisine="")
            return await _page(desk, desk.today, _errors(error, names), values=dict(typed))
    return Redirect(FOYERS_PATH, status_code=303)


ROUTES = (show_foyers, submit_attendance, submit_presence, submit_foyer)
