"""
Use cases of beneficiaries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries import store
from carecoord.beneficiaries.domain import (
    ChangeStay,
    ConfirmReturn,
    DeclareStay,
    Person,
    Stay,
    UpsertPerson,
)
from carecoord.beneficiaries.rules import normal_person, person_defects, phone_digits, stay_defects
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import PERSON_READ, PERSON_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.kernel.upsert import UpsertReport, duplicate_defects, sorted_out


async def upsert_people(uow: UnitOfWork, actor: Actor, commands: Sequence[UpsertPerson]) -> UpsertReport:
    """
    Write people by reference; those already exactly so are not touched.

    Raises:
        Refused: the actor lacks `person:write`.
        Invalid: every defect of every person, and references given twice; nothing is written.
    """
    actor.require(PERSON_WRITE)
    references = [command.reference.strip() for command in commands]
    defects = duplicate_defects(references, "people")
    for index, command in enumerate(commands):
        defects += person_defects(command, f"people[{index}].")
    if defects:
        raise Invalid(defects)
    people = [normal_person(command) for command in commands]
    written = await store.upsert_people(uow.session, actor.organisation_id, people)
    report = sorted_out(
        references,
        created={str(line.key[1]) for line in written if line.is_new},
        changed={str(line.key[1]) for line in written if not line.is_new},
    )
    if written:
        record(uow, Tag.PEOPLE_UPSERTED, None, report.counts)
    return report


async def get_person(uow: UnitOfWork, actor: Actor, person_id: UUID) -> Person:
    """
    One person.

    Raises:
        Refused: the actor lacks `person:read`.
        NotFound: no such person in this organisation.
    """
    actor.require(PERSON_READ)
    found = await store.person(uow.session, person_id)
    if found is None:
        raise NotFound("person_unknown", "no such person")
    return found


async def list_people(
    uow: UnitOfWork, actor: Actor, page: PageRequest, search: str = ""
) -> PageResult[Person]:
    """
    People by name.

    Args:
        search: words that must all occur in name or reference, whatever accents and capitals.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    items, total = await store.page_of_people(uow.session, page, search)
    return PageResult(items=items, total=total, page=page.page, size=page.size)


async def find_callers(uow: UnitOfWork, actor: Actor, typed: str, limit: int = 8) -> list[Person]:
    """
    People whom somebody on the telephone may be, by name: typed is a number, or words of a name.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    if digits := phone_digits(typed):
        return await store.people_called(uow.session, digits, limit)
    if not typed.strip():
        return []
    return (await store.page_of_people(uow.session, PageRequest(page=1, size=limit), typed))[0]


async def people_by_id(uow: UnitOfWork, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Person]:
    """
    Several people, by identifier; unknown identifiers are left out.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return {person.id: person for person in await store.people_by_id(uow.session, ids)} if ids else {}


async def all_people(uow: UnitOfWork, actor: Actor) -> list[Person]:
    """
    Everybody, by name, in one statement.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.all_people(uow.session)


async def person_ids(uow: UnitOfWork, actor: Actor, references: Collection[str]) -> dict[str, UUID]:
    """
    Reference -> identifier, for the references that exist.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.ids_by_reference(uow.session, references) if references else {}


async def person_communes(uow: UnitOfWork, actor: Actor) -> dict[UUID, str]:
    """
    Commune of everybody, which decides the public holidays of the visits.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.communes(uow.session)


async def stays_of(
    uow: UnitOfWork, actor: Actor, person_ids: Collection[UUID] | None, first: date, last: date
) -> list[Stay]:
    """
    Stays that suspend services on some day of a period, oldest first; one statement.

    `Stay.suspends(day)` says of one day; `domain.is_suspended` of a person and a day.

    Args:
        person_ids: of these people; of everybody when None.
        last: included.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.stays(uow.session, first, last, person_ids)


async def stays_of_person(uow: UnitOfWork, actor: Actor, person_id: UUID) -> list[Stay]:
    """
    Every stay of a person, past ones included, oldest first.

    Raises:
        Refused: the actor lacks `person:read`.
        NotFound: no such person in this organisation.
    """
    await get_person(uow, actor, person_id)
    return await store.stays_of_person(uow.session, person_id)


