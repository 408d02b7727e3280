"""
Independent checker of a plan of rides: a problem and a plan in, violations out.

It shares no code with the board, the insertion or the search: it reads the problem's own fields.
`worker` of a violation is a volunteer, `visit` a request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.rides.problem import Duty, Problem, Request
from carecoord.planning.rides.solution import Solution, Stop, Tour
from carecoord.planning.solution import Violation

RULES = (
    "pairing", "precedence", "travel_time", "window", "promise", "ride_time", "seats", "apart",
    "availability", "volunteer_limit", "person_busy", "mate", "refused", "pin", "shuttle",
)  # fmt: skip
"""Every rule that this checker knows, by name."""

SOURCE_SEATS = "code des transports, R3133-2 (numéro à confirmer)"


def check(problem: Problem, solution: Solution) -> list[Violation]:
    """
    Violations of a plan; all of them block.

    Raises:
        Invalid: the plan names a duty or a request that the problem does not have.
    """
    plan = _Plan(problem, solution)
    found = [*_pairing(plan), *_mates(plan), *_persons(plan), *_limits(plan)]
    for tour in plan.tours:
        found += [
            *_moves(plan, tour), *_windows(plan, tour), *_ride_times(plan, tour), *_seats(plan, tour),
            *_apart(plan, tour), *_availability(plan, tour), *_choices(plan, tour),
        ]  # fmt: skip
    return found


class _Plan:
    """Tables of this module alone."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self.problem = problem
        self.requests: dict[str, Request] = {item.id: item for item in problem.requests}
        self.duties: dict[str, Duty] = {item.id: item for item in problem.duties}
        self.place = {place.id: index for index, place in enumerate(problem.places)}
        defects = [
            Defect(code="duty_unknown", where=f"tours[{index}].duty", why=f"no duty {tour.duty}")
            for index, tour in enumerate(solution.tours)
            if tour.duty not in self.duties
        ]
        for index, tour in enumerate(solution.tours):
            for position, stop in enumerate(tour.stops):
                if stop.request not in self.requests:
                    where = f"tours[{index}].stops[{position}].request"
                    defects.append(
                        Defect(code="request_unknown", where=where, why=f"no request {stop.request}")
                    )
        if defects:
            raise Invalid(defects)
        self.tours = [tour for tour in solution.tours if tour.stops]
        self.stops: dict[str, list[tuple[int, Stop]]] = defaultdict(list)
        for number, tour in enumerate(self.tours):
            for stop in tour.stops:
                self.stops[stop.request].append((number, stop))

    def pair(self, request: str) -> tuple[Stop, Stop] | None:
        """Boarding and alighting of a ride that has one of each."""
        picks = [stop for _, stop in self.stops[request] if stop.kind == "pick"]
        drops = [stop for _, stop in self.stops[request] if stop.kind == "drop"]
        return (picks[0], drops[0]) if len(picks) == len(drops) == 1 else None

    def volunteer(self, tour: Tour) -> str:
        """Who drives a tour."""
        return self.duties[tour.duty].volunteer


def _broken(rule: str, *, worker: str | None = None, visit: str | None = None, amount: int = 0,
            limit: int = 0, unit: str = "s", source: str = "") -> Violation:  # fmt: skip
    return Violation(
        rule=rule, severity="block", worker=worker, visit=visit, amount=amount, limit=limit,
        unit=unit, source=source,  # type: ignore[arg-type]  # one of the three used here
    )  # fmt: skip


def _pairing(plan: _Plan) -> Iterator[Violation]:
    """`pairing`: one boarding and one alighting of each ride, one tour; `precedence`: in that order."""
    used = [tour.duty for tour in plan.tours]
    for duty in sorted({duty for duty in used if used.count(duty) > 1}):
        yield _broken(
            "pairing", worker=plan.duties[duty].volunteer, amount=used.count(duty), limit=1, unit="count"
        )
    for request, stops in sorted(plan.stops.items()):
        kinds = sorted(stop.kind for _, stop in stops)
        if kinds != ["drop", "pick"] or len({number for number, _ in stops}) > 1:
            yield _broken("pairing", visit=request, amount=len(stops), limit=2, unit="count")
        elif stops[0][1].kind == "drop":
            yield _broken("precedence", visit=request)


