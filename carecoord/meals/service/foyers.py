"""
Use cases of foyers: places where meals are eaten together, and who eats there each day.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import get_person
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import MEAL_PLAN, MEAL_READ, MEAL_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.meals.commands import AddAttendance, AddFoyer, MarkAttendance
from carecoord.meals.domain import Attendance, Foyer
from carecoord.meals.rules import attendance_defects, foyer_defects
from carecoord.meals.service.kitchens import get_kitchen
from carecoord.meals.service.sending import send_due
from carecoord.meals.service_calendar import cooks_on
from carecoord.meals.store import orders


async def list_foyers(uow: UnitOfWork, actor: Actor) -> list[Foyer]:
    """
    Foyers by name.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await orders.foyers(uow.session)


async def get_foyer(uow: UnitOfWork, actor: Actor, foyer_id: UUID) -> Foyer:
    """
    One foyer.

    Raises:
        Refused: the actor lacks `meal:read`.
        NotFound: no such foyer in this organisation.
    """
    for foyer in await list_foyers(uow, actor):
        if foyer.id == foyer_id:
            return foyer
    raise NotFound("foyer_unknown", "no such foyer")


async def add_foyer(uow: UnitOfWork, actor: Actor, command: AddFoyer) -> Foyer:
    """
    Record a foyer.

    Raises:
        Refused: the actor lacks `meal:plan`.
        NotFound: no such kitchen in this organisation.
        Invalid: every defect of it.
        Conflict: its name is taken.
    """
    actor.require(MEAL_PLAN)
    await get_kitchen(uow, actor, command.kitchen_id)
    if defects := foyer_defects(command):
        raise Invalid(defects)
    foyer = Foyer(
        id=new_id(),
        kitchen_id=command.kitchen_id,
        name=command.name.strip(),
        seats=command.seats,
        version=1,
    )
    await orders.add_foyer(uow.session, actor.organisation_id, foyer)
    record(uow, Tag.FOYER_ADDED, foyer.id)
    return foyer


async def attendance_on(uow: UnitOfWork, actor: Actor, on_date: date) -> list[Attendance]:
    """
    Who eats at the foyers on a day.

    Raises:
        Refused: the actor lacks `meal:read`.
    """
    actor.require(MEAL_READ)
    return await orders.attendance(uow.session, on_date, on_date)


async def add_attendance(uow: UnitOfWork, actor: Actor, command: AddAttendance) -> Attendance:
    """
    Put a person, or guests, on the list of a day: counted by the kitchen, delivered nowhere.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such foyer or person in this organisation.
        Invalid: what the kitchen does not cook, a day on which it rests.
        Conflict: no seat is left, or the person is on the list already.
    """
    actor.require(MEAL_WRITE)
    foyer = await get_foyer(uow, actor, command.foyer_id)
    kitchen = await get_kitchen(uow, actor, foyer.kitchen_id)
    if command.person_id is not None:
        await get_person(uow, actor, command.person_id)
    defects = attendance_defects(command, kitchen)
    if not cooks_on(kitchen, command.on_date):
        why = "the kitchen does not cook that day"
        defects.append(Defect(code="kitchen_closed", where="on_date", why=why))
    if defects:
        raise Invalid(defects)
    known = [
        line
        for line in await orders.attendance(uow.session, command.on_date, command.on_date)
        if line.foyer_id == foyer.id
    ]
    if command.person_id is not None and any(line.person_id == command.person_id for line in known):
        raise Conflict("attendance_known", "the person is on the list already")
    left = foyer.seats - sum(line.count for line in known)
    if command.count > left:
        raise Conflict("foyer_full", f"{left} seats are left", left=left)
    await send_due(uow, actor)
    line = Attendance(
        id=new_id(),
        foyer_id=foyer.id,
        kitchen_id=foyer.kitchen_id,
        on_date=command.on_date,
        person_id=command.person_id,
        count=command.count,
        diet=command.diet,
        texture=command.texture,
        allergies=sorted(set(command.allergies)),
    )
    await orders.add_attendance(uow.session, actor.organisation_id, line)
    await uow.flush()
    facts = {"on": command.on_date.isoformat(), "count": command.count}
    record(uow, Tag.FOYER_LIST_CHANGED, foyer.id, facts)
    return line


async def mark_attendance(uow: UnitOfWork, actor: Actor, command: MarkAttendance) -> int:
    """
    Say who came, or did not; the meal was cooked all the same.

    Returns:
        How many lines that was.

    Raises:
        Refused: the actor lacks `meal:write`.
    """
    actor.require(MEAL_WRITE)
    return await orders.set_attendance(uow.session, command.ids, command.state)


async def drop_attendance(uow: UnitOfWork, actor: Actor, line_id: UUID) -> None:
    """
    Take a line off the list.

    Raises:
        Refused: the actor lacks `meal:write`.
        NotFound: no such line in this organisation.
    """
    actor.require(MEAL_WRITE)
    await send_due(uow, actor)
    if not await orders.drop_attendance(uow.session, line_id):
        raise NotFound("attendance_unknown", "no such line")
    record(uow, Tag.FOYER_LIST_CHANGED, line_id)
