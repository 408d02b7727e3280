"""
What cannot hold in a person's day. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carecoord.beneficiaries.domain import Stay
from carecoord.daybook.domain import DayClash, DayItem
from carecoord.kernel.clock import local_date


def clashes_of(items: Sequence[DayItem], stays: Iterable[Stay]) -> list[DayClash]:
    """Every clash, in order of time: stays first, then items two by two."""
    known = list(stays)
    found = [
        DayClash(rule="stay", one=item)
        for item in items
        if item.state == "promised" and any(stay.suspends(local_date(item.starts_at)) for stay in known)
    ]
    fixed = [item for item in items if item.state == "promised"]
    pairs = ((one, other) for index, one in enumerate(fixed) for other in fixed[index + 1 :])
    found.extend(clash for one, other in pairs if (clash := _between(one, other)) is not None)
    return found


def _between(one: DayItem, other: DayItem) -> DayClash | None:
    """What two items of a day, in order of time, do to each other."""
    overlaps = other.starts_at < one.ends_at
    kinds = {one.kind, other.kind}
    if overlaps and "meal" not in kinds:
        return DayClash(rule="person_overlap", one=one, other=other)
    if overlaps and kinds == {"meal", "ride"}:
        return DayClash(rule="meal_absent", one=one, other=other)
    if one.kind == "visit" and one.serves_meal and other.kind == "meal":
        return DayClash(rule="meal_before_visit", one=one, other=other)
    return None
