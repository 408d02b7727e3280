"""
A day to repair in the planner's terms, and what the planner found in ours: pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from carecoord.careplans.domain import VisitToPlan
from carecoord.kernel.calendar import elapsed_s
from carecoord.planning.homecare import repair as planned
from carecoord.planning.homecare.repair_ground import Ground, ground
from carecoord.planning.homecare.repair_insert import first_plan
from carecoord.planning.homecare.repair_judge import Judge
from carecoord.planning.problem import Option, Problem, Visit
from carecoord.planning.solution import Round, Solution, Unassigned
from carecoord.rosters.apply import breach_of, origin_of, unserved_draft
from carecoord.rosters.past_rounds import rounds_json
from carecoord.rosters.repairs import (
    AideTold,
    CallTold,
    LeftTold,
    Proposal,
    RequestRepair,
    VisitTold,
)


class RepairDocument(msgspec.Struct, frozen=True, kw_only=True):
    """
    What repairs are worked out from, kept with the request.

    Args:
        problem: the period as it is known now, absences and pins of today included.
        plan: the rounds as they are.
    """

    problem: Problem
    plan: Solution
    situation: planned.Situation


def seconds_of(problem: Problem, instant: datetime) -> int:
    """Elapsed seconds of an instant in a problem."""
    return int((instant - origin_of(problem)).total_seconds())


def situation_of(
    problem: Problem, command: RequestRepair, *, promised: Iterable[UUID], added: Sequence[Visit] = ()
) -> planned.Situation:
    """
    A request as the planner reads it.

    Args:
        promised: visits whose hour was promised.
        added: the visits that the events of kind `added` name, as the planner sees them.
    """
    known = {visit.id for visit in problem.visits}
    besides = {visit.id: visit for visit in added}
    now_s = seconds_of(problem, command.at)
    day = next(day for day in problem.days if day.date == command.on_date)
    events: list[planned.Event] = []
    for event in command.events:
        if event.kind == "absent" and event.aide_id is not None:
            from_s = now_s if event.from_at is None else seconds_of(problem, event.from_at)
            until_s = day.ends_s if event.until_at is None else seconds_of(problem, event.until_at)
            events.append(planned.Absent(worker=event.aide_id.hex, from_s=from_s, until_s=until_s))
        elif event.visit_id is None:
            continue
        elif event.kind == "cancelled":
            events.append(planned.Cancelled(visit=event.visit_id.hex))
        elif event.kind == "overrun":
            extra_s = event.extra_minutes * 60
            events.append(planned.Overrun(visit=event.visit_id.hex, extra_s=extra_s))
        elif event.visit_id.hex in besides:
            events.append(planned.Added(visit=besides[event.visit_id.hex]))
    return planned.Situation(
        now_s=now_s,
        events=events,
        promised=sorted(visit.hex for visit in promised if visit.hex in known),
        hour_tolerance_s=command.tolerance_minutes * 60,
        persons_max=command.people_max,
    )


def planned_visit(problem: Problem, visit: VisitToPlan, day: date) -> Visit | None:
    """
    A dated visit that the rounds do not have, on one day; None for a person whose door they do not know.
    """
    door = next((item.place for item in problem.visits if item.person == visit.person_id.hex), None)
    if door is None:
        return None
    first = problem.days[0].date
    aides = {worker.id for worker in problem.workers}

    def elapsed(minute: int) -> int:
        return elapsed_s(first, day, minute)

    wish = visit.preferred_start_minute
    return Visit(
        id=visit.id.hex,
        person=visit.person_id.hex,
        place=door,
        tier=visit.tier,
        duration_s=visit.duration_minutes * 60,
        team_size=visit.team_size,
        skills=sorted(set(visit.skills)),
        wanted=[aide.hex for aide in visit.wanted_aides if aide.hex in aides],
        refused=[aide.hex for aide in visit.refused_aides if aide.hex in aides],
        essential=visit.essential,
        options=[
            Option(
                day=(day - first).days,
                earliest_s=elapsed(visit.earliest_start_minute),
                latest_s=elapsed(visit.latest_start_minute),
                preferred_s=None if wish is None else elapsed(wish),
            )
        ],
        series=visit.intervention_id.hex,
        serves_meal=visit.serves_meal,
    )


def first_proposal(document: RepairDocument) -> Proposal:
    """The repair that is found at once."""
    base = ground(document.problem, document.plan, document.situation)
    return proposal_of(base, Judge(base, document.problem).judge("first", first_plan(base)))


def proposals_of(document: RepairDocument, found: Sequence[planned.Repair]) -> list[Proposal]:
    """The repairs that were searched, in their order."""
    base = ground(document.problem, document.plan, document.situation)
    return [proposal_of(base, repair) for repair in found]


def proposal_of(base: Ground, repair: planned.Repair) -> Proposal:
    """One repair in our own terms."""
    problem = base.problem
    origin = origin_of(problem)

    def at(seconds: int) -> datetime:
        return origin + timedelta(seconds=seconds)

    before, after = changed_rounds(base.before, repair.solution)
    return Proposal(
        breadth=repair.breadth,
        changes=[_visit(change, origin) for change in repair.changes],
        disturbed=[UUID(person) for person in repair.disturbed],
        calls=[
            CallTold(
                kind=call.kind,
                who=UUID(call.who),
                before_at=at(call.before_s),
                visit_ids=[UUID(visit) for visit in call.visits],
            )
            for call in repair.calls
        ],
        aides=[_aide(item) for item in repair.aides],
        law=[breach_of(problem, item) for item in repair.law],
        mended=repair.mended,
        left_out=[_left(item) for item in repair.left_out],
        unserved=repair.unserved,
        terms=repair.terms,
        soft_cents=repair.soft_cents,
        rounds=rounds_json(problem, after),
        rounds_before=rounds_json(problem, before),
    )


def changed_rounds(before: Solution, after: Solution) -> tuple[list[Round], list[Round]]:
    """Rounds that differ, as they were and as they are; one that is gone or new is empty on that side."""
    old = {(item.worker, item.day): item for item in before.rounds}
    new = {(item.worker, item.day): item for item in after.rounds}
    keys = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return (
        [old.get(key) or Round(worker=key[0], day=key[1], stops=[]) for key in keys],
        [new.get(key) or Round(worker=key[0], day=key[1], stops=[]) for key in keys],
    )


def _visit(change: planned.Change, origin: datetime) -> VisitTold:
    return VisitTold(
        visit_id=UUID(change.visit),
        person_id=UUID(change.person),
        before=[UUID(worker) for worker in change.before],
        before_at=None if change.before_s is None else origin + timedelta(seconds=change.before_s),
        after=[UUID(worker) for worker in change.after],
        after_at=None if change.after_s is None else origin + timedelta(seconds=change.after_s),
        aide_changed=change.aide_changed,
        hour_changed=change.hour_changed,
    )


def _aide(item: planned.AideChange) -> AideTold:
    return AideTold(
        aide_id=UUID(item.worker),
        work_s=item.work_s,
        travel_s=item.travel_s,
        distance_m=item.distance_m,
        gained=[UUID(visit) for visit in item.gained],
        lost=[UUID(visit) for visit in item.lost],
        moved=[UUID(visit) for visit in item.moved],
    )


def _left(item: Unassigned) -> LeftTold:
    draft = unserved_draft(item)
    return LeftTold(visit_id=draft.visit_id, cause=draft.cause, causes=draft.causes)
