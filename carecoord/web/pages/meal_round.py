"""
One round of meals on a driver's phone: doors, temperatures; its sheet on paper and as PDF.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.documents.pdf import render
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import MEAL_READ, MEAL_WRITE, PERSON_READ
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.meals.rounds_domain import DeliveryRound, TakeTemperature, TellStop
from carecoord.meals.service.doors import take_temperature, tell_stop
from carecoord.meals.service.due import deliveries_due
from carecoord.meals.service.fleet import list_drivers, list_vehicles
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.meals.service.papers import note_paper
from carecoord.meals.service.rounds import get_round, readings
from carecoord.web.filters import counted, day_long, moment
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.views.meal_rounds import ROUND_PATH, ROUNDS_PATH, meals_words, round_view
from carecoord.web.wording import error_sentence, field_errors

BROUGHT_BACK = ("absent", "refused")
NOTE = (
    "Froid : conforme jusqu’à +3 °C, à refuser au-dessus de +5 °C. Chaud : conforme à partir de +63 °C. "
    "Un repas rapporté est détruit. Personne absente : prévenir aussitôt."
)


@get(f"{ROUND_PATH}/{{round_id:uuid}}")
async def show_meal_round(request: AnyRequest, round_id: FromPath[UUID]) -> Template:
    """The round, door after door."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        return await _page(desk, round_id, {})


@post(f"{ROUND_PATH}/{{round_id:uuid}}/arret/{{stop_id:uuid}}")
async def submit_stop_outcome(
    request: AnyRequest, round_id: FromPath[UUID], stop_id: FromPath[UUID]
) -> Response[Any]:
    """What happened at a door, in one tap. Meals of somebody absent or who refuses are destroyed."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, MEAL_READ, PERSON_READ) as desk:
        item = await get_round(desk.uow, desk.actor, round_id)
        outcome = form.text("issue")
        total = next((s.cold + s.hot for s in item.stops if s.id == stop_id), 0)
        command = TellStop(
            stop_id=stop_id,
            outcome="" if outcome == "rien" else outcome,  # type: ignore[arg-type] # judged by the service
            destroyed=total if outcome in BROUGHT_BACK else 0,
        )
        try:
            form.check()
            await tell_stop(desk.uow, desk.actor, command)
        except (Conflict, Invalid) as error:
            await desk.uow.undo()
            return await _page(desk, round_id, {"": error_sentence(error)})
        following = await get_round(desk.uow, desk.actor, round_id)
        target = next((s.id for s in following.stops if not s.state and s.change != "cancelled"), stop_id)
    return Redirect(f"{ROUND_PATH}/{round_id}#arret-{target}", status_code=303)


@post(f"{ROUND_PATH}/{{round_id:uuid}}/temperature")
async def submit_temperature(request: AnyRequest, round_id: FromPath[UUID]) -> Response[Any]:
    """A temperature at loading or at a door."""
    form = await read_form(request)
    async with open_desk(request, MEAL_WRITE, MEAL_READ, PERSON_READ) as desk:
        stop = form.text("arret", required=False)
        try:
            value, trip = decidegrees(form, "degres"), form.whole("depart")
            form.check()
            await take_temperature(
                desk.uow,
                desk.actor,
                TakeTemperature(
                    round_id=round_id,
                    trip=trip,
                    stop_id=identifier(stop) if stop else None,
                    chain="hot" if form.text("chaine") == "hot" else "cold",
                    decidegrees=value,
                ),
            )
        except Invalid as error:
            await desk.uow.undo()
            return await _page(desk, round_id, {"": _first(field_errors(error))})
        except Conflict as error:
            await desk.uow.undo()
            return await _page(desk, round_id, {"": error_sentence(error)})
    anchor = f"#arret-{stop}" if stop else ""
    return Redirect(f"{ROUND_PATH}/{round_id}{anchor}", status_code=303)


def _first(errors: dict[str, str]) -> str:
    return next(iter(errors.values()), "Cette température n’est pas lisible.")


def decidegrees(form: Form, name: str) -> int:
    """A temperature as typed, `2,9` or `-18`, in tenths of a degree; 0 beside a defect."""
    text = form.text(name).replace("−", "-").replace(",", ".").replace("°C", "").strip()
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d)?", text):
        return round(float(text) * 10)
    if text:
        form.refuse(name, "temperature_malformed")
    return 0


@get(f"{ROUND_PATH}/{{round_id:uuid}}/feuille")
async def show_round_sheet(request: AnyRequest, round_id: FromPath[UUID]) -> Template:
    """The round on paper."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        context = await _context(desk, round_id)
    return Template("meals/round_sheet.html", context=context)


