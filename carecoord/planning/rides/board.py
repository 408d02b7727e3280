"""
A plan that is being changed: tours in order with their hours, judged at each change.

What is legal here is what the independent checker lets pass; the checker has the last word.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from carecoord.planning.rides.ground import Ground, Windows
from carecoord.planning.rides.persons import parted
from carecoord.planning.rides.solution import Solution, Stop, Tour
from carecoord.planning.rides.timing import Chain, shortest


class Node(NamedTuple):
    """One stop of a tour: a request, and whether its passenger gets out."""

    request: str
    is_drop: bool


class Timed(NamedTuple):
    """
    A tour with hours.

    Args:
        at: beginning of each item; departure first, return last.
        distance_m, empty_m: metres in all, and from and to home.
    """

    nodes: tuple[Node, ...]
    at: tuple[int, ...]
    distance_m: int
    empty_m: int

    @property
    def duration_s(self) -> int:
        """From departure to return."""
        return self.at[-1] - self.at[0]

    @property
    def requests(self) -> list[str]:
        """Who is fetched, in order."""
        return [node.request for node in self.nodes if not node.is_drop]


class Relaxed(NamedTuple):
    """Rules that a trial leaves out, to learn which one is in the way."""

    rules: frozenset[str] = frozenset()
    later_s: int = 0
    """How much longer the volunteer would be there at both ends, for `availability`."""


STRICT = Relaxed()


class Board:
    """
    Tours by duty.

    Args:
        ground: the problem.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.tours: dict[str, Timed] = {}
        self.duty_of: dict[str, str] = {}
        self.chosen: dict[str, Windows] = {}

    @classmethod
    def of(cls, ground: Ground, solution: Solution) -> Board:
        """A plan laid out; hours become the shortest that its order allows. A tour that is impossible
        in that order is left out, and its rides with it; so is a ride during another of its person."""
        board = cls(ground)
        at: dict[str, tuple[int, int]] = {}
        for stop in (stop for tour in solution.tours for stop in tour.stops):
            if stop.kind == "pick":
                board.chosen[stop.request] = window_at(ground, stop.request, stop.start_s)
                at[stop.request] = stop.start_s, stop.end_s
            elif stop.request in at:
                at[stop.request] = at[stop.request][0], stop.end_s
        board.chosen = together(ground, board.chosen, at)
        gone = {name for name in at if name not in board.chosen}
        gone |= {mate for name in gone for mate in ground.mates.get(name, ())}
        for tour in solution.tours:
            stops = [stop for stop in tour.stops if stop.request not in gone]
            timed = board.timed(tour.duty, tuple(Node(stop.request, stop.kind == "drop") for stop in stops))
            if timed is not None:
                board.put(tour.duty, timed)
        return board

    def windows(self, request: str) -> Windows | None:
        """Those within which a ride of the plan stays; for one that is not in it, the widest."""
        if request in self.chosen:
            return self.chosen[request]
        found = self.ground.windows(request)
        return found[0] if found else None

    def put(self, duty: str, timed: Timed) -> None:
        """Give a duty this tour in the place of the one it had."""
        self.take(duty)
        if timed.nodes:
            self.tours[duty] = timed
            for request in timed.requests:
                self.duty_of[request] = duty

    def take(self, duty: str) -> None:
        """Empty a duty."""
        gone = self.tours.pop(duty, None)
        for request in gone.requests if gone else ():
            self.duty_of.pop(request, None)

    def without(self, duty: str, requests: set[str]) -> Timed:
        """The tour of a duty without some rides; leaving out never makes a tour impossible."""
        nodes = tuple(node for node in self.tours[duty].nodes if node.request not in requests)
        timed = self.timed(duty, nodes, Relaxed(frozenset({"volunteer_limit", "apart"})))
        if timed is None:
            # Only where travel breaks the triangle inequality, by rounding: whoever is left goes too.
            return Timed((), (0, 0), 0, 0)
        return timed

    def remove(self, requests: set[str]) -> None:
        """Take rides out of the plan."""
        for duty in {self.duty_of[item] for item in requests if item in self.duty_of}:
            self.put(duty, self.without(duty, requests))
        for item in requests:
            self.chosen.pop(item, None)

    def chain(self, duty: str, nodes: tuple[Node, ...], relaxed: Relaxed = STRICT) -> Chain | None:
        """The bounds of a tour; None when some person is never free for it."""
        ground, run = self.ground, self.ground.duties[duty]
        loose = relaxed.rules
        wide = relaxed.later_s if "availability" in loose else 0
        early, late, gap_s = [run.start_s - wide], [run.end_s + wide], []
        rides: list[tuple[int, int, int]] = []
        picked: dict[str, int] = {}
        here, service = ground.home[duty], 0
        for position, node in enumerate(nodes, 1):
            way, windows = ground.ways[node.request], self.windows(node.request)
            if windows is None:
                return None
            place = way.drop if node.is_drop else way.pick
            gap_s.append(service + ground.seconds[here][place])
            here = place
            if node.is_drop:
                early.append(windows.drop_early_s)
                late.append(windows.drop_late_s)
                service = way.alighting_s
                if "ride_time" not in loose:
                    rides.append((picked[node.request], position, way.boarding_s + way.ride_max_s))
            else:
                early.append(windows.pick_early_s)
                late.append(windows.pick_late_s)
                service = way.boarding_s
                picked[node.request] = position
        gap_s.append(service + ground.seconds[here][ground.home[duty]])
        early.append(early[0])
        late.append(late[0])
        most_s = 10**9 if "volunteer_limit" in loose else self._left_s(duty)
        return Chain(early, late, gap_s, rides, most_s)

    def timed(self, duty: str, nodes: tuple[Node, ...], relaxed: Relaxed = STRICT) -> Timed | None:
        """The tour with the shortest hours that these stops allow in this order, or None."""
        if not nodes:
            return Timed((), (0, 0), 0, 0)
        if "seats" not in relaxed.rules and not self._seated(duty, nodes):
            return None
        if "apart" not in relaxed.rules and self._quarrels(nodes):
            return None
        distance_m, empty_m = self.metres(duty, nodes)
        if "volunteer_limit" not in relaxed.rules and distance_m > self._left_m(duty):
            return None
        chain = self.chain(duty, nodes, relaxed)
        at = None if chain is None else shortest(chain)
        if at is None:
            return None
        return Timed(nodes, tuple(at), distance_m, empty_m)

    def solution(self) -> Solution:
        """The plan as it stands."""
        return Solution(tours=[self._written(duty, self.tours[duty]) for duty in sorted(self.tours)])

    def cents(self, duty: str, timed: Timed) -> int:
        """Cost of a tour, in 1/60 cent: whole numbers for seconds."""
        if not timed.nodes:
            return 0
        prices = self.ground.problem.prices
        total = timed.duration_s * prices.minute + 60 * prices.tour
        total += 60 * (timed.distance_m * prices.km + timed.empty_m * prices.empty_km) // 1000
        return total + 60 * sum(
            sum(self.ground.assign_cents(duty, request).values()) for request in timed.requests
        )

    def _left_s(self, duty: str) -> int:
        """Time that the volunteer's other tours of the day leave."""
        who = self.ground.duties[duty].volunteer
        others = self.ground.duties_of[who]
        used = sum(self.tours[item].duration_s for item in others if item != duty and item in self.tours)
        return self.ground.volunteers[who].day_max_s - used

    def _left_m(self, duty: str) -> int:
        who = self.ground.duties[duty].volunteer
        others = self.ground.duties_of[who]
        used = sum(self.tours[item].distance_m for item in others if item != duty and item in self.tours)
        return self.ground.volunteers[who].distance_max_m - used

    def _seated(self, duty: str, nodes: tuple[Node, ...]) -> bool:
        """Whether one arrangement of the vehicle holds everybody on board all along."""
        seats = wheelchairs = 0
        loads = []
        for node in nodes:
            way, sign = self.ground.ways[node.request], -1 if node.is_drop else 1
            seats += sign * way.seats
            wheelchairs += sign * way.wheelchairs
            loads.append((seats, wheelchairs))
        seatings = self.ground.seatings[self.ground.duties[duty].vehicle]
        return any(all(s <= item.seats and w <= item.wheelchairs for s, w in loads) for item in seatings)

    def _quarrels(self, nodes: tuple[Node, ...]) -> bool:
        """Whether two people who are never pooled, or one who rides alone, share the vehicle."""
        aboard: list[str] = []
        requests, apart = self.ground.requests, self.ground.apart
        for node in nodes:
            if node.is_drop:
                aboard.remove(node.request)
                continue
            item = requests[node.request]
            for other in (requests[name] for name in aboard):
                if item.alone or other.alone or other.person in apart.get(item.person, ()):
                    return True
            aboard.append(node.request)
        return False

    def metres(self, duty: str, nodes: tuple[Node, ...]) -> tuple[int, int]:
        """Metres of a tour from home to home, and those without passenger at both ends."""
        metres, home = self.ground.metres, self.ground.home[duty]
        places = [
            self.ground.ways[node.request].drop if node.is_drop else self.ground.ways[node.request].pick
            for node in nodes
        ]
        empty = metres[home][places[0]] + metres[places[-1]][home]
        inside = sum(metres[one][other] for one, other in pairwise(places))
        return inside + empty, empty

    def _written(self, duty: str, timed: Timed) -> Tour:
        stops = []
        for node, start_s in zip(timed.nodes, timed.at[1:-1], strict=True):
            way = self.ground.ways[node.request]
            length_s = way.alighting_s if node.is_drop else way.boarding_s
            kind = "drop" if node.is_drop else "pick"
            stops.append(Stop(request=node.request, kind=kind, start_s=start_s, end_s=start_s + length_s))  # type: ignore[arg-type]  # one of the two
        return Tour(duty=duty, departs_s=timed.at[0], back_s=timed.at[-1], stops=stops)


def together(
    ground: Ground, windows: dict[str, Windows], at: dict[str, tuple[int, int]]
) -> dict[str, Windows]:
    """Windows of all rides, those of each person cut where they overlap (see `parted`)."""
    by_person: dict[str, list[str]] = {}
    for name in windows:
        by_person.setdefault(ground.requests[name].person, []).append(name)
    found = dict(windows)
    for names in by_person.values():
        if len(names) > 1:
            cut = parted(ground, names, windows, at)
            for name in names:
                if name in cut:
                    found[name] = cut[name]
                else:
                    del found[name]
    return found


def window_at(ground: Ground, request: str, pick_s: int) -> Windows:
    """The windows of a request that hold this hour of boarding; its widest when none does."""
    found = ground.windows(request)
    for windows in found:
        if windows.pick_early_s <= pick_s <= windows.pick_late_s:
            return windows
    if found:
        return found[0]
    item = ground.requests[request]
    return Windows(item.pick_early_s, item.pick_late_s, item.drop_early_s, item.drop_late_s)
