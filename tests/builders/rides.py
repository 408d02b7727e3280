"""
Rides, valid by default: an association, a rural commune that was looked up, a market, a passenger.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from builders.beneficiaries import a_person_command

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.db.uow import UnitOfWork
from carecoord.identity.domain import UpdateOrganisation
from carecoord.identity.service import update_organisation
from carecoord.kernel.actor import Actor
from carecoord.rides.asking import AskRide
from carecoord.rides.domain import Spot
from carecoord.rides.drivers import SaveVehicle, SaveVolunteer
from carecoord.rides.records import Place, RecordZone, SavePlace
from carecoord.rides.service.drivers import save_vehicle, save_volunteer
from carecoord.rides.service.records import record_zone, save_place
from carecoord.workforce.domain import Availability

RURAL = "91414"
"""Monnerville, in the Beauce: 376 people, no urban unit near."""

MARKET_TOWN = "91016"
"""Angerville, recorded in these tests as a small urban unit."""

CITY = "91223"
"""Étampes: 25,000 people, a large unit by its own number."""

TUESDAY = date(2026, 12, 1)


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded."""

    person_id: UUID
    market: Place
    hospital: Place
    station: Place


def rural_person(**given: Any) -> Any:
    """Somebody in a hamlet of the Beauce."""
    return a_person_command(
        **{
            "reference": "R-001",
            "last_name": "Chevallier",
            "first_name": "Denise",
            "address": "3 chemin du Lavoir",
            "postcode": "91930",
            "insee": RURAL,
            "latitude": 48.349,
            "longitude": 2.036,
            "phone": "+33164950112",
            **given,
        }
    )


def a_place(label: str = "Marché d’Angerville", **given: Any) -> SavePlace:
    """The market, five kilometres away."""
    return SavePlace(
        **{
            "label": label,
            "purpose": "market",
            "address": "Place du Marché",
            "insee": MARKET_TOWN,
            "latitude": 48.315,
            "longitude": 1.998,
            **given,
        }
    )


async def ride_service(uow: UnitOfWork, actor: Actor) -> Service:
    """An association and its destinations: a market nearby, a hospital in a city, a station that is a hub."""
    await update_organisation(uow, actor, UpdateOrganisation(legal_form="association"))
    await upsert_people(uow, actor, [rural_person()])
    person_id = (await person_ids(uow, actor, ["R-001"]))["R-001"]
    for code in (RURAL, MARKET_TOWN):
        await record_zone(
            uow, actor, RecordZone(insee=code, is_small=True, source="liste du ministère, novembre 2026")
        )
    market = await save_place(uow, actor, a_place())
    city = {"insee": CITY, "latitude": 48.434, "longitude": 2.162}
    hospital = await save_place(
        uow,
        actor,
        a_place("Hôpital d’Étampes", purpose="care", address="26 avenue Charles-de-Gaulle", **city),
    )
    station = await save_place(
        uow,
        actor,
        a_place(
            "Gare d’Étampes", purpose="station", is_hub=True, hub_source="délibération du 3 mars", **city
        ),
    )
    return Service(person_id=person_id, market=market, hospital=hospital, station=station)


async def a_driver(uow: UnitOfWork, actor: Actor, **given: Any) -> UUID:
    """Paul Renaud of Angerville with his own car, every day from 8 h to 18 h."""
    vehicle_id = await save_vehicle(uow, actor, SaveVehicle(label="Sa voiture", seatings=[(3, 0)]))
    driver = {
        "last_name": "Renaud",
        "first_name": "Paul",
        "phone": "+33612345678",
        "insee": MARKET_TOWN,
        "latitude": 48.312,
        "longitude": 2.001,
        "vehicle_id": vehicle_id,
        "availabilities": [Availability(weekday=day, start_minute=480, end_minute=1080) for day in range(7)],
    }
    return await save_volunteer(uow, actor, SaveVolunteer(**{**driver, **given}))


def to(place: Place) -> Spot:
    """A known destination as an end of a ride."""
    return Spot(
        label=place.label,
        address=place.address,
        insee=place.insee,
        latitude=place.latitude,
        longitude=place.longitude,
        place_id=place.id,
    )


def an_ask(service: Service, **given: Any) -> AskRide:
    """To the market on a Tuesday for 10 h, the driver waits until 11 h."""
    return AskRide(
        **{
            "person_id": service.person_id,
            "on": TUESDAY,
            "destination": to(service.market),
            "purpose": "market",
            "arrive_minute": 600,
            "back": "wait",
            "back_minute": 660,
            **given,
        }
    )
