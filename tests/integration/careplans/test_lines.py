"""
Lines of care plans and the visits they produce, on a real database.
"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from builders.beneficiaries import a_person_command
from builders.careplans import a_line_command
from builders.workforce import an_aide_command
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from support.statements import counted

from carecoord.beneficiaries.service import person_ids, upsert_people
from carecoord.careplans.domain import AddException, EndIntervention
from carecoord.careplans.service import (
    add_exception,
    all_interventions,
    end_intervention,
    get_intervention,
    interventions_of_person,
    produce_visits,
    upsert_lines,
    visits_between,
    visits_by_id,
)
from carecoord.careplans.tables import VisitRow
from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.kernel.errors import Conflict, Invalid, NotFound
from carecoord.workforce.service import aide_ids, upsert_aides

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)


@pytest.fixture
async def served(uow: UnitOfWork, actor: Actor) -> UnitOfWork:
    """Two people and two aides, without any line."""
    await upsert_people(uow, actor, [a_person_command(reference=f"P-00{number}") for number in (1, 2)])
    await upsert_aides(uow, actor, [an_aide_command(reference=f"A-0{number}") for number in (1, 2)])
    return uow


async def days(uow: UnitOfWork, actor: Actor, first: date = MONDAY, last: date = SUNDAY) -> list[int]:
    """Days of the month on which a visit is planned."""
    return [visit.due_on.day for visit in await visits_between(uow, actor, first, last)]


async def test_same_lines_twice(served: UnitOfWork, actor: Actor) -> None:
    """Giving the same lines again touches no row, lists in another order included."""
    line = a_line_command(weekdays=[4, 0, 2], wanted_aides=["A-01"], refused_aides=["A-02"])

    first = await upsert_lines(served, actor, [line])
    before = await all_interventions(served, actor)
    second = await upsert_lines(
        served, actor, [a_line_command(wanted_aides=["A-01"], refused_aides=["A-02"])]
    )

    assert (first.created, second.unchanged) == (["L-001"], ["L-001"])
    assert await all_interventions(served, actor) == before


async def test_line_as_stored(served: UnitOfWork, actor: Actor) -> None:
    """References of people and aides become identifiers; the pattern counts from the first day."""
    await upsert_lines(served, actor, [a_line_command(wanted_aides=["A-02", "A-01"])])
    people = await person_ids(served, actor, ["P-001"])
    aides = await aide_ids(served, actor, ["A-01", "A-02"])

    [line] = await interventions_of_person(served, actor, people["P-001"])

    assert line.person_id == people["P-001"]
    assert line.wanted_aides == [aides["A-02"], aides["A-01"]]
    assert (line.anchor_on, line.plan_starts_on) == (date(2026, 1, 5), date(2026, 1, 5))
    assert (line.weekdays, line.version) == ([0, 2, 4], 1)


async def test_lines_of_a_person_share_a_plan(served: UnitOfWork, actor: Actor) -> None:
    """A person without a care plan gets one; it starts with the earliest of the lines."""
    await upsert_lines(
        served,
        actor,
        [
            a_line_command(reference="L-1", starts_on=date(2026, 3, 2)),
            a_line_command(reference="L-2", starts_on=date(2026, 2, 2)),
            a_line_command(reference="L-3", person_reference="P-002"),
        ],
    )

    lines = {line.reference: line for line in await all_interventions(served, actor)}
    assert lines["L-1"].care_plan_id == lines["L-2"].care_plan_id != lines["L-3"].care_plan_id
    assert lines["L-1"].plan_starts_on == date(2026, 2, 2)


async def test_line_goes_to_somebody_else(served: UnitOfWork, actor: Actor) -> None:
    """A line given with another person moves to that person's plan."""
    await upsert_lines(served, actor, [a_line_command()])

    report = await upsert_lines(served, actor, [a_line_command(person_reference="P-002")])

    [line] = await all_interventions(served, actor)
    assert report.changed == ["L-001"]
    assert line.person_id == (await person_ids(served, actor, ["P-002"]))["P-002"]


