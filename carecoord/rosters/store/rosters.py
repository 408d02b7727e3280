"""
SQL of rosters: rounds of a period, their stops, the visits left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Date, cast, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from carecoord.kernel.ids import new_id
from carecoord.kernel.page import PageRequest, PageResult
from carecoord.rosters.apply import StopDraft, UnservedDraft
from carecoord.rosters.domain import (
    AideCause,
    KeyFigures,
    Roster,
    RosterState,
    RosterStop,
    RuleBreach,
    TravelUsed,
    Unserved,
)
from carecoord.rosters.store.runs import travel_json, travel_of
from carecoord.rosters.tables import PlanningRunRow, RosterRow, RosterStopRow, RosterUnservedRow


class RosterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a roster besides its stops."""

    figures: KeyFigures
    naive: KeyFigures | None = None
    travel: list[TravelUsed] = []
    warnings: list[RuleBreach] = []


async def add_roster(
    session: AsyncSession,
    organisation_id: UUID,
    *,
    run_id: UUID,
    first_day: date,
    day_count: int,
    facts: RosterFacts,
) -> UUID:
    """An empty draft."""
    row = RosterRow(
        id=new_id(),
        organisation_id=organisation_id,
        run_id=run_id,
        first_day=first_day,
        day_count=day_count,
        state="draft",
        **_facts_json(facts),
    )
    session.add(row)
    await session.flush()
    return row.id


async def change_roster(
    session: AsyncSession, roster_id: UUID, *, facts: RosterFacts | None = None, **values: Any
) -> None:
    """
    Set fields of a roster; its version rises, whatever was set.

    Raises:
        StaleDataError: it was changed meanwhile.
    """
    row = await session.get_one(RosterRow, roster_id)
    for name, value in (values | (_facts_json(facts) if facts else {})).items():
        setattr(row, name, value)
    flag_modified(row, "figures")
    await session.flush()


async def roster_by_id(session: AsyncSession, roster_id: UUID, *, lock: bool = False) -> Roster | None:
    """One roster, or None when the organisation has no such roster."""
    statement = select(RosterRow).where(RosterRow.id == roster_id)
    if lock:
        statement = statement.with_for_update()
    row = (await session.execute(statement.execution_options(populate_existing=True))).scalar_one_or_none()
    return None if row is None else roster_of(row)


async def problem_of(session: AsyncSession, roster_id: UUID) -> bytes | None:
    """The problem of a roster, compressed: that of its run with what was added since; None when unknown."""
    found = await session.execute(
        select(func.coalesce(RosterRow.problem, PlanningRunRow.problem))
        .outerjoin(PlanningRunRow, PlanningRunRow.id == RosterRow.run_id)
        .where(RosterRow.id == roster_id)
    )
    return found.scalar_one_or_none()


async def own_problem(session: AsyncSession, roster_id: UUID) -> bytes | None:
    """The problem that a roster grew to, compressed; None while it is that of its run."""
    return await session.scalar(select(RosterRow.problem).where(RosterRow.id == roster_id))


async def change_problem(session: AsyncSession, roster_id: UUID, problem: bytes | None) -> None:
    """Make this the problem of a roster, or that of its run; its version stays."""
    await session.execute(update(RosterRow).where(RosterRow.id == roster_id).values(problem=problem))


async def list_rosters(session: AsyncSession, page: PageRequest) -> PageResult[Roster]:
    """Rosters, latest period first, newest first within a period."""
    total = (await session.execute(select(func.count()).select_from(RosterRow))).scalar_one()
    rows = await session.execute(
        select(RosterRow)
        .order_by(RosterRow.first_day.desc(), RosterRow.created_at.desc(), RosterRow.id.desc())
        .offset(page.offset)
        .limit(page.size)
    )
    return PageResult(
        items=[roster_of(row) for row in rows.scalars()], total=total, page=page.page, size=page.size
    )


async def overlapping(
    session: AsyncSession, first: date, last: date, states: Sequence[RosterState]
) -> list[Roster]:
    """Rosters that share a day with a period; the latest published first, then the newest drafts."""
    row_last = cast(RosterRow.first_day + RosterRow.day_count, Date) - 1
    rows = await session.execute(
        select(RosterRow)
        .where(
            RosterRow.state.in_(states),
            RosterRow.first_day <= last,
            row_last >= cast(first, Date),
        )
        .order_by(RosterRow.published_at.desc().nulls_last(), RosterRow.created_at.desc())
    )
    return [roster_of(row) for row in rows.scalars()]


async def stops_of(session: AsyncSession, wanted: Iterable[tuple[UUID, date]]) -> list[RosterStop]:
    """The stops of given days of given rosters, by aide in order of time."""
    pairs = list(wanted)
    if not pairs:
        return []
    chosen = tuple_(RosterStopRow.roster_id, RosterStopRow.on_date).in_(pairs)
    return await _stops(session, chosen)