@post(f"{ROUND_PATH}/{{round_id:uuid}}/feuille.pdf", status_code=200)
async def download_round_sheet(request: AnyRequest, round_id: FromPath[UUID]) -> Response[bytes]:
    """The same as a tagged PDF; that it was made is recorded."""
    async with open_desk(request, MEAL_READ, PERSON_READ) as desk:
        context = await _context(desk, round_id)
        note_paper(desk.uow, desk.actor, "round", context["day"], subject_id=round_id)
        now, organisation = desk.uow.now, desk.signed_in.organisation.name
    sheet = RoundSheet(
        title=f"{context['driver']}, {day_long(context['day'])}",
        organisation=organisation,
        made=moment(now),
        vehicle=f"{context['vehicle']}. {counted(context['round']['stops'], 'arrêt')}.",
        note=NOTE,
        trips=[_sheet_trip(trip) for trip in context["round"]["trips"]],
    )
    content = await asyncio.to_thread(render, "meal_round", sheet, at=now)
    name = f"feuille-de-route-{context['day'].isoformat()}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": f'inline; filename="{name}"'},
    )


class SheetTrip(msgspec.Struct, frozen=True, kw_only=True):
    """One load on paper: title, a line of hours, rows of texts."""

    title: str
    line: str
    rows: list[list[str]]


class RoundSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A round on paper, worded."""

    title: str
    organisation: str
    made: str
    vehicle: str
    note: str
    trips: list[SheetTrip]


def _sheet_trip(trip: dict[str, Any]) -> SheetTrip:
    hours = f"Chargement à {trip['loads']}, départ à {trip['leaves']}, retour à {trip['back']}."
    rows = [
        [stop["hour"], stop["who"], stop["address"], "NE PAS LIVRER", "", ""]
        if stop["is_cancelled"]
        else [
            stop["hour"],
            "\n".join(part for part in (stop["who"], stop["phone_words"]) if part),
            "\n".join(part for part in (stop["address"], stop["access"], stop["note"]) if part),
            "\n".join(stop["meals"]) or stop["count"],
            "",
            stop["outcome"] if stop["state"] else "",
        ]
        for stop in trip["stops"]
    ]
    return SheetTrip(
        title=f"{trip['label']}, {trip['kitchen']}",
        line=f"{hours} {meals_words(trip['cold'], trip['hot'])}. Température au chargement : ______ °C",
        rows=rows,
    )


async def _context(desk: Desk, round_id: UUID) -> dict[str, Any]:
    item = await get_round(desk.uow, desk.actor, round_id)
    people = await people_by_id(desk.uow, desk.actor, {stop.person_id for stop in item.stops})
    due = {d.id: d for d in await deliveries_due(desk.uow, desk.actor, item.deliver_on)}
    taken = await readings(desk.uow, desk.actor, [item.id])
    kitchens = {kitchen.id: kitchen.name for kitchen in await list_kitchens(desk.uow, desk.actor)}
    names = await _names(desk, item)
    return {
        "layout": layout_of(desk.signed_in, "/repas"),
        "back_href": f"{ROUNDS_PATH}?jour={item.deliver_on.isoformat()}",
        "day": item.deliver_on,
        "driver": names[0],
        "vehicle": names[1],
        "round": round_view(item, people, due, taken, kitchens),
        "may_write": desk.actor.may(MEAL_WRITE),
    }


async def _names(desk: Desk, item: DeliveryRound) -> tuple[str, str]:
    drivers = {d.id: d.name for d in await list_drivers(desk.uow, desk.actor)}
    vehicles = {v.id: v.name for v in await list_vehicles(desk.uow, desk.actor)}
    return drivers.get(item.driver_id, "—"), vehicles.get(item.vehicle_id, "—")


async def _page(desk: Desk, round_id: UUID, errors: dict[str, str]) -> Template:
    context = {**await _context(desk, round_id), "errors": errors}
    return Template("meals/round.html", context=context, status_code=422 if errors else 200)


ROUTES = (
    show_meal_round,
    submit_stop_outcome,
    submit_temperature,
    show_round_sheet,
    download_round_sheet,
)
