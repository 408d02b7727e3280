"""
UHHC instance and solution files (JSON) from and to structs.
"""

from __future__ import annotations

from typing import Any

import msgspec

from carecoord.planning.bench.reading import Reader
from carecoord.planning.bench.uhhc_model import (
    HARD_WHEN_ABSENT,
    INDEPENDENT,
    LUNCH,
    SEQUENTIAL,
    SIMULTANEOUS,
    TERMS,
    Care,
    Carer,
    Instance,
    Patient,
    Route,
    Solution,
    Stop,
)

# Only these sets are generated from real towns; in the converted ones the carer leaves with the shift.
GENERATED = "generated"


def read_instance(name: str, content: bytes) -> Instance:
    """
    Read an instance file.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = Reader(name)
    document = reader.json(content)
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        reader.wrong("metadata", "not_object", "an object is expected")
        metadata = {}
    if metadata.get("time_window_met") not in ("at_service_start", "at_service_end"):
        reader.wrong(
            "metadata.time_window_met", "bad_choice", "at_service_start or at_service_end is expected"
        )
    weights, hard = _weights(reader, metadata.get("cost_components"))
    points = _points(reader, document)
    carers = tuple(
        _carer(reader, item, f"caregivers[{i}]", points)
        for i, item in enumerate(reader.items(document, "caregivers", "", least=1))
    )
    services = {reader.text(item, "id", "services") for item in reader.items(document, "services", "")}
    patients = tuple(
        _patient(reader, item, f"patients[{i}]", services)
        for i, item in enumerate(reader.items(document, "patients", "", least=1))
    )
    reader.distinct([carer.id for carer in carers], "caregivers")
    reader.distinct([patient.id for patient in patients], "patients")
    rows = [patient.row for patient in patients] + list(points.values())
    matrix = reader.matrix(document.get("distances"), 1 + max(rows, default=0))
    reader.finish()
    return Instance(
        name=name,
        patients=patients,
        carers=carers,
        travel=tuple(tuple(round(cell) for cell in row) for row in matrix),
        weights=weights,
        hard=hard,
        at_end=metadata["time_window_met"] == "at_service_end",
        leaves_at_shift_start=metadata.get("origin") != GENERATED,
        lunch=_lunch(reader, document),
    )


def _weights(reader: Reader, value: object) -> tuple[dict[str, int], frozenset[str]]:
    if not isinstance(value, dict):
        reader.wrong("metadata.cost_components", "not_object", "an object is expected")
        return {}, frozenset()
    weights, hard = {}, set()
    for term in value:
        if term not in TERMS:
            reader.wrong(f"metadata.cost_components.{term}", "unknown_term", "no such term")
    for term in TERMS:
        weight = value.get(term)
        if weight == "HARD" or (weight is None and term in HARD_WHEN_ABSENT):
            weights[term] = 1
            hard.add(term)
        else:
            weights[term] = round(reader.as_number(weight or 0, f"metadata.cost_components.{term}"))
    return weights, frozenset(hard)


def _points(reader: Reader, document: dict[str, Any]) -> dict[str, int]:
    return {
        reader.text(item, "id", f"terminal_points[{i}]"): _row(reader, item, f"terminal_points[{i}]")
        for i, item in enumerate(reader.items(document, "terminal_points", "", least=1))
    }


def _row(reader: Reader, item: dict[str, Any], where: str) -> int:
    row = reader.number(item, "distance_matrix_index", where)
    if row < 0:
        reader.wrong(f"{where}.distance_matrix_index", "negative_row", "a row of the matrix is expected")
    return max(0, round(row))


def _carer(reader: Reader, item: dict[str, Any], where: str, points: dict[str, int]) -> Carer:
    ends = []
    for key in ("departing_point", "arrival_point"):
        point = reader.text(item, key, where)
        if point and point not in points:
            reader.wrong(f"{where}.{key}", "unknown_point", f"{point} is not a terminal point")
        ends.append(points.get(point, 0))
    return Carer(
        id=reader.text(item, "id", where),
        abilities=frozenset(reader.texts(item, "abilities", where)),
        leaves=ends[0],
        returns=ends[1],
        shift=_window(reader, item.get("working_shift"), f"{where}.working_shift"),
        lunch=bool(item.get("lunch_break")),
    )


def _window(reader: Reader, value: object, where: str) -> tuple[int, int]:
    if not isinstance(value, dict):
        reader.wrong(where, "not_object", "an object with start and end is expected")
        return 0, 0
    low, high = reader.pair([value.get("start"), value.get("end")], where)
    return round(low), round(high)


def _patient(reader: Reader, item: dict[str, Any], where: str, services: set[str]) -> Patient:
    cares = []
    for j, care in enumerate(reader.items(item, "required_services", f"{where}.", least=1)):
        at = f"{where}.required_services[{j}]"
        service = reader.text(care, "service", at)
        if service not in services:
            reader.wrong(f"{at}.service", "unknown_service", f"service {service} is not declared")
        cares.append(Care(service=service, duration=round(reader.number(care, "duration", at))))
    if len(cares) > 2:
        reader.wrong(f"{where}.required_services", "too_many", "at most two services a patient")
    windows = tuple(
        _window(reader, window, f"{where}.time_windows[{j}]")
        for j, window in enumerate(reader.items(item, "time_windows", f"{where}.", least=1))
    )
    sync, gap = _synchronization(reader, item, where, double=len(cares) == 2)
    preferred = reader.texts(item, "preferred_caregivers", where)
    return Patient(
        id=reader.text(item, "id", where),
        row=_row(reader, item, where),
        windows=tuple(sorted(windows)),
        cares=tuple(cares),
        sync=sync,
        gap=gap,
        optional=bool(item.get("optional")),
        incompatible=frozenset(reader.texts(item, "incompatible_caregivers", where)),
        preferred=frozenset(preferred) if preferred else None,
    )


def _synchronization(
    reader: Reader, item: dict[str, Any], where: str, *, double: bool
) -> tuple[str, tuple[int, int]]:
    value = item.get("synchronization")
    if not double or value is None:
        return INDEPENDENT, (0, 0)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind in (INDEPENDENT, SIMULTANEOUS):
        return kind, (0, 0)
    if kind == SEQUENTIAL and isinstance(value.get("distance"), dict):
        gap = value["distance"]
        low, high = reader.pair([gap.get("min"), gap.get("max")], f"{where}.synchronization.distance")
        return SEQUENTIAL, (round(low), round(high))
    reader.wrong(f"{where}.synchronization", "bad_synchronization", "a known type is expected")
    return INDEPENDENT, (0, 0)


def _lunch(reader: Reader, document: dict[str, Any]) -> tuple[int, int, int] | None:
    value = document.get("lunch_breaks")
    if value is None:
        return None
    low, high = _window(reader, value, "lunch_breaks")
    length = round(reader.number(value, "min_duration", "lunch_breaks")) if isinstance(value, dict) else 0
    reader.finish()
    return low, high, length


def read_solution(name: str, content: bytes) -> Solution:
    """
    Read a solution file; a lunch may stand anywhere in the list and is put at its time.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = Reader(name)
    document = reader.json(content)
    routes = []
    for i, item in enumerate(reader.items(document, "routes", "")):
        where = f"routes[{i}]"
        stops = [
            _stop(reader, stop, f"{where}.locations[{j}]")
            for j, stop in enumerate(
                reader.items({"locations": item.get("locations") or []}, "locations", f"{where}.")
            )
        ]
        stops.sort(key=lambda stop: (stop.start, stop.end))
        routes.append(Route(carer=reader.text(item, "caregiver_id", where), stops=tuple(stops)))
    reader.finish()
    return Solution(routes=tuple(routes))


def _stop(reader: Reader, item: dict[str, Any], where: str) -> Stop:
    start = "start_time" if "start_time" in item else "arrival_time"
    end = "end_time" if "end_time" in item else "departure_time"
    service = reader.text(item, "service", where)
    patient = "" if service == LUNCH and not item.get("patient") else reader.text(item, "patient", where)
    return Stop(
        patient=patient,
        service=service,
        start=round(reader.number(item, start, where)),
        end=round(reader.number(item, end, where)),
    )


def write_solution(solution: Solution) -> bytes:
    """
    A solution file with the published key names.
    """
    routes = []
    for route in solution.routes:
        locations = []
        for stop in route.stops:
            lunch = stop.service == LUNCH
            start, end = ("start_time", "end_time") if lunch else ("arrival_time", "departure_time")
            locations.append(
                {"patient": stop.patient, "service": stop.service, start: stop.start, end: stop.end}
            )
        routes.append({"caregiver_id": route.carer, "locations": locations})
    return msgspec.json.format(msgspec.json.encode({"routes": routes}), indent=1) + b"\n"
