"""
Ends of a ride as a form names them: home, a known destination, the one of last time, or an address.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from carecoord.edge.access import Desk
from carecoord.kernel.errors import NotFound
from carecoord.rides.domain import Spot
from carecoord.rides.records import Place
from carecoord.rides.service.requests import get_request
from carecoord.territory.service import communes_of_postcode
from carecoord.travel.locate import locate
from carecoord.web.forms import identifier
from carecoord.web.pages.ride_form import RideForm
from carecoord.web.rides_words import OTHER


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """
    Both ends of a ride.

    Args:
        destination: None while none was named.
        origin: None for the person's home.
        communes: that a typed postcode may mean, as code and name.
        last: label of the destination taken over from an earlier request; empty without.
    """

    destination: Spot | None
    origin: Spot | None
    communes: list[tuple[str, str]] = []
    last: str = ""


async def ends_of(desk: Desk, form: RideForm, places: list[Place]) -> Ends:
    """
    Both ends that a form names.

    Raises:
        NotFound: an identifier that names nothing here.
    """
    origin = await _named(desk, form.values["depart"], places, "origin")
    if form.values["lieu"] == OTHER:
        destination, communes = await _typed(desk, form)
        return Ends(destination=destination, origin=origin, communes=communes)
    destination = await _named(desk, form.values["lieu"], places, "destination")
    is_last = form.values["lieu"].startswith("r:") and destination is not None
    return Ends(
        destination=destination,
        origin=origin,
        last=destination.label if is_last and destination is not None else "",
    )


def spot_of(place: Place) -> Spot:
    """A known destination as an end of a ride."""
    return Spot(
        label=place.label,
        address=place.address,
        insee=place.insee,
        latitude=place.latitude,
        longitude=place.longitude,
        place_id=place.id,
        quality=place.quality,
        is_hub=place.is_hub,
    )


async def _named(desk: Desk, text: str, places: list[Place], end: str) -> Spot | None:
    if not text:
        return None
    if text.startswith("r:"):
        earlier = await get_request(desk.uow, desk.actor, identifier(text[2:]))
        return earlier.origin if end == "origin" else earlier.destination
    wanted: UUID = identifier(text)
    found = next((place for place in places if place.id == wanted), None)
    if found is None:
        raise NotFound("ride_place_unknown", "no such destination")
    return spot_of(found)


async def _typed(desk: Desk, form: RideForm) -> tuple[Spot | None, list[tuple[str, str]]]:
    found = [item for item in await communes_of_postcode(desk.uow, form.values["cp"]) if item.centre]
    if not found:
        return None, []
    commune = next((item for item in found if item.code == form.values["commune"]), found[0])
    names = [(item.code, item.name) for item in found]
    if commune.centre is None:
        return None, names
    point, quality = await locate(
        desk.settings,
        form.values["adresse"],
        insee=commune.code,
        postcode=form.values["cp"],
        centre=commune.centre,
    )
    spot = Spot(
        label=form.values["intitule"] or form.values["adresse"] or commune.name,
        address=", ".join(text for text in (form.values["adresse"], commune.name) if text),
        insee=commune.code,
        latitude=point.lat,
        longitude=point.lon,
        quality=quality.value,
    )
    return spot, names
