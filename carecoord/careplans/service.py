"""
Use cases of care plans: lines, exceptions, and the dated visits they produce.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from carecoord.audit.recorder import record
from carecoord.audit.tags import Tag
from carecoord.beneficiaries.service import get_person, person_ids
from carecoord.careplans import store, visit_store
from carecoord.careplans.domain import (
    AddException,
    EndIntervention,
    Intervention,
    InterventionException,
    UpsertLine,
    VisitToPlan,
)
from carecoord.careplans.placing import place_lines
from carecoord.careplans.rules import exception_defects, line_defects, period_defects, stripped
from carecoord.careplans.settling import settle
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import CAREPLAN_READ, CAREPLAN_WRITE, PERSON_WRITE
from carecoord.kernel.actor import Actor
from carecoord.kernel.calendar import monday_of
from carecoord.kernel.clock import local_date
from carecoord.kernel.errors import Conflict, Defect, Invalid, NotFound
from carecoord.kernel.ids import new_id
from carecoord.kernel.upsert import UpsertReport, duplicate_defects, sorted_out
from carecoord.workforce.service import aide_ids


async def upsert_lines(uow: UnitOfWork, actor: Actor, commands: Sequence[UpsertLine]) -> UpsertReport:
    """
    Write lines by reference; those already exactly so are not touched.

    A line goes into the care plan of its person that still runs when the line starts;
    where there is none a plan is created, and a plan that starts later is made to start
    with the line.

    Raises:
        Refused: the actor lacks `careplan:write`.
        Invalid: every defect of every line: unknown people and aides, references given
            twice, wrong patterns and windows; nothing is written.
    """
    actor.require(CAREPLAN_WRITE)
    commands = [stripped(command) for command in commands]
    references = [command.reference for command in commands]
    people = await person_ids(uow, actor, {command.person_reference for command in commands})
    named = {name for command in commands for name in (*command.wanted_aides, *command.refused_aides)}
    aides = await aide_ids(uow, actor, named)
    defects = duplicate_defects(references, "lines")
    for index, command in enumerate(commands):
        where = f"lines[{index}]."
        defects += line_defects(command, where)
        defects += _unknown_defects(command, people, aides, where)
    if defects:
        raise Invalid(defects)
    owners = {command.reference: people[command.person_reference] for command in commands}
    placed = place_lines(
        [(command.reference, owners[command.reference], command.starts_on) for command in commands],
        known=await store.plan_of_lines(uow.session, references),
        plans=await store.plans_of(uow.session, set(owners.values())),
    )
    await store.write_plans(uow.session, actor.organisation_id, placed.plans_to_write)
    records = [_line_record(command, placed.plan_ids[command.reference], aides) for command in commands]
    written = await store.upsert_lines(uow.session, actor.organisation_id, records)
    report = sorted_out(
        references,
        created={str(line.key[1]) for line in written if line.is_new},
        changed={str(line.key[1]) for line in written if not line.is_new},
    )
    if written:
        record(uow, Tag.LINES_UPSERTED, None, report.counts)
    return report


def _unknown_defects(
    command: UpsertLine, people: dict[str, UUID], aides: dict[str, UUID], where: str
) -> list[Defect]:
    """People and aides that this organisation does not have."""
    defects = []
    if command.person_reference not in people:
        defects.append(
            Defect(
                code="person_unknown",
                where=where + "person_reference",
                why=f"no person has the reference {command.person_reference!r}",
                args={"reference": command.person_reference},
            )
        )
    defects += [
        Defect(
            code="aide_unknown",
            where=where + name,
            why=f"no aide has the reference {reference!r}",
            args={"reference": reference},
        )
        for name in ("wanted_aides", "refused_aides")
        for reference in getattr(command, name)
        if reference not in aides
    ]
    return defects


def _line_record(command: UpsertLine, plan_id: UUID, aides: dict[str, UUID]) -> dict[str, Any]:
    """Columns of a line, lists in the one order in which they are kept and compared."""
    values = msgspec.structs.asdict(command)
    del values["person_reference"]
    return {
        **values,
        "id": new_id(),
        "care_plan_id": plan_id,
        "anchor_on": command.anchor_on or command.starts_on,
        "weekdays": sorted(set(command.weekdays)),
        "alternative_days": sorted(set(command.alternative_days)),
        "skills": sorted({skill.strip() for skill in command.skills}),
        "wanted_aides": list(dict.fromkeys(aides[name] for name in command.wanted_aides)),
        "refused_aides": sorted({aides[name] for name in command.refused_aides}),
    }


async def get_intervention(uow: UnitOfWork, actor: Actor, intervention_id: UUID) -> Intervention:
    """
    One intervention with its exceptions.

    Raises:
        Refused: the actor lacks `careplan:read`.
        NotFound: no such intervention in this organisation.
    """
    actor.require(CAREPLAN_READ)
    found = await store.intervention(uow.session, intervention_id)
    if found is None:
        raise NotFound("intervention_unknown", "no such intervention")
    return found


async def interventions_of_person(uow: UnitOfWork, actor: Actor, person_id: UUID) -> list[Intervention]:
    """
    What is provided to one person, with exceptions, by start of window.

    Raises:
        Refused: the actor lacks `careplan:read` or `person:read`.
        NotFound: no such person in this organisation.
    """
    actor.require(CAREPLAN_READ)
    await get_person(uow, actor, person_id)
    return await store.interventions_of_person(uow.session, person_id)


async def all_interventions(uow: UnitOfWork, actor: Actor) -> list[Intervention]:
    """
    What is provided to everybody, with exceptions, in two statements; for exports.

    Raises:
        Refused: the actor lacks `careplan:read`.
    """
    actor.require(CAREPLAN_READ)
    return await store.all_interventions(uow.session)


async def add_exception(uow: UnitOfWork, actor: Actor, command: AddException) -> InterventionException:
    """
    Make one date of an intervention differ; the dated visits of its weeks follow at once.

    Raises:
        Refused: the actor lacks `careplan:write`.
        NotFound: no such intervention in this organisation.
        Invalid: a date outside the line, a move without a date, an unknown or useless change.
    """
    actor.require(CAREPLAN_WRITE)
    intervention = await get_intervention(uow, actor, command.intervention_id)
    if defects := exception_defects(command, intervention):
        raise Invalid(defects)
    exception = InterventionException(
        id=new_id(),
        intervention_id=command.intervention_id,
        on_date=command.on_date,
        kind=command.kind,
        moved_to=command.moved_to,
        changes=command.changes,
    )
    before = {known.moved_to for known in intervention.exceptions if known.on_date == command.on_date}
    await store.put_exception(uow.session, actor.organisation_id, exception)
    intervention = await get_intervention(uow, actor, command.intervention_id)
    touched = {command.on_date, command.moved_to, *before} - {None}
    for monday in sorted({monday_of(day) for day in touched if day is not None}):
        await settle(uow, actor, [intervention], monday, monday + timedelta(days=6), only=intervention.id)
    record(
        uow,
        Tag.EXCEPTION_ADDED,
        command.intervention_id,
        {"kind": command.kind, "on_date": command.on_date.isoformat()},
    )
    return exception


async def end_intervention(uow: UnitOfWork, actor: Actor, command: EndIntervention) -> Intervention:
    """
    Give an intervention its last day; visits planned after it are cancelled.

    Raises:
        Refused: the actor lacks `careplan:write`.
        NotFound: no such intervention in this organisation.
        Invalid: the last day is before the first.
        Conflict: somebody changed the intervention meanwhile.
    """
    actor.require(CAREPLAN_WRITE)
    intervention = await get_intervention(uow, actor, command.intervention_id)
    if command.ends_on < intervention.starts_on:
        raise Invalid([Defect(code="dates_order", where="ends_on", why="is before starts_on")])
    if not await store.set_end(uow.session, command.intervention_id, command.ends_on, command.version):
        raise Conflict("changed_meanwhile", "the intervention was changed by somebody else meanwhile")
    await visit_store.cancel_others(
        uow.session,
        # 31/12/9999 is how many programs write “until further notice”.
        first=command.ends_on + timedelta(days=1) if command.ends_on < date.max else date.max,
        last=date.max,
        wanted=[],
        today=local_date(uow.now),
        intervention_id=command.intervention_id,
    )
    record(uow, Tag.INTERVENTION_ENDED, command.intervention_id, {"ends_on": command.ends_on.isoformat()})
    return await get_intervention(uow, actor, command.intervention_id)


async def produce_visits(uow: UnitOfWork, actor: Actor, first_day: date, day_count: int) -> int:
    """
    Make the dated visits of a period what the interventions say.

    Creates those that are missing, changes those not yet past that differ, cancels those
    not yet past that are no longer wanted. Doing it twice changes nothing.

    Returns:
        How many visits were created, changed or cancelled.

    Raises:
        Refused: the actor lacks `careplan:write`.
        Invalid: fewer than 1 or more than 92 days, or a year that no calendar of ours covers.
    """
    actor.require(CAREPLAN_WRITE)
    if defects := period_defects(first_day, day_count):
        raise Invalid(defects)
    last_day = first_day + timedelta(days=day_count - 1)
    interventions = await store.interventions_between(uow.session, first_day, last_day)
    count = await settle(uow, actor, interventions, first_day, last_day)
    if count:
        facts = {"first_day": first_day.isoformat(), "day_count": day_count, "count": count}
        record(uow, Tag.VISITS_PRODUCED, None, facts)
    return count


async def settle_person(uow: UnitOfWork, actor: Actor, person_id: UUID, first: date) -> int:
    """
    Make the visits of one person, from a day to the last one ever produced, what lines and stays say.

    A stay cancels them, a confirmed return brings them back; days not produced yet follow by themselves.

    Args:
        first: never before today: what is past stays as it is.

    Returns:
        How many visits were created, changed or cancelled.

    Raises:
        Refused: the actor lacks `careplan:read` or `person:write`.
        NotFound: no such person in this organisation.
    """
    actor.require(CAREPLAN_READ)
    actor.require(PERSON_WRITE)
    await get_person(uow, actor, person_id)
    first = max(first, local_date(uow.now))
    last = await visit_store.last_due(uow.session)
    if last is None or last < first:
        return 0
    interventions = await store.interventions_of_person(uow.session, person_id)
    count = await settle(uow, actor, interventions, first, last, person_id=person_id)
    if count:
        facts = {"first_day": first.isoformat(), "day_count": (last - first).days + 1, "count": count}
        record(uow, Tag.VISITS_PRODUCED, person_id, facts)
    return count


async def visits_between(
    uow: UnitOfWork,
    actor: Actor,
    first: date,
    last: date,
    *,
    person_id: UUID | None = None,
    with_cancelled: bool = False,
) -> list[VisitToPlan]:
    """
    Visits due in a period with what their line says, in order of time; one statement.

    Args:
        last: included.
        person_id: of one person; of everybody when absent.

    Raises:
        Refused: the actor lacks `careplan:read`.
    """
    actor.require(CAREPLAN_READ)
    return await visit_store.visits_between(
        uow.session, first, last, person_id=person_id, with_cancelled=with_cancelled
    )


async def visits_by_id(uow: UnitOfWork, actor: Actor, ids: Collection[UUID]) -> dict[UUID, VisitToPlan]:
    """
    Several visits by identifier, whatever their status; unknown identifiers are left out.

    Raises:
        Refused: the actor lacks `careplan:read`.
    """
    actor.require(CAREPLAN_READ)
    return {visit.id: visit for visit in await visit_store.visits_by_id(uow.session, ids)} if ids else {}


async def visits_stamp(uow: UnitOfWork, actor: Actor, first: date, last: date) -> str:
    """
    A text that changes whenever a visit due in a period is added, changed or cancelled.

    Raises:
        Refused: the actor lacks `careplan:read`.
    """
    actor.require(CAREPLAN_READ)
    return await visit_store.stamp(uow.session, first, last)


async def intervention_named(uow: UnitOfWork, actor: Actor, reference: str) -> Intervention | None:
    """
    The line of a reference, if there is one.

    Raises:
        Refused: the actor lacks `careplan:read`.
    """
    actor.require(CAREPLAN_READ)
    return await store.intervention_by_reference(uow.session, reference)


async def settle_intervention(
    uow: UnitOfWork, actor: Actor, reference: str, first: date, last: date
) -> tuple[Intervention, list[VisitToPlan]]:
    """
    Make the visits of one line in a period what it says, and give them.

    Raises:
        Refused: the actor lacks `careplan:write`.
        NotFound: no line has this reference.
    """
    actor.require(CAREPLAN_WRITE)
    found = await store.intervention_by_reference(uow.session, reference)
    if found is None:
        raise NotFound("intervention_unknown", "no such intervention")
    await settle(uow, actor, [found], first, last, only=found.id)
    visits = await visit_store.visits_between(
        uow.session, first, last, person_id=found.person_id, with_cancelled=False
    )
    return found, [visit for visit in visits if visit.intervention_id == found.id]
