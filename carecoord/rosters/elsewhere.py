"""
What other services have promised the people of a plan: rides on which nobody finds them at home, meals
that come before the visits that serve them. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from carecoord.bookings.domain import Booking, meal_times
from carecoord.planning.problem import Interval, Option, Problem, Visit

MINUTE_S = 60


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """
    What visits keep clear of.

    Args:
        rides: person -> stretches on the way, margins included.
        meals: person and day of the meal -> when it is at the door.
    """

    rides: dict[UUID, list[tuple[datetime, datetime]]] = {}
    meals: dict[tuple[UUID, date], datetime] = {}


def elsewhere_of(bookings: Iterable[Booking]) -> Elsewhere:
    """Rides and meals among bookings; visits are the plan's own business."""
    known = list(bookings)
    rides: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for booking in known:
        if booking.kind == "ride":
            rides[booking.person_id].append((booking.starts_at, booking.ends_at))
    return Elsewhere(rides=dict(rides), meals=meal_times(known))


def busy_of(given: Elsewhere, person_id: UUID, origin: datetime) -> list[Interval]:
    """When a person is on the way, in elapsed seconds, outward to whole minutes."""
    return [interval(origin, start, end) for start, end in sorted(given.rides.get(person_id, ()))]


def interval(origin: datetime, start: datetime, end: datetime) -> Interval:
    """A stretch in elapsed seconds, outward to whole minutes."""
    return Interval(
        start_s=int((start - origin).total_seconds()) // MINUTE_S * MINUTE_S,
        end_s=-(-int((end - origin).total_seconds()) // MINUTE_S) * MINUTE_S,
    )


def meal_s(given: Elsewhere, person_id: UUID, day: date, origin: datetime) -> int | None:
    """When the meal of a day is there, up to the minute; None without one, or when it came the day before."""
    at = given.meals.get((person_id, day))
    if at is None:
        return None
    return -(-int((at - origin).total_seconds()) // MINUTE_S) * MINUTE_S


def with_elsewhere(problem: Problem, given: Elsewhere, origin: datetime) -> Problem:
    """
    The problem with what is promised today in the place of what was promised when it was made.

    Args:
        origin: instant from which the problem counts.
    """
    people = {person.id: UUID(person.id) for person in problem.persons if _is_ours(person.id)}
    persons = [
        msgspec.structs.replace(person, busy=busy_of(given, people[person.id], origin))
        if person.id in people
        else person
        for person in problem.persons
    ]
    visits = waiting(problem, problem.visits, given, origin)
    return msgspec.structs.replace(problem, persons=persons, visits=visits)


def waiting(problem: Problem, visits: Iterable[Visit], given: Elsewhere, origin: datetime) -> list[Visit]:
    """Visits, each option of those that serve a meal waiting until it is there."""
    return [
        msgspec.structs.replace(
            visit, options=[_served(problem, visit, option, given, origin) for option in visit.options]
        )
        if visit.serves_meal and _is_ours(visit.person)
        else visit
        for visit in visits
    ]


def on_day(option: Option, at_s: int | None, starts_s: int, ends_s: int) -> Option:
    """An option that waits for a meal; one that is there before the day begins is waited for by nobody."""
    inside = at_s if at_s is not None and starts_s < at_s < ends_s else None
    return msgspec.structs.replace(option, meal_s=inside)


def _served(problem: Problem, visit: Visit, option: Option, given: Elsewhere, origin: datetime) -> Option:
    day = problem.days[option.day]
    at_s = meal_s(given, UUID(visit.person), day.date, origin)
    return on_day(option, at_s, day.starts_s, day.ends_s)


def _is_ours(name: str) -> bool:
    """Whether a name of the planner is one of our identifiers: somebody asked about is not known yet."""
    return len(name) == 32
