"""
Use cases of beneficiaries.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries import store
from carecoord.beneficiaries.domain import Person, UpsertPerson
from carecoord.beneficiaries.rules import normal_person, person_defects
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import PERSON_READ, PERSON_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.errors import Invalid, NotFound
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