async def get_stay(uow: UnitOfWork, actor: Actor, stay_id: UUID) -> Stay:
    """
    One stay.

    Raises:
        Refused: the actor lacks `person:read`.
        NotFound: no such stay in this organisation.
    """
    actor.require(PERSON_READ)
    found = await store.stay(uow.session, stay_id)
    if found is None:
        raise NotFound("stay_unknown", "no such stay")
    return found


async def declare_stay(uow: UnitOfWork, actor: Actor, command: DeclareStay) -> Stay:
    """
    Record that a person is, or will be, away from home. Dated visits follow by
    `careplans.service.settle_person`, which `daybook.service.stays` calls in the same transaction.

    Raises:
        Refused: the actor lacks `person:write`.
        NotFound: no such person in this organisation.
        Invalid: wrong dates or kind.
        Conflict: another stay of the person shares a day with it.
    """
    actor.require(PERSON_WRITE)
    if defects := stay_defects(command, local_date(uow.now)):
        raise Invalid(defects)
    await get_person(uow, actor, command.person_id)
    stay = Stay(
        id=new_id(),
        person_id=command.person_id,
        from_on=command.from_on,
        until_on=command.until_on,
        kind=command.kind,
    )
    await _require_apart(uow, stay)
    await store.add_stay(uow.session, actor.organisation_id, stay)
    record(uow, Tag.STAY_DECLARED, stay.person_id, {"stay_id": str(stay.id)})
    return stay


async def change_stay(uow: UnitOfWork, actor: Actor, command: ChangeStay) -> Stay:
    """
    Give a stay other dates, or another kind.

    Raises:
        Refused: the actor lacks `person:write`.
        NotFound: no such stay in this organisation.
        Invalid: wrong dates or kind.
        Conflict: its return is confirmed, somebody changed it meanwhile, or another stay shares a day.
    """
    actor.require(PERSON_WRITE)
    if defects := stay_defects(command, local_date(uow.now)):
        raise Invalid(defects)
    stay = await get_stay(uow, actor, command.stay_id)
    if stay.confirmed_return_on is not None:
        raise Conflict("stay_over", "the return is confirmed already")
    new = msgspec.structs.replace(
        stay, from_on=command.from_on, until_on=command.until_on, kind=command.kind, version=command.version
    )
    return await _write_stay(uow, new)


async def confirm_return(uow: UnitOfWork, actor: Actor, command: ConfirmReturn) -> Stay:
    """
    Say on which day services resume, or take that back.

    Raises:
        Refused: the actor lacks `person:write`.
        NotFound: no such stay in this organisation.
        Invalid: a return before the stay.
        Conflict: somebody changed it meanwhile, or another stay shares a day.
    """
    actor.require(PERSON_WRITE)
    stay = await get_stay(uow, actor, command.stay_id)
    if command.on is not None and command.on < stay.from_on:
        raise Invalid([Defect(code="return_before_stay", where="on", why="is before from_on")])
    new = msgspec.structs.replace(stay, confirmed_return_on=command.on, version=command.version)
    return await _write_stay(uow, new)


async def _write_stay(uow: UnitOfWork, new: Stay) -> Stay:
    await _require_apart(uow, new)
    if not await store.change_stay(uow.session, new):
        raise Conflict("changed_meanwhile", "the stay was changed by somebody else meanwhile")
    tag = Tag.STAY_CHANGED if new.confirmed_return_on is None else Tag.RETURN_CONFIRMED
    record(uow, tag, new.person_id, {"stay_id": str(new.id)})
    return msgspec.structs.replace(new, version=new.version + 1)


async def _require_apart(uow: UnitOfWork, stay: Stay) -> None:
    """Two stays of a person share no day; told here, and kept by the database at the same moment."""
    last = date.max if stay.confirmed_return_on is None else stay.confirmed_return_on
    known = await store.stays(uow.session, stay.from_on, last, [stay.person_id])
    if any(other.id != stay.id and other.from_on < last for other in known):
        raise Conflict("stay_known", "another stay of the person shares a day with it")
