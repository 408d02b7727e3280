"""
Bulk writes and searches, on a real database.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from builders.beneficiaries import a_person_command
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.beneficiaries.service import all_people, upsert_people
from carecoord.beneficiaries.tables import PersonRow
from carecoord.db.search import fold, folded, like_pattern
from carecoord.db.sets import among
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.db.upsert import upsert
from carecoord.kernel.actor import Actor
from carecoord.kernel.upsert import UpsertReport


async def test_nothing_to_write(uow: UnitOfWork) -> None:
    """No record, no statement."""
    assert await upsert(uow.session, PersonRow, [], key=("organisation_id", "reference")) == []


async def test_same_import_at_the_same_moment(engine: AsyncEngine, actor: Actor) -> None:
    """Two imports of the same people, in opposite orders, both end: one creates, the other finds them."""
    people = [a_person_command(reference=f"P-{index:03}") for index in range(200)]

    async def write(commands: list[Any]) -> UpsertReport:
        async with open_uow(engine, actor) as uow:
            return await upsert_people(uow, actor, commands)

    reports = await asyncio.gather(write(people), write(people[::-1]))

    assert sorted(len(report.created) for report in reports) == [0, 200]
    assert sorted(len(report.unchanged) for report in reports) == [0, 200]
    async with open_uow(engine, actor) as uow:
        assert len(await all_people(uow, actor)) == 200


async def test_unless(uow: UnitOfWork, actor: Actor) -> None:
    """Rows that must stay as they are stay, even when the record differs."""
    await upsert_people(uow, actor, [a_person_command(reference=reference) for reference in ("P-1", "P-2")])
    [one, two] = [
        {"id": person.id, "organisation_id": actor.organisation_id, "address": "ailleurs"}
        for person in await all_people(uow, actor)
    ]
    complete = {name: getattr(a_person_command(), name) for name in a_person_command().__struct_fields__}
    records = [
        {**complete, **one, "reference": "P-1", "version": 1},
        {**complete, **two, "reference": "P-2", "version": 1},
    ]

    written = await upsert(
        uow.session,
        PersonRow,
        records,
        key=("organisation_id", "reference"),
        unless=PersonRow.reference == "P-2",
    )

    assert [(line.key[1], line.is_new) for line in written] == [("P-1", False)]


@pytest.mark.parametrize("text", ["Éluard", "ÇELIK", "Lœuillet", "N'Guyen-Ÿ", "straße"])
async def test_folding_agrees(uow: UnitOfWork, text: str) -> None:
    """The server folds a name exactly as Python does, so a search finds what it shows."""
    assert await uow.session.scalar(select(folded(literal(text)))) == fold(text)


def test_pattern() -> None:
    """Characters that mean something to LIKE mean themselves."""
    assert like_pattern(" 50%_É\\ ") == "%50\\%\\_e\\\\%"


async def test_among(uow: UnitOfWork, actor: Actor) -> None:
    """Far more values than a statement may have parameters are one parameter."""
    await upsert_people(uow, actor, [a_person_command(reference="P-1")])
    references = [f"P-{index}" for index in range(40_000)]

    found = await uow.session.scalars(
        select(PersonRow.reference).where(among(PersonRow.reference, references))
    )

    assert list(found) == ["P-1"]
