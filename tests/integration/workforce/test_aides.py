"""
Aides, their hours and absences, on a real database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from builders.workforce import WEEKDAYS, an_absence_command, an_aide_command
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.kernel.page import PageRequest
from carecoord.workforce.domain import Availability, DeclareAbsence
from carecoord.workforce.service import (
    absences_between,
    aide_ids,
    aides_by_id,
    all_aides,
    declare_absence,
    get_aide,
    list_aides,
    upsert_absences,
    upsert_aides,
)

SATURDAY = Availability(weekday=5, start_minute=480, end_minute=720, week_parity=1)


def day(number: int, hour: int = 0) -> datetime:
    """An instant of November 2026, UTC."""
    return datetime(2026, 11, number, hour, tzinfo=UTC)


async def test_same_aides_twice(uow: UnitOfWork, actor: Actor) -> None:
    """Giving the same aides again, hours in another order included, touches no row."""
    await upsert_aides(uow, actor, [an_aide_command(availabilities=[*WEEKDAYS, SATURDAY])])
    before = await all_aides(uow, actor)

    report = await upsert_aides(
        uow,
        actor,
        [
            an_aide_command(
                availabilities=[SATURDAY, *reversed(WEEKDAYS)], skills=["transfert", "aide_toilette"]
            )
        ],
    )

    assert (report.created, report.changed, report.unchanged) == ([], [], ["A-01"])
    assert await all_aides(uow, actor) == before


async def test_every_field_comes_back(uow: UnitOfWork, actor: Actor) -> None:
    """What is read is what was given, field by field, hours in order."""
    given = an_aide_command(
        regime="BAD_2941", history={"worked_sundays": [True, False]}, availabilities=[*WEEKDAYS, SATURDAY]
    )

    await upsert_aides(uow, actor, [given])

    [aide] = await all_aides(uow, actor)
    assert {name: getattr(aide, name) for name in given.__struct_fields__} == {
        **msgspec.structs.asdict(given),
        "availabilities": [*WEEKDAYS, SATURDAY],
    }


async def test_only_hours_change(uow: UnitOfWork, actor: Actor) -> None:
    """Other hours are a change of that aide alone: they replace the old ones and raise the version."""
    await upsert_aides(uow, actor, [an_aide_command(reference="A-1"), an_aide_command(reference="A-2")])
    ids = await aide_ids(uow, actor, ["A-1", "A-2"])

    report = await upsert_aides(
        uow,
        actor,
        [an_aide_command(reference="A-1", availabilities=[SATURDAY]), an_aide_command(reference="A-2")],
    )

    aides = await aides_by_id(uow, actor, ids.values())
    assert (report.changed, report.unchanged) == (["A-1"], ["A-2"])
    assert aides[ids["A-1"]].availabilities == [SATURDAY]
    assert aides[ids["A-2"]].availabilities == WEEKDAYS
    assert (aides[ids["A-1"]].version, aides[ids["A-2"]].version) == (2, 1)


async def test_longer_hours_of_a_day(uow: UnitOfWork, actor: Actor) -> None:
    """A stretch that only ends later replaces the one that starts at the same minute."""
    short = Availability(weekday=1, start_minute=480, end_minute=720)
    long = Availability(weekday=1, start_minute=480, end_minute=800)
    await upsert_aides(uow, actor, [an_aide_command(availabilities=[short])])

    await upsert_aides(uow, actor, [an_aide_command(availabilities=[long])])

    [aide] = await all_aides(uow, actor)
    assert aide.availabilities == [long]


async def test_all_defects_at_once(uow: UnitOfWork, actor: Actor) -> None:
    """Defects of several aides are told together, and nobody is written."""
    overlapping = [
        Availability(weekday=0, start_minute=480, end_minute=720),
        Availability(weekday=0, start_minute=700, end_minute=900, week_parity=2),
    ]
    aides = [
        an_aide_command(reference="A-1", contract_minutes=35 * 60, part_time=True),
        an_aide_command(reference="A-2", start_insee="9111", end_latitude=48_699.0),
        an_aide_command(reference="A-3", availabilities=overlapping),
    ]

    with pytest.raises(Invalid) as refused:
        await upsert_aides(uow, actor, aides)

    assert [(defect.where, defect.code) for defect in refused.value.defects] == [
        ("aides[0].part_time", "part_time_contract"),
        ("aides[1].start_insee", "insee_malformed"),
        ("aides[1].end_latitude", "point_malformed"),
        ("aides[2].availabilities", "availability_overlap"),
    ]
    assert await all_aides(uow, actor) == []


async def test_inactive_aides(uow: UnitOfWork, actor: Actor) -> None:
    """Who left is not planned, and shown on demand only."""
    await upsert_aides(
        uow, actor, [an_aide_command(reference="A-1"), an_aide_command(reference="A-2", active=False)]
    )

    assert [aide.reference for aide in await all_aides(uow, actor)] == ["A-1"]
    assert len(await all_aides(uow, actor, with_inactive=True)) == 2
    assert (await list_aides(uow, actor, PageRequest())).total == 1
    assert (await list_aides(uow, actor, PageRequest(), "celik", with_inactive=True)).total == 2


async def test_same_absences_twice(uow: UnitOfWork, actor: Actor) -> None:
    """An absence is known by aide and instants; only its kind may change."""
    await upsert_aides(uow, actor, [an_aide_command()])
    leave = an_absence_command()

    first = await upsert_absences(uow, actor, [leave])
    second = await upsert_absences(uow, actor, [leave])
    third = await upsert_absences(uow, actor, [an_absence_command(kind="sickness")])

    assert (len(first.created), len(second.unchanged), len(third.changed)) == (1, 1, 1)
    [absence] = await absences_between(uow, actor, day(24), day(25))
    assert absence.kind == "sickness"


async def test_absence_defects(uow: UnitOfWork, actor: Actor) -> None:
    """An unknown aide, instants in disorder and an absence given twice are told together."""
    await upsert_aides(uow, actor, [an_aide_command()])
    absences = [
        an_absence_command(aide_reference="A-99"),
        an_absence_command(ends_at=day(24, 6)),
        an_absence_command(),
        an_absence_command(kind="sickness"),
    ]

    with pytest.raises(Invalid) as refused:
        await upsert_absences(uow, actor, absences)

    assert [(defect.where, defect.code) for defect in refused.value.defects] == [
        ("absences[3].reference", "reference_twice"),
        ("absences[0].aide_reference", "aide_unknown"),
        ("absences[1].ends_at", "dates_order"),
    ]


async def test_absences_of_a_period(uow: UnitOfWork, actor: Actor) -> None:
    """An absence counts as soon as it touches the period; one that ends as it begins does not."""
    await upsert_aides(uow, actor, [an_aide_command()])
    await upsert_absences(
        uow,
        actor,
        [
            an_absence_command(starts_at=day(20), ends_at=day(23)),
            an_absence_command(starts_at=day(22), ends_at=day(24)),
            an_absence_command(starts_at=day(29, 23), ends_at=day(30, 12)),
            an_absence_command(starts_at=day(30), ends_at=day(30, 6)),
        ],
    )

    found = await absences_between(uow, actor, day(23), day(30))

    assert [absence.starts_at for absence in found] == [day(22), day(29, 23)]


async def test_declared_absence(uow: UnitOfWork, actor: Actor) -> None:
    """A declared absence is seen at once; declaring part of it again is a conflict."""
    await upsert_aides(uow, actor, [an_aide_command()])
    [aide] = await all_aides(uow, actor)

    made = await declare_absence(
        uow, actor, DeclareAbsence(aide_id=aide.id, starts_at=day(24), ends_at=day(27), kind="sickness")
    )

    assert await absences_between(uow, actor, day(25), day(26), aide.id) == [made]
    with pytest.raises(Conflict):
        await declare_absence(uow, actor, DeclareAbsence(aide_id=aide.id, starts_at=day(25), ends_at=day(26)))


async def test_aide_of_another_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """Another organisation's aide is not found, nor can she be declared away."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_aides(uow, actor, [an_aide_command()])
        [mine] = await all_aides(uow, actor)

    async with open_uow(engine, other_actor, clock=clock) as uow:
        assert await all_aides(uow, other_actor) == []
        with pytest.raises(NotFound):
            await get_aide(uow, other_actor, mine.id)
        with pytest.raises(NotFound):
            await declare_absence(
                uow, other_actor, DeclareAbsence(aide_id=mine.id, starts_at=day(24), ends_at=day(25))
            )


async def test_unknown_aide(uow: UnitOfWork, actor: Actor) -> None:
    """An identifier that nobody has is not found."""
    with pytest.raises(NotFound):
        await get_aide(uow, actor, UUID(int=404))


async def test_statement_counts(uow: UnitOfWork, actor: Actor, engine: AsyncEngine) -> None:
    """Writing and reading take as many statements for 65 aides as for one."""
    many = [an_aide_command(reference=f"A-{index:02}") for index in range(65)]
    counts = []

    for aides in (many[:1], many):
        absences = [an_absence_command(aide_reference=aide.reference) for aide in aides]
        with counted(engine) as sent:
            await upsert_aides(uow, actor, aides)
            await upsert_absences(uow, actor, absences)
            await uow.flush()
        written = len(sent)
        with counted(engine) as sent:
            await all_aides(uow, actor)
            await absences_between(uow, actor, day(23), day(30))
        counts.append((written, len(sent)))

    # Aides: upsert, identifiers, hours, old hours away, new hours; absences: identifiers,
    # upsert; two audit entries. Reading: aides, hours, absences.
    assert counts == [(9, 3), (9, 3)]
