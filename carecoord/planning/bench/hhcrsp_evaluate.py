"""
Independent evaluator of HHCRSP solutions: every hard rule, and the published objective.

Reads only the instance and the solution as published; shares no code with
the search. Times are compared with a tolerance of 0.002 minutes, not with the
relative tolerance of the authors' validator.
"""

from __future__ import annotations

from collections import Counter

from carecoord.planning.bench.hhcrsp_model import SIMULTANEOUS, Instance, Patient, Solution, Stop
from carecoord.planning.bench.verdict import TIME_TOLERANCE, Fault, Verdict

Given = dict[tuple[str, str], list[tuple[str, Stop]]]


def evaluate(instance: Instance, solution: Solution) -> Verdict:
    """
    Replay a solution: (travel + tardiness + largest tardiness) / 3 in minutes, and every fault.
    """
    faults: list[Fault] = []
    known = {patient.id: (k + 1, patient) for k, patient in enumerate(instance.patients)}
    distance = 0.0
    given: Given = {}
    tardiness: list[float] = []
    faults += _carers(instance, solution)
    for route in solution.routes:
        place, free = 0, 0.0
        for stop in route.stops:
            if stop.patient not in known:
                faults.append(_fault("unknown_patient", route.carer, stop.patient))
                continue
            row, patient = known[stop.patient]
            travel = instance.travel[place][row]
            distance += travel
            if stop.start < free + travel - TIME_TOLERANCE:
                faults.append(
                    _fault("too_early_for_travel", f"{route.carer} at {stop.patient}", f"{stop.start:g}")
                )
            faults += _at_door(patient, stop)
            tardiness.append(max(0.0, stop.start - patient.closes))
            given.setdefault((stop.patient, stop.service), []).append((route.carer, stop))
            place, free = row, stop.end
        distance += instance.travel[place][0] if route.stops else 0.0
    faults += _abilities(instance, given)
    for patient in instance.patients:
        faults += _covered(patient, given)
    late, worst = sum(tardiness), max(tardiness, default=0.0)
    return Verdict(
        objective=(distance + late + worst) / 3,
        terms={"distance": distance, "total_tardiness": late, "max_tardiness": worst},
        vehicles=sum(1 for route in solution.routes if route.stops),
        faults=tuple(faults),
    )


def _fault(rule: str, where: str, seen: str) -> Fault:
    return Fault(rule=rule, where=where, seen=seen)


def _carers(instance: Instance, solution: Solution) -> list[Fault]:
    known = {carer.id for carer in instance.carers}
    counts = Counter(route.carer for route in solution.routes)
    faults = [_fault("unknown_carer", carer, "not in the instance") for carer in counts if carer not in known]
    faults += [_fault("carer_twice", carer, f"{n} routes") for carer, n in counts.items() if n > 1]
    return faults


def _at_door(patient: Patient, stop: Stop) -> list[Fault]:
    faults = []
    where = f"{patient.id} {stop.service}"
    if stop.start < patient.opens - TIME_TOLERANCE:
        faults.append(_fault("before_window", where, f"{stop.start:g} < {patient.opens:g}"))
    durations = [care.duration for care in patient.cares if care.service == stop.service]
    if not durations:
        faults.append(_fault("unwanted_service", where, "not asked for"))
    elif all(abs(stop.end - stop.start - duration) > TIME_TOLERANCE for duration in durations):
        faults.append(_fault("wrong_duration", where, f"{stop.end - stop.start:g}"))
    return faults


def _abilities(instance: Instance, given: Given) -> list[Fault]:
    able = {carer.id: carer.abilities for carer in instance.carers}
    return [
        _fault("not_able", f"{carer} at {patient}", service)
        for (patient, service), stops in given.items()
        for carer, _ in stops
        if service not in able.get(carer, frozenset())
    ]


def _covered(patient: Patient, given: Given) -> list[Fault]:
    faults = []
    for service, wanted in Counter(care.service for care in patient.cares).items():
        count = len(given.get((patient.id, service), []))
        if count < wanted:
            faults.append(_fault("missing_service", f"{patient.id} {service}", f"{count} of {wanted}"))
        elif count > wanted:
            faults.append(_fault("service_twice", f"{patient.id} {service}", f"{count} of {wanted}"))
    if not faults and len(patient.cares) == 2:
        faults += _together(patient, given)
    return faults


def _together(patient: Patient, given: Given) -> list[Fault]:
    """
    Faults of a two-carer visit; of two stops for the same service, in the order that breaks fewest rules.
    """
    first, second = patient.cares
    if first.service != second.service:
        return _in_step(patient, given[patient.id, first.service][0], given[patient.id, second.service][0])
    one, two = given[patient.id, first.service]
    orders = [_in_step(patient, *order) + _lengths(patient, *order) for order in ((one, two), (two, one))]
    return min(orders, key=len)


def _in_step(patient: Patient, one: tuple[str, Stop], two: tuple[str, Stop]) -> list[Fault]:
    faults = []
    if one[0] == two[0]:
        faults.append(_fault("same_carer", patient.id, one[0]))
    gap = two[1].start - one[1].start
    least, most = (0.0, 0.0) if patient.sync == SIMULTANEOUS else patient.gap
    if gap < least - TIME_TOLERANCE or gap > most + TIME_TOLERANCE:
        faults.append(_fault("out_of_step", patient.id, f"{gap:g} not in [{least:g}, {most:g}]"))
    return faults


def _lengths(patient: Patient, *pair: tuple[str, Stop]) -> list[Fault]:
    return [
        _fault("wrong_duration", f"{patient.id} {care.service}", f"{stop.end - stop.start:g}")
        for care, (_, stop) in zip(patient.cares, pair, strict=True)
        if abs(stop.end - stop.start - care.duration) > TIME_TOLERANCE
    ]
