"""
What else the person has at the hour of a ride: stays, visits, other rides. Pure; the caller decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from carecoord.careplans.domain import VisitToPlan
from carecoord.rides.domain import Leg


class Clash(msgspec.Struct, frozen=True, kw_only=True):
    """
    Something that does not go with a ride.

    Args:
        kind: `stay`: away from home that day; `ride`: another ride at that hour; `visit`: a visit that has no
            room left beside the ride; `visit_tight`: one that must be placed around it.
        label: what it is; empty for a stay, whose kind is nobody's business here.
        from_minute, until_minute: when, where hours make sense.
    """

    kind: Literal["stay", "ride", "visit", "visit_tight"]
    label: str = ""
    from_minute: int = 0
    until_minute: int = 0

    @property
    def is_certain(self) -> bool:
        """Whether it cannot be arranged by placing the visit otherwise."""
        return self.kind != "visit_tight"


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """
    When a ride keeps a person from home, in minutes after midnight.

    Args:
        sure_from, sure_until: away whatever the hour of pick-up and of coming home.
        first, last: away at the most.
    """

    sure_from: int
    sure_until: int
    first: int
    last: int


def away_of(legs: Sequence[Leg]) -> Away:
    """When the ways of a request keep the person from home; without a way back, until set down."""
    out, back = legs[0], legs[-1]
    return Away(
        first=out.pick_earliest_s // 60,
        sure_from=out.pick_latest_s // 60,
        sure_until=back.drop_earliest_s // 60,
        last=-(-back.drop_latest_s // 60),
    )


def visit_clashes(away: Away, visits: Sequence[VisitToPlan], on: date) -> list[Clash]:
    """Visits due that day which the ride leaves no room for, or which must be placed around it."""
    found = []
    for visit in visits:
        if visit.due_on != on or visit.status == "cancelled":
            continue
        first, last = visit.earliest_start_minute, visit.latest_start_minute
        ends = last + visit.duration_minutes
        if ends <= away.first or first >= away.last:
            continue
        before = first + visit.duration_minutes <= away.sure_from
        after = last >= away.sure_until
        kind: Literal["visit", "visit_tight"] = "visit_tight" if before or after else "visit"
        found.append(Clash(kind=kind, label=visit.label, from_minute=first, until_minute=ends))
    return found


def ride_clashes(legs: Sequence[Leg], others: Sequence[Leg]) -> list[Clash]:
    """Other rides of the same person that overlap, each request told once."""
    away = away_of(legs)
    by_request: dict[object, list[Leg]] = {}
    for leg in others:
        if (
            leg.person_id == legs[0].person_id
            and leg.request_id != legs[0].request_id
            and leg.on == legs[0].on
        ):
            by_request.setdefault(leg.request_id, []).append(leg)
    found = []
    for ways in by_request.values():
        other = away_of(sorted(ways, key=lambda leg: leg.direction != "out"))
        if other.sure_from < away.sure_until and away.sure_from < other.sure_until:
            found.append(Clash(kind="ride", from_minute=other.first, until_minute=other.last))
    return found
