"""
Use cases: a stay away from home and the three services. Declared once, it suspends all of them; the return,
once confirmed, resumes them.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from carecoord.beneficiaries import service as people
from carecoord.beneficiaries.domain import ChangeStay, ConfirmReturn, DeclareStay, Stay
from carecoord.bookings.service import bookings_between, set_bookings
from carecoord.careplans.service import settle_person, visits_between
from carecoord.daybook.domain import Freed
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import PERSON_WRITE, system_actor
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date, local_instant
from carecoord.meals.book import handed_on
from carecoord.meals.service.due import book_of
from carecoord.meals.service.round_changes import follow_stay
from carecoord.meals.service.sending import send_due
from carecoord.rides.service.answers import drop_legs
from carecoord.rides.service.requests import requests_between
from carecoord.rosters.service.booked import book_person

LOOK_DAYS = 14
"""How far ahead what a stay frees is counted while its end is not known."""

BOOKED_DAYS = 42
"""How far ahead services promise hours."""

OPEN_LEGS = ("looking", "placed")


async def freed_by(uow: UnitOfWork, actor: Actor, person_id: UUID, first: date, until: date | None) -> Freed:
    """
    What a stay from a day on would free; nothing is changed.

    Args:
        until: last day expected; two weeks are looked at when nobody knows.

    Raises:
        Refused: the actor lacks `person:write`.
        NotFound: no such person in this organisation.
    """
    actor.require(PERSON_WRITE)
    await people.get_person(uow, actor, person_id)
    # Whoever declares a stay sees how much it touches, whatever else she may see.
    program = system_actor(actor.organisation_id)
    start = max(first, local_date(uow.now))
    last = min(until or start + timedelta(days=LOOK_DAYS - 1), start + timedelta(days=BOOKED_DAYS))
    if last < start:
        return Freed(first=start, last=last)
    visits = await visits_between(uow, program, start, last, person_id=person_id)
    due = [visit for visit in visits if visit.status == "planned"]
    requests = await requests_between(uow, program, start, last, person_id=person_id)
    return Freed(
        first=start,
        last=last,
        visits=len(due),
        meals=await _meals(uow, program, person_id, start, last),
        rides=sum(leg.state in OPEN_LEGS for request in requests for leg in request.legs),
        visit_s=sum(60 * visit.duration_minutes * visit.team_size for visit in due),
    )


async def _meals(uow: UnitOfWork, actor: Actor, person_id: UUID, first: date, last: date) -> int:
    """Portions handed over at the person's door between two dates."""
    book = await book_of(uow, actor, first, last)
    mine = {item.id for item in book.subscriptions if item.person_id == person_id}
    if not mine:
        return 0
    days = ((first + timedelta(days=k)) for k in range((last - first).days + 1))
    return sum(
        handed.portion.count for day in days for handed in handed_on(book, day) if handed.source_id in mine
    )


async def _settle_orders(uow: UnitOfWork, actor: Actor) -> None:
    """Orders whose cut-off is past leave first: a stay told later is no reason that they knew of."""
    await send_due(uow, system_actor(actor.organisation_id))


async def declare_stay(uow: UnitOfWork, actor: Actor, command: DeclareStay) -> tuple[Stay, Freed]:
    """
    Record a stay, suspend every service from its first day, and tell what that frees.

    Dated visits are cancelled, promised hours given back, rides taken out of drivers' tours, stops of
    published meal rounds marked as not to be made. What is due otherwise looks at stays by itself.

    Raises:
        Refused, NotFound, Invalid, Conflict: as `beneficiaries.service.declare_stay`.
    """
    freed = await freed_by(uow, actor, command.person_id, command.from_on, command.until_on)
    await _settle_orders(uow, actor)
    stay = await people.declare_stay(uow, actor, command)
    await _follow(uow, actor, stay, stay.from_on)
    return stay, freed


async def change_stay(uow: UnitOfWork, actor: Actor, command: ChangeStay) -> Stay:
    """
    Give a stay other dates; services follow, those before a later first day come back.

    Raises:
        Refused, NotFound, Invalid, Conflict: as `beneficiaries.service.change_stay`.
    """
    before = await people.get_stay(uow, actor, command.stay_id)
    await _settle_orders(uow, actor)
    stay = await people.change_stay(uow, actor, command)
    await _follow(uow, actor, stay, min(before.from_on, stay.from_on))
    return stay


async def confirm_return(uow: UnitOfWork, actor: Actor, command: ConfirmReturn) -> Stay:
    """
    Confirm that the person is home: visits of that day on come back, in the rounds where their place is
    still free; without a day, a confirmation is taken back.

    Raises:
        Refused, NotFound, Invalid, Conflict: as `beneficiaries.service.confirm_return`.
    """
    await _settle_orders(uow, actor)
    stay = await people.confirm_return(uow, actor, command)
    await _follow(uow, actor, stay, stay.from_on)
    return stay


async def _follow(uow: UnitOfWork, actor: Actor, stay: Stay, first: date) -> None:
    """Let visits, promised hours, rides and stops of meal rounds be what stays say."""
    program = system_actor(actor.organisation_id)
    start = max(first, local_date(uow.now))
    last = start + timedelta(days=BOOKED_DAYS)
    await settle_person(uow, program, stay.person_id, start)
    await _leave_rides(uow, program, stay, start, last)
    await follow_stay(uow, program, stay.person_id, start, last)
    await _give_meals_back(uow, program, stay, start, last)
    await book_person(uow, program, stay.person_id, start, last)


async def _leave_rides(uow: UnitOfWork, actor: Actor, stay: Stay, first: date, last: date) -> None:
    requests = await requests_between(uow, actor, first, last, person_id=stay.person_id)
    placed = [
        leg.id
        for request in requests
        for leg in request.legs
        if leg.state == "placed" and stay.suspends(leg.on)
    ]
    if placed:
        await drop_legs(uow, actor, placed)


async def _give_meals_back(uow: UnitOfWork, actor: Actor, stay: Stay, first: date, last: date) -> None:
    """Meals promised on days of the stay hold no hour any more."""
    span = (local_instant(first, 0), local_instant(last + timedelta(days=1), 0))
    promised = await bookings_between(uow, actor, *span, person_ids=[stay.person_id])
    gone = [
        item.source_id
        for item in promised
        if item.kind == "meal" and stay.suspends(local_date(item.starts_at))
    ]
    if gone:
        await set_bookings(uow, actor, "meal", gone, [])
