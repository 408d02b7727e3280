"""
All the SQL of care plans and of the interventions in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.careplans.domain import CarePlan, Intervention, InterventionException
from carecoord.careplans.tables import CarePlanRow, InterventionExceptionRow, InterventionRow
from carecoord.db.sets import among
from carecoord.db.upsert import Written, upsert
from carecoord.kernel.calendar import monday_of

_FROM_PLAN = {
    "person_id": CarePlanRow.person_id,
    "plan_starts_on": CarePlanRow.starts_on,
    "plan_ends_on": CarePlanRow.ends_on,
}
_INTERVENTION = [
    _FROM_PLAN[name].label(name) if name in _FROM_PLAN else getattr(InterventionRow, name)
    for name in Intervention.__struct_fields__
    if name != "exceptions"
]
_PLAN = [getattr(CarePlanRow, name) for name in CarePlan.__struct_fields__]
_EXCEPTION = [getattr(InterventionExceptionRow, name) for name in InterventionException.__struct_fields__]


async def plans_of(session: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, list[CarePlan]]:
    """Care plans of several people, latest start first."""
    lines = await session.execute(
        select(*_PLAN)
        .where(among(CarePlanRow.person_id, person_ids))
        .order_by(CarePlanRow.starts_on.desc(), CarePlanRow.id)
    )
    plans: dict[UUID, list[CarePlan]] = defaultdict(list)
    for line in lines:
        plans[line.person_id].append(CarePlan(**line._mapping))
    return plans


async def plan_of_lines(session: AsyncSession, references: Collection[str]) -> dict[str, tuple[UUID, UUID]]:
    """Reference of a line -> its plan and the person of that plan, for lines that exist."""
    lines = await session.execute(
        select(InterventionRow.reference, CarePlanRow.id, CarePlanRow.person_id)
        .join(CarePlanRow, CarePlanRow.id == InterventionRow.care_plan_id)
        .where(among(InterventionRow.reference, references))
    )
    return {line.reference: (line.id, line.person_id) for line in lines}


async def write_plans(session: AsyncSession, organisation_id: UUID, plans: Sequence[CarePlan]) -> None:
    """Create plans, or give those that exist these dates; one statement a chunk."""
    records = [{**msgspec.structs.asdict(plan), "organisation_id": organisation_id} for plan in plans]
    await upsert(session, CarePlanRow, records, key=("organisation_id", "id"))


async def upsert_lines(
    session: AsyncSession, organisation_id: UUID, records: Sequence[dict[str, Any]]
) -> list[Written]:
    """Write lines by reference; one statement a chunk."""
    complete = [{**record, "organisation_id": organisation_id, "version": 1} for record in records]
    return await upsert(session, InterventionRow, complete, key=("organisation_id", "reference"))


async def interventions(
    session: AsyncSession, *conditions: ColumnElement[bool], on_dates: tuple[date, date] | None = None
) -> list[Intervention]:
    """
    Interventions with their exceptions, by start of window; two statements.

    Args:
        on_dates: only exceptions that say something of these days, both included.
    """
    lines = (
        await session.execute(
            select(*_INTERVENTION)
            .join(CarePlanRow, CarePlanRow.id == InterventionRow.care_plan_id)
            .where(*conditions)
            .order_by(InterventionRow.earliest_start_minute, InterventionRow.reference)
        )
    ).all()
    exceptions = await _exceptions_of(session, [line.id for line in lines], on_dates)
    return [Intervention(**line._mapping, exceptions=exceptions.get(line.id, [])) for line in lines]


async def intervention(session: AsyncSession, intervention_id: UUID) -> Intervention | None:
    """One intervention of the acting organisation, with all its exceptions."""
    found = await interventions(session, InterventionRow.id == intervention_id)
    return found[0] if found else None


async def intervention_by_reference(session: AsyncSession, reference: str) -> Intervention | None:
    """One intervention of the acting organisation by its key of imports."""
    found = await interventions(session, InterventionRow.reference == reference)
    return found[0] if found else None


async def interventions_of_person(session: AsyncSession, person_id: UUID) -> list[Intervention]:
    """What is provided to one person."""
    return await interventions(session, CarePlanRow.person_id == person_id)


async def all_interventions(session: AsyncSession) -> list[Intervention]:
    """What is provided to everybody."""
    return await interventions(session)


async def interventions_between(session: AsyncSession, first: date, last: date) -> list[Intervention]:
    """What may take place in a period, with the exceptions of its whole weeks."""
    return await interventions(
        session,
        InterventionRow.starts_on <= last,
        CarePlanRow.starts_on <= last,
        or_(InterventionRow.ends_on.is_(None), InterventionRow.ends_on >= first),
        or_(CarePlanRow.ends_on.is_(None), CarePlanRow.ends_on >= first),
        on_dates=(first, last),
    )


async def _exceptions_of(
    session: AsyncSession, ids: Collection[UUID], on_dates: tuple[date, date] | None
) -> dict[UUID, list[InterventionException]]:
    found = select(*_EXCEPTION).where(among(InterventionExceptionRow.intervention_id, ids))
    if on_dates is not None:
        first, last = on_dates
        found = found.where(
            or_(
                # A nominal day in the same civil week may have its visit in the period.
                InterventionExceptionRow.on_date.between(
                    monday_of(first), monday_of(last) + timedelta(days=6)
                ),
                InterventionExceptionRow.moved_to.between(first, last),
            )
        )
    exceptions: dict[UUID, list[InterventionException]] = defaultdict(list)
    for line in await session.execute(found.order_by(InterventionExceptionRow.on_date)):
        exceptions[line.intervention_id].append(InterventionException(**line._mapping))
    return exceptions


async def put_exception(
    session: AsyncSession, organisation_id: UUID, exception: InterventionException
) -> None:
    """Let an exception take the place of what was said of that date before."""
    await session.execute(
        delete(InterventionExceptionRow).where(
            InterventionExceptionRow.intervention_id == exception.intervention_id,
            InterventionExceptionRow.on_date == exception.on_date,
        )
    )
    await session.execute(
        insert(InterventionExceptionRow).values(
            **msgspec.structs.asdict(exception), organisation_id=organisation_id
        )
    )


async def set_end(session: AsyncSession, intervention_id: UUID, ends_on: date, version: int) -> bool:
    """Give an intervention its last day; False when its version is another one."""
    changed = await session.execute(
        update(InterventionRow)
        .where(InterventionRow.id == intervention_id, InterventionRow.version == version)
        .values(ends_on=ends_on, version=InterventionRow.version + 1, updated_at=func.now())
        .returning(InterventionRow.id)
    )
    return changed.first() is not None
