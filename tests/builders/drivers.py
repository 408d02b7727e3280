"""
Volunteers and vehicles, valid by default, in the Beauce like the people of `builders.rides`.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from carecoord.db.uow import UnitOfWork
from carecoord.kernel.actor import Actor
from carecoord.rides.drivers import SaveVehicle, SaveVolunteer
from carecoord.rides.service.drivers import save_vehicle, save_volunteer
from carecoord.workforce.domain import Availability

WEEKDAYS = [Availability(weekday=day, start_minute=8 * 60, end_minute=18 * 60) for day in range(5)]


def a_vehicle(**given: Any) -> SaveVehicle:
    """A car with four seats beside the driver's, of 5 fiscal horsepower."""
    return SaveVehicle(**{"label": "Clio de M. Morel", "seatings": [(4, 0)], "fiscal_power": 5, **given})


def a_volunteer(vehicle_id: UUID, **given: Any) -> SaveVolunteer:
    """A retired man in Angerville who drives on weekdays from 8 h to 18 h."""
    return SaveVolunteer(
        **{
            "last_name": "Morel",
            "first_name": "Jean",
            "phone": "+33612000001",
            "insee": "91016",
            "latitude": 48.312,
            "longitude": 2.0,
            "vehicle_id": vehicle_id,
            "availabilities": WEEKDAYS,
            **given,
        }
    )


async def a_driver(uow: UnitOfWork, actor: Actor, name: str = "Morel", **given: Any) -> UUID:
    """A volunteer with a car of his own, recorded; what is given belongs to either."""
    of_vehicle = {key: given.pop(key) for key in ("seatings", "fiscal_power") if key in given}
    vehicle = await save_vehicle(uow, actor, a_vehicle(label=f"Voiture de M. {name}", **of_vehicle))
    return await save_volunteer(uow, actor, a_volunteer(vehicle, last_name=name, **given))
