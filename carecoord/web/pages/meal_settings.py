"""
Settings of the meal service: kitchens, what they cook, when it is delivered, until when it changes.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.meals.commands import AddKitchen, ChangeKitchen
from carecoord.meals.domain import Kitchen, KitchenFields, ServiceRules
from carecoord.meals.service.kitchens import (
    add_kitchen,
    change_kitchen,
    get_kitchen,
    list_kitchens,
    put_rules,
    rules_by_kitchen,
    rules_of,
)
from carecoord.web.forms import read_form
from carecoord.web.layout import layout_of
from carecoord.web.meals_words import ALLERGENS, CHAINS_LONG, DIETS, HOSPITAL, SHIFTS, TEXTURES_SHORT
from carecoord.web.pages import meal_settings_form as typed
from carecoord.web.pages.meal_subscription_form import WEEKDAYS
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, SETTINGS_PATH
from carecoord.web.views.meal_settings import kitchen_facts, rules_rows
from carecoord.web.wording import error_sentence, field_errors

ADDRESS = f"{SETTINGS_PATH}/cuisines"


@get(SETTINGS_PATH)
async def show_settings(request: AnyRequest) -> Template:
    """Kitchens with the rules of their service, present and to come."""
    async with open_desk(request, MEAL_READ) as desk:
        kitchens = await list_kitchens(desk.uow, desk.actor)
        rules = await rules_by_kitchen(desk.uow, desk.actor)
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, SETTINGS_PATH),
            "kitchens": [
                {
                    "name": kitchen.name,
                    "href": f"{ADDRESS}/{kitchen.id}",
                    "facts": kitchen_facts(kitchen),
                    "rules": rules_rows(rules.get(kitchen.id, []), desk.today),
                }
                for kitchen in kitchens
            ],
            "may_plan": desk.actor.may(MEAL_PLAN),
        }
    return Template("meals/settings.html", context=context)


@get(f"{ADDRESS}/nouvelle")
async def show_new_kitchen(request: AnyRequest) -> Template:
    """The form of a kitchen still to be recorded."""
    async with open_desk(request, MEAL_PLAN) as desk:
        return _kitchen_form(desk, typed.BLANK_KITCHEN, {})


def _kitchen_form(
    desk: Desk, values: dict[str, Any], errors: dict[str, str], known: Kitchen | None = None
) -> Template:
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "values": values,
        "errors": errors,
        "address": f"{ADDRESS}/nouvelle" if known is None else f"{ADDRESS}/{known.id}",
        "version": 0 if known is None else known.version,
        "is_new": known is None,
        "diets": list(DIETS.items()),
        "textures": list(TEXTURES_SHORT.items()),
        "allergens": list(ALLERGENS.items()),
        "chains": list(CHAINS_LONG.items()),
        "weekdays": typed.WEEKDAY_OPTIONS,
    }
    return Template("meals/kitchen_form.html", context=context, status_code=422 if errors else 200)


def _values(fields: KitchenFields) -> dict[str, Any]:
    return {name: getattr(fields, name) for name in KitchenFields.__struct_fields__}


@post(f"{ADDRESS}/nouvelle")
async def submit_new_kitchen(request: AnyRequest) -> Response[Any]:
    """Record a kitchen, then ask for its calendar."""
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN) as desk:
        try:
            made = await add_kitchen(desk.uow, desk.actor, AddKitchen(**_values(typed.kitchen_of(form))))
            await desk.uow.flush()
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            return _kitchen_form(desk, typed.kitchen_shown(form), _errors(error, typed.KITCHEN_NAMES))
    return Redirect(f"{ADDRESS}/{made.id}/regles", status_code=303)


@get(f"{ADDRESS}/{{kitchen_id:uuid}}")
async def show_kitchen_form(request: AnyRequest, kitchen_id: FromPath[UUID]) -> Template:
    """The form of a kitchen that exists."""
    async with open_desk(request, MEAL_PLAN) as desk:
        known = await get_kitchen(desk.uow, desk.actor, kitchen_id)
        return _kitchen_form(desk, typed.kitchen_values(known), {}, known)


@post(f"{ADDRESS}/{{kitchen_id:uuid}}")
async def submit_kitchen(request: AnyRequest, kitchen_id: FromPath[UUID]) -> Response[Any]:
    """Change a kitchen."""
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN) as desk:
        known = await get_kitchen(desk.uow, desk.actor, kitchen_id)
        try:
            fields = typed.kitchen_of(form)
            command = ChangeKitchen(**_values(fields), kitchen_id=kitchen_id, version=form.whole("version"))
            await change_kitchen(desk.uow, desk.actor, command)
            await desk.uow.flush()
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            return _kitchen_form(desk, typed.kitchen_shown(form), _errors(error, typed.KITCHEN_NAMES), known)
    return Redirect(SETTINGS_PATH, status_code=303)


@get(f"{ADDRESS}/{{kitchen_id:uuid}}/regles")
async def show_rules_form(request: AnyRequest, kitchen_id: FromPath[UUID]) -> Template:
    """The form of new rules, filled with those in force."""
    async with open_desk(request, MEAL_PLAN) as desk:
        kitchen = await get_kitchen(desk.uow, desk.actor, kitchen_id)
        known = await rules_of(desk.uow, desk.actor, kitchen_id)
        return _rules_form(desk, kitchen, typed.rules_values(known, desk.today), {}, known)


def _rules_form(
    desk: Desk, kitchen: Kitchen, values: dict[str, Any], errors: dict[str, str], known: list[ServiceRules]
) -> Template:
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "kitchen": kitchen.name,
        "address": f"{ADDRESS}/{kitchen.id}/regles",
        "values": values,
        "errors": errors,
        "weekdays": WEEKDAYS,
        "shifts": list(SHIFTS.items()),
        "hospital": list(HOSPITAL.items()),
        "is_first": not known,
    }
    return Template("meals/rules_form.html", context=context, status_code=422 if errors else 200)


@post(f"{ADDRESS}/{{kitchen_id:uuid}}/regles")
async def submit_rules(request: AnyRequest, kitchen_id: FromPath[UUID]) -> Response[Any]:
    """Put rules in force from a date."""
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN) as desk:
        kitchen = await get_kitchen(desk.uow, desk.actor, kitchen_id)
        known = await rules_of(desk.uow, desk.actor, kitchen_id)
        try:
            versions: dict[date, int] = {rules.applies_from: rules.version for rules in known}
            await put_rules(desk.uow, desk.actor, typed.rules_of_form(form, kitchen_id, versions))
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            errors = _errors(error, typed.RULES_NAMES)
            return _rules_form(desk, kitchen, typed.rules_shown(form), errors, known)
    return Redirect(SETTINGS_PATH, status_code=303)


def _errors(error: Invalid | Conflict, names: dict[str, str]) -> dict[str, str]:
    if isinstance(error, Invalid):
        return {names.get(name, name): sentence for name, sentence in field_errors(error).items()}
    return {"": error_sentence(error)}


ROUTES = (
    show_settings,
    show_new_kitchen,
    submit_new_kitchen,
    show_kitchen_form,
    submit_kitchen,
    show_rules_form,
    submit_rules,
)
