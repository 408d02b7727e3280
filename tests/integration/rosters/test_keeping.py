"""
A plan that stays close to last week's rounds, or to usual aides: references, start, account, prices.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from builders.rosters import MONDAY
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week, estimated_problem

from carecoord.db.uow import UnitOfWork, open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock, local_instant
from carecoord.kernel.errors import Invalid
from carecoord.kernel.page import PageRequest
from carecoord.planning.homecare.naive import naive
from carecoord.planning.homecare.reference import reference_plan
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution
from carecoord.rosters.apply import draft_of
from carecoord.rosters.documents import pack_problem
from carecoord.rosters.domain import RequestRun
from carecoord.rosters.keeping import Keep
from carecoord.rosters.service import execution
from carecoord.rosters.service.boards import board_of_week, get_roster
from carecoord.rosters.service.kept import kept_changes
from carecoord.rosters.service.publication import publish
from carecoord.rosters.service.runs import get_run, request_run
from carecoord.workforce.domain import DeclareAbsence
from carecoord.workforce.service import declare_absence

NEXT = MONDAY + timedelta(days=7)


@pytest.fixture
async def published(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> UUID:
    """The small week, published."""
    made = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        await publish(uow, actor, made, (await get_roster(uow, actor, made)).version)
    return made


async def next_week(
    uow: UnitOfWork, actor: Actor, keep: Keep, *, first_day: date = NEXT
) -> tuple[execution.Claim, Problem]:
    """The problem of a week that stays close to something."""
    run = await request_run(uow, actor, RequestRun(first_day=first_day, seconds=5, keep=keep))
    claim = await execution.claim_run(uow, actor, run.id)
    assert claim is not None
    return claim, estimated_problem(await execution.gather(uow, actor, run))


async def drafted(uow: UnitOfWork, claim: execution.Claim, problem: Problem, plan: Solution) -> UUID:
    """The plan kept as the draft of its run."""
    draft = draft_of(problem, plan)
    await execution.save_problem(uow, claim, pack_problem(problem), [])
    return await execution.finish_run(uow, claim, draft, draft.figures)


async def test_every_recurring_visit_is_found_where_it_was_last_week(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """Same intervention, same weekday: the same aide and hour, a week later."""
    async with open_uow(engine, actor, clock=clock) as uow:
        before = await board_of_week(uow, actor, MONDAY)
        _, problem = await next_week(uow, actor, Keep(start_from="last_week", persons_max=2))
        week = {
            (before.visits[stop.visit_id].intervention_id.hex, stop.on_date.weekday(), stop.aide_id.hex)
            for stop in before.stops
        }

    assert problem.stability is not None
    kept = {
        (visit.series, item.start_s // 86400, worker)
        for item in problem.stability.reference
        for visit in problem.visits
        if visit.id == item.visit
        for worker in item.workers
    }
    start = reference_plan(problem)
    assert kept == week
    assert problem.stability.persons_max == 2
    assert sum(len(item.stops) for item in start.rounds) == len(before.stops)


async def test_the_rounds_of_an_absent_aide_are_nobody_s_habit(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """Who must be replaced anyway does not use up the budget of people disturbed."""
    async with open_uow(engine, actor, clock=clock) as uow:
        away = (await board_of_week(uow, actor, MONDAY)).stops[0].aide_id
        await declare_absence(
            uow,
            actor,
            DeclareAbsence(
                aide_id=away,
                starts_at=local_instant(NEXT, 0),
                ends_at=local_instant(NEXT + timedelta(days=7), 0),
                kind="sickness",
            ),
        )
        _, problem = await next_week(uow, actor, Keep(start_from="last_week"))

    assert problem.stability is not None
    known = {worker for item in problem.stability.reference for worker in item.workers}
    assert known
    assert away.hex not in known


async def test_usual_aides_at_the_wished_hour_are_a_reference_too(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """Lines with a wished hour have one, with the aide who came most; the weight is in hundredths."""
    async with open_uow(engine, actor, clock=clock) as uow:
        _, problem = await next_week(uow, actor, Keep(start_from="usual", weight_percent=50))

    assert problem.stability is not None
    wishing = {v.id for v in problem.visits if v.options[0].preferred_s is not None and v.team_size == 1}
    assert wishing <= {item.visit for item in problem.stability.reference}
    assert problem.stability.aide_change_cents == 200


async def test_a_plan_that_changes_is_told_visit_by_visit_with_the_price(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """A visit left out is told, with what putting it back where it was would cost."""
    async with open_uow(engine, actor, clock=clock) as uow:
        claim, problem = await next_week(uow, actor, Keep(start_from="last_week"))
        plan = reference_plan(problem)
        first = plan.rounds[0]
        fewer = msgspec.structs.replace(first, stops=first.stops[1:])
        rounds = [item for item in (fewer, *plan.rounds[1:]) if item.stops]
        roster_id = await drafted(uow, claim, problem, msgspec.structs.replace(plan, rounds=rounds))
        page = await kept_changes(uow, actor, roster_id, PageRequest(page=1, size=10))
        roster = await get_roster(uow, actor, roster_id)
        run = await get_run(uow, actor, claim.run.id)

    [change] = page.items
    assert page.total == 1
    assert (change.visit_id.hex, change.after, change.blocked) == (first.stops[0].visit, None, [])
    assert change.saved_cents is not None
    assert roster.figures.kept.visits == roster.figures.kept.aide == roster.figures.kept.hour
    assert roster.figures.kept.people == 0
    assert run.keep == Keep(start_from="last_week")


async def test_the_account_counts_visits_that_keep_aide_and_hour(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """A plan that ignores last week keeps what it happens to; shares and changes agree."""
    async with open_uow(engine, actor, clock=clock) as uow:
        claim, problem = await next_week(uow, actor, Keep(start_from="last_week"))
        roster_id = await drafted(uow, claim, problem, naive(problem))
        page = await kept_changes(uow, actor, roster_id, PageRequest(page=1, size=50))
        kept = (await get_roster(uow, actor, roster_id)).figures.kept

    moved = [item for item in page.items if item.after is not None]
    other_aide = sum(item.before_aides != item.after_aides for item in moved)
    assert kept.visits - kept.aide == other_aide
    assert kept.people == len({item.person_id for item in moved})


async def test_a_plan_from_nothing_keeps_nothing(
    engine: AsyncEngine, actor: Actor, clock: FixedClock, published: UUID
) -> None:
    """No reference, no account, no changes to show."""
    async with open_uow(engine, actor, clock=clock) as uow:
        page = await kept_changes(uow, actor, published, PageRequest(page=1, size=10))
        roster = await get_roster(uow, actor, published)

    assert (page.total, roster.figures.kept.visits) == (0, 0)


async def test_weight_and_budget_have_bounds(uow: UnitOfWork, actor: Actor) -> None:
    """A weight of eleven times the usual and a negative number of people are told together."""
    keep = Keep(start_from="usual", persons_max=-1, weight_percent=1100)
    with pytest.raises(Invalid) as caught:
        await request_run(uow, actor, RequestRun(first_day=MONDAY, keep=keep))

    assert [item.where for item in caught.value.defects] == ["keep.weight_percent", "keep.persons_max"]
