"""
The day of a person over all services, and what a stay away from home frees.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person, Stay

ItemKind = Literal["visit", "meal", "ride"]
ItemState = Literal["promised", "planned", "looking"]
"""Promised to the person; due without an hour yet; a ride without driver."""

ClashRule = Literal["person_overlap", "meal_before_visit", "meal_absent", "stay"]
"""Names of `carecoord.planning.joint.check`."""


class DayItem(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something that a service does for a person on a day.

    Args:
        source_id: visit, leg of a ride, or meal delivery.
        starts_at, ends_at: when it takes place; its window while it has no hour.
        label: what, as the service calls it; never health data.
        who: aides or driver, where the reader may know.
        meals: how many are handed over.
        serves_meal: a visit that serves the delivered meal.
        back: the way back of an outing.
        request_id: of a ride.
    """

    kind: ItemKind
    state: ItemState
    source_id: UUID
    starts_at: datetime
    ends_at: datetime
    label: str = ""
    who: list[str] = []
    meals: int = 0
    serves_meal: bool = False
    back: bool = False
    request_id: UUID | None = None


class DayClash(msgspec.Struct, frozen=True, kw_only=True):
    """Two items that cannot both hold, or one that a stay suspends (`other` is None then)."""

    rule: ClashRule
    one: DayItem
    other: DayItem | None = None


class PersonDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    One person's day.

    Args:
        items: in order of time.
        stays: those that suspend services that day; their kind is left out for who may not write it.
        services: names of the services that the reader may see.
    """

    person: Person
    on: date
    items: list[DayItem]
    clashes: list[DayClash]
    stays: list[Stay]
    services: list[ItemKind]


class Freed(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a stay frees between two dates, last one included.

    Args:
        visits: dated visits, those not yet in a round included.
        meals: portions.
        rides: ways, there and back counted apart.
        visit_s: time of aides that others can have.
    """

    first: date
    last: date
    visits: int = 0
    meals: int = 0
    rides: int = 0
    visit_s: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether no service is touched."""
        return not (self.visits or self.meals or self.rides)
