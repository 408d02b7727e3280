"""
A day of three services at once: what each one does, and whose day does not hold. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Stay
from carecoord.daybook.clashes import clashes_of
from carecoord.daybook.domain import DayClash, DayItem, ItemKind


class ServiceDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service on a day.

    Args:
        people: people that it serves.
        promised: visits, deliveries or ways that have their hour; `open` are still without.
    """

    kind: ItemKind
    people: int
    promised: int
    open: int


class PersonClashes(msgspec.Struct, frozen=True, kw_only=True):
    """What cannot hold in the day of one person."""

    person_id: UUID
    clashes: list[DayClash]


class WholeDay(msgspec.Struct, frozen=True, kw_only=True):
    """
    The day over all services that the reader may see.

    Args:
        shared: people served by two services or three.
        broken: those with a clash, the first clash of the day first.
    """

    on: date
    services: list[ServiceDay]
    shared: int
    broken: list[PersonClashes]


def whole_of(
    on: date, services: Sequence[ItemKind], items: Mapping[UUID, Collection[DayItem]], stays: Iterable[Stay]
) -> WholeDay:
    """
    The day of everybody.

    Args:
        items: person -> what is done for them; in no order.
    """
    away: dict[UUID, list[Stay]] = defaultdict(list)
    for stay in stays:
        away[stay.person_id].append(stay)
    broken, shared = [], 0
    counts = {kind: {"people": 0, "promised": 0, "open": 0} for kind in services}
    for person, found in items.items():
        mine = sorted(found, key=lambda item: (item.starts_at, item.ends_at, item.source_id))
        kinds = {item.kind for item in mine}
        shared += len(kinds) > 1
        for kind in kinds:
            counts[kind]["people"] += 1
        for item in mine:
            counts[item.kind]["promised" if item.state == "promised" else "open"] += 1
        if clashes := clashes_of(mine, away.get(person, ())):
            broken.append(PersonClashes(person_id=person, clashes=clashes))
    broken.sort(key=lambda one: (one.clashes[0].one.starts_at, one.person_id))
    return WholeDay(
        on=on,
        services=[ServiceDay(kind=kind, **counts[kind]) for kind in services],
        shared=shared,
        broken=broken,
    )
