"""
What an offer that was taken means for the care plan: lines with aides and hours to keep. Pure.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median_low
from uuid import UUID

import msgspec

from carecoord.kernel.clock import PARIS
from carecoord.rosters.offering import AcceptOffer, Slot

TOGETHER_MIN = 30
"""Visits whose hours lie within this go into one line; others get a line of their own."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of the care plan to be created.

    Args:
        weekdays: 0 Monday … 6 Sunday.
        preferred_minute: the hour promised, minutes after midnight.
        aide_ids: the aides promised, she who comes most often first.
    """

    reference: str
    weekdays: list[int]
    preferred_minute: int
    aide_ids: list[UUID]
    starts_on: date
    ends_on: date | None


def lines_of(command: AcceptOffer, first: date) -> list[Line]:
    """
    The lines that keep an offer: one, or several where the hours of its days lie far apart.

    Days of a pattern that the offer leaves out, or that the plan does not have, join the first line.

    Args:
        first: first date of the need within the plan, from which a pattern holds.
    """
    ask = command.ask
    groups = _by_hour(command.slots)
    seen = {slot.on_date.weekday() for slot in command.slots}
    rest = [day for day in ask.weekdays if day not in seen]
    lines = []
    for index, slots in enumerate(groups):
        days = sorted({slot.on_date.weekday() for slot in slots} | (set(rest) if index == 0 else set()))
        count = Counter(aide for slot in slots for aide in slot.aide_ids)
        hour = median_low(sorted(_minute(slot) for slot in slots))
        lines.append(
            Line(
                reference=command.reference if index == 0 else f"{command.reference}-{index + 1}",
                weekdays=days,
                preferred_minute=min(max(hour, ask.earliest_minute), ask.latest_minute),
                aide_ids=[aide for aide, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))],
                starts_on=max(ask.first_day, first) if ask.is_weekly else slots[0].on_date,
                ends_on=None if ask.is_weekly else slots[0].on_date,
            )
        )
    return lines


def _minute(slot: Slot) -> int:
    local = slot.starts_at.astimezone(PARIS)
    return local.hour * 60 + local.minute


def _by_hour(slots: list[Slot]) -> list[list[Slot]]:
    """Slots whose hours lie close; a weekday belongs to one group, that of its first date."""
    groups: list[list[Slot]] = []
    home: dict[int, int] = {}
    for slot in sorted(slots, key=lambda slot: (_minute(slot), slot.on_date)):
        day = slot.on_date.weekday()
        if day in home:
            groups[home[day]].append(slot)
            continue
        if not groups or _minute(slot) - _minute(groups[-1][0]) > TOGETHER_MIN:
            groups.append([])
        home[day] = len(groups) - 1
        groups[-1].append(slot)
    return groups
