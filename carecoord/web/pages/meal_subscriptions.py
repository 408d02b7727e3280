"""
Subscriptions: the list, a new one, a change.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import get_person, list_people, people_by_id, stays_of
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.meals.commands import AddSubscription, ChangeSubscription
from carecoord.meals.domain import Subscription, SubscriptionFields
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.meals.service.subscriptions import (
    add_subscription,
    change_subscription,
    first_open_day,
    get_subscription,
    list_subscriptions,
    subscriptions_of_person,
)
from carecoord.web.forms import Form, identifier, page_request, read_form
from carecoord.web.layout import layout_of
from carecoord.web.listing import pages_of
from carecoord.web.pages import meal_subscription_form as fields
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, SUBSCRIPTIONS_PATH
from carecoord.web.views.meal_rounds import full_name
from carecoord.web.views.meal_subscriptions import list_rows
from carecoord.web.wording import error_sentence, field_errors

PAGE_SIZE = 50
FOUND_SHOWN = 20


@get(SUBSCRIPTIONS_PATH)
async def show_subscriptions(
    request: AnyRequest, q: FromQuery[str] = "", page: FromQuery[str] = "", tous: FromQuery[str] = ""
) -> Template:
    """Subscriptions by name; those that are over only when asked for."""
    search = q.strip()[:100]
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        everything = await list_subscriptions(desk.uow, desk.actor)
        if not tous:
            everything = [item for item in everything if item.ends_on is None or item.ends_on >= desk.today]
        people = await people_by_id(desk.uow, desk.actor, {item.person_id for item in everything})
        kitchens = {item.id: item for item in await list_kitchens(desk.uow, desk.actor)}
        stays = await stays_of(desk.uow, desk.actor, None, desk.today, desk.today)
        rows = list_rows(everything, people, kitchens, stays, desk.today)
        words = search.casefold().split()
        found = [
            row
            for row in rows
            if all(word in f"{row['who']} {row['reference']}".casefold() for word in words)
        ]
        wanted = page_request(page, PAGE_SIZE)
        shown = PageResult(
            items=found[wanted.offset : wanted.offset + PAGE_SIZE],
            total=len(found),
            page=wanted.page,
            size=PAGE_SIZE,
        )
        kept = {name: value for name, value in (("q", search), ("tous", tous)) if value}
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH),
            "tabs": tabs_of(desk, SUBSCRIPTIONS_PATH),
            "search": search,
            "rows": shown.items,
            "total": len(found),
            "meals_week": sum(sum(item.meals) for item in everything),
            "with_ended": bool(tous),
            "pages": pages_of(shown, SUBSCRIPTIONS_PATH, kept, "abonnement"),
            "may_write": desk.actor.may(MEAL_WRITE),
        }
    return Template("meals/subscriptions.html", context=context)


@get(f"{SUBSCRIPTIONS_PATH}/nouveau")
async def show_new(request: AnyRequest, personne: FromQuery[str] = "", q: FromQuery[str] = "") -> Template:
    """The form for somebody; without anybody, the search for them."""
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        if not personne:
            return await _search(desk, q.strip()[:100])
        person = await get_person(desk.uow, desk.actor, identifier(personne))
        known = await subscriptions_of_person(desk.uow, desk.actor, person.id)
        reference = person.reference if not known else f"{person.reference}-{len(known) + 1}"
        start = await first_open_day(desk.uow, desk.actor)
        return await _form(desk, person, fields.blank(person, reference, start), {})


async def _search(desk: Desk, search: str) -> Template:
    found = await list_people(desk.uow, desk.actor, PageRequest(size=FOUND_SHOWN), search) if search else None
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "search": search,
        "people": found.items if found is not None else [],
        "more": max(0, found.total - FOUND_SHOWN) if found is not None else 0,
    }
    return Template("meals/subscription_who.html", context=context)


async def _form(
    desk: Desk,
    person: Person,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    known: Subscription | None = None,
) -> Template:
    kitchens = await list_kitchens(desk.uow, desk.actor)
    address = (
        f"{SUBSCRIPTIONS_PATH}/nouveau" if known is None else f"{SUBSCRIPTIONS_PATH}/{known.id}/modifier"
    )
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH),
        "who": full_name(person),
        "person_id": str(person.id),
        "values": values,
        "errors": errors,
        "address": address,
        "back": SUBSCRIPTIONS_PATH if known is None else f"{SUBSCRIPTIONS_PATH}/{known.id}",
        "version": known.version if known is not None else 0,
        "is_new": known is None,
        **fields.options_of(kitchens),
    }
    return Template("meals/subscription_form.html", context=context, status_code=422 if errors else 200)


def _values(typed: SubscriptionFields) -> dict[str, Any]:
    return {name: getattr(typed, name) for name in SubscriptionFields.__struct_fields__}


@post(f"{SUBSCRIPTIONS_PATH}/nouveau")
async def submit_new(request: AnyRequest) -> Response[Any]:
    """Start a subscription."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        person = await get_person(desk.uow, desk.actor, identifier(form.text("personne")))
        try:
            typed = fields.fields_of(form)
            command = AddSubscription(
                **_values(typed), person_id=person.id, kitchen_id=identifier(form.text("cuisine"))
            )
            made = await add_subscription(desk.uow, desk.actor, command)
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            return await _form(desk, person, fields.shown(form), _errors(error))
    return Redirect(f"{SUBSCRIPTIONS_PATH}/{made.id}?fait=nouveau", status_code=303)


def _errors(error: Invalid | Conflict) -> dict[str, str]:
    if isinstance(error, Invalid):
        return fields.renamed(field_errors(error))
    return {"": error_sentence(error)}


@get(f"{SUBSCRIPTIONS_PATH}/{{subscription_id:uuid}}/modifier")
async def show_change(request: AnyRequest, subscription_id: FromPath[UUID]) -> Template:
    """The form of a subscription that exists."""
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        known = await get_subscription(desk.uow, desk.actor, subscription_id)
        person = await get_person(desk.uow, desk.actor, known.person_id)
        return await _form(desk, person, fields.values_of(known), {}, known=known)


@post(f"{SUBSCRIPTIONS_PATH}/{{subscription_id:uuid}}/modifier")
async def submit_change(request: AnyRequest, subscription_id: FromPath[UUID]) -> Response[Any]:
    """Change a subscription, or give it its last day."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        known = await get_subscription(desk.uow, desk.actor, subscription_id)
        person = await get_person(desk.uow, desk.actor, known.person_id)
        try:
            command = await _change(form, known)
            await change_subscription(desk.uow, desk.actor, command)
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            return await _form(desk, person, fields.shown(form), _errors(error), known=known)
    return Redirect(f"{SUBSCRIPTIONS_PATH}/{subscription_id}?fait=modifie", status_code=303)


async def _change(form: Form, known: Subscription) -> ChangeSubscription:
    typed = fields.fields_of(form)
    return ChangeSubscription(
        **_values(typed),
        subscription_id=known.id,
        kitchen_id=identifier(form.text("cuisine")),
        version=form.whole("version"),
    )


ROUTES = (show_subscriptions, show_new, submit_new, show_change, submit_change)