async def all_stops(session: AsyncSession, roster_id: UUID) -> list[RosterStop]:
    """Every stop of a roster, by aide in order of time."""
    return await _stops(session, RosterStopRow.roster_id == roster_id)


async def unserved_of(session: AsyncSession, roster_ids: Sequence[UUID]) -> list[Unserved]:
    """Visits left out of some rosters."""
    if not roster_ids:
        return []
    rows = await session.execute(
        select(RosterUnservedRow)
        .where(RosterUnservedRow.roster_id.in_(roster_ids))
        .order_by(RosterUnservedRow.visit_id)
    )
    return [
        Unserved(
            roster_id=row.roster_id,
            visit_id=row.visit_id,
            cause=row.cause,
            causes=msgspec.convert(row.details, list[AideCause]),
        )
        for row in rows.scalars()
    ]


async def replace_stops(
    session: AsyncSession,
    organisation_id: UUID,
    roster_id: UUID,
    stops: list[StopDraft],
    unserved: list[UnservedDraft],
) -> None:
    """Make these the stops of a roster and the visits it leaves out, in four statements."""
    await session.execute(delete(RosterStopRow).where(RosterStopRow.roster_id == roster_id))
    await session.execute(delete(RosterUnservedRow).where(RosterUnservedRow.roster_id == roster_id))
    owner = {"organisation_id": organisation_id, "roster_id": roster_id}
    if stops:
        values = [{"id": new_id(), **owner, **msgspec.structs.asdict(stop)} for stop in stops]
        await session.execute(insert(RosterStopRow), values)
    if unserved:
        await session.execute(
            insert(RosterUnservedRow),
            [{"id": new_id(), **owner, **_unserved_json(item)} for item in unserved],
        )


async def change_stops(
    session: AsyncSession,
    organisation_id: UUID,
    roster_id: UUID,
    *,
    gone: Sequence[UUID],
    changed: Sequence[tuple[UUID, StopDraft]],
    added: Sequence[StopDraft],
) -> None:
    """
    Take stops out by identifier, set others anew, add others.
    """
    if gone:
        await session.execute(delete(RosterStopRow).where(RosterStopRow.id.in_(gone)))
    if changed:
        await session.execute(
            update(RosterStopRow),
            [{"id": stop_id, **msgspec.structs.asdict(draft)} for stop_id, draft in changed],
        )
    if added:
        owner = {"organisation_id": organisation_id, "roster_id": roster_id}
        values = [{"id": new_id(), **owner, **msgspec.structs.asdict(stop)} for stop in added]
        await session.execute(insert(RosterStopRow), values)


async def change_unserved(
    session: AsyncSession,
    organisation_id: UUID,
    roster_id: UUID,
    *,
    gone: Sequence[UUID],
    added: Sequence[UnservedDraft],
) -> None:
    """Take visits, by their identifier, off the list of those left out; add others."""
    if gone:
        await session.execute(
            delete(RosterUnservedRow).where(
                RosterUnservedRow.roster_id == roster_id, RosterUnservedRow.visit_id.in_(gone)
            )
        )
    if added:
        owner = {"organisation_id": organisation_id, "roster_id": roster_id}
        await session.execute(
            insert(RosterUnservedRow), [{"id": new_id(), **owner, **_unserved_json(item)} for item in added]
        )


def roster_of(row: RosterRow) -> Roster:
    """The domain struct of a row."""
    return Roster(
        id=row.id,
        run_id=row.run_id,
        first_day=row.first_day,
        day_count=row.day_count,
        state=row.state,  # type: ignore[arg-type] # kept to the states by a check constraint
        version=row.version,
        created_at=row.created_at,
        published_at=row.published_at,
        published_by=row.published_by,
        figures=msgspec.convert(row.figures, KeyFigures),
        naive=None if row.naive is None else msgspec.convert(row.naive, KeyFigures),
        travel=travel_of(row.travel),
        warnings=msgspec.convert(row.warnings, list[RuleBreach]),
    )


async def _stops(session: AsyncSession, chosen: ColumnElement[bool]) -> list[RosterStop]:
    """Columns, not rows of the mapper: a week has thousands."""
    columns = [getattr(RosterStopRow, name) for name in RosterStop.__struct_fields__]
    rows = await session.execute(
        select(*columns).where(chosen).order_by(RosterStopRow.aide_id, RosterStopRow.starts_at)
    )
    return [RosterStop(**row) for row in rows.mappings()]


def _facts_json(facts: RosterFacts) -> dict[str, Any]:
    return {
        "figures": msgspec.to_builtins(facts.figures),
        "naive": None if facts.naive is None else msgspec.to_builtins(facts.naive),
        "travel": travel_json(facts.travel),
        "warnings": msgspec.to_builtins(facts.warnings),
    }


def _unserved_json(item: UnservedDraft) -> dict[str, Any]:
    return {
        "visit_id": item.visit_id,
        "cause": item.cause,
        "details": msgspec.to_builtins(item.causes),
    }
