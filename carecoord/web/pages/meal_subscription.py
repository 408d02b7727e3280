"""
One person's subscription: what it says, its next four weeks, a date changed, a pause.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import get_person
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.meals.book import next_meal_on
from carecoord.meals.commands import ChangeMeals, ResumeMeals, SuspendMeals
from carecoord.meals.domain import SuspensionReason
from carecoord.meals.service.due import book_of
from carecoord.meals.service.subscriptions import (
    change_meals,
    get_subscription,
    reach_of,
    resume_meals,
    suspend_meals,
)
from carecoord.meals.wishes import wanted_on
from carecoord.web.forms import civil_day, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.meals_words import REASONS
from carecoord.web.pages.meal_subscription_form import optional_day
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.views.meal_addresses import HOME_PATH, SUBSCRIPTIONS_PATH
from carecoord.web.views.meal_rounds import full_name
from carecoord.web.views.meal_subscriptions import (
    calendar_of,
    facts_of,
    reach_words,
    state_of,
    suspension_rows,
)
from carecoord.web.wording import error_sentence, field_errors

ADDRESS = f"{SUBSCRIPTIONS_PATH}/{{subscription_id:uuid}}"
LATE_LOOK_DAYS = 4
"""A weekend and a holiday may stand between a date and the first meal of it."""

DONE = {
    "nouveau": Notice(text="L’abonnement est enregistré."),
    "modifie": Notice(text="L’abonnement est modifié."),
    "jour": Notice(text="C’est noté : la cuisine le verra."),
    "tard": Notice(
        text="C’est noté, mais la commande est partie : la cuisine ne le verra pas. Décidez que faire sur "
        "la page de la cuisine.",
        tone="warn",
    ),
    "suspendu": Notice(text="Les repas sont suspendus."),
    "suspendu_tard": Notice(
        text="Les repas sont suspendus, mais une commande est déjà partie avec les premiers : décidez que "
        "faire sur la page de la cuisine.",
        tone="warn",
    ),
    "repris": Notice(text="Les repas reprennent."),
    "repris_tard": Notice(
        text="Les repas reprennent, mais une commande est déjà partie sans les premiers : décidez que "
        "faire sur la page de la cuisine.",
        tone="warn",
    ),
}


@get(ADDRESS)
async def show_subscription(
    request: AnyRequest,
    subscription_id: FromPath[UUID],
    jour: FromQuery[str] = "",
    fait: FromQuery[str] = "",
) -> Template:
    """A subscription; `jour` opens the form that changes one date, with what it would lead to."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        notices = (DONE[fait],) if fait in DONE else ()
        try:
            chosen = civil_day(jour) if jour else None
        except ValueError:
            chosen = None
        return await _page(desk, subscription_id, chosen=chosen, notices=notices)


async def _page(
    desk: Desk,
    subscription_id: UUID,
    *,
    chosen: date | None = None,
    notices: tuple[Notice, ...] = (),
    errors: dict[str, str] | None = None,
) -> Template:
    known = await get_subscription(desk.uow, desk.actor, subscription_id)
    person = await get_person(desk.uow, desk.actor, known.person_id)
    book = await book_of(desk.uow, desk.actor, desk.today, desk.today + timedelta(days=14))
    kitchen = book.kitchens[known.kitchen_id]
    state, tone = state_of(known, book.stays, desk.today)
    stay = next(
        (one for one in book.stays if one.person_id == known.person_id and one.suspends(desk.today)), None
    )
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "tabs": tabs_of(desk, SUBSCRIPTIONS_PATH),
        "subscription": known,
        "who": full_name(person),
        "person_href": f"/personnes/{person.id}",
        "address": f"{SUBSCRIPTIONS_PATH}/{known.id}",
        "state": state,
        "tone": tone,
        "facts": facts_of(known, kitchen),
        "weeks": calendar_of(book, known, desk.today, desk.uow.now),
        "pauses": suspension_rows(known, desk.today),
        "reasons": list(REASONS.items()),
        "may_write": desk.actor.may(MEAL_WRITE),
        "errors": errors or {},
        "today": desk.today,
        "is_away": stay is not None,
        "next_meal": next_meal_on(book, known, desk.today, desk.uow.now),
        "chosen": chosen,
    }
    if chosen is not None:
        reach = await reach_of(desk.uow, desk.actor, known.id, chosen)
        context["reach"] = reach_words(
            reach.path, is_sent=reach.is_sent, now=desk.uow.now, phone=kitchen.phone
        )
        context["count"] = wanted_on(known, chosen, book.stays)[0]
        context["usual"] = known.meals[chosen.weekday()]
        context["is_changed"] = any(change.consumed_on == chosen for change in known.changes)
    return Template("meals/subscription.html", context=context, status_code=422 if errors else 200)


