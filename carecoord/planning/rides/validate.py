"""
What is wrong with a problem of rides before anybody plans it: every defect at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from carecoord.kernel.errors import Defect
from carecoord.planning.rides.problem import PASSENGERS_MAX, Problem, Request


def validate(problem: Problem) -> list[Defect]:
    """Defects of meaning: unknown names, names given twice, numbers that cannot be."""
    return [*_names(problem), *_travel(problem), *_vehicles(problem), *_requests(problem), *_team(problem)]


def _defect(code: str, where: str, why: str) -> Defect:
    return Defect(code=code, where=where, why=why)


def _twice(kind: str, names: Iterable[str]) -> Iterator[Defect]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield _defect("name_twice", f"{kind}[{index}].id", f"{name} is given twice")
        seen.add(name)


def _names(problem: Problem) -> Iterator[Defect]:
    for kind in ("places", "passengers", "requests", "volunteers", "vehicles", "duties"):
        yield from _twice(kind, [item.id for item in getattr(problem, kind)])


def _travel(problem: Problem) -> Iterator[Defect]:
    size = len(problem.places)
    for name in ("seconds", "metres"):
        rows = getattr(problem.travel, name)
        if len(rows) != size or any(len(row) != size for row in rows):
            yield _defect("matrix_size", f"travel.{name}", f"{size} places but another number of lines")
        elif any(value < 0 for row in rows for value in row):
            yield _defect("matrix_negative", f"travel.{name}", "a negative value")


def _vehicles(problem: Problem) -> Iterator[Defect]:
    for index, vehicle in enumerate(problem.vehicles):
        where = f"vehicles[{index}].seatings"
        if not vehicle.seatings:
            yield _defect("no_seating", where, f"{vehicle.id} has no arrangement of seats")
        for seating in vehicle.seatings:
            if seating.seats + seating.wheelchairs > PASSENGERS_MAX:
                yield _defect("too_many_seats", where, "more than nine seats with the driver's")
            if min(seating.seats, seating.wheelchairs) < 0 or not seating.seats + seating.wheelchairs:
                yield _defect("no_seating", where, "an arrangement without seats")


def _requests(problem: Problem) -> Iterator[Defect]:
    places = {item.id for item in problem.places}
    people = {item.id for item in problem.passengers}
    known = {item.id: item for item in problem.requests}
    for index, item in enumerate(problem.requests):
        where = f"requests[{index}]"
        for field, name in (("pick_place", item.pick_place), ("drop_place", item.drop_place)):
            if name not in places:
                yield _defect("place_unknown", f"{where}.{field}", f"no place {name}")
        if item.person not in people:
            yield _defect("person_unknown", f"{where}.person", f"no person {item.person}")
        if item.pick_early_s > item.pick_late_s or item.drop_early_s > item.drop_late_s:
            yield _defect("window_order", where, "a window ends before it begins")
        if item.seats + item.wheelchairs < 1 or min(item.seats, item.wheelchairs) < 0:
            yield _defect("nobody_aboard", where, "at least one seat or one wheelchair")
        if min(item.boarding_s, item.alighting_s, item.ride_max_s) < 0:
            yield _defect("negative_time", where, "a negative length of time")
        yield from _mate(where, item, known)


def _mate(where: str, item: Request, known: dict[str, Request]) -> Iterator[Defect]:
    if item.mate is None:
        return
    other = known.get(item.mate)
    if other is None or other.id == item.id:
        yield _defect("mate_unknown", f"{where}.mate", f"no other request {item.mate}")
    elif other.shuttle != item.shuttle:
        yield _defect("mate_shuttle", f"{where}.mate", "the two travel with different shuttles")


def _team(problem: Problem) -> Iterator[Defect]:
    volunteers = {item.id for item in problem.volunteers}
    vehicles = {item.id for item in problem.vehicles}
    places = {item.id for item in problem.places}
    by_owner: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for index, duty in enumerate(problem.duties):
        where = f"duties[{index}]"
        if duty.volunteer not in volunteers:
            yield _defect("volunteer_unknown", f"{where}.volunteer", f"no volunteer {duty.volunteer}")
        if duty.vehicle not in vehicles:
            yield _defect("vehicle_unknown", f"{where}.vehicle", f"no vehicle {duty.vehicle}")
        if duty.start_place not in places:
            yield _defect("place_unknown", f"{where}.start_place", f"no place {duty.start_place}")
        if duty.start_s >= duty.end_s:
            yield _defect("window_order", where, "a duty ends before it begins")
        for kind, name in (("volunteer", duty.volunteer), ("vehicle", duty.vehicle)):
            by_owner.setdefault((kind, name), []).append((duty.start_s, duty.end_s, where))
    for (kind, name), spans in sorted(by_owner.items()):
        spans.sort()
        for one, other in pairwise(spans):
            if other[0] < one[1]:
                yield _defect(f"{kind}_twice", other[2], f"{kind} {name} has two duties at once")
