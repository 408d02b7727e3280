"""
Bookings of people: what each service has promised, and which of them cannot both hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

BookingKind = Literal["visit", "ride", "meal"]
BOOKING_KINDS: tuple[BookingKind, ...] = ("visit", "ride", "meal")

EXCLUSIVE: frozenset[BookingKind] = frozenset({"visit", "ride"})
"""A person is at one of these at a time; a meal is handed over in a moment, whatever else goes on."""


class Booking(msgspec.Struct, frozen=True, kw_only=True):
    """
    A stretch of time of one person that a service has promised.

    Args:
        source_id: the visit, the leg of a ride, or the meal delivery; one booking for each.
        starts_at, ends_at: aware instants, the end excluded. A ride is taken with its margins.
        for_dates: days on which a delivered meal is eaten; empty for the other kinds.
    """

    kind: BookingKind
    source_id: UUID
    person_id: UUID
    starts_at: datetime
    ends_at: datetime
    for_dates: list[date] = []


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """Two bookings of one person at the same time, the one that starts first before the other."""

    one: Booking
    other: Booking

    @property
    def person_id(self) -> UUID:
        """Whose they are."""
        return self.one.person_id

    @property
    def overlap_s(self) -> int:
        """How long both would go on."""
        both = min(self.one.ends_at, self.other.ends_at) - self.other.starts_at
        return int(both.total_seconds())


def clashes(bookings: Iterable[Booking]) -> list[Clash]:
    """
    Every pair of bookings of one person that overlap, meals apart, in order of time.

    Touching ends are no overlap.
    """
    by_person: dict[UUID, list[Booking]] = defaultdict(list)
    for booking in bookings:
        if booking.kind in EXCLUSIVE:
            by_person[booking.person_id].append(booking)
    found = []
    for items in by_person.values():
        items.sort(key=_order)
        for index, one in enumerate(items):
            for other in items[index + 1 :]:
                if other.starts_at >= one.ends_at:
                    break
                found.append(Clash(one=one, other=other))
    return sorted(
        found, key=lambda clash: (clash.other.starts_at, clash.one.source_id, clash.other.source_id)
    )


def meal_times(bookings: Iterable[Booking]) -> dict[tuple[UUID, date], datetime]:
    """
    When the meals of a person for a day are at the door: person and day -> the latest of them.
    """
    found: dict[tuple[UUID, date], datetime] = {}
    for booking in bookings:
        for day in booking.for_dates:
            key = (booking.person_id, day)
            found[key] = max(found.get(key, booking.starts_at), booking.starts_at)
    return found


def _order(booking: Booking) -> tuple[datetime, datetime, UUID]:
    return booking.starts_at, booking.ends_at, booking.source_id
