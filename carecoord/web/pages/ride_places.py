"""
Destinations many people go to: list, add, change; addresses that deserve a name.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.identity.permissions import RIDE_READ, RIDE_WRITE
from carecoord.kernel.errors import Conflict, Defect, DomainError, Invalid
from carecoord.rides.records import Place, SavePlace
from carecoord.rides.service.records import get_place, list_places, save_place
from carecoord.rides.service.requests import frequent_addresses
from carecoord.territory.service import communes_by_code, communes_of_postcode
from carecoord.travel.locate import locate
from carecoord.web.forms import Form, read_form
from carecoord.web.layout import Notice, layout_of
from carecoord.web.pages.ride_tabs import HOME_PATH, tabs_of
from carecoord.web.rides_words import PURPOSES
from carecoord.web.wording import error_sentence, field_errors

PATH = "/transport/destinations"
FIELDS = {
    "nom": "",
    "motif": "care",
    "adresse": "",
    "cp": "",
    "commune": "",
    "pole": "",
    "source": "",
    "version": "",
    "actif": "oui",
}
NAMES = {
    "label": "nom",
    "purpose": "motif",
    "address": "adresse",
    "insee": "cp",
    "hub_source": "source",
}
SAVED = (Notice(text="La destination est enregistrée."),)


@get(PATH)
async def show_places(request: AnyRequest, fait: FromQuery[str] = "") -> Template:
    """All of them, and those asked for often that have no name yet."""
    async with open_desk(request, RIDE_READ) as desk:
        return await _page(desk, done=bool(fait))


@get(f"{PATH}/{{place_id:uuid}}")
async def show_place(request: AnyRequest, place_id: FromPath[UUID]) -> Template:
    """One, to be changed."""
    async with open_desk(request, RIDE_WRITE) as desk:
        return await _page(desk, place=await get_place(desk.uow, desk.actor, place_id))


@post(PATH)
async def submit_place(request: AnyRequest) -> Response[Any]:
    """Add one."""
    return await _save(request, None)


@post(f"{PATH}/{{place_id:uuid}}")
async def submit_change(request: AnyRequest, place_id: FromPath[UUID]) -> Response[Any]:
    """Change one."""
    return await _save(request, place_id)


async def _save(request: AnyRequest, place_id: UUID | None) -> Response[Any]:
    form = await read_form(request)
    try:
        async with open_desk(request, RIDE_WRITE) as desk:
            await save_place(desk.uow, desk.actor, await _command(desk, form, place_id))
    except (Conflict, Invalid) as error:
        async with open_desk(request, RIDE_WRITE) as desk:
            place = await get_place(desk.uow, desk.actor, place_id) if place_id is not None else None
            return await _page(desk, place=place, form=form, error=error)
    return Redirect(f"{PATH}?fait=1", status_code=303)


async def _command(desk: Desk, form: Form, place_id: UUID | None) -> SavePlace:
    """
    What the form says; a place that is not moved keeps its point.

    Raises:
        Invalid: the postcode has no commune, or a field is missing.
    """
    known = await get_place(desk.uow, desk.actor, place_id) if place_id is not None else None
    address, postcode = form.text("adresse", required=False), form.text("cp", required=False)
    label, purpose = form.text("nom"), form.text("motif")
    version = form.whole("version") if place_id is not None else None
    form.check()
    command = SavePlace(
        id=place_id,
        version=version,
        label=label,
        purpose=purpose,
        address=address,
        insee=known.insee if known is not None else "",
        latitude=known.latitude if known is not None else 0.0,
        longitude=known.longitude if known is not None else 0.0,
        quality=known.quality if known is not None else "commune",
        is_hub=bool(form.text("pole", required=False)),
        hub_source=form.text("source", required=False),
        is_active=place_id is None or bool(form.text("actif", required=False)),
    )
    if known is not None and not postcode:
        return command
    found = [item for item in await communes_of_postcode(desk.uow, postcode) if item.centre]
    commune = next((item for item in found if item.code == form.text("commune", required=False)), None)
    commune = commune or (found[0] if found else None)
    if commune is None or commune.centre is None:
        raise Invalid([Defect(code="postcode_malformed", where="insee", why="names no commune")])
    point, quality = await locate(
        desk.settings, address, insee=commune.code, postcode=postcode, centre=commune.centre
    )
    return msgspec.structs.replace(
        command, insee=commune.code, latitude=point.lat, longitude=point.lon, quality=quality.value
    )


async def _page(
    desk: Desk,
    *,
    place: Place | None = None,
    done: bool = False,
    form: Form | None = None,
    error: DomainError | None = None,
) -> Template:
    places = await list_places(desk.uow, desk.actor, with_inactive=True)
    often = await frequent_addresses(desk.uow, desk.actor)
    codes = {item.insee for item in places} | {spot.insee for spot, _ in often}
    communes = await communes_by_code(desk.uow, codes)
    shown = form.shown(**FIELDS) if form is not None else _values(place)
    found = await communes_of_postcode(desk.uow, shown["cp"]) if shown["cp"] else []
    errors: dict[str, str] = {}
    if isinstance(error, Invalid):
        errors = {NAMES.get(name, name): text for name, text in field_errors(error).items()}
    elif error is not None:
        errors = {"": error_sentence(error)}

    def where(code: str) -> str:
        return communes[code].name if code in communes else code

    context = {
        "layout": layout_of(desk.signed_in, HOME_PATH, SAVED if done else ()),
        "tabs": tabs_of(desk, PATH),
        "path": PATH,
        "may_change": desk.actor.may(RIDE_WRITE),
        "places": [(item, where(item.insee), PURPOSES.get(item.purpose, "")) for item in places],
        "often": [(spot.label, spot.address or where(spot.insee), count) for spot, count in often],
        "place": place,
        "place_commune": where(place.insee) if place is not None else "",
        "communes": [(item.code, item.name) for item in found],
        "purposes": list(PURPOSES.items()),
        "values": shown,
        "errors": errors,
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    return Template("rides/places.html", context=context, status_code=status)


def _values(place: Place | None) -> dict[str, str]:
    if place is None:
        return dict(FIELDS)
    return {
        **FIELDS,
        "nom": place.label,
        "motif": place.purpose,
        "adresse": place.address,
        "pole": "oui" if place.is_hub else "",
        "source": place.hub_source,
        "version": str(place.version),
        "actif": "oui" if place.is_active else "",
    }


ROUTES = (show_places, show_place, submit_place, submit_change)
