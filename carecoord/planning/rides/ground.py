"""
A problem by index: what the timing of tours, insertion and the search read.

The independent checker does not use it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

from carecoord.planning.problem import Interval
from carecoord.planning.rides.problem import Duty, Problem, Request, Seating, Volunteer


class Windows(NamedTuple):
    """When boarding and alighting of a ride may begin."""

    pick_early_s: int
    pick_late_s: int
    drop_early_s: int
    drop_late_s: int


class Way(NamedTuple):
    """
    A request by index.

    Args:
        pick, drop: indices of places.
    """

    pick: int
    drop: int
    boarding_s: int
    alighting_s: int
    ride_max_s: int
    seats: int
    wheelchairs: int


class Ground:
    """
    Tables over one valid problem.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.places = {place.id: index for index, place in enumerate(problem.places)}
        self.seconds = problem.travel.seconds
        self.metres = problem.travel.metres
        self.requests: dict[str, Request] = {item.id: item for item in problem.requests}
        self.duties: dict[str, Duty] = {item.id: item for item in problem.duties}
        self.volunteers: dict[str, Volunteer] = {item.id: item for item in problem.volunteers}
        self.seatings: dict[str, list[Seating]] = {item.id: item.seatings for item in problem.vehicles}
        self.busy: dict[str, list[Interval]] = {item.id: item.busy for item in problem.passengers}
        self.apart: dict[str, set[str]] = {}
        for one, other in problem.apart:
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)
        self.ways = {item.id: self._way(item) for item in problem.requests}
        self.home = {item.id: self.places[item.start_place] for item in problem.duties}
        self.duties_of: dict[str, list[str]] = {item.id: [] for item in problem.volunteers}
        for duty in problem.duties:
            self.duties_of[duty.volunteer].append(duty.id)
        self.mates: dict[str, set[str]] = {}
        for item in problem.requests:
            if item.mate is not None:
                self.mates.setdefault(item.id, set()).add(item.mate)
                self.mates.setdefault(item.mate, set()).add(item.id)
        self._windows: dict[str, list[Windows]] = {}
        self._mean_month_s = _mean([item.month_s for item in problem.volunteers])

    def _way(self, item: Request) -> Way:
        return Way(
            pick=self.places[item.pick_place],
            drop=self.places[item.drop_place],
            boarding_s=item.boarding_s,
            alighting_s=item.alighting_s,
            ride_max_s=item.ride_max_s,
            seats=item.seats,
            wheelchairs=item.wheelchairs,
        )

    def with_requests(self, items: Sequence[Request]) -> Ground:
        """The same tables with some requests asked for otherwise, or added; places must be known."""
        other = copy.copy(self)
        other.requests = {**self.requests, **{item.id: item for item in items}}
        other.ways = {**self.ways, **{item.id: self._way(item) for item in items}}
        other._windows = {}
        return other

    def direct_s(self, request: str) -> int:
        """Seconds from door to door, without detour."""
        way = self.ways[request]
        return self.seconds[way.pick][way.drop]

    def windows(self, request: str) -> list[Windows]:
        """
        The windows of a request with what its person does elsewhere cut out: any ride within one of them
        meets none of that. Widest first; empty when the person is never free for it.
        """
        if request not in self._windows:
            self._windows[request] = self._cut(request)
        return self._windows[request]

    def _cut(self, request: str) -> list[Windows]:
        item = self.requests[request]
        tolerance = self.problem.promise_tolerance_s
        early, late = item.pick_early_s, item.pick_late_s
        if item.promise_s is not None:
            early, late = max(early, item.promise_s - tolerance), min(late, item.promise_s + tolerance)
        found = [Windows(early, late, item.drop_early_s, item.drop_late_s)]
        for busy in self.busy.get(item.person, []):
            found = [
                part
                for whole in found
                for part in (
                    whole._replace(drop_late_s=min(whole.drop_late_s, busy.start_s - item.alighting_s)),
                    whole._replace(pick_early_s=max(whole.pick_early_s, busy.end_s)),
                )
            ]
        tight = {part for part in (self.tightened(request, part) for part in found) if part is not None}
        return sorted(tight, key=lambda part: (part.pick_early_s - part.pick_late_s, part))

    def tightened(self, request: str, part: Windows) -> Windows | None:
        """Windows that follow from each other through the drive, or None when they cannot both be met."""
        way = self.ways[request]
        least = way.boarding_s + self.direct_s(request)
        most = way.boarding_s + way.ride_max_s
        pick_early = max(part.pick_early_s, part.drop_early_s - most)
        pick_late = min(part.pick_late_s, part.drop_late_s - least)
        drop_early = max(part.drop_early_s, pick_early + least)
        drop_late = min(part.drop_late_s, pick_late + most)
        if pick_early > pick_late or drop_early > drop_late or self.direct_s(request) > way.ride_max_s:
            return None
        return Windows(pick_early, pick_late, drop_early, drop_late)

    def may_take(self, duty: str, request: str) -> bool:
        """Whether a duty may carry a request at all: shuttle, refusals, pin; seats and hours apart."""
        item, run = self.requests[request], self.duties[duty]
        if item.shuttle != run.shuttle or run.volunteer in item.refused:
            return False
        return item.pin is None or item.pin == run.volunteer

    def fits(self, duty: str, seats: int, wheelchairs: int) -> bool:
        """Whether some arrangement of the vehicle holds so many at once."""
        seatings = self.seatings[self.duties[duty].vehicle]
        return any(seats <= item.seats and wheelchairs <= item.wheelchairs for item in seatings)

    def assign_cents(self, duty: str, request: str) -> dict[str, int]:
        """What giving a request to a duty's volunteer costs beside time and way, by term."""
        item, run, prices = self.requests[request], self.duties[duty], self.problem.prices
        who = self.volunteers[run.volunteer]
        over_s = max(0, who.month_s - self._mean_month_s)
        outside = bool(who.areas) and not set(who.areas) & set(item.areas)
        stranger = bool(item.preferred) and run.volunteer not in item.preferred
        changed = item.told is not None and item.told != run.volunteer
        return {
            "equity": prices.equity_hour * over_s // 3600,
            "preference": prices.outside_area * outside + prices.not_preferred * stranger,
            "told": prices.told_change * changed,
        }


def _mean(values: list[int]) -> int:
    return sum(values) // len(values) if values else 0
