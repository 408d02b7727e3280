"""
Rides of every week: what is asked for each time, on which days, from when until when. Pure.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec

from carecoord.kernel.errors import Defect
from carecoord.kernel.ids import derived_id
from carecoord.rides.asking import AskRide

AHEAD_DAYS = 28
"""How far ahead rides of every week are asked for: volunteers know their months, not their years."""

LONGEST_DAYS = 366


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """
    A ride of every week.

    Args:
        weekdays: 0 Monday … 6 Sunday.
        ends_on: last day; None until further notice.
        ask: what is asked for; its day is that of the model and counts for nothing.
    """

    id: UUID
    person_id: UUID
    weekdays: list[int]
    starts_on: date
    ends_on: date | None
    ask: AskRide
    version: int = 1


class Produced(msgspec.Struct, frozen=True, kw_only=True):
    """
    What asking for rides of every week did.

    Args:
        made: requests recorded now.
        away: days left out because the person is away from home.
        refused: days the rules refuse, or leave something to be answered about.
        left: days not reached this time.
    """

    made: int
    away: int
    refused: int
    left: int


def dates_of(standing: Standing, first: date, last: date) -> list[date]:
    """The days of a ride of every week within a period."""
    begins = max(first, standing.starts_on)
    ends = last if standing.ends_on is None else min(last, standing.ends_on)
    days = (begins + timedelta(days=step) for step in range(max(0, (ends - begins).days + 1)))
    return [day for day in days if day.weekday() in standing.weekdays]


def key_of(standing: Standing, on: date) -> UUID:
    """The key of the request of one day: asked for twice, it is one request."""
    return derived_id(standing.id, on.isoformat())


def standing_defects(standing: Standing) -> list[Defect]:
    """Everything wrong with a ride of every week."""
    defects = []
    if not standing.weekdays or any(not 0 <= day <= 6 for day in standing.weekdays):
        defects.append(
            Defect(code="weekdays_missing", where="weekdays", why="names no day, or none there is")
        )
    if standing.ends_on is not None:
        if standing.ends_on < standing.starts_on:
            defects.append(Defect(code="dates_order", where="ends_on", why="is before starts_on"))
        elif (standing.ends_on - standing.starts_on).days > LONGEST_DAYS:
            defects.append(Defect(code="date_far", where="ends_on", why="is more than a year ahead"))
    return defects
