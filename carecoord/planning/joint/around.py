"""
One service around the two others: their times become absences and windows in its own problem.

Where the others leave something no window at all, it is taken out of the problem and named, so that it
comes back as left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec

from carecoord.planning.joint.problem import Joint, Outing
from carecoord.planning.meals.problem import Delivery
from carecoord.planning.meals.problem import Problem as MealsProblem
from carecoord.planning.meals.solution import Solution as MealsSolution
from carecoord.planning.problem import Interval, Option, Visit
from carecoord.planning.problem import Problem as HelpProblem
from carecoord.planning.rides.problem import Problem as RidesProblem
from carecoord.planning.rides.problem import Request
from carecoord.planning.rides.solution import Solution as RidesSolution
from carecoord.planning.solution import Solution as HelpSolution

MINUTE_S = 60


class Narrowed(NamedTuple):
    """A meals or rides problem without what has no window left, and the identifiers of that."""

    problem: MealsProblem | RidesProblem
    without: list[str]


def outings_of(joint: Joint) -> list[Outing]:
    """Every outing, requests in none of those told as outings of their own."""
    told = {name for outing in joint.outings for name in outing.requests}
    return [
        *joint.outings,
        *(Outing(person=item.person, out=item.id) for item in joint.rides.requests if item.id not in told),
    ]


def times_out(joint: Joint, rides: RidesSolution, *, margin_s: int) -> dict[str, list[Interval]]:
    """Person -> when she is out or getting ready, outward to whole minutes."""
    ends: dict[str, list[int]] = defaultdict(list)
    for tour in rides.tours:
        for stop in tour.stops:
            ends[stop.request] += [stop.start_s, stop.end_s]
    found: dict[str, list[Interval]] = defaultdict(list)
    for outing in outings_of(joint):
        made = [name for name in outing.requests if name in ends]
        groups = [made] if len(made) == len(outing.requests) else [[name] for name in made]
        for group in groups:
            if group:
                whole = [at for name in group for at in ends[name]]
                found[outing.person].append(
                    Interval(
                        start_s=(min(whole) - margin_s) // MINUTE_S * MINUTE_S,
                        end_s=-(-(max(whole) + margin_s) // MINUTE_S) * MINUTE_S,
                    )
                )
    return found


def times_at_home(joint: Joint, plan: HelpSolution) -> dict[str, list[Interval]]:
    """Person -> visits as planned."""
    people = {visit.id: visit.person for visit in joint.help.visits}
    found: dict[str, dict[str, Interval]] = defaultdict(dict)
    for line in plan.rounds:
        for stop in line.stops:
            found[people[stop.visit]][stop.visit] = Interval(start_s=stop.start_s, end_s=stop.end_s)
    return {person: list(items.values()) for person, items in found.items()}


def help_around(
    joint: Joint,
    rides: RidesSolution | None,
    meals: MealsSolution | None,
    *,
    people: Collection[str] | None = None,
    pairs: Collection[str] | None = None,
) -> HelpProblem:
    """
    Home help that keeps clear of times out and waits for meals.

    Args:
        people: whose times out it keeps clear of; everybody's when None.
        pairs: visits that wait for their meal; all that serve one when None.
    """
    outs = {} if rides is None else times_out(joint, rides, margin_s=joint.margin_s)
    stays = {item.person: item.spans for item in joint.away}
    persons = [
        msgspec.structs.replace(
            person,
            busy=sorted(
                [
                    *person.busy,
                    *stays.get(person.id, ()),
                    *(outs.get(person.id, ()) if people is None or person.id in people else ()),
                ],
                key=lambda item: (item.start_s, item.end_s),
            ),
        )
        for person in joint.help.persons
    ]
    doors = {} if meals is None else {stop.delivery: stop.start_s for _, _, stop in meals.stops()}
    waits = {
        pair.visit: -(-doors[pair.delivery] // MINUTE_S) * MINUTE_S
        for pair in joint.serves
        if pair.delivery in doors and (pairs is None or pair.visit in pairs)
    }
    visits = [_waiting(visit, waits.get(visit.id)) for visit in joint.help.visits]
    return msgspec.structs.replace(joint.help, persons=persons, visits=visits)


def _waiting(visit: Visit, meal_s: int | None) -> Visit:
    if meal_s is None:
        return visit

    def later(option: Option) -> Option:
        return msgspec.structs.replace(option, meal_s=max(meal_s, option.meal_s or 0))

    return msgspec.structs.replace(visit, options=[later(option) for option in visit.options])


def rides_around(joint: Joint, plan: HelpSolution | None) -> tuple[RidesProblem, list[str]]:
    """
    Rides that leave people at home for their visits, and the requests that find no hour.

    Whoever is out cannot be visited in between: the way out starts after the visits before it, the way
    back ends before those that follow.
    """
    home = {} if plan is None else times_at_home(joint, plan)
    stays = {item.person: item.spans for item in joint.away}
    requests = {item.id: item for item in joint.rides.requests}
    lost: list[str] = []
    for outing in outings_of(joint):
        spans = [*home.get(outing.person, ()), *stays.get(outing.person, ())]
        found = _outing_around(outing, requests, spans, joint.margin_s)
        if found is None:
            lost += outing.requests
        else:
            requests.update(found)
    gone = set(lost)
    kept = [
        msgspec.structs.replace(item, mate=None) if item.mate in gone else item
        for item in (requests[name.id] for name in joint.rides.requests)
        if item.id not in gone
    ]
    return msgspec.structs.replace(joint.rides, requests=kept), lost


def _outing_around(
    outing: Outing, requests: Mapping[str, Request], spans: Iterable[Interval], margin_s: int
) -> dict[str, Request] | None:
    """The requests of an outing with windows clear of some stretches at home; None where there is none."""
    first, last = requests[outing.requests[0]], requests[outing.requests[-1]]
    for span in spans:
        before_s = span.end_s + margin_s
        after_s = span.start_s - margin_s - last.alighting_s
        # Surely out from the latest boarding to the earliest alighting: a visit is on one side of that.
        goes_before = before_s <= first.pick_late_s
        goes_after = after_s >= last.drop_early_s
        if goes_before and goes_after:
            goes_before = before_s - first.pick_early_s <= last.drop_late_s - after_s
        if goes_before:
            first = msgspec.structs.replace(first, pick_early_s=max(first.pick_early_s, before_s))
            last = first if first.id == last.id else last
        elif goes_after:
            last = msgspec.structs.replace(last, drop_late_s=min(last.drop_late_s, after_s))
            first = last if first.id == last.id else first
        else:
            return None
    found = {item.id: item for item in (first, last)}
    return found if all(_has_window(item) for item in found.values()) else None


def _has_window(item: Request) -> bool:
    return item.pick_early_s <= item.pick_late_s and item.drop_early_s <= item.drop_late_s


def meals_around(
    joint: Joint, plan: HelpSolution | None, rides: RidesSolution | None
) -> tuple[MealsProblem, list[str]]:
    """
    Meals that come before the visits that serve them, while somebody is at home; those with no hour left.
    """
    outs = {} if rides is None else times_out(joint, rides, margin_s=0)
    stays = {item.person: item.spans for item in joint.away}
    starts = {stop.visit: stop.start_s for line in (plan.rounds if plan else ()) for stop in line.stops}
    before = {pair.delivery: starts[pair.visit] for pair in joint.serves if pair.visit in starts}
    kept, lost = [], []
    for item in joint.meals.deliveries:
        closed = [*outs.get(item.person, ()), *stays.get(item.person, ())]
        found = _delivery_around(item, before.get(item.id), closed)
        if found is None:
            lost.append(item.id)
        else:
            kept.append(found)
    pins = [pin for pin in joint.meals.pins if pin.delivery not in set(lost)]
    return msgspec.structs.replace(joint.meals, deliveries=kept, pins=pins), lost


def _delivery_around(item: Delivery, before_s: int | None, closed: Iterable[Interval]) -> Delivery | None:
    """The widest part of its window that others leave to a delivery."""
    latest = item.latest_s if before_s is None else min(item.latest_s, before_s)
    pieces = [(item.earliest_s, latest)]
    for span in closed:
        pieces = [
            part
            for low, high in pieces
            for part in ((low, min(high, span.start_s - item.service_s)), (max(low, span.end_s), high))
        ]
    pieces = [(low, high) for low, high in pieces if low <= high]
    if not pieces:
        return None
    low, high = max(pieces, key=lambda part: (part[1] - part[0], -part[0]))
    return msgspec.structs.replace(item, earliest_s=low, latest_s=high)