def _moves(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`travel_time`: time to get to each stop and home, and to let people in and out."""
    who = plan.volunteer(tour)
    home = plan.place[plan.duties[tour.duty].start_place]
    seconds = plan.problem.travel.seconds
    at_s, here = tour.departs_s, home
    for stop in tour.stops:
        item = plan.requests[stop.request]
        there = plan.place[item.pick_place if stop.kind == "pick" else item.drop_place]
        if stop.start_s - at_s < seconds[here][there]:
            yield _broken("travel_time", worker=who, visit=stop.request,
                          amount=stop.start_s - at_s, limit=seconds[here][there])  # fmt: skip
        length = item.boarding_s if stop.kind == "pick" else item.alighting_s
        if stop.end_s - stop.start_s < length:
            yield _broken("travel_time", worker=who, visit=stop.request,
                          amount=stop.end_s - stop.start_s, limit=length)  # fmt: skip
        at_s, here = stop.end_s, there
    if tour.back_s - at_s < seconds[here][home]:
        yield _broken("travel_time", worker=who, amount=tour.back_s - at_s, limit=seconds[here][home])


def _windows(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`window`: boarding and alighting begin when asked; `promise`: boarding is close to what was told."""
    tolerance = plan.problem.promise_tolerance_s
    for stop in tour.stops:
        item, who = plan.requests[stop.request], plan.volunteer(tour)
        early, late = (
            (item.pick_early_s, item.pick_late_s)
            if stop.kind == "pick"
            else (item.drop_early_s, item.drop_late_s)
        )
        if not early <= stop.start_s <= late:
            outside = max(early - stop.start_s, stop.start_s - late)
            yield _broken("window", worker=who, visit=stop.request, amount=outside)
        if (
            stop.kind == "pick"
            and item.promise_s is not None
            and abs(stop.start_s - item.promise_s) > tolerance
        ):
            yield _broken("promise", worker=who, visit=stop.request,
                          amount=abs(stop.start_s - item.promise_s), limit=tolerance)  # fmt: skip


def _ride_times(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`ride_time`: nobody is on board longer than allowed."""
    for request in sorted({stop.request for stop in tour.stops}):
        pair = plan.pair(request)
        if pair is None:
            continue
        aboard, most = pair[1].start_s - pair[0].end_s, plan.requests[request].ride_max_s
        if aboard > most:
            yield _broken("ride_time", worker=plan.volunteer(tour), visit=request, amount=aboard, limit=most)


def _seats(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`seats`: one arrangement of the vehicle holds everybody on board all along."""
    vehicle = next(item for item in plan.problem.vehicles if item.id == plan.duties[tour.duty].vehicle)
    possible = set(range(len(vehicle.seatings)))
    seats = wheelchairs = 0
    for stop in tour.stops:
        item, sign = plan.requests[stop.request], 1 if stop.kind == "pick" else -1
        seats, wheelchairs = seats + sign * item.seats, wheelchairs + sign * item.wheelchairs
        possible = {
            index
            for index in possible
            if vehicle.seatings[index].seats >= seats and vehicle.seatings[index].wheelchairs >= wheelchairs
        }
        if not possible:
            yield _broken("seats", worker=plan.volunteer(tour), visit=stop.request,
                          amount=seats + wheelchairs, unit="count", source=SOURCE_SEATS)  # fmt: skip
            return


def _apart(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`apart`: people who are kept apart, or who ride alone, share no vehicle."""
    pairs = {frozenset(pair) for pair in plan.problem.apart}
    spans = {
        name: (pair[0].start_s, pair[1].end_s)
        for name in {stop.request for stop in tour.stops}
        if (pair := plan.pair(name)) is not None
    }
    order = [stop.request for stop in tour.stops if stop.kind == "pick" and stop.request in spans]
    places = {(stop.request, stop.kind): index for index, stop in enumerate(tour.stops)}
    for index, one in enumerate(order):
        for other in order[index + 1 :]:
            if places[other, "pick"] > places.get((one, "drop"), -1):
                continue
            first, second = plan.requests[one], plan.requests[other]
            if first.alone or second.alone or frozenset((first.person, second.person)) in pairs:
                yield _broken(
                    "apart", worker=plan.volunteer(tour), visit=other, amount=2, limit=1, unit="count"
                )


def _availability(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`availability`: away only when the volunteer can be."""
    run = plan.duties[tour.duty]
    outside = max(run.start_s - tour.departs_s, tour.back_s - run.end_s)
    if outside > 0:
        yield _broken("availability", worker=run.volunteer, amount=outside)


def _choices(plan: _Plan, tour: Tour) -> Iterator[Violation]:
    """`refused`, `pin`, `shuttle`: who may not, who must, which run."""
    run = plan.duties[tour.duty]
    for request in sorted({stop.request for stop in tour.stops}):
        item = plan.requests[request]
        if run.volunteer in item.refused:
            yield _broken("refused", worker=run.volunteer, visit=request, unit="count")
        if item.pin is not None and item.pin != run.volunteer:
            yield _broken("pin", worker=run.volunteer, visit=request, unit="count")
        if item.shuttle != run.shuttle:
            yield _broken("shuttle", worker=run.volunteer, visit=request, unit="count")


def _limits(plan: _Plan) -> Iterator[Violation]:
    """`volunteer_limit`: time and metres of a volunteer's day."""
    time_s: dict[str, int] = defaultdict(int)
    driven: dict[str, int] = defaultdict(int)
    metres = plan.problem.travel.metres
    for tour in plan.tours:
        who = plan.volunteer(tour)
        time_s[who] += tour.back_s - tour.departs_s
        home = plan.place[plan.duties[tour.duty].start_place]
        here = home
        for stop in tour.stops:
            item = plan.requests[stop.request]
            there = plan.place[item.pick_place if stop.kind == "pick" else item.drop_place]
            driven[who] += metres[here][there]
            here = there
        driven[who] += metres[here][home]
    for limits in plan.problem.volunteers:
        who = limits.id
        if time_s[who] > limits.day_max_s:
            yield _broken("volunteer_limit", worker=who, amount=time_s[who], limit=limits.day_max_s)
        if driven[who] > limits.distance_max_m:
            yield _broken("volunteer_limit", worker=who, amount=driven[who],
                          limit=limits.distance_max_m, unit="count")  # fmt: skip


def _persons(plan: _Plan) -> Iterator[Violation]:
    """`person_busy`: nobody rides while wanted elsewhere, nor in two vehicles at once."""
    busy = {item.id: item.busy for item in plan.problem.passengers}
    rides: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for request in plan.stops:
        pair = plan.pair(request)
        if pair is not None:
            rides[plan.requests[request].person].append((pair[0].start_s, pair[1].end_s, request))
    for person, spans in sorted(rides.items()):
        spans.sort()
        for begin, end, request in spans:
            for other in busy.get(person, []):
                common = min(end, other.end_s) - max(begin, other.start_s)
                if common > 0:
                    yield _broken("person_busy", visit=request, amount=common)
        for one, other_ride in pairwise(spans):
            if other_ride[0] < one[1]:
                yield _broken("person_busy", visit=other_ride[2], amount=one[1] - other_ride[0])


def _mates(plan: _Plan) -> Iterator[Violation]:
    """`mate`: the driver who waits is the one who brings back; neither way without the other."""
    tour_of = {request: {number for number, _ in stops} for request, stops in plan.stops.items()}
    for item in plan.problem.requests:
        if item.mate is not None and tour_of.get(item.id) != tour_of.get(item.mate):
            yield _broken("mate", visit=item.id, unit="count")
