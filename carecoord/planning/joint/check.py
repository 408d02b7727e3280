"""
Independent checker of three plans together: what no single service can see.

It reads problems and plans alone, and shares nothing with the exchange that builds them. `person` of a
breach is the person; the two items are named by service and identifier.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from carecoord.planning.joint.problem import Joint, JointSolution

Rule = Literal["person_overlap", "meal_before_visit", "meal_absent", "stay"]
RULES: tuple[Rule, ...] = ("person_overlap", "meal_before_visit", "meal_absent", "stay")
"""
`person_overlap`: nobody is in two places; `meal_before_visit`: a served meal is at the door first;
`meal_absent`: no meal is handed over while the person is out; `stay`: nothing takes place during a stay.
"""


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """
    Two items of one person that cannot both hold; one item, for a stay.

    Args:
        one, other: `visit:…`, `outing:…`, `ride:…` or `meal:…`; `other` is empty for a stay.
        amount_s: how long both go on, or how much too late the meal comes.
    """

    rule: Rule
    person: str
    one: str
    other: str = ""
    amount_s: int = 0


class Span(NamedTuple):
    """A stretch of one person's day."""

    start_s: int
    end_s: int
    name: str


def check_joint(joint: Joint, plan: JointSolution) -> list[Breach]:
    """Every breach between the services; what each service breaks alone is its own checker's business."""
    visits, meals, outs = _visits(joint, plan), _meals(joint, plan), _outings(joint, plan)
    return [
        *_person_overlap(visits, outs),
        *_meal_before_visit(joint, plan),
        *_meal_absent(meals, outs),
        *_stay(joint, visits, meals, outs),
    ]


def counted(breaches: list[Breach]) -> dict[str, int]:
    """Rule -> how many times it is broken; every rule is named."""
    found = Counter(item.rule for item in breaches)
    return {rule: found[rule] for rule in RULES}


def _visits(joint: Joint, plan: JointSolution) -> dict[str, list[Span]]:
    """Person -> visits as planned; the aides of a team are there together."""
    people = {visit.id: visit.person for visit in joint.help.visits}
    found: dict[str, set[Span]] = defaultdict(set)
    for line in plan.help.rounds:
        for stop in line.stops:
            found[people[stop.visit]].add(Span(stop.start_s, stop.end_s, f"visit:{stop.visit}"))
    return {person: sorted(items) for person, items in found.items()}


def _meals(joint: Joint, plan: JointSolution) -> dict[str, list[Span]]:
    """Person -> deliveries, from the arrival at the door to the end of the handing over."""
    known = {item.id: item for item in joint.meals.deliveries}
    found: dict[str, list[Span]] = defaultdict(list)
    for line in plan.meals.rounds:
        for trip in line.trips:
            for stop in trip.stops:
                item = known[stop.delivery]
                end_s = stop.start_s + item.service_s
                found[item.person].append(Span(stop.start_s, end_s, f"meal:{item.id}"))
    return {person: sorted(items) for person, items in found.items()}


def _outings(joint: Joint, plan: JointSolution) -> dict[str, list[Span]]:
    """Person -> times out of the house: from boarding on the way out to alighting on the way back."""
    people = {item.id: item.person for item in joint.rides.requests}
    rides: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for tour in plan.rides.tours:
        for stop in tour.stops:
            rides[stop.request].append((stop.start_s, stop.end_s))
    spans = {
        name: (min(start for start, _ in stops), max(end for _, end in stops))
        for name, stops in rides.items()
    }
    found: dict[str, list[Span]] = defaultdict(list)
    joined: set[str] = set()
    for outing in joint.outings:
        if outing.out in spans and outing.back in spans and outing.out and outing.back:
            joined |= {outing.out, outing.back}
            span = Span(spans[outing.out][0], spans[outing.back][1], f"outing:{outing.out}")
            found[outing.person].append(span)
    for name, (start_s, end_s) in spans.items():
        if name not in joined:
            found[people[name]].append(Span(start_s, end_s, f"ride:{name}"))
    return {person: sorted(items) for person, items in found.items()}


def _person_overlap(visits: dict[str, list[Span]], outs: dict[str, list[Span]]) -> Iterator[Breach]:
    for person in sorted(visits.keys() | outs.keys()):
        items = sorted([*visits.get(person, ()), *outs.get(person, ())])
        for index, one in enumerate(items):
            for other in items[index + 1 :]:
                if other.start_s >= one.end_s:
                    break
                yield Breach(
                    rule="person_overlap",
                    person=person,
                    one=one.name,
                    other=other.name,
                    amount_s=min(one.end_s, other.end_s) - other.start_s,
                )


def _meal_before_visit(joint: Joint, plan: JointSolution) -> Iterator[Breach]:
    starts = {stop.visit: stop.start_s for line in plan.help.rounds for stop in line.stops}
    doors = {stop.delivery: stop.start_s for _, _, stop in plan.meals.stops()}
    people = {visit.id: visit.person for visit in joint.help.visits}
    for pair in joint.serves:
        if pair.visit in starts and pair.delivery in doors and doors[pair.delivery] > starts[pair.visit]:
            yield Breach(
                rule="meal_before_visit",
                person=people[pair.visit],
                one=f"meal:{pair.delivery}",
                other=f"visit:{pair.visit}",
                amount_s=doors[pair.delivery] - starts[pair.visit],
            )


def _meal_absent(meals: dict[str, list[Span]], outs: dict[str, list[Span]]) -> Iterator[Breach]:
    for person in sorted(meals.keys() & outs.keys()):
        for meal in meals[person]:
            for out in outs[person]:
                both = min(meal.end_s, out.end_s) - max(meal.start_s, out.start_s)
                if both > 0:
                    yield Breach(
                        rule="meal_absent", person=person, one=meal.name, other=out.name, amount_s=both
                    )


def _stay(joint: Joint, *services: dict[str, list[Span]]) -> Iterator[Breach]:
    for item in joint.away:
        for service in services:
            for span in service.get(item.person, ()):
                both = [min(away.end_s, span.end_s) - max(away.start_s, span.start_s) for away in item.spans]
                if max(both, default=0) > 0:
                    yield Breach(rule="stay", person=item.person, one=span.name, amount_s=max(both))


def gaps_of(joint: Joint, plan: JointSolution, person: str) -> list[tuple[str, str, int]]:
    """Consecutive items of a person's day and the seconds between them, for tests of the margin."""
    items = sorted([*_visits(joint, plan).get(person, ()), *_outings(joint, plan).get(person, ())])
    return [(one.name, other.name, other.start_s - one.end_s) for one, other in pairwise(items)]
