"""
Published visits as time that is promised, and what other services have promised.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from carecoord.bookings.domain import Booking
from carecoord.bookings.service import bookings_between, replace_bookings, set_bookings
from carecoord.careplans.service import visits_between, visits_by_id
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_instant
from carecoord.rosters.boards import shown_by_day
from carecoord.rosters.domain import Roster, RosterStop, days_of
from carecoord.rosters.elsewhere import Elsewhere, elsewhere_of
from carecoord.rosters.store import rosters as store


async def elsewhere_in(uow: UnitOfWork, first: date, day_count: int) -> Elsewhere:
    """
    Rides and meals promised in a period, for a plan: whoever may read it need not see them one by one.
    """
    if uow.actor is None:
        return Elsewhere()
    found = await bookings_between(
        uow,
        system_actor(uow.actor.organisation_id),
        local_instant(first, 0),
        local_instant(first + timedelta(days=day_count), 0),
        kinds=("ride", "meal"),
    )
    return elsewhere_of(found)


async def book_roster(uow: UnitOfWork, actor: Actor, roster: Roster) -> None:
    """
    Let the promised time of people follow published rounds; a draft promises nothing.

    Raises:
        Conflict: `person_taken`: a visit would lie over a ride.
    """
    if roster.state == "published":
        await book_visits(uow, actor, roster.first_day, roster.last_day)


async def book_visits(uow: UnitOfWork, actor: Actor, first: date, last: date) -> None:
    """
    Make the promised visits of some days those of the published rounds; cancelled ones promise nothing.

    Raises:
        Conflict: `person_taken`: a visit would lie over a ride.
    """
    days = days_of(first, (last - first).days + 1)
    published = await store.overlapping(uow.session, first, last, ("published",))
    shown = shown_by_day(days, published)
    stops = await store.stops_of(uow.session, [(roster.id, day) for day, roster in shown.items()])
    program = system_actor(actor.organisation_id)
    visits = await visits_by_id(uow, program, {stop.visit_id for stop in stops})
    bookings = {
        stop.visit_id: _booking(stop, visits[stop.visit_id].person_id)
        for stop in stops
        if stop.visit_id in visits and visits[stop.visit_id].status != "cancelled"
    }
    span = (local_instant(first, 0), local_instant(last + timedelta(days=1), 0))
    await replace_bookings(uow, program, "visit", span, list(bookings.values()))


async def book_person(uow: UnitOfWork, actor: Actor, person_id: UUID, first: date, last: date) -> None:
    """
    Make the promised visits of one person those of the published rounds, as `book_visits` does for all.

    Raises:
        Conflict: `person_taken`: a visit would lie over a ride.
    """
    program = system_actor(actor.organisation_id)
    mine = await visits_between(uow, program, first, last, person_id=person_id, with_cancelled=True)
    planned = {visit.id for visit in mine if visit.status != "cancelled"}
    published = await store.overlapping(uow.session, first, last, ("published",))
    shown = shown_by_day(days_of(first, (last - first).days + 1), published)
    stops = await store.stops_of(uow.session, [(roster.id, day) for day, roster in shown.items()])
    bookings = {stop.visit_id: _booking(stop, person_id) for stop in stops if stop.visit_id in planned}
    await set_bookings(uow, program, "visit", [visit.id for visit in mine], list(bookings.values()))


def _booking(stop: RosterStop, person_id: UUID) -> Booking:
    return Booking(
        kind="visit",
        source_id=stop.visit_id,
        person_id=person_id,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
    )
