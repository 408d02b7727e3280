"""
Stays away from home, on a real database.
"""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import UUID

import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.domain import ChangeStay, ConfirmReturn, DeclareStay
from carecoord.beneficiaries.service import (
    change_stay,
    confirm_return,
    declare_stay,
    person_ids,
    stays_of,
    stays_of_person,
    upsert_people,
)
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.wiring import constraints

TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 27)


async def _odette(uow: UnitOfWork, actor: Actor) -> UUID:
    await upsert_people(uow, actor, [a_person_command()])
    return (await person_ids(uow, actor, ["P-001"]))["P-001"]


async def test_stay_is_found_until_its_return_is_confirmed(uow: UnitOfWork, actor: Actor) -> None:
    """A stay suspends December too while nobody confirms; once confirmed, only its own days."""
    person = await _odette(uow, actor)
    stay = await declare_stay(
        uow, actor, DeclareStay(person_id=person, from_on=TUESDAY, until_on=FRIDAY, kind="hospital")
    )

    before = await stays_of(uow, actor, [person], date(2026, 12, 1), date(2026, 12, 7))
    back = await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=FRIDAY))
    after = await stays_of(uow, actor, [person], FRIDAY, date(2026, 12, 7))

    assert before == [stay]
    assert after == []
    assert await stays_of(uow, actor, None, TUESDAY, TUESDAY) == [back]
    assert back.version == 2


async def test_two_people_cannot_change_a_stay_unseen(uow: UnitOfWork, actor: Actor) -> None:
    """A change of a version that is not the stay's own any more is a conflict."""
    person = await _odette(uow, actor)
    stay = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY))
    await change_stay(uow, actor, ChangeStay(stay_id=stay.id, version=1, from_on=TUESDAY, until_on=FRIDAY))

    with pytest.raises(Conflict) as caught:
        await change_stay(uow, actor, ChangeStay(stay_id=stay.id, version=1, from_on=TUESDAY))

    assert caught.value.code == "changed_meanwhile"


async def test_stays_of_a_person_share_no_day(uow: UnitOfWork, actor: Actor) -> None:
    """An open stay refuses a later one; a confirmed return makes room from that day on."""
    person = await _odette(uow, actor)
    stay = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY))
    with pytest.raises(Conflict) as caught:
        await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=date(2027, 1, 4)))
    await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=FRIDAY))

    again = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=FRIDAY, kind="hospital"))

    assert caught.value.code == "stay_known"
    assert [each.from_on for each in await stays_of_person(uow, actor, person)] == [TUESDAY, FRIDAY]
    assert again.confirmed_return_on is None


async def test_return_taken_back(uow: UnitOfWork, actor: Actor) -> None:
    """A confirmation by mistake is taken back: services are suspended again."""
    person = await _odette(uow, actor)
    stay = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY))
    await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=FRIDAY))
    with pytest.raises(Conflict) as caught:
        await change_stay(uow, actor, ChangeStay(stay_id=stay.id, version=2, from_on=FRIDAY))

    open_again = await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=2, on=None))

    assert caught.value.code == "stay_over"
    assert open_again.suspends(date(2027, 2, 1))


async def test_return_before_the_stay_is_refused(uow: UnitOfWork, actor: Actor) -> None:
    """Nobody returns before having left."""
    person = await _odette(uow, actor)
    stay = await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY))

    with pytest.raises(Invalid) as caught:
        await confirm_return(uow, actor, ConfirmReturn(stay_id=stay.id, version=1, on=date(2026, 11, 23)))

    assert [defect.code for defect in caught.value.defects] == ["return_before_stay"]


async def test_two_requests_at_once_leave_one_stay(engine: AsyncEngine, actor: Actor) -> None:
    """The database refuses the second of two stays declared at the same moment, in our words."""
    constraints.connect()
    async with open_uow(engine, actor) as uow:
        person = await _odette(uow, actor)

    async def declare() -> str:
        try:
            async with open_uow(engine, actor) as uow:
                await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY))
                await asyncio.sleep(0.05)
        except Conflict as error:
            return error.code
        return "declared"

    assert sorted(await asyncio.gather(declare(), declare())) == ["declared", "stay_known"]


async def test_another_organisation_sees_no_stay(
    engine: AsyncEngine, actor: Actor, other_actor: Actor
) -> None:
    """Who works elsewhere finds neither the stay nor the person."""
    async with open_uow(engine, actor) as uow:
        person = await _odette(uow, actor)
        await declare_stay(uow, actor, DeclareStay(person_id=person, from_on=TUESDAY, kind="hospital"))

    async with open_uow(engine, other_actor) as uow:
        assert await stays_of(uow, other_actor, None, TUESDAY, FRIDAY) == []
        with pytest.raises(NotFound):
            await stays_of_person(uow, other_actor, person)
