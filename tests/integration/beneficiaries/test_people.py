"""
People helped, on a real database.
"""

from __future__ import annotations

import msgspec
import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted

from carecoord.beneficiaries.service import (
    all_people,
    get_person,
    list_people,
    people_by_id,
    person_ids,
    upsert_people,
)
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.identity.permissions import actor_of
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Invalid, NotFound, Refused
from carecoord.kernel.page import PageRequest


async def test_same_people_twice(uow: UnitOfWork, actor: Actor) -> None:
    """Giving the same people again touches no row."""
    people = [a_person_command(reference="P-1"), a_person_command(reference="P-2", faces_max=3)]

    first = await upsert_people(uow, actor, people)
    before = await all_people(uow, actor)
    second = await upsert_people(uow, actor, people)

    assert (first.created, first.changed, first.unchanged) == (["P-1", "P-2"], [], [])
    assert (second.created, second.changed, second.unchanged) == ([], [], ["P-1", "P-2"])
    assert await all_people(uow, actor) == before


async def test_changed_person(uow: UnitOfWork, actor: Actor) -> None:
    """A different field changes that person alone and raises the version; the identifier stays."""
    await upsert_people(uow, actor, [a_person_command(reference="P-1"), a_person_command(reference="P-2")])
    ids = await person_ids(uow, actor, ["P-1", "P-2"])

    report = await upsert_people(
        uow, actor, [a_person_command(reference="P-1", phone=None), a_person_command(reference="P-2")]
    )

    assert (report.changed, report.unchanged) == (["P-1"], ["P-2"])
    changed = await get_person(uow, actor, ids["P-1"])
    assert (changed.phone, changed.version) == (None, 2)


async def test_every_field_comes_back(uow: UnitOfWork, actor: Actor) -> None:
    """What is read is what was given, field by field."""
    given = a_person_command(latitude=48.69731234567891, access_note="Code 12B « portail »")

    await upsert_people(uow, actor, [given])

    [person] = await all_people(uow, actor)
    assert {name: getattr(person, name) for name in given.__struct_fields__} == msgspec.structs.asdict(given)


async def test_one_form(uow: UnitOfWork, actor: Actor) -> None:
    """Blanks around texts and the notation of a telephone number make no difference."""
    await upsert_people(uow, actor, [a_person_command(phone="+33160460001")])

    report = await upsert_people(
        uow, actor, [a_person_command(reference=" P-001", last_name="Éluard ", phone="01 60 46 00 01")]
    )

    assert report.unchanged == ["P-001"]


async def test_character_that_no_database_keeps(uow: UnitOfWork, actor: Actor) -> None:
    """A null character is a defect in a record, and finds nobody in a search."""
    with pytest.raises(Invalid) as refused:
        await upsert_people(uow, actor, [a_person_command(first_name="O\x00dette")])

    assert [defect.code for defect in refused.value.defects] == ["text_control"]
    assert (await list_people(uow, actor, PageRequest(), "\x00eluard")).total == 0
    assert await person_ids(uow, actor, ["P\x00"]) == {}


async def test_all_defects_at_once(uow: UnitOfWork, actor: Actor) -> None:
    """Defects of several people are told together, and nobody is written."""
    people = [
        a_person_command(reference="P-1", insee="20004", phone="12"),
        a_person_command(reference="P-2", last_name=" "),
        a_person_command(reference="P-2"),
    ]

    with pytest.raises(Invalid) as refused:
        await upsert_people(uow, actor, people)

    assert [defect.where for defect in refused.value.defects] == [
        "people[2].reference",
        "people[0].insee",
        "people[0].phone",
        "people[1].last_name",
    ]
    assert await all_people(uow, actor) == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("eluard", ["P-1"]),
        ("ÉLUARD od", ["P-1"]),
        ("p-2", ["P-2"]),
        ("100%", ["P-3"]),
        ("o", ["P-1", "P-2", "P-3"]),
        ("personne", []),
    ],
)
async def test_search(uow: UnitOfWork, actor: Actor, search: str, found: list[str]) -> None:
    """Words are found in name or reference, whatever accents, capitals and special characters."""
    await upsert_people(
        uow,
        actor,
        [
            a_person_command(reference="P-1", last_name="Éluard", first_name="Odette"),
            a_person_command(reference="P-2", last_name="Ngo", first_name="Paul"),
            a_person_command(reference="P-3", last_name="Zorro 100%", first_name="Léo"),
        ],
    )

    page = await list_people(uow, actor, PageRequest(), search)

    assert [person.reference for person in page.items] == found
    assert page.total == len(found)


async def test_pages(uow: UnitOfWork, actor: Actor) -> None:
    """A page holds its slice in the order of names, accents set aside, and the total."""
    names = ["Zola", "Éluard", "Eco", "Fabre", "abel"]
    await upsert_people(
        uow,
        actor,
        [a_person_command(reference=f"P-{index}", last_name=name) for index, name in enumerate(names)],
    )

    page = await list_people(uow, actor, PageRequest(page=2, size=2))

    assert [person.last_name for person in page.items] == ["Éluard", "Fabre"]
    assert (page.total, page.pages) == (5, 3)


async def test_people_of_another_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """Another organisation's person is not found, and the same reference may exist in both."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [a_person_command(reference="P-1", last_name="Ici")])
        mine = (await person_ids(uow, actor, ["P-1"]))["P-1"]

    async with open_uow(engine, other_actor, clock=clock) as uow:
        report = await upsert_people(uow, other_actor, [a_person_command(reference="P-1", last_name="Là")])
        with pytest.raises(NotFound):
            await get_person(uow, other_actor, mine)
        theirs = await all_people(uow, other_actor)
        assert await people_by_id(uow, other_actor, [mine]) == {}

    assert report.created == ["P-1"]
    assert [person.last_name for person in theirs] == ["Là"]


async def test_reader_may_not_write(uow: UnitOfWork, actor: Actor) -> None:
    """A role without the permission is refused before anything is read."""
    reader = actor_of(organisation_id=actor.organisation_id, account_id=actor.organisation_id, role="reader")

    with pytest.raises(Refused) as refused:
        await upsert_people(uow, reader, [a_person_command()])

    assert refused.value.args_by_name == {"permission": "person:write"}


async def test_statement_counts(uow: UnitOfWork, actor: Actor, engine: AsyncEngine) -> None:
    """Writing and reading take as many statements for 300 people as for one."""
    many = [a_person_command(reference=f"P-{index:03}") for index in range(300)]
    counts = []

    for people in (many[:1], many):
        with counted(engine) as sent:
            await upsert_people(uow, actor, people)
            await all_people(uow, actor)
            await list_people(uow, actor, PageRequest(size=200), "p")
            await uow.flush()
        counts.append(len(sent))

    # Upsert, everybody, a page and its total, the audit entry.
    assert counts == [5, 5]


async def test_more_than_a_chunk(uow: UnitOfWork, actor: Actor) -> None:
    """A file larger than a chunk is written whole and reported in its own order."""
    people = [a_person_command(reference=f"P-{2500 - index}") for index in range(2500)]

    report = await upsert_people(uow, actor, people)

    assert report.created == [person.reference for person in people]
    assert len(await all_people(uow, actor)) == 2500
