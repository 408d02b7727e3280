"""
HHCRSP instance and solution files (JSON) from and to structs.
"""

from __future__ import annotations

from typing import Any

import msgspec

from carecoord.planning.bench.hhcrsp_model import (
    SEQUENTIAL,
    SIMULTANEOUS,
    Care,
    Carer,
    Instance,
    Patient,
    Route,
    Solution,
    Stop,
)
from carecoord.planning.bench.reading import Reader


def read_instance(name: str, content: bytes) -> Instance:
    """
    Read an instance file.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = Reader(name)
    document = reader.json(content)
    services = _services(reader, document)
    carers = tuple(
        Carer(
            id=reader.text(item, "id", f"caregivers[{i}]"),
            abilities=frozenset(reader.texts(item, "abilities", f"caregivers[{i}]")),
        )
        for i, item in enumerate(reader.items(document, "caregivers", "", least=1))
    )
    rows = reader.items(document, "patients", "", least=1)
    patients = tuple(_patient(reader, item, f"patients[{i}]", services) for i, item in enumerate(rows))
    reader.distinct([carer.id for carer in carers], "caregivers")
    reader.distinct([patient.id for patient in patients], "patients")
    travel = reader.matrix(document.get("distances"), 1 + len(patients))
    _check_abilities(reader, patients, carers)
    reader.finish()
    return Instance(name=name, patients=patients, carers=carers, travel=travel)


def _services(reader: Reader, document: dict[str, Any]) -> dict[str, float | None]:
    services: dict[str, float | None] = {}
    for i, item in enumerate(reader.items(document, "services", "")):
        where = f"services[{i}]"
        default = item.get("default_duration")
        services[reader.text(item, "id", where)] = (
            None if default is None else reader.as_number(default, f"{where}.default_duration")
        )
    return services


def _patient(reader: Reader, item: dict[str, Any], where: str, services: dict[str, float | None]) -> Patient:
    opens, closes = reader.pair(item.get("time_window"), f"{where}.time_window")
    cares = []
    for j, care in enumerate(reader.items(item, "required_caregivers", f"{where}.", least=1)):
        at = f"{where}.required_caregivers[{j}]"
        service = reader.text(care, "service", at)
        if service and service not in services:
            reader.wrong(f"{at}.service", "unknown_service", f"service {service} is not declared")
        duration = reader.number(care, "duration", at, default=services.get(service))
        if duration < 0:
            reader.wrong(f"{at}.duration", "negative_duration", "a duration is negative")
        cares.append(Care(service=service, duration=duration))
    if len(cares) > 2:
        reader.wrong(f"{where}.required_caregivers", "too_many", "at most two carers a visit")
    sync, gap = _synchronization(reader, item, where, double=len(cares) == 2)
    return Patient(
        id=reader.text(item, "id", where), opens=opens, closes=closes, cares=tuple(cares), sync=sync, gap=gap
    )


def _synchronization(
    reader: Reader, item: dict[str, Any], where: str, *, double: bool
) -> tuple[str | None, tuple[float, float]]:
    if not double:
        return None, (0.0, 0.0)
    value = item.get("synchronization")
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == SIMULTANEOUS:
        return SIMULTANEOUS, (0.0, 0.0)
    if kind == SEQUENTIAL and isinstance(value, dict):
        return SEQUENTIAL, reader.pair(value.get("distance"), f"{where}.synchronization.distance")
    reader.wrong(f"{where}.synchronization", "bad_synchronization", "simultaneous or sequential is expected")
    return None, (0.0, 0.0)


def _check_abilities(reader: Reader, patients: tuple[Patient, ...], carers: tuple[Carer, ...]) -> None:
    for i, patient in enumerate(patients):
        able = [{carer.id for carer in carers if care.service in carer.abilities} for care in patient.cares]
        for care, names in zip(patient.cares, able, strict=True):
            if not names:
                reader.wrong(f"patients[{i}]", "no_able_carer", f"nobody is able to give {care.service}")
        if len(able) == 2 and all(able) and len(able[0] | able[1]) < 2:
            reader.wrong(f"patients[{i}]", "no_able_pair", "no two different carers are able")


def read_solution(name: str, content: bytes) -> Solution:
    """
    Read a solution file, in either spelling of the keys (`patient` or `patient_id`).

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = Reader(name)
    document = reader.json(content)
    routes = []
    for i, item in enumerate(reader.items(document, "routes", "")):
        where = f"routes[{i}]"
        stops = tuple(
            _stop(reader, stop, f"{where}.locations[{j}]")
            for j, stop in enumerate(
                reader.items({"locations": item.get("locations") or []}, "locations", f"{where}.")
            )
        )
        routes.append(Route(carer=reader.text(item, "caregiver_id", where), stops=stops))
    reader.finish()
    return Solution(routes=tuple(routes))


def _stop(reader: Reader, item: dict[str, Any], where: str) -> Stop:
    return Stop(
        patient=reader.text(item, "patient" if "patient" in item else "patient_id", where),
        service=reader.text(item, "service" if "service" in item else "service_id", where),
        start=reader.number(item, "arrival_time", where),
        end=reader.number(item, "departure_time", where),
    )


def write_solution(solution: Solution) -> bytes:
    """
    A solution file with the published key names.
    """
    routes = [
        {
            "caregiver_id": route.carer,
            "locations": [
                {
                    "patient": stop.patient,
                    "service": stop.service,
                    "arrival_time": stop.start,
                    "departure_time": stop.end,
                }
                for stop in route.stops
            ],
        }
        for route in solution.routes
    ]
    return msgspec.json.format(msgspec.json.encode({"routes": routes}), indent=1) + b"\n"
