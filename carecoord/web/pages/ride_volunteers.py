"""
Volunteers and vehicles: who drives, when, how far, with whom; absences.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import RIDE_PLAN, RIDE_READ, RIDE_WRITE
from carecoord.kernel.clock import PARIS, local_instant
from carecoord.kernel.errors import Conflict, Invalid
from carecoord.rides.drivers import DAY_KM, DAY_MINUTES, RideVehicle, SaveVolunteer, VolunteerDriver
from carecoord.rides.plan_domain import DriverTour
from carecoord.rides.service.boards import tours_between
from carecoord.rides.service.drivers import (
    absences_between,
    all_vehicles,
    all_volunteers,
    declare_away,
    get_volunteer,
    save_volunteer,
    withdraw_away,
)
from carecoord.territory.service import communes_by_code
from carecoord.web.filters import counted, day, duration, km
from carecoord.web.forms import Form, identifier, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.wording import error_sentence, field_errors
from carecoord.web.words import availability_words
from carecoord.workforce.domain import Availability

PATH = "/transport/benevoles"
DAYS = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
FIELDS = {
    "prenom": "", "nom": "", "telephone": "", "insee": "", "latitude": "", "longitude": "",
    "vehicule": "",
    "heures": f"{DAY_MINUTES // 60}:{DAY_MINUTES % 60:02d}", "km": str(DAY_KM), "secteurs": "", "version": "",
    **{f"{name}{number}": "" for number in range(7) for name in ("matin", "soir")},
}  # fmt: skip
NAMES = {
    "first_name": "prenom", "last_name": "nom", "phone": "telephone", "insee": "insee",
    "latitude": "latitude", "vehicle_id": "vehicule", "day_minutes_max": "heures", "day_km_max": "km",
    "areas": "secteurs",
    "availabilities": "matin0",
}  # fmt: skip
SAVED = {"oui": "C’est enregistré.", "absence": "L’absence est enregistrée : réparez les jours concernés."}
AHEAD = timedelta(days=120)


@get(PATH)
async def show_volunteers(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """Volunteers by name, with what they drove this month."""
    async with open_desk(request, RIDE_READ) as desk:
        volunteers = await all_volunteers(desk.uow, desk.actor)
        vehicles = {item.id: item for item in await all_vehicles(desk.uow, desk.actor)}
        first, last = month_of(desk.today)
        tours = await tours_between(desk.uow, desk.actor, first, last)
        start = local_instant(desk.today, 0)
        away = await absences_between(desk.uow, desk.actor, start, start + AHEAD)
        communes = await communes_by_code(desk.uow, {item.insee for item in volunteers})
        context = {
            "layout": layout_of(desk.signed_in, HOME_PATH, _notices(fait)),
            "tabs": tabs_of(desk, PATH),
            "path": PATH,
            "may_plan": desk.actor.may(RIDE_PLAN),
            "has_vehicles": bool(vehicles),
            "rows": [
                {
                    "name": f"{item.last_name} {item.first_name}",
                    "href": f"{PATH}/{item.id}",
                    "where": communes[item.insee].name if item.insee in communes else item.insee,
                    "phone": item.phone,
                    "hours": availability_words(item.availabilities),
                    "limits": f"{duration(item.day_minutes_max * 60)}, {item.day_km_max} km par jour",
                    "vehicle": _vehicle_words(vehicles.get(item.vehicle_id)),
                    "month": _month_words([tour for tour in tours if tour.volunteer_id == item.id]),
                    "is_away": any(
                        a.volunteer_id == item.id and a.starts_at <= desk.uow.now < a.ends_at for a in away
                    ),
                }
                for item in volunteers
            ],
        }
    return Template("rides/volunteers.html", context=context)


@get(f"{PATH}/nouveau")
async def show_new(request: AnyRequest) -> Template:
    """The form of a new volunteer."""
    async with open_desk(request, RIDE_PLAN) as desk:
        return await _form(desk, None, FIELDS, {})


@get(f"{PATH}/{{volunteer_id:uuid}}")
async def show_volunteer(
    request: AnyRequest, volunteer_id: FromPath[UUID], fait: FromQuery[str] = ""
) -> Template:
    """One volunteer: hours, limits, areas, absences, and what was driven month by month."""
    async with open_desk(request, RIDE_READ) as desk:
        volunteer = await get_volunteer(desk.uow, desk.actor, volunteer_id)
        return await _form(desk, volunteer, _shown(volunteer), {}, notices=_notices(fait))


@post(PATH)
async def submit_volunteer(request: AnyRequest) -> Response[Any]:
    """Add or change a volunteer."""
    form = await read_form(request)
    known = form.text("id", required=False)
    volunteer_id = identifier(known) if known else None
    async with open_desk(request, RIDE_PLAN) as desk:
        volunteer = None
        try:
            if volunteer_id is not None:
                volunteer = await get_volunteer(desk.uow, desk.actor, volunteer_id)
            saved = await save_volunteer(desk.uow, desk.actor, await _command(desk, form, volunteer_id))
        except Invalid as error:
            await desk.uow.undo()
            errors = {NAMES.get(name.split("[")[0], name): text for name, text in field_errors(error).items()}
            return await _form(desk, volunteer, form.shown(**FIELDS), errors)
        except Conflict as error:
            await desk.uow.undo()
            return await _form(desk, volunteer, form.shown(**FIELDS), {"": error_sentence(error)})
    return Redirect(f"{PATH}/{saved}?fait=oui", status_code=303)


@post(f"{PATH}/{{volunteer_id:uuid}}/absences")
async def submit_absence(request: AnyRequest, volunteer_id: FromPath[UUID]) -> Redirect:
    """Note that a volunteer is away on some days."""
    form = await read_form(request)
    first, last = form.day("du"), form.day("au")
    form.check()
    async with open_desk(request, RIDE_WRITE) as desk:
        await declare_away(
            desk.uow, desk.actor, volunteer_id, local_instant(first, 0), local_instant(last, 24 * 60)
        )
    return Redirect(f"{PATH}/{volunteer_id}?fait=absence", status_code=303)


@post(f"{PATH}/absences/retirer")
async def submit_back(request: AnyRequest) -> Redirect:
    """Take an absence back."""
    form = await read_form(request)
    async with open_desk(request, RIDE_WRITE) as desk:
        volunteer_id = await withdraw_away(desk.uow, desk.actor, identifier(form.text("absence")))
    return Redirect(f"{PATH}/{volunteer_id}?fait=oui", status_code=303)


async def _form(
    desk: Desk,
    volunteer: VolunteerDriver | None,
    values: dict[str, str],
    errors: dict[str, str],
    *,
    notices: tuple[Notice, ...] = (),
) -> Template:
    vehicles = await all_vehicles(desk.uow, desk.actor)
    months: list[dict[str, str]] = []
    absences: list[dict[str, Any]] = []
    if volunteer is not None:
        months = await _months(desk, volunteer.id)
        start = local_instant(desk.today, 0)
        found = await absences_between(desk.uow, desk.actor, start, start + AHEAD, volunteer.id)
        absences = [
            {
                "id": str(item.id),
                "text": f"du {day(item.starts_at.astimezone(PARIS))} au "
                f"{day((item.ends_at - timedelta(seconds=1)).astimezone(PARIS))}",
            }
            for item in found
        ]
    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, notices),
        "path": PATH,
        "volunteer": volunteer,
        "values": values,
        "errors": errors,
        "days": [(str(number), name) for number, name in enumerate(DAYS)],
        "vehicles": [("", "Choisissez"), *((str(item.id), _vehicle_words(item)) for item in vehicles)],
        "months": months,
        "absences": absences,
        "today": desk.today,
        "may_plan": desk.actor.may(RIDE_PLAN),
        "may_write": desk.actor.may(RIDE_WRITE),
    }
    return Template("rides/volunteer.html", context=context, status_code=422 if errors else 200)


async def _months(desk: Desk, volunteer_id: UUID) -> list[dict[str, str]]:
    """This month and the two before."""
    found, anchor = [], desk.today
    for _ in range(3):
        first, last = month_of(anchor)
        tours = await tours_between(desk.uow, desk.actor, first, last, volunteer_id)
        found.append({"month": f"{first:%Y-%m}", "name": month_words(first), "text": _month_words(tours)})
        anchor = first - timedelta(days=1)
    return found


def month_of(on: date) -> tuple[date, date]:
    """First and last day of a month."""
    return on.replace(day=1), on.replace(day=monthrange(on.year, on.month)[1])


MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip


def month_words(on: date) -> str:
    """`novembre 2026`."""
    return f"{MONTHS[on.month - 1]} {on.year}"


def _month_words(tours: Sequence[DriverTour]) -> str:
    if not tours:
        return "—"
    given = sum(tour.back_s - tour.departs_s for tour in tours)
    return f"{km(sum(tour.distance_m for tour in tours))}, {duration(given)}"


def _vehicle_words(vehicle: RideVehicle | None) -> str:
    if vehicle is None:
        return "—"
    seats = max(seats for seats, _ in vehicle.seatings)
    chairs = max(chairs for _, chairs in vehicle.seatings)
    return f"{vehicle.label}, {counted(seats, 'place')}" + (
        f", {counted(chairs, 'fauteuil')}" if chairs else ""
    )


def _notices(done: str) -> tuple[Notice, ...]:
    return (Notice(text=SAVED[done]),) if done in SAVED else ()


def _shown(volunteer: VolunteerDriver) -> dict[str, str]:
    """The fields of the form; each weekday has one stretch in the morning field and one after."""
    values = {
        **FIELDS,
        "prenom": volunteer.first_name,
        "nom": volunteer.last_name,
        "telephone": volunteer.phone or "",
        "insee": volunteer.insee,
        "latitude": str(volunteer.latitude),
        "longitude": str(volunteer.longitude),
        "vehicule": str(volunteer.vehicle_id),
        "heures": f"{volunteer.day_minutes_max // 60}:{volunteer.day_minutes_max % 60:02d}",
        "km": str(volunteer.day_km_max),
        "secteurs": " ".join(volunteer.areas),
        "version": str(volunteer.version),
    }
    for number in range(7):
        stretches = [item for item in volunteer.availabilities if item.weekday == number]
        for name, item in zip(("matin", "soir"), stretches, strict=False):
            values[f"{name}{number}"] = f"{_clock(item.start_minute)}-{_clock(item.end_minute)}"
    return values


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


async def _home(desk: Desk, form: Form, insee: str) -> tuple[float, float]:
    """The point typed, or the middle of the commune when none was."""
    if form.text("latitude", required=False) or form.text("longitude", required=False):
        return _degrees(form, "latitude"), _degrees(form, "longitude")
    commune = (await communes_by_code(desk.uow, {insee})).get(insee)
    if commune is None or commune.centre is None:
        form.refuse("insee", "insee_unknown")
        return 0.0, 0.0
    return commune.centre.lat, commune.centre.lon


async def _command(desk: Desk, form: Form, volunteer_id: UUID | None) -> SaveVolunteer:
    hours: list[Availability] = []
    for number in range(7):
        for name in ("matin", "soir"):
            stretch = _stretch(form, f"{name}{number}")
            if stretch is not None:
                hours.append(Availability(weekday=number, start_minute=stretch[0], end_minute=stretch[1]))
    first, last = form.text("prenom"), form.text("nom")
    insee, vehicle = form.text("insee"), form.text("vehicule")
    latitude, longitude = await _home(desk, form, insee)
    minutes, distance = _minutes(form, "heures"), form.whole("km")
    version = form.whole("version") if volunteer_id is not None else None
    form.check()
    return SaveVolunteer(
        id=volunteer_id,
        version=version,
        first_name=first,
        last_name=last,
        phone=form.text("telephone", required=False) or None,
        insee=insee,
        latitude=latitude,
        longitude=longitude,
        day_minutes_max=minutes,
        day_km_max=distance,
        areas=form.text("secteurs", required=False).replace(",", " ").split(),
        vehicle_id=identifier(vehicle),
        active=not form.text("parti", required=False),
        availabilities=hours,
    )


def _degrees(form: Form, name: str) -> float:
    text = form.text(name).replace(",", ".")
    if re.fullmatch(r"-?\d{1,3}(\.\d+)?", text):
        return float(text)
    if text:
        form.refuse(name, "number_malformed")
    return 0.0


def _minutes(form: Form, name: str) -> int:
    found = re.fullmatch(r"(\d{1,2})(?:[:h](\d{0,2}))?", form.text(name).replace(" ", ""))
    if found is None:
        form.refuse(name, "hour_malformed")
        return 0
    return int(found[1]) * 60 + int(found[2] or 0)


def _stretch(form: Form, name: str) -> tuple[int, int] | None:
    """`8:30-12:00`, `8h30 - 12h`; nothing for an empty field."""
    text = form.text(name, required=False).lower().replace(" ", "").replace("h", ":").replace("–", "-")
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,2}):?(\d{0,2})-(\d{1,2}):?(\d{0,2})", text)
    if found is None:
        form.refuse(name, "hour_malformed")
        return None
    start = int(found[1]) * 60 + int(found[2] or 0)
    return start, int(found[3]) * 60 + int(found[4] or 0)


ROUTES = (show_volunteers, show_new, show_volunteer, submit_volunteer, submit_absence, submit_back)
