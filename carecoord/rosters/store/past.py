"""
SQL of what was published before a period, of continuity, and of pins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from carecoord.kernel.ids import new_id
from carecoord.rosters.domain import Pin, Roster
from carecoord.rosters.past import Continuity, DayWorked, PastStop, PastWork
from carecoord.rosters.tables import ContinuityRow, PinRow, RosterStopRow

# Which published roster counts for each day: the latest one that covers it.
_CURRENT_DAYS = """
current_day AS (
    SELECT DISTINCT ON (day::date) day::date AS on_date, r.id AS roster_id
    FROM roster r
    CROSS JOIN LATERAL generate_series(
        greatest(r.first_day, CAST(:first AS date))::timestamp,
        least(r.first_day + r.day_count - 1, CAST(:last AS date))::timestamp, interval '1 day') AS day
    WHERE r.state = 'published' AND r.first_day <= :last AND r.first_day + r.day_count > :first
    ORDER BY day::date, r.published_at DESC, r.id DESC
)
"""

_DAYS_WORKED = text(
    f"""
    WITH {_CURRENT_DAYS}, stop AS (
        SELECT s.aide_id, s.on_date, s.starts_at, s.ends_at, s.travel_s,
               extract(epoch FROM s.starts_at - lag(s.ends_at)
                   OVER (PARTITION BY s.aide_id, s.on_date ORDER BY s.starts_at)) - s.travel_s AS free_s
        FROM roster_stop s JOIN current_day d ON d.roster_id = s.roster_id AND d.on_date = s.on_date
    )
    SELECT aide_id, on_date, min(starts_at) AS first_start, max(ends_at) AS last_end,
           sum(extract(epoch FROM ends_at - starts_at) + travel_s
               + CASE WHEN free_s > 0 AND free_s <= :paid_wait_max_s THEN free_s ELSE 0 END)::bigint AS work_s
    FROM stop GROUP BY aide_id, on_date
    """  # noqa: S608 - both parts are constants of this module
)

_COVERED = text(f"WITH {_CURRENT_DAYS} SELECT on_date FROM current_day")  # noqa: S608 - as above

_MEETINGS = text(
    f"""
    WITH {_CURRENT_DAYS}
    SELECT s.visit_id, s.aide_id FROM roster_stop s
    JOIN current_day d ON d.roster_id = s.roster_id AND d.on_date = s.on_date
    """  # noqa: S608 - as above
)

_PAST_STOPS = text(
    f"""
    WITH {_CURRENT_DAYS}
    SELECT s.visit_id, s.aide_id, s.on_date, s.starts_at FROM roster_stop s
    JOIN current_day d ON d.roster_id = s.roster_id AND d.on_date = s.on_date
    ORDER BY s.starts_at, s.aide_id
    """  # noqa: S608 - as above
)


async def past_work(session: AsyncSession, before: date, *, days: int, paid_wait_max_s: int) -> PastWork:
    """
    What the published rosters say of the days just before a date.

    Args:
        days: how many days are looked at.
        paid_wait_max_s: a gap of at most this, travel taken off, counts as work.
    """
    period = {"first": before - timedelta(days=days), "last": before - timedelta(days=1)}
    covered = (await session.execute(_COVERED, period)).scalars()
    rows = await session.execute(_DAYS_WORKED, {**period, "paid_wait_max_s": paid_wait_max_s})
    return PastWork(
        days=[
            DayWorked(
                aide_id=row.aide_id,
                on_date=row.on_date,
                first_start=row.first_start,
                last_end=row.last_end,
                work_s=row.work_s,
            )
            for row in rows
        ],
        covered=frozenset(covered),
    )


async def stops_between(session: AsyncSession, first: date, last: date) -> list[PastStop]:
    """Every stop that counts in a period: whose, when, of which visit."""
    rows = await session.execute(_PAST_STOPS, {"first": first, "last": last})
    return [PastStop(**row._mapping) for row in rows]


async def meetings(session: AsyncSession, first: date, last: date) -> list[tuple[UUID, UUID]]:
    """Visit and aide of every stop that counts in a period."""
    rows = await session.execute(_MEETINGS, {"first": first, "last": last})
    return [(row.visit_id, row.aide_id) for row in rows]


async def served_outside(
    session: AsyncSession, rosters: Sequence[Roster], first: date, last: date
) -> frozenset[UUID]:
    """Visits that some of these rosters serve on a day outside the period."""
    if not rosters:
        return frozenset()
    rows = await session.execute(
        select(RosterStopRow.visit_id)
        .where(
            RosterStopRow.roster_id.in_([roster.id for roster in rosters]),
            (RosterStopRow.on_date < first) | (RosterStopRow.on_date > last),
        )
        .distinct()
    )
    return frozenset(rows.scalars())


async def continuity(session: AsyncSession) -> list[Continuity]:
    """Every known face of the organisation."""
    rows = await session.execute(
        select(ContinuityRow).order_by(ContinuityRow.person_id, ContinuityRow.aide_id)
    )
    return [
        Continuity(person_id=row.person_id, aide_id=row.aide_id, visits=row.visits, share=row.share)
        for row in rows.scalars()
    ]


async def continuity_of(session: AsyncSession, person_id: UUID) -> list[Continuity]:
    """The faces that one person knows."""
    rows = await session.execute(
        select(ContinuityRow).where(ContinuityRow.person_id == person_id).order_by(ContinuityRow.aide_id)
    )
    return [
        Continuity(person_id=row.person_id, aide_id=row.aide_id, visits=row.visits, share=row.share)
        for row in rows.scalars()
    ]


async def add_meetings(
    session: AsyncSession, organisation_id: UUID, change: Counter[tuple[UUID, UUID]]
) -> None:
    """
    Add to the counts of visits by person and aide, negative where a plan was replaced.

    A pair that comes to nothing goes; the shares of the people concerned follow.
    """
    values: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "organisation_id": organisation_id,
            "person_id": person,
            "aide_id": aide,
            "visits": count,
        }
        for (person, aide), count in sorted(change.items())
        if count
    ]
    if not values:
        return
    for start in range(0, len(values), 2000):
        statement = insert(ContinuityRow).values(values[start : start + 2000])
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["person_id", "aide_id"],
                set_={"visits": ContinuityRow.visits + statement.excluded.visits, "updated_at": func.now()},
            )
        )
    await session.execute(delete(ContinuityRow).where(ContinuityRow.visits <= 0))
    await session.execute(_SHARES, {"people": sorted({person for person, _ in change})})


_SHARES = text(
    """
    UPDATE continuity c SET share = c.visits::float / t.total
    FROM (SELECT person_id, sum(visits) AS total FROM continuity GROUP BY person_id) t
    WHERE t.person_id = c.person_id AND c.person_id = ANY(:people)
    """
)


async def pins(session: AsyncSession, visit_ids: Sequence[UUID] | None = None) -> list[Pin]:
    """Pins of some visits, or all of the organisation."""
    statement = select(PinRow).order_by(PinRow.visit_id)
    if visit_ids is not None:
        statement = statement.where(PinRow.visit_id.in_(visit_ids))
    return [pin_of(row) for row in (await session.execute(statement)).scalars()]


async def pins_stamp(session: AsyncSession) -> str:
    """Changes whenever a pin is set, changed or lifted; one cheap statement."""
    found = await session.execute(
        select(func.count(), func.sum(func.extract("epoch", PinRow.updated_at))).select_from(PinRow)
    )
    return " ".join(map(str, found.one()))


async def save_pin(session: AsyncSession, organisation_id: UUID, pin: Pin) -> None:
    """Set the pin of a visit, replacing the one it had."""
    values: dict[str, Any] = {
        "aide_ids": pin.aide_ids,
        "starts_at": pin.starts_at,
        "on_date": pin.on_date,
        "pinned_by": pin.pinned_by,
        "reason": pin.reason,
        "promised": pin.promised,
    }
    statement = insert(PinRow).values(
        id=new_id(), organisation_id=organisation_id, visit_id=pin.visit_id, **values
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["visit_id"], set_={**values, "updated_at": func.now()}
        )
    )


async def remove_pin(session: AsyncSession, visit_id: UUID) -> bool:
    """Lift the pin of a visit; whether there was one."""
    gone = await session.execute(delete(PinRow).where(PinRow.visit_id == visit_id).returning(PinRow.id))
    return gone.scalar_one_or_none() is not None


def pin_of(row: PinRow) -> Pin:
    """The domain struct of a row."""
    return Pin(
        visit_id=row.visit_id,
        aide_ids=row.aide_ids,
        starts_at=row.starts_at,
        on_date=row.on_date,
        pinned_by=row.pinned_by,
        reason=row.reason,
        promised=row.promised,
    )
