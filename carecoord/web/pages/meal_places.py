"""
A new subscriber on the telephone: the three cheapest places on the rounds of a day.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from carecoord.beneficiaries.domain import Person
from carecoord.beneficiaries.service import people_by_id, person_ids
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Invalid
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.meals.service.round_places import AskPlaces, RoundPlace, ask_places
from carecoord.web.filters import counted, duration, euros, km
from carecoord.web.forms import Form
from carecoord.web.layout import layout_of
from carecoord.web.pages.rounds import day_of
from carecoord.web.views.meal_addresses import SUBSCRIPTIONS_PATH
from carecoord.web.views.meal_rounds import ROUNDS_PATH, full_name
from carecoord.web.wording import field_errors
from carecoord.web.wording_meal_rounds import clock_of

PATH = "/repas/places"
CHAIN_CHOICES = [("cold", "froids"), ("hot", "chauds")]


@get(PATH)
async def show_meal_places(
    request: AnyRequest,
    *,
    personne: FromQuery[str] = "",
    jour: FromQuery[str] = "",
    de: FromQuery[str] = "09:00",
    a: FromQuery[str] = "12:30",
    repas: FromQuery[str] = "1",
    chaine: FromQuery[str] = "cold",
    cuisine: FromQuery[str] = "",
) -> Template:
    """The form, and the places once a person is named by their number."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        kitchens = await list_kitchens(desk.uow, desk.actor)
        typed = {
            "personne": personne, "jour": jour or day_of("", desk.today + timedelta(days=1)).isoformat(),
            "de": de, "a": a, "repas": repas, "chaine": chaine,
            "cuisine": cuisine or (str(kitchens[0].id) if kitchens else ""),
        }  # fmt: skip
        who, places, errors, subscribe = "", None, dict[str, str](), ""
        if personne and kitchens:
            try:
                person, found = await _asked(desk, Form(typed))
                who, subscribe = full_name(person), f"{SUBSCRIPTIONS_PATH}/nouveau?personne={person.id}"
                places = [_row(item) for item in found]
            except Invalid as error:
                names = {"latest_s": "a", "count": "repas"}
                errors = {names.get(name, name): text for name, text in field_errors(error).items()}
        context = {
            "layout": layout_of(desk.signed_in, "/repas"),
            "back_href": ROUNDS_PATH,
            "values": typed,
            "errors": errors,
            "kitchens": [(str(item.id), item.name) for item in kitchens],
            "chains": CHAIN_CHOICES,
            "who": who,
            "places": places,
            "subscribe_href": subscribe,
            "may_write": desk.actor.may(MEAL_WRITE),
        }
    return Template("meals/places.html", context=context, status_code=422 if errors else 200)


async def _asked(desk: Desk, form: Form) -> tuple[Person, list[RoundPlace]]:
    reference = form.text("personne")
    person_id = (await person_ids(desk.uow, desk.actor, [reference])).get(reference)
    if person_id is None:
        form.refuse("personne", "person_reference_unknown")
    on, count = form.day("jour"), form.whole("repas")
    earliest_s, latest_s = _seconds(form, "de"), _seconds(form, "a")
    form.check()
    people = await people_by_id(desk.uow, desk.actor, {person_id} if person_id else set())
    person = people[person_id or UUID(int=0)]
    question = AskPlaces(
        on=on,
        kitchen_id=UUID(form.text("cuisine")),
        latitude=person.latitude,
        longitude=person.longitude,
        earliest_s=earliest_s,
        latest_s=latest_s,
        count=count,
        chain="hot" if form.text("chaine") == "hot" else "cold",
    )
    return person, await ask_places(desk.uow, desk.actor, question)


def _seconds(form: Form, name: str) -> int:
    hours, _, minutes = form.text(name).partition(":")
    if hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60:
        return 3_600 * int(hours) + 60 * int(minutes)
    form.refuse(name, "time_malformed")
    return 0


def _row(place: RoundPlace) -> dict[str, str]:
    moved = counted(place.shifted, "personne changerait d’heure", "personnes changeraient d’heure")
    return {
        "hour": clock_of(place.start_s),
        "driver": place.driver,
        "price": euros(place.added_cents),
        "road": f"{duration(max(0, place.added_s))}, {km(max(0, place.added_m))}",
        "moved": moved if place.shifted else "personne ne change d’heure",
    }


ROUTES = (show_meal_places,)
