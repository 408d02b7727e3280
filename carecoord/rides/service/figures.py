"""
Use cases of figures: share of requests satisfied, yearly return to the prefect.
"""

from __future__ import annotations

from datetime import date, timedelta

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import RIDE_READ
from carecoord.identity.service import get_organisation
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Defect, Invalid
from carecoord.rides.drivers import RideVehicle
from carecoord.rides.figures import Fleet, Organiser, PrefectReturn, Share, prefect_return, share_of
from carecoord.rides.service.drivers import all_vehicles
from carecoord.rides.store import days as day_store
from carecoord.rides.store import figures as store
from carecoord.rides.store import records as record_store

DAYS_MAX = 366
FIRST_YEAR = 2020
"""The order of 17 October 2019 asks for whole years from then on."""


async def satisfied_share(uow: UnitOfWork, actor: Actor, first: date, last: date) -> Share:
    """
    Share of the requests for rides of a period that were satisfied.

    Raises:
        Refused: the actor lacks `ride:read`.
        Invalid: the end is before the start, or more than a year.
    """
    actor.require(RIDE_READ)
    if last < first or last - first >= timedelta(days=DAYS_MAX):
        raise Invalid([Defect(code="dates_order", where="au", why="is before the start, or too far from it")])
    asked = await store.asked_between(uow.session, first, last)
    return share_of(asked, first, last, local_date(uow.now))


async def return_of_year(uow: UnitOfWork, actor: Actor, year: int, *, kept: bool = False) -> PrefectReturn:
    """
    What the association tells the prefect of a calendar year, from its stored rides until today.

    Args:
        kept: it is made as a file, which is recorded.

    Raises:
        Refused: the actor lacks `ride:read`.
        Invalid: a year before 2020, or one that has not begun.
    """
    actor.require(RIDE_READ)
    today = local_date(uow.now)
    if not FIRST_YEAR <= year <= today.year:
        raise Invalid([Defect(code="value_unknown", where="annee", why="has no rides that could be told")])
    first, last = date(year, 1, 1), min(date(year, 12, 31), today)
    made = await store.made_between(uow.session, first, last)
    tours = await day_store.tours(uow.session, first, last)
    driven = [tour for tour in tours if tour.trips]
    used = {tour.vehicle_id for tour in driven}
    vehicles = [item for item in await all_vehicles(uow, actor) if item.id in used]
    organisation = await get_organisation(uow, actor)
    terms = await record_store.terms(uow.session)
    if kept:
        record(uow, Tag.RIDE_RETURN_MADE, None, {"year": year, "trips": len(made)})
    return prefect_return(
        year,
        made,
        Fleet(
            own_seats=[_seats(item) for item in vehicles if item.of_association],
            lent_seats=[_seats(item) for item in vehicles if not item.of_association],
        ),
        {tour.volunteer_id for tour in driven},
        Organiser(
            name=organisation.name,
            siret=organisation.siret or "",
            is_association=organisation.legal_form == "association",
            cents_per_km=terms.cents_per_km,
            facts=terms.facts,
        ),
    )


def _seats(vehicle: RideVehicle) -> int:
    """Seats of a vehicle, the driver's included, in its fullest arrangement."""
    return 1 + max((seats + wheelchairs for seats, wheelchairs in vehicle.seatings), default=0)