async def test_all_defects_at_once(served: UnitOfWork, actor: Actor) -> None:
    """Defects of several lines are told together, and nothing is written."""
    lines = [
        a_line_command(reference="L-1", person_reference="P-999", wanted_aides=["A-77"]),
        a_line_command(reference="L-2", weekdays=[], latest_start_minute=400, duration_minutes=3),
        a_line_command(reference="L-3", wanted_aides=["A-01"], refused_aides=["A-01"]),
        a_line_command(reference="L-4", ends_on=date(2025, 1, 1), preferred_start_minute=600),
    ]

    with pytest.raises(Invalid) as refused:
        await upsert_lines(served, actor, lines)

    assert [(defect.where, defect.code) for defect in refused.value.defects] == [
        ("lines[0].person_reference", "person_unknown"),
        ("lines[0].wanted_aides", "aide_unknown"),
        ("lines[1].weekdays", "weekdays_missing"),
        ("lines[1].duration_minutes", "number_range"),
        ("lines[1].latest_start_minute", "window_empty"),
        ("lines[2].refused_aides", "aide_wanted_and_refused"),
        ("lines[3].ends_on", "dates_order"),
        ("lines[3].preferred_start_minute", "preference_outside"),
    ]
    assert await all_interventions(served, actor) == []


async def test_produce_twice(served: UnitOfWork, actor: Actor) -> None:
    """Visits of a week are made once, with identifiers that do not depend on when."""
    await upsert_lines(served, actor, [a_line_command()])

    first = await produce_visits(served, actor, MONDAY, 7)
    visits = await visits_between(served, actor, MONDAY, SUNDAY)
    second = await produce_visits(served, actor, MONDAY, 7)

    assert (first, second) == (3, 0)
    assert await visits_between(served, actor, MONDAY, SUNDAY) == visits
    assert [visit.due_on.day for visit in visits] == [23, 25, 27]
    assert (visits[0].label, visits[0].tier, visits[0].duration_minutes) == ("Lever, toilette", "vital", 45)


async def test_produce_after_a_change(served: UnitOfWork, actor: Actor) -> None:
    """Visits to come follow their line: other days, other times, same identifiers where days stay."""
    await upsert_lines(served, actor, [a_line_command()])
    await produce_visits(served, actor, MONDAY, 7)
    before = {visit.due_on.day: visit.id for visit in await visits_between(served, actor, MONDAY, SUNDAY)}

    await upsert_lines(served, actor, [a_line_command(weekdays=[2, 4, 5], duration_minutes=60)])
    count = await produce_visits(served, actor, MONDAY, 7)

    after = await visits_between(served, actor, MONDAY, SUNDAY)
    # Monday cancelled, Wednesday and Friday longer, Saturday new.
    assert count == 4
    assert [(visit.due_on.day, visit.duration_minutes) for visit in after] == [(25, 60), (27, 60), (28, 60)]
    assert (after[0].id, after[1].id) == (before[25], before[27])
    cancelled = await visits_by_id(served, actor, [before[23]])
    assert cancelled[before[23]].status == "cancelled"


async def test_cancelled_visit_comes_back(served: UnitOfWork, actor: Actor) -> None:
    """A day taken out of the pattern and put back gives the same visit again."""
    await upsert_lines(served, actor, [a_line_command()])
    await produce_visits(served, actor, MONDAY, 7)
    before = await visits_between(served, actor, MONDAY, SUNDAY)
    await upsert_lines(served, actor, [a_line_command(weekdays=[0])])
    await produce_visits(served, actor, MONDAY, 7)

    await upsert_lines(served, actor, [a_line_command()])
    await produce_visits(served, actor, MONDAY, 7)

    assert await visits_between(served, actor, MONDAY, SUNDAY) == before


