"""
Read-only statements over the views in migrations/views.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

PAID_WAIT_MAX_S = 900
"""A gap of at most this, travel taken off, counts as work (default of every regime known here)."""


class StopSums(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over the stops of a period."""

    stops: int
    known_stops: int
    people: int
    faces: int
    service_s: int
    travel_s: int
    wait_s: int
    distance_m: int


class AideSums(msgspec.Struct, frozen=True, kw_only=True):
    """Sums over the stops of one aide."""

    aide_id: UUID
    stops: int
    days: int
    work_s: int
    travel_s: int
    travel_m: int


_WAIT = "CASE WHEN free_s > 0 AND free_s <= :paid_wait_max_s THEN free_s ELSE 0 END"

_SUMS = text(
    f"""
    SELECT count(*) AS stops, count(*) FILTER (WHERE known_face) AS known_stops,
        count(DISTINCT person_id) AS people, count(DISTINCT (person_id, aide_id)) AS faces,
        coalesce(sum(service_s), 0) AS service_s, coalesce(sum(travel_s), 0) AS travel_s,
        coalesce(sum({_WAIT}), 0) AS wait_s, coalesce(sum(travel_m), 0) AS distance_m
    FROM published_stop WHERE on_date BETWEEN :first AND :last
    """  # noqa: S608 - a constant of this module
)

_AIDES = text(
    f"""
    SELECT aide_id, count(*) AS stops, count(DISTINCT on_date) AS days,
        sum(service_s + travel_s + {_WAIT}) AS work_s, sum(travel_s) AS travel_s, sum(travel_m) AS travel_m
    FROM published_stop WHERE on_date BETWEEN :first AND :last GROUP BY aide_id
    """  # noqa: S608 - a constant of this module
)

_SERVED = text(
    "SELECT tier AS name, count(*) AS number FROM published_stop"
    " WHERE on_date BETWEEN :first AND :last AND seat = 0 GROUP BY tier"
)
_UNSERVED = text(
    "SELECT tier AS name, count(*) AS number FROM published_unserved"
    " WHERE on_date BETWEEN :first AND :last GROUP BY tier"
)
_CAUSES = text(
    "SELECT cause AS name, count(*) AS number FROM published_unserved"
    " WHERE on_date BETWEEN :first AND :last GROUP BY cause ORDER BY number DESC, name"
)
_BREACHES = text(
    "SELECT severity, rule, count(*) AS number FROM published_breach"
    " WHERE on_date BETWEEN :first AND :last GROUP BY severity, rule ORDER BY severity, rule"
)
_DAYS = text("SELECT count(*) FROM current_roster_day WHERE on_date BETWEEN :first AND :last")


async def stop_sums(session: AsyncSession, first: date, last: date) -> StopSums:
    """Sums over the published stops of a period."""
    values = {"first": first, "last": last, "paid_wait_max_s": PAID_WAIT_MAX_S}
    row = (await session.execute(_SUMS, values)).one()
    return StopSums(**row._mapping)


async def aide_sums(session: AsyncSession, first: date, last: date) -> list[AideSums]:
    """The same by aide."""
    values = {"first": first, "last": last, "paid_wait_max_s": PAID_WAIT_MAX_S}
    return [AideSums(**row._mapping) for row in await session.execute(_AIDES, values)]


async def served_by_tier(session: AsyncSession, first: date, last: date) -> dict[str, int]:
    """Visits made, by tier."""
    return await _counts(session, _SERVED, first, last)


async def unserved_by_tier(session: AsyncSession, first: date, last: date) -> dict[str, int]:
    """Visits left out, by tier."""
    return await _counts(session, _UNSERVED, first, last)


async def causes(session: AsyncSession, first: date, last: date) -> dict[str, int]:
    """Visits left out, by cause, most frequent first."""
    return await _counts(session, _CAUSES, first, last)


async def breaches(session: AsyncSession, first: date, last: date) -> dict[str, dict[str, int]]:
    """Broken rules: severity -> rule -> times."""
    found: dict[str, dict[str, int]] = {"block": {}, "warn": {}}
    for row in await session.execute(_BREACHES, {"first": first, "last": last}):
        found.setdefault(row.severity, {})[row.rule] = row.number
    return found


async def published_days(session: AsyncSession, first: date, last: date) -> int:
    """Days for which something is published."""
    return int((await session.execute(_DAYS, {"first": first, "last": last})).scalar_one())


async def _counts(session: AsyncSession, statement: TextClause, first: date, last: date) -> dict[str, int]:
    return {row.name: row.number for row in await session.execute(statement, {"first": first, "last": last})}