@post(f"{ADDRESS}/jour")
async def submit_date(request: AnyRequest, subscription_id: FromPath[UUID]) -> Response[Any]:
    """Another number of meals for one date, or the usual one again."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        on = form.day("jour")
        try:
            usual = form.text("choix", required=False) == "habituel"
            count = None if usual else form.whole("nombre")
            version = form.whole("version")
            form.check()
            command = ChangeMeals(
                subscription_id=subscription_id, version=version, consumed_on=on, count=count
            )
            reach = await change_meals(desk.uow, desk.actor, command)
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            names = {"count": "nombre", "consumed_on": "nombre"}
            return await _page(desk, subscription_id, chosen=on, errors=_errors(error, names))
    done = "tard" if reach.is_sent else "jour"
    return Redirect(f"{SUBSCRIPTIONS_PATH}/{subscription_id}?fait={done}", status_code=303)


@post(f"{ADDRESS}/suspendre")
async def submit_pause(request: AnyRequest, subscription_id: FromPath[UUID]) -> Response[Any]:
    """No meals from a date on."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        try:
            command = SuspendMeals(
                subscription_id=subscription_id,
                version=form.whole("version"),
                starts_on=form.day("debut"),
                resumes_on=optional_day(form, "reprise"),
                reason=cast("SuspensionReason", form.text("motif")),
            )
            form.check()
            await suspend_meals(desk.uow, desk.actor, command)
            late = await _is_too_late(desk, subscription_id, command.starts_on)
        except (Invalid, Conflict) as error:
            await desk.uow.undo()
            names = {"starts_on": "debut", "resumes_on": "reprise", "reason": "motif"}
            return await _page(desk, subscription_id, errors=_errors(error, names))
    return Redirect(
        f"{SUBSCRIPTIONS_PATH}/{subscription_id}?fait={'suspendu_tard' if late else 'suspendu'}",
        status_code=303,
    )


@post(f"{ADDRESS}/reprendre")
async def submit_resumption(request: AnyRequest, subscription_id: FromPath[UUID]) -> Response[Any]:
    """Meals again from a date on."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, PERSON_READ) as desk:
        try:
            command = ResumeMeals(
                subscription_id=subscription_id,
                suspension_id=identifier(form.text("suspension")),
                version=form.whole("version"),
                on=form.day("le"),
            )
            form.check()
            await resume_meals(desk.uow, desk.actor, command)
            late = await _is_too_late(desk, subscription_id, command.on)
        except (Invalid, Conflict, NotFound) as error:
            await desk.uow.undo()
            return await _page(desk, subscription_id, errors=_errors(error, {"on": "le"}))
    return Redirect(
        f"{SUBSCRIPTIONS_PATH}/{subscription_id}?fait={'repris_tard' if late else 'repris'}", status_code=303
    )


async def _is_too_late(desk: Desk, subscription_id: UUID, first: date) -> bool:
    """Whether the order of one of the first meals concerned has left already."""
    known = await get_subscription(desk.uow, desk.actor, subscription_id)
    for shift in range(LATE_LOOK_DAYS):
        on = first + timedelta(days=shift)
        if known.meals[on.weekday()] and (await reach_of(desk.uow, desk.actor, subscription_id, on)).is_sent:
            return True
    return False


def _errors(error: Invalid | Conflict | NotFound, names: dict[str, str]) -> dict[str, str]:
    if isinstance(error, Invalid):
        return {names.get(name, name): sentence for name, sentence in field_errors(error).items()}
    return {"": error_sentence(error)}


ROUTES = (show_subscription, submit_date, submit_pause, submit_resumption)
