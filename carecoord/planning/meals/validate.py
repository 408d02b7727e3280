"""
Every defect of a meal problem before solving, as a list, not the first one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from carecoord.kernel.errors import Defect
from carecoord.planning.matrix import Matrix
from carecoord.planning.meals.problem import DAY_S, Delivery, Driver, Kitchen, Pin, Problem, Vehicle

TRIPS_MOST = 12
LATEST_S = DAY_S + 6 * 3_600
"""Nothing ends later than six in the morning after."""


def validate(problem: Problem) -> list[Defect]:
    """Every semantic defect of a problem; an empty list means that it can be solved and checked."""
    names = _Names(problem)
    found = [*_duplicates(problem), *_matrix(problem.matrix, len(problem.places)), *_prices(problem)]
    for index, kitchen in enumerate(problem.kitchens):
        found.extend(_kitchen(f"kitchens[{index}]", kitchen, names))
    for index, vehicle in enumerate(problem.vehicles):
        found.extend(_vehicle(f"vehicles[{index}]", vehicle))
    for index, driver in enumerate(problem.drivers):
        found.extend(_driver(f"drivers[{index}]", driver, names))
    for index, delivery in enumerate(problem.deliveries):
        found.extend(_delivery(f"deliveries[{index}]", delivery, names))
    for index, pin in enumerate(problem.pins):
        found.extend(_pin(f"pins[{index}]", pin, names))
    for index, limit in enumerate(problem.limits):
        if limit.limit_s <= 0:
            found.append(_defect("limit_low", f"limits[{index}].limit_s", "is not positive"))
    return found


class _Names:
    """Identifiers that others may point at."""

    def __init__(self, problem: Problem) -> None:
        self.places = {p.id for p in problem.places}
        self.kitchens = {k.id for k in problem.kitchens}
        self.vehicles = {v.id for v in problem.vehicles}
        self.drivers = {d.id for d in problem.drivers}
        self.deliveries = {d.id for d in problem.deliveries}
        self.regimes = {r.key for r in problem.regimes}


def _defect(code: str, where: str, why: str, **args: str | int) -> Defect:
    return Defect(code=code, where=where, why=why, args=dict(args))


def _negatives(where: str, item: msgspec.Struct, *fields: str) -> Iterator[Defect]:
    for name in fields:
        value = getattr(item, name)
        if value is not None and value < 0:
            yield _defect("negative", f"{where}.{name}", f"is negative: {value}", value=value)


def _known(kind: str, where: str, name: str, known: set[str]) -> Iterator[Defect]:
    if name not in known:
        yield _defect(f"{kind}_unknown", where, f"no {kind} {name}", name=name)


def _duplicates(problem: Problem) -> Iterator[Defect]:
    groups: dict[str, list[str]] = {
        "places": [p.id for p in problem.places],
        "kitchens": [k.id for k in problem.kitchens],
        "deliveries": [d.id for d in problem.deliveries],
        "vehicles": [v.id for v in problem.vehicles],
        "drivers": [d.id for d in problem.drivers],
        "regimes": [r.key for r in problem.regimes],
        "limits": [item.chain for item in problem.limits],
        "pins": [p.delivery for p in problem.pins],
    }
    for group, identifiers in groups.items():
        for name, count in Counter(identifiers).items():
            if count > 1:
                yield _defect("duplicate_id", group, f"{name} appears {count} times", name=name, count=count)
            if not name.strip():
                yield _defect("id_empty", group, "an identifier is empty")


def _matrix(matrix: Matrix, size: int) -> Iterator[Defect]:
    for name, table in (("seconds", matrix.seconds), ("metres", matrix.metres)):
        where = f"matrix.{name}"
        if len(table) != size:
            yield _defect("matrix_not_square", where, f"{len(table)} rows for {size} places", rows=len(table))
        for row, values in enumerate(table):
            if len(values) != size:
                why = f"{len(values)} columns for {size} places"
                yield _defect("matrix_not_square", f"{where}[{row}]", why, columns=len(values))
            if values and min(values) < 0:
                yield _defect("negative", f"{where}[{row}]", f"is negative: {min(values)}", value=min(values))
            if row < len(values) and values[row] != 0:
                yield _defect("diagonal_not_zero", f"{where}[{row}]", "a place is away from itself")


def _prices(problem: Problem) -> Iterator[Defect]:
    names = [field.name for field in msgspec.structs.fields(problem.prices)]
    yield from _negatives("prices", problem.prices, *names)


def _kitchen(where: str, kitchen: Kitchen, names: _Names) -> Iterator[Defect]:
    yield from _known("place", f"{where}.place", kitchen.place, names.places)
    if kitchen.opens_s >= kitchen.closes_s:
        yield _defect("window_empty", where, "closes before it opens")


def _vehicle(where: str, vehicle: Vehicle) -> Iterator[Defect]:
    yield from _negatives(where, vehicle, "cold", "hot", "loading_s")
    if vehicle.cold == 0 and vehicle.hot == 0:
        yield _defect("no_compartment", where, "holds no meal at all")


def _driver(where: str, driver: Driver, names: _Names) -> Iterator[Defect]:
    yield from _known("place", f"{where}.start", driver.start, names.places)
    yield from _known("place", f"{where}.end", driver.end, names.places)
    if driver.regime is not None:
        yield from _known("regime", f"{where}.regime", driver.regime, names.regimes)
    for vehicle in driver.vehicles:
        yield from _known("vehicle", f"{where}.vehicles", vehicle, names.vehicles)
    yield from _negatives(where, driver, "planned_s", "week_work_s", "worked_s", "since_s")
    if not 1 <= driver.trips_max <= TRIPS_MOST:
        yield _defect("trips_outside", f"{where}.trips_max", f"{driver.trips_max}, 1 to {TRIPS_MOST} wanted")
    end = None
    for index, shift in enumerate(driver.shifts):
        place = f"{where}.shifts[{index}]"
        if shift.start_s >= shift.end_s:
            yield _defect("shift_empty", place, "ends before it starts")
        if shift.start_s < 0 or shift.end_s > LATEST_S:
            yield _defect("shift_outside", place, "leaves the day")
        if end is not None and shift.start_s < end:
            yield _defect("shifts_overlap", place, "starts before the end of the one before")
        end = shift.end_s


def _delivery(where: str, delivery: Delivery, names: _Names) -> Iterator[Defect]:
    yield from _known("place", f"{where}.place", delivery.place, names.places)
    yield from _known("kitchen", f"{where}.kitchen", delivery.kitchen, names.kitchens)
    yield from _negatives(where, delivery, "cold", "hot", "service_s", "earliest_s", "release_s")
    if delivery.cold + delivery.hot == 0:
        yield _defect("no_meal", where, "brings no meal")
    if delivery.earliest_s > delivery.latest_s:
        yield _defect("window_empty", where, "the window closes before it opens")
    if delivery.latest_s > LATEST_S:
        yield _defect("window_outside_day", where, "the window leaves the day")


def _pin(where: str, pin: Pin, names: _Names) -> Iterator[Defect]:
    yield from _known("delivery", f"{where}.delivery", pin.delivery, names.deliveries)
    yield from _known("driver", f"{where}.driver", pin.driver, names.drivers)
