"""
Use cases of bookings: each service writes its own, and reads those of the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from carecoord.bookings import store
from carecoord.bookings.domain import BOOKING_KINDS, EXCLUSIVE, Booking, BookingKind, Clash, clashes
from carecoord.db.uow import UnitOfWork
from carecoord.identity.permissions import (
    MEAL_PLAN,
    MEAL_WRITE,
    PERSON_READ,
    RIDE_PLAN,
    RIDE_WRITE,
    ROSTER_EDIT,
    ROSTER_PUBLISH,
)
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import PARIS, local_date
from carecoord.kernel.errors import Conflict, Refused

WRITERS: dict[BookingKind, tuple[str, ...]] = {
    "visit": (ROSTER_PUBLISH, ROSTER_EDIT),
    "ride": (RIDE_PLAN, RIDE_WRITE),
    "meal": (MEAL_PLAN, MEAL_WRITE),
}
"""Permissions any of which lets somebody promise time of a person, by service."""


async def bookings_between(
    uow: UnitOfWork,
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime,
    *,
    person_ids: Collection[UUID] | None = None,
    kinds: Collection[BookingKind] = BOOKING_KINDS,
) -> list[Booking]:
    """
    What touches a stretch of time, in order; one statement.

    Args:
        person_ids: of these people; of everybody when None.
        kinds: of these services.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.between(uow.session, starts_at, ends_at, person_ids=person_ids, kinds=kinds)


async def replace_bookings(
    uow: UnitOfWork,
    actor: Actor,
    kind: BookingKind,
    span: tuple[datetime, datetime],
    bookings: Sequence[Booking],
) -> None:
    """
    Make what one service has promised in a stretch of time exactly this.

    Args:
        span: bookings of the service that start in it, its end excluded, are replaced.

    Raises:
        Refused: the actor may not plan that service.
        Conflict: `person_taken`: somebody would be taken twice; the first pair, and how many more, are told.
    """
    _require_writer(actor, kind)
    await store.remove_starting(uow.session, kind, *span)
    await store.remove(uow.session, kind, [booking.source_id for booking in bookings])
    await _add(uow, actor, bookings)


async def set_bookings(
    uow: UnitOfWork,
    actor: Actor,
    kind: BookingKind,
    source_ids: Collection[UUID],
    bookings: Sequence[Booking],
) -> None:
    """
    Make the bookings of some visits, legs or deliveries exactly these; the others stay.

    Raises:
        Refused: the actor may not plan that service.
        Conflict: `person_taken`: somebody would be taken twice; the first pair, and how many more, are told.
    """
    _require_writer(actor, kind)
    await store.remove(uow.session, kind, {*source_ids, *(booking.source_id for booking in bookings)})
    await _add(uow, actor, bookings)


async def overlapping_bookings(
    uow: UnitOfWork, actor: Actor, starts_at: datetime, ends_at: datetime
) -> list[Clash]:
    """
    People taken twice at the same time; always none, as the database refuses them. Asked by tests and checks.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.overlapping(uow.session, starts_at, ends_at)


async def bookings_stamp(uow: UnitOfWork, actor: Actor, starts_at: datetime, ends_at: datetime) -> str:
    """
    A text that changes whenever a booking that touches a stretch of time comes, goes or moves.

    Raises:
        Refused: the actor lacks `person:read`.
    """
    actor.require(PERSON_READ)
    return await store.stamp(uow.session, starts_at, ends_at)


async def _add(uow: UnitOfWork, actor: Actor, bookings: Sequence[Booking]) -> None:
    exclusive = [booking for booking in bookings if booking.kind in EXCLUSIVE]
    if exclusive:
        others = await store.between(
            uow.session,
            min(booking.starts_at for booking in exclusive),
            max(booking.ends_at for booking in exclusive),
            person_ids={booking.person_id for booking in exclusive},
            kinds=EXCLUSIVE,
        )
        if found := clashes([*others, *exclusive]):
            raise person_taken(found)
    await store.add(uow.session, actor.organisation_id, bookings)
    await uow.flush()


def person_taken(found: Sequence[Clash]) -> Conflict:
    """The conflict that tells the first of some clashes, and how many more there are."""
    first = found[0]
    return Conflict(
        "person_taken",
        f"{len(found)} pairs of bookings of one person overlap",
        count=len(found),
        more=len(found) - 1,
        person=first.person_id.hex,
        on_date=local_date(first.other.starts_at).isoformat(),
        one=first.one.kind,
        one_id=first.one.source_id.hex,
        one_from_minute=_minute(first.one.starts_at),
        one_to_minute=_minute(first.one.ends_at),
        other=first.other.kind,
        other_id=first.other.source_id.hex,
        other_from_minute=_minute(first.other.starts_at),
        other_to_minute=_minute(first.other.ends_at),
    )


def _minute(instant: datetime) -> int:
    """Minutes after local midnight."""
    local = instant.astimezone(PARIS)
    return local.hour * 60 + local.minute


def _require_writer(actor: Actor, kind: BookingKind) -> None:
    if not any(actor.may(permission) for permission in WRITERS[kind]):
        raise Refused(
            "permission_missing", f"one of {', '.join(WRITERS[kind])} is missing", permission=WRITERS[kind][0]
        )
