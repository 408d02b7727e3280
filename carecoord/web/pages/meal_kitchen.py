"""
A kitchen's day: what to cook, the order and its cut-off, what changed since, what to do about it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, DomainError, NotFound
from carecoord.meals.commands import DecideLate, SendOrder
from carecoord.meals.late import ACTIONS
from carecoord.meals.service.days import KitchenSheet, decide_late, kitchen_sheet
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.meals.service.sending import send_order
from carecoord.web.forms import civil_day, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, KITCHEN_PATH
from carecoord.web.views.meals import (
    balance_rows,
    day_rows,
    kitchen_href,
    late_rows,
    outgrew,
    reserve_words,
    status_of,
)
from carecoord.web.wording import error_sentence

DONE = {
    "envoi": Notice(text="La commande est partie."),
    "decision": Notice(text="C’est décidé : la liste de préparation et la livraison en tiennent compte."),
}


def asked_day(text: str, today: date) -> date:
    """The day an address asks for; today when it makes no sense."""
    try:
        return civil_day(text)
    except ValueError:
        return today


@get(KITCHEN_PATH)
async def show_kitchen(
    request: AnyRequest,
    cuisine: FromQuery[str] = "",
    jour: FromQuery[str] = "",
    fait: FromQuery[str] = "",
) -> Template:
    """One day of cooking of one kitchen; the first kitchen and today when nothing is said."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        notices = (DONE[fait],) if fait in DONE else ()
        return await _page(desk, cuisine, asked_day(jour, desk.today), notices=notices)


async def _page(
    desk: Desk, kitchen: str, made_on: date, *, notices: tuple[Notice, ...] = (), status: int = 200
) -> Template:
    kitchens = await list_kitchens(desk.uow, desk.actor)
    context: dict[str, Any] = {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "tabs": tabs_of(desk, KITCHEN_PATH),
        "kitchens": [(str(one.id), one.name) for one in kitchens],
        "may_write": desk.actor.may(MEAL_WRITE),
        "sheet": None,
    }
    if kitchens:
        chosen = identifier(kitchen) if kitchen else kitchens[0].id
        sheet = await kitchen_sheet(desk.uow, desk.actor, chosen, made_on)
        context |= await _sheet_context(desk, sheet)
    return Template("meals/kitchen.html", context=context, status_code=status)


async def _sheet_context(desk: Desk, sheet: KitchenSheet) -> dict[str, Any]:
    eaters = {item.change.person_id for item in sheet.late if item.change.person_id is not None}
    people = await people_by_id(desk.uow, desk.actor, eaters)
    last = sheet.sent[-1] if sheet.sent else None
    return {
        "sheet": sheet,
        "kitchen_id": str(sheet.kitchen.id),
        "made_on": sheet.made_on,
        "previous": kitchen_href(sheet.kitchen.id, sheet.made_on - timedelta(days=1)),
        "next": kitchen_href(sheet.kitchen.id, sheet.made_on + timedelta(days=1)),
        "status": status_of(sheet, desk.uow.now),
        "grid": day_rows(sheet.lines),
        "spare": sheet.kitchen.spare_meals,
        "late": late_rows(sheet.late, people),
        "undecided": len(sheet.undecided),
        "reserve": reserve_words(sheet),
        "balance": balance_rows(sheet),
        "sent": sheet.sent,
        "differs": outgrew(sheet),
        "may_send": sheet.cutoff_at is not None and not sheet.is_final,
        "after": last.number if last is not None else 0,
        "phone": sheet.kitchen.phone,
        "files": f"{KITCHEN_PATH}/{sheet.kitchen.id}/{sheet.made_on.isoformat()}",
    }


def _day(text: str) -> date:
    try:
        return civil_day(text)
    except ValueError:
        raise NotFound("day_unknown", "no such day") from None


@post(f"{KITCHEN_PATH}/envoyer")
async def submit_order(request: AnyRequest) -> Response[Any]:
    """Send the order of a day now."""
    form = await read_form(request)
    kitchen_id, made_on = identifier(form.text("cuisine")), _day(form.text("jour"))
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        try:
            command = SendOrder(kitchen_id=kitchen_id, made_on=made_on, after=form.whole("apres"))
            await send_order(desk.uow, desk.actor, command)
        except Conflict as error:
            await desk.uow.undo()
            return await _refused(desk, kitchen_id, made_on, error)
    return Redirect(f"{kitchen_href(kitchen_id, made_on)}&fait=envoi", status_code=303)


@post(f"{KITCHEN_PATH}/decider")
async def submit_decision(request: AnyRequest) -> Response[Any]:
    """Record what is done about a late change."""
    form = await read_form(request)
    kitchen_id, made_on = identifier(form.text("cuisine")), _day(form.text("jour"))
    action = form.text("choix")
    if action not in ACTIONS:
        raise NotFound("late_change_unknown", "no such choice")
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        try:
            command = DecideLate(
                kitchen_id=kitchen_id,
                made_on=made_on,
                source_id=identifier(form.text("pour")),
                consumed_on=_day(form.text("date")),
                wished_count=form.whole("nombre"),
                action=action,
            )
            await decide_late(desk.uow, desk.actor, command)
        except (Conflict, NotFound) as error:
            await desk.uow.undo()
            return await _refused(desk, kitchen_id, made_on, error)
    return Redirect(f"{kitchen_href(kitchen_id, made_on)}&fait=decision#tardifs", status_code=303)


async def _refused(desk: Desk, kitchen_id: UUID, made_on: date, error: DomainError) -> Template:
    notice = Notice(text=error_sentence(error), tone="stop")
    return await _page(desk, str(kitchen_id), made_on, notices=(notice,), status=409)


ROUTES = (show_kitchen, submit_order, submit_decision)