async def test_past_and_done_visits_stay(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """What was due before today, and what was done, is never rewritten."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [a_person_command()])
        await upsert_aides(uow, actor, [an_aide_command()])
        await upsert_lines(uow, actor, [a_line_command()])
        await produce_visits(uow, actor, MONDAY, 7)
        done = (await visits_between(uow, actor, MONDAY, SUNDAY))[1]
        await uow.session.execute(update(VisitRow).where(VisitRow.id == done.id).values(status="done"))

    clock.advance(timedelta(days=1))
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_lines(uow, actor, [a_line_command(duration_minutes=60)])
        count = await produce_visits(uow, actor, MONDAY, 7)
        visits = await visits_between(uow, actor, MONDAY, SUNDAY)

    # On Tuesday: Monday is past, Wednesday was done early, only Friday follows.
    assert count == 1
    assert [visit.duration_minutes for visit in visits] == [45, 45, 60]


async def test_moved_visit_changes_weeks(served: UnitOfWork, actor: Actor) -> None:
    """A visit moved to another week is at once planned there, no longer here, and the same visit."""
    await upsert_lines(served, actor, [a_line_command()])
    await produce_visits(served, actor, MONDAY, 14)
    [line] = await all_interventions(served, actor)
    wednesday = (await visits_between(served, actor, MONDAY, SUNDAY))[1]

    await add_exception(
        served,
        actor,
        AddException(
            intervention_id=line.id, on_date=date(2026, 11, 25), kind="moved", moved_to=date(2026, 12, 1)
        ),
    )

    assert await days(served, actor) == [23, 27]
    [moved] = await visits_between(served, actor, date(2026, 12, 1), date(2026, 12, 1))
    assert (moved.id, moved.nominal_on) == (wednesday.id, date(2026, 11, 25))
    assert await produce_visits(served, actor, MONDAY, 14) == 0


async def test_exception_replaced(served: UnitOfWork, actor: Actor) -> None:
    """The last thing said of a date holds: moved away, then cancelled."""
    await upsert_lines(served, actor, [a_line_command()])
    [line] = await all_interventions(served, actor)
    on_date = date(2026, 11, 25)
    await add_exception(
        served,
        actor,
        AddException(intervention_id=line.id, on_date=on_date, kind="moved", moved_to=date(2026, 12, 1)),
    )

    await add_exception(
        served, actor, AddException(intervention_id=line.id, on_date=on_date, kind="cancelled")
    )

    stored = await get_intervention(served, actor, line.id)
    assert [(one.kind, one.moved_to) for one in stored.exceptions] == [("cancelled", None)]
    assert await visits_between(served, actor, date(2026, 12, 1), date(2026, 12, 1)) == []


async def test_exception_touches_its_line_only(served: UnitOfWork, actor: Actor) -> None:
    """The visits of other lines of the same week stay planned."""
    await upsert_lines(served, actor, [a_line_command(), a_line_command(reference="L-2", weekdays=[2])])
    await produce_visits(served, actor, MONDAY, 7)
    line = next(one for one in await all_interventions(served, actor) if one.reference == "L-001")

    await add_exception(
        served, actor, AddException(intervention_id=line.id, on_date=date(2026, 11, 25), kind="cancelled")
    )

    assert await days(served, actor) == [23, 25, 27]


async def test_exception_defects(served: UnitOfWork, actor: Actor) -> None:
    """A date outside the line, a move without a date and an impossible window are refused."""
    await upsert_lines(served, actor, [a_line_command()])
    [line] = await all_interventions(served, actor)
    wrong = [
        (
            AddException(intervention_id=line.id, on_date=date(2025, 1, 1), kind="moved"),
            ["date_outside", "moved_to_mismatch"],
        ),
        (
            AddException(
                intervention_id=line.id,
                on_date=MONDAY,
                kind="changed",
                changes={"latest_start_minute": 60},
            ),
            ["window_empty"],
        ),
        (AddException(intervention_id=line.id, on_date=MONDAY, kind="changed"), ["change_missing"]),
        (
            AddException(intervention_id=line.id, on_date=MONDAY, kind="added", changes={"team_size": 2}),
            ["change_unknown"],
        ),
    ]

    for command, codes in wrong:
        with pytest.raises(Invalid) as refused:
            await add_exception(served, actor, command)
        assert [defect.code for defect in refused.value.defects] == codes


async def test_ended_intervention(served: UnitOfWork, actor: Actor) -> None:
    """Visits after the last day are cancelled at once; a decision on an old version is a conflict."""
    await upsert_lines(served, actor, [a_line_command()])
    await produce_visits(served, actor, MONDAY, 7)
    [line] = await all_interventions(served, actor)

    ended = await end_intervention(
        served, actor, EndIntervention(intervention_id=line.id, ends_on=date(2026, 11, 25), version=1)
    )

    assert (ended.ends_on, ended.version) == (date(2026, 11, 25), 2)
    assert await days(served, actor) == [23, 25]
    with pytest.raises(Conflict):
        await end_intervention(
            served, actor, EndIntervention(intervention_id=line.id, ends_on=SUNDAY, version=1)
        )


async def test_ended_at_the_end_of_time(served: UnitOfWork, actor: Actor) -> None:
    """31 December 9999, which many programs write for “until further notice”, cancels nothing."""
    await upsert_lines(served, actor, [a_line_command(ends_on=date.max)])
    await produce_visits(served, actor, MONDAY, 7)
    [line] = await all_interventions(served, actor)

    ended = await end_intervention(
        served, actor, EndIntervention(intervention_id=line.id, ends_on=date.max, version=1)
    )

    assert ended.ends_on == date.max
    assert await days(served, actor) == [23, 25, 27]


@pytest.mark.parametrize(("first_day", "day_count"), [(MONDAY, 0), (MONDAY, 93), (date.max, 1)])
async def test_impossible_period(uow: UnitOfWork, actor: Actor, first_day: date, day_count: int) -> None:
    """A period that is empty, longer than a quarter or beyond the calendar is refused."""
    with pytest.raises(Invalid):
        await produce_visits(uow, actor, first_day, day_count)


async def test_line_of_another_organisation(
    engine: AsyncEngine, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    """Another organisation's line is not found; its people and aides cannot be named."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await upsert_people(uow, actor, [a_person_command()])
        await upsert_aides(uow, actor, [an_aide_command()])
        await upsert_lines(uow, actor, [a_line_command()])
        [mine] = await all_interventions(uow, actor)
        await produce_visits(uow, actor, MONDAY, 7)

    async with open_uow(engine, other_actor, clock=clock) as uow:
        with pytest.raises(NotFound):
            await get_intervention(uow, other_actor, mine.id)
        with pytest.raises(Invalid) as refused:
            await upsert_lines(uow, other_actor, [a_line_command(wanted_aides=["A-01"])])
        assert await visits_between(uow, other_actor, MONDAY, SUNDAY) == []
        assert await produce_visits(uow, other_actor, MONDAY, 7) == 0

    assert [defect.code for defect in refused.value.defects] == ["person_unknown", "aide_unknown"]
    async with open_uow(engine, actor, clock=clock) as uow:
        assert await days(uow, actor) == [23, 25, 27]


async def test_visits_of_one_person(served: UnitOfWork, actor: Actor) -> None:
    """The visits of one person are hers alone."""
    await upsert_lines(
        served,
        actor,
        [a_line_command(), a_line_command(reference="L-2", person_reference="P-002", weekdays=[1])],
    )
    await produce_visits(served, actor, MONDAY, 7)
    person = (await person_ids(served, actor, ["P-002"]))["P-002"]

    visits = await visits_between(served, actor, MONDAY, SUNDAY, person_id=person)

    assert [(visit.person_id, visit.due_on.day) for visit in visits] == [(person, 24)]


async def test_a_large_week(served: UnitOfWork, actor: Actor, engine: AsyncEngine) -> None:
    """Over 2,000 visits are made within two seconds, in a number of statements that chunks alone raise."""
    lines = [
        a_line_command(
            reference=f"L-{index:04}", weekdays=list(range(7)) if index % 41 == 0 else [0, 1, 2, 3, 4]
        )
        for index in range(400)
    ]
    await upsert_lines(served, actor, lines)
    await served.flush()
    wanted = sum(len(line.weekdays) for line in lines)

    clock_s = asyncio.get_running_loop().time
    started = clock_s()
    with counted(engine) as sent:
        count = await produce_visits(served, actor, MONDAY, 7)
    elapsed_s = clock_s() - started

    assert count == wanted == 2020
    # Interventions, exceptions, communes, three chunks of a thousand, cancelling.
    assert len(sent) == 8
    assert elapsed_s < 2


async def test_unknown_intervention(uow: UnitOfWork, actor: Actor) -> None:
    """An identifier that no line has is not found."""
    with pytest.raises(NotFound):
        await get_intervention(uow, actor, UUID(int=404))
