"""
Vehicles, and collective shuttles: one run, several riders.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.beneficiaries.service import people_by_id
from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import PERSON_READ, RIDE_PLAN, RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rides.drivers import RideVehicle, SaveVehicle
from carecoord.rides.plan_domain import SaveShuttle
from carecoord.rides.service.drivers import all_vehicles, all_volunteers, save_vehicle
from carecoord.rides.service.records import list_places
from carecoord.rides.service.shuttles import cancel_shuttle, join_shuttle, may_join, save_shuttle, shuttles_of
from carecoord.web.filters import counted, hour_of_minutes
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.views.names import person_short
from carecoord.web.wording import error_sentence, field_errors

VEHICLES = "/transport/vehicules"
SHUTTLES = "/transport/navettes"
AHEAD = timedelta(days=21)
VEHICLE_FIELDS = {
    "id": "", "version": "", "nom": "", "places": "4", "fauteuils": "0", "places_fauteuil": "",
    "puissance": "", "latitude": "", "longitude": "",
}  # fmt: skip
VEHICLE_NAMES = {"label": "nom", "seatings": "places", "fiscal_power": "puissance", "latitude": "latitude"}
SHUTTLE_FIELDS = {
    "jour": "", "nom": "", "lieu": "", "benevole": "", "vehicule": "", "depart": "09:00", "arrivee": "10:00",
    "retour": "11:30", "fin": "12:45",
}  # fmt: skip
SHUTTLE_NAMES = {
    "label": "nom", "destination": "lieu", "volunteer_id": "benevole", "vehicle_id": "vehicule",
    "leaves_s": "depart",
}  # fmt: skip


@get(VEHICLES)
async def show_vehicles(
    request: AnyRequest, modifier: FromQuery[str] = "", fait: FromQuery[str] = ""
) -> Template:
    """Vehicles, and the form of one."""
    async with open_desk(request, RIDE_READ) as desk:
        values = dict(VEHICLE_FIELDS)
        for item in await all_vehicles(desk.uow, desk.actor):
            if str(item.id) == modifier:
                values = _vehicle_values(item)
        return await _vehicle_page(desk, values, {}, done=fait)


@post(VEHICLES)
async def submit_vehicle(request: AnyRequest) -> Response[Any]:
    """Add or change a vehicle."""
    form = await read_form(request)
    async with open_desk(request, RIDE_PLAN) as desk:
        try:
            await save_vehicle(desk.uow, desk.actor, _vehicle(form))
        except Invalid as error:
            await desk.uow.undo()
            errors = {VEHICLE_NAMES.get(name, name): text for name, text in field_errors(error).items()}
            return await _vehicle_page(desk, form.shown(**VEHICLE_FIELDS), errors)
        except Conflict as error:
            await desk.uow.undo()
            return await _vehicle_page(desk, form.shown(**VEHICLE_FIELDS), {"": error_sentence(error)})
    return Redirect(f"{VEHICLES}?fait=oui", status_code=303)


async def _vehicle_page(
    desk: Desk, values: dict[str, str], errors: dict[str, str], *, done: str = ""
) -> Template:
    rows = [
        {
            "label": item.label,
            "seats": " ou ".join(
                counted(seats, "place") + (f" et {counted(chairs, 'fauteuil')}" if chairs else "")
                for seats, chairs in item.seatings
            ),
            "owner": "de l’association" if item.of_association else "d’un bénévole",
            "power": f"{item.fiscal_power} CV" if item.fiscal_power else "—",
            "href": f"{VEHICLES}?modifier={item.id}#fiche",
        }
        for item in await all_vehicles(desk.uow, desk.actor)
    ]
    context = {
        "layout": layout_of(
            desk.signed_in, HOME_PATH, (Notice(text="C’est enregistré."),) if done == "oui" else ()
        ),
        "path": VEHICLES,
        "rows": rows,
        "values": values,
        "errors": errors,
        "may_plan": desk.actor.may(RIDE_PLAN),
    }
    return Template("rides/vehicles.html", context=context, status_code=422 if errors else 200)


def _vehicle_values(item: RideVehicle) -> dict[str, str]:
    plain = item.seatings[0]
    with_chair = next((pair for pair in item.seatings if pair[1]), None)
    return {
        "id": str(item.id),
        "version": str(item.version),
        "nom": item.label,
        "places": str(plain[0]),
        "fauteuils": str(with_chair[1]) if with_chair else "0",
        "places_fauteuil": str(with_chair[0]) if with_chair else "",
        "puissance": str(item.fiscal_power or ""),
        "latitude": str(item.latitude) if item.of_association else "",
        "longitude": str(item.longitude) if item.of_association else "",
    }


def _vehicle(form: Form) -> SaveVehicle:
    label, seats, chairs = form.text("nom"), form.whole("places"), form.whole("fauteuils")
    beside = form.whole("places_fauteuil") if chairs else 0
    power = form.whole("puissance") if form.text("puissance", required=False) else None
    known = form.text("id", required=False)
    stands = bool(form.text("latitude", required=False))
    latitude = _degrees(form, "latitude") if stands else None
    longitude = _degrees(form, "longitude") if stands else None
    version = form.whole("version") if known else None
    form.check()
    return SaveVehicle(
        id=identifier(known) if known else None,
        version=version,
        label=label,
        seatings=[(seats, 0), *([(beside, chairs)] if chairs else [])],
        of_association=stands,
        latitude=latitude,
        longitude=longitude,
        fiscal_power=power,
        electric=bool(form.text("electrique", required=False)),
    )


def _degrees(form: Form, name: str) -> float:
    text = form.text(name).replace(",", ".")
    if re.fullmatch(r"-?\d{1,3}(\.\d+)?", text):
        return float(text)
    if text:
        form.refuse(name, "number_malformed")
    return 0.0


@get(SHUTTLES)
async def show_shuttles(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """The shuttles of the coming weeks with their riders, and the form of a new one."""
    async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
        values = {**SHUTTLE_FIELDS, "jour": (desk.today + timedelta(days=1)).isoformat()}
        return await _shuttle_page(desk, values, {}, done=fait)


@post(SHUTTLES)
async def submit_shuttle(request: AnyRequest) -> Response[Any]:
    """Add a shuttle."""
    form = await read_form(request)
    async with open_desk(request, RIDE_PLAN, PERSON_READ) as desk:
        try:
            await save_shuttle(desk.uow, desk.actor, await _shuttle(desk, form))
        except Invalid as error:
            await desk.uow.undo()
            errors = {SHUTTLE_NAMES.get(name, name): text for name, text in field_errors(error).items()}
            return await _shuttle_page(desk, form.shown(**SHUTTLE_FIELDS), errors)
        except Conflict as error:
            await desk.uow.undo()
            return await _shuttle_page(desk, form.shown(**SHUTTLE_FIELDS), {"": error_sentence(error)})
    return Redirect(f"{SHUTTLES}?fait=oui", status_code=303)


@post(f"{SHUTTLES}/{{shuttle_id:uuid}}/voyageurs")
async def submit_rider(request: AnyRequest, shuttle_id: FromPath[UUID]) -> Response[Any]:
    """Let somebody who goes there anyway share a shuttle."""
    form = await read_form(request)
    wanted = identifier(form.text("demande"))
    try:
        async with open_desk(request, RIDE_WRITE) as desk:
            await join_shuttle(desk.uow, desk.actor, shuttle_id, wanted, desk.settings)
    except Conflict as error:
        async with open_desk(request, RIDE_READ, PERSON_READ) as desk:
            values = {**SHUTTLE_FIELDS, "jour": desk.today.isoformat()}
            return await _shuttle_page(desk, values, {"": error_sentence(error)})
    return Redirect(f"{SHUTTLES}?fait=oui", status_code=303)


@post(f"{SHUTTLES}/{{shuttle_id:uuid}}/annuler")
async def submit_cancellation(request: AnyRequest, shuttle_id: FromPath[UUID]) -> Redirect:
    """A shuttle does not run."""
    async with open_desk(request, RIDE_PLAN) as desk:
        await cancel_shuttle(desk.uow, desk.actor, shuttle_id)
    return Redirect(f"{SHUTTLES}?fait=annulee", status_code=303)


async def _shuttle_page(
    desk: Desk, values: dict[str, str], errors: dict[str, str], *, done: str = ""
) -> Template:
    found = await shuttles_of(desk.uow, desk.actor, desk.today, desk.today + AHEAD)
    joining = {item.shuttle.id: await may_join(desk.uow, desk.actor, item.shuttle) for item in found}
    everybody = [leg for item in found for leg in (*item.legs, *joining[item.shuttle.id])]
    people = await people_by_id(desk.uow, desk.actor, {leg.person_id for leg in everybody})
    volunteers = await all_volunteers(desk.uow, desk.actor)
    drivers = {item.id: item.name for item in volunteers}
    vehicles = await all_vehicles(desk.uow, desk.actor)
    cars = {item.id: item.label for item in vehicles}
    places = await list_places(desk.uow, desk.actor)
    texts = {"oui": "C’est enregistré.", "annulee": "La navette est annulée : rappelez ses voyageurs."}
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, (Notice(text=texts[done]),) if done in texts else ()),
        "tabs": tabs_of(desk, SHUTTLES),
        "path": SHUTTLES,
        "shuttles": [
            {
                "id": str(item.shuttle.id),
                "label": item.shuttle.label,
                "on": item.shuttle.on,
                "destination": item.shuttle.destination,
                "driver": drivers.get(item.shuttle.volunteer_id, ""),
                "vehicle": cars.get(item.shuttle.vehicle_id, ""),
                "hours": f"arrivée avant {_clock(item.shuttle.arrives_s)}, "
                f"retour à partir de {_clock(item.shuttle.back_s)}",
                "riders": sorted({person_short(people.get(leg.person_id)) for leg in item.legs}),
                "seats": f"{item.riders} / {item.seats}",
                "joining": sorted(
                    {
                        (str(leg.request_id), person_short(people.get(leg.person_id)))
                        for leg in joining[item.shuttle.id]
                    },
                    key=lambda pair: pair[1],
                ),
            }
            for item in found
        ],
        "places": [("", "Choisissez"), *((str(item.id), item.label) for item in places)],
        "volunteers": [("", "Choisissez"), *((str(item.id), item.name) for item in volunteers)],
        "vehicles": [("", "Choisissez"), *((str(item.id), item.label) for item in vehicles)],
        "values": values,
        "errors": errors,
        "may_plan": desk.actor.may(RIDE_PLAN),
        "may_write": desk.actor.may(RIDE_WRITE),
    }
    return Template("rides/shuttles.html", context=context, status_code=422 if errors else 200)


async def _shuttle(desk: Desk, form: Form) -> SaveShuttle:
    on, label = form.day("jour"), form.text("nom")
    place, driver, vehicle = form.text("lieu"), form.text("benevole"), form.text("vehicule")
    hours = [_second(form, name) for name in ("depart", "arrivee", "retour", "fin")]
    known = {str(item.id): item for item in await list_places(desk.uow, desk.actor)}
    if place and place not in known:
        form.refuse("lieu", "value_unknown")
    form.check()
    there = known[place]
    return SaveShuttle(
        on=on,
        label=label,
        destination=there.label,
        insee=there.insee,
        latitude=there.latitude,
        longitude=there.longitude,
        volunteer_id=identifier(driver),
        vehicle_id=identifier(vehicle),
        leaves_s=hours[0],
        arrives_s=hours[1],
        back_s=hours[2],
        ends_s=hours[3],
    )


def _second(form: Form, name: str) -> int:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", form.text(name))
    if found is None:
        form.refuse(name, "hour_malformed")
        return 0
    return int(found[1]) * 3600 + int(found[2]) * 60


def _clock(second: int) -> str:
    return hour_of_minutes(second // 60)


ROUTES = (show_vehicles, submit_vehicle, show_shuttles, submit_shuttle, submit_rider, submit_cancellation)
