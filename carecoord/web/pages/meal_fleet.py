"""
Vehicles and drivers of meal rounds: what they hold, when they drive.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import AIDE_READ, MEAL_PLAN, MEAL_READ
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.meals.domain import Kitchen
from carecoord.meals.rounds_domain import DriverFields, DriverHours, MealDriver, MealVehicle, VehicleFields
from carecoord.meals.service.fleet import list_drivers, list_vehicles, save_driver, save_vehicle
from carecoord.meals.service.kitchens import list_kitchens
from carecoord.web.filters import hour_of_minutes
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import layout_of
from carecoord.web.pages.meal_tabs import tabs_of
from carecoord.web.wording import error_sentence, field_errors
from carecoord.workforce.service import all_aides

PATH = "/repas/vehicules"
DRIVER_PATH = "/repas/chauffeurs"
WEEKDAYS = [
    ("0", "lundi"), ("1", "mardi"), ("2", "mercredi"), ("3", "jeudi"), ("4", "vendredi"), ("5", "samedi"),
    ("6", "dimanche"),
]  # fmt: skip
NAMES = {
    "name": "nom", "cold": "froid", "hot": "chaud", "loading_minutes": "chargement", "last_name": "nom",
    "hours": "debut", "trips_max": "departs", "planned_minutes": "heures",
}  # fmt: skip


@get(PATH)
async def show_fleet(request: AnyRequest) -> Template:
    """Vehicles and drivers, with forms to add one."""
    async with open_desk(request, MEAL_READ) as desk:
        vehicles = await list_vehicles(desk.uow, desk.actor)
        drivers = await list_drivers(desk.uow, desk.actor)
        names = {item.id: item.name for item in vehicles}
        context = {
            "layout": layout_of(desk.signed_in, "/repas"),
            "tabs": tabs_of(desk, PATH),
            "may_plan": desk.actor.may(MEAL_PLAN),
            "vehicles": [
                {
                    "href": f"{PATH}/{item.id}",
                    "name": item.name,
                    "cold": item.cold,
                    "hot": item.hot,
                    "loading": item.loading_minutes,
                    "keeps": _keeps(item),
                    "active": item.active,
                }
                for item in vehicles
            ],
            "drivers": [
                {
                    "href": f"{DRIVER_PATH}/{item.id}",
                    "name": item.name,
                    "volunteer": item.volunteer,
                    "hours": hours_words(item),
                    "vehicles": ", ".join(names[v] for v in item.vehicle_ids if v in names) or "—",
                    "active": item.active,
                }
                for item in drivers
            ],
        }
    return Template("meals/fleet.html", context=context)


def _keeps(item: MealVehicle) -> str:
    kept = [word for word, has in (("froid", item.keeps_cold), ("chaud", item.keeps_hot)) if has]
    return ", ".join(kept) or "isotherme"


def hours_words(item: MealDriver) -> str:
    """`lundi, mardi : 8 h 00 à 13 h 30`."""
    if not item.hours:
        return "—"
    days = ", ".join(dict(WEEKDAYS)[str(h.weekday)] for h in sorted(item.hours))
    first = item.hours[0]
    return f"{days} : {hour_of_minutes(first.start_minute)} à {hour_of_minutes(first.end_minute)}"


@get(f"{PATH}/nouveau")
async def show_new_vehicle(request: AnyRequest) -> Template:
    """The form of a new vehicle."""
    return await _show_vehicle(request, None)


@get(f"{PATH}/{{vehicle_id:uuid}}")
async def show_vehicle(request: AnyRequest, vehicle_id: FromPath[UUID]) -> Template:
    """One vehicle."""
    return await _show_vehicle(request, vehicle_id)


async def _show_vehicle(request: AnyRequest, vehicle_id: UUID | None) -> Template:
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        item = _found(await list_vehicles(desk.uow, desk.actor), vehicle_id)
        return _vehicle_page(desk, item, {}, {})


@post(f"{PATH}/nouveau")
async def submit_new_vehicle(request: AnyRequest) -> Response[Any]:
    """Add a vehicle."""
    return await _keep_vehicle(request, None)


@post(f"{PATH}/{{vehicle_id:uuid}}")
async def submit_vehicle(request: AnyRequest, vehicle_id: FromPath[UUID]) -> Response[Any]:
    """Change a vehicle."""
    return await _keep_vehicle(request, vehicle_id)


async def _keep_vehicle(request: AnyRequest, vehicle_id: UUID | None) -> Response[Any]:
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        item = _found(await list_vehicles(desk.uow, desk.actor), vehicle_id)
        try:
            fields = VehicleFields(
                name=form.text("nom"),
                cold=form.whole("froid"),
                hot=form.whole("chaud"),
                loading_minutes=form.whole("chargement"),
                keeps_cold=bool(form.text("garde_froid", required=False)),
                keeps_hot=bool(form.text("garde_chaud", required=False)),
                active=bool(form.text("actif", required=False)),
            )
            form.check()
            known = None if item is None else (item.id, form.whole("version"))
            await save_vehicle(desk.uow, desk.actor, fields, known)
        except Invalid as error:
            await desk.uow.undo()
            return _vehicle_page(desk, item, _typed(form), _named(error))
        except Conflict as error:
            await desk.uow.undo()
            return _vehicle_page(desk, item, _typed(form), {"": error_sentence(error)})
    return Redirect(PATH, status_code=303)


def _typed(form: Form) -> dict[str, str]:
    return {name: value for name, value in form.values.items() if isinstance(value, str)}


def _named(error: Invalid) -> dict[str, str]:
    return {NAMES.get(name, name): text for name, text in field_errors(error).items()}


def _found(items: list[Any], wanted: UUID | None) -> Any:
    if wanted is None:
        return None
    found = next((item for item in items if item.id == wanted), None)
    if found is None:
        raise NotFound("fleet_missing", f"no {wanted}")
    return found


def _vehicle_page(
    desk: Desk, item: MealVehicle | None, typed: dict[str, str], errors: dict[str, str]
) -> Template:
    values = {
        "nom": item.name if item else "",
        "froid": str(item.cold if item else 30),
        "chaud": str(item.hot if item else 0),
        "chargement": str(item.loading_minutes if item else 10),
        "garde_froid": item.keeps_cold if item else False,
        "garde_chaud": item.keeps_hot if item else False,
        "actif": item.active if item else True,
        "version": str(item.version if item else 0),
        **typed,
    }
    context = {
        "layout": layout_of(desk.signed_in, "/repas"),
        "back_href": PATH,
        "href": f"{PATH}/{item.id}" if item else f"{PATH}/nouveau",
        "title": item.name if item else "Nouveau véhicule",
        "values": values,
        "errors": errors,
    }
    return Template("meals/vehicle.html", context=context, status_code=422 if errors else 200)


@get(f"{DRIVER_PATH}/nouveau")
async def show_new_driver(request: AnyRequest) -> Template:
    """The form of a new driver."""
    return await _show_driver(request, None)


@get(f"{DRIVER_PATH}/{{driver_id:uuid}}")
async def show_driver(request: AnyRequest, driver_id: FromPath[UUID]) -> Template:
    """One driver."""
    return await _show_driver(request, driver_id)


async def _show_driver(request: AnyRequest, driver_id: UUID | None) -> Template:
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        item = _found(await list_drivers(desk.uow, desk.actor), driver_id)
        return await _driver_page(desk, item, {}, {})


@post(f"{DRIVER_PATH}/nouveau")
async def submit_new_driver(request: AnyRequest) -> Response[Any]:
    """Add a driver."""
    return await _keep_driver(request, None)


@post(f"{DRIVER_PATH}/{{driver_id:uuid}}")
async def submit_driver(request: AnyRequest, driver_id: FromPath[UUID]) -> Response[Any]:
    """Change a driver."""
    return await _keep_driver(request, driver_id)


async def _keep_driver(request: AnyRequest, driver_id: UUID | None) -> Response[Any]:
    sent = await request.form()
    form = await read_form(request)
    async with open_desk(request, MEAL_PLAN, MEAL_READ) as desk:
        item = _found(await list_drivers(desk.uow, desk.actor), driver_id)
        kitchens = await list_kitchens(desk.uow, desk.actor)
        try:
            fields = _driver_fields(form, sent, item, kitchens)
            form.check()
            known = None if item is None else (item.id, form.whole("version"))
            await save_driver(desk.uow, desk.actor, fields, known)
        except Invalid as error:
            await desk.uow.undo()
            return await _driver_page(desk, item, _typed(form), _named(error))
        except Conflict as error:
            await desk.uow.undo()
            return await _driver_page(desk, item, _typed(form), {"": error_sentence(error)})
    return Redirect(PATH, status_code=303)


def _driver_fields(form: Form, sent: Any, item: MealDriver | None, kitchens: list[Kitchen]) -> DriverFields:
    start, end = _minute(form, "debut"), _minute(form, "fin")
    base = next((k for k in kitchens if str(k.id) == form.text("base", required=item is None)), None)
    aide = form.text("aide", required=False)
    return DriverFields(
        first_name=form.text("prenom", required=False),
        last_name=form.text("nom"),
        phone=item.phone if item is not None else None,
        aide_id=identifier(aide) if aide else None,
        volunteer=bool(form.text("benevole", required=False)),
        hours=[
            DriverHours(weekday=int(str(day)), start_minute=start, end_minute=end)
            for day in sent.getall("jours", [])
            if str(day) in dict(WEEKDAYS)
        ],
        vehicle_ids=[identifier(str(value)) for value in sent.getall("vehicules", [])],
        base_latitude=base.latitude if base is not None else (item.base_latitude if item else 0.0),
        base_longitude=base.longitude if base is not None else (item.base_longitude if item else 0.0),
        planned_minutes=_planned(form),
        trips_max=form.whole("departs"),
        away_on=item.away_on if item is not None else [],
        active=bool(form.text("actif", required=False)),
    )


def _planned(form: Form) -> int | None:
    text = form.text("heures", required=False)
    return form.whole("heures") if text else None


def _minute(form: Form, name: str) -> int:
    text = form.text(name)
    hours, _, minutes = text.partition(":")
    if hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60:
        return 60 * int(hours) + int(minutes)
    if text:
        form.refuse(name, "time_malformed")
    return 0


async def _driver_page(
    desk: Desk, item: MealDriver | None, typed: dict[str, str], errors: dict[str, str]
) -> Template:
    kitchens = await list_kitchens(desk.uow, desk.actor)
    vehicles = await list_vehicles(desk.uow, desk.actor)
    aides = await all_aides(desk.uow, desk.actor) if desk.actor.may(AIDE_READ) else []
    first = item.hours[0] if item is not None and item.hours else None
    values = {
        "prenom": item.first_name if item else "",
        "nom": item.last_name if item else "",
        "aide": str(item.aide_id) if item and item.aide_id else "",
        "benevole": item.volunteer if item else False,
        "debut": _clock(first.start_minute if first else 480),
        "fin": _clock(first.end_minute if first else 810),
        "heures": str(item.planned_minutes) if item and item.planned_minutes is not None else "",
        "departs": str(item.trips_max if item else 3),
        "base": "",
        "actif": item.active if item else True,
        "version": str(item.version if item else 0),
        **typed,
    }
    context = {
        "layout": layout_of(desk.signed_in, "/repas"),
        "back_href": PATH,
        "href": f"{DRIVER_PATH}/{item.id}" if item else f"{DRIVER_PATH}/nouveau",
        "title": item.name if item else "Nouveau chauffeur",
        "values": values,
        "errors": errors,
        "weekdays": WEEKDAYS,
        "days": [str(h.weekday) for h in item.hours] if item else ["0", "1", "2", "3", "4"],
        "vehicles": [(str(v.id), v.name) for v in vehicles],
        "chosen": [str(v) for v in item.vehicle_ids] if item else [],
        "bases": [("", "inchangé" if item else "choisir")] + [(str(k.id), k.name) for k in kitchens],
        "aides": [("", "aucune")] + [(str(a.id), f"{a.first_name} {a.last_name}") for a in aides],
    }
    return Template("meals/driver.html", context=context, status_code=422 if errors else 200)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


ROUTES = (
    show_fleet,
    show_new_vehicle,
    submit_new_vehicle,
    show_vehicle,
    submit_vehicle,
    show_new_driver,
    submit_new_driver,
    show_driver,
    submit_driver,
)
