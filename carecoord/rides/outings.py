"""
A ride there and a ride back are one time out of the house: nobody is visited at home in between. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from carecoord.planning.problem import Interval
from carecoord.rides.domain import Leg


def around_visits(
    legs: Iterable[Leg], visits: Mapping[UUID, Sequence[Interval]]
) -> dict[UUID, list[Interval]]:
    """
    Person -> when no ride of hers may be under way, so that she is at home for her visits.

    A visit before an outing closes all of the outing's windows up to its end, one after it closes them from
    its start on, one in the midst of it closes them altogether: the ride is then left out, with that cause.

    Args:
        visits: person -> visits at home, seconds after midnight.
    """
    outings: dict[UUID, dict[UUID, list[Leg]]] = defaultdict(lambda: defaultdict(list))
    for leg in legs:
        outings[leg.person_id][leg.request_id].append(leg)
    found: dict[UUID, list[Interval]] = {}
    for person, spans in visits.items():
        closed = list(spans)
        for ways in outings.get(person, {}).values():
            closed += [part for span in spans if (part := _closed(ways, span)) is not None]
        found[person] = sorted(set(closed), key=lambda item: (item.start_s, item.end_s))
    return found


def _closed(ways: Sequence[Leg], visit: Interval) -> Interval | None:
    """What one visit closes of an outing; nothing when they are hours apart."""
    out = next((leg for leg in ways if leg.direction == "out"), None)
    back = next((leg for leg in ways if leg.direction == "back"), None)
    if out is None or back is None:
        return None
    first_s, last_s = out.pick_earliest_s, back.drop_latest_s + back.alighting_s
    if visit.end_s <= first_s or last_s <= visit.start_s:
        return None
    before = visit.end_s <= out.pick_latest_s
    after = visit.start_s >= back.drop_earliest_s + back.alighting_s
    if before and after:
        before = visit.end_s - first_s <= last_s - visit.start_s
        after = not before
    return Interval(
        start_s=visit.start_s if after else min(first_s, visit.start_s),
        end_s=visit.end_s if before else max(last_s, visit.end_s),
    )
