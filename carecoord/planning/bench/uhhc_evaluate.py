"""
Independent evaluator of UHHC solutions: every hard rule, and every term of the published objective.

Reads only the instance and the solution as published; shares no code with
the search. All numbers are whole minutes and are compared exactly.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from carecoord.planning.bench.uhhc_model import (
    INDEPENDENT,
    LUNCH,
    SIMULTANEOUS,
    TERMS,
    Carer,
    Instance,
    Patient,
    Route,
    Solution,
    Stop,
)
from carecoord.planning.bench.verdict import Fault, Verdict

Given = dict[tuple[str, str], list[tuple[str, Stop]]]


class Day(msgspec.Struct, kw_only=True):
    """
    What one carer's route adds up to, in minutes.
    """

    travel: int = 0
    service: int = 0
    waits: list[int] = []
    idle: int = 0
    extra: int = 0
    ate: bool = False
    faults: list[Fault] = []


def evaluate(instance: Instance, solution: Solution) -> Verdict:
    """
    Replay a solution: the weighted sum of the terms, each term, and every fault.
    """
    patients = {patient.id: patient for patient in instance.patients}
    carers = {carer.id: carer for carer in instance.carers}
    routes = {route.carer: route for route in solution.routes}
    faults = _names(solution, patients, carers)
    if faults:
        return Verdict(objective=0.0, terms={}, vehicles=0, faults=tuple(faults))
    days = {
        carer.id: _day(instance, carer, routes.get(carer.id, Route(carer=carer.id, stops=())))
        for carer in instance.carers
    }
    given: Given = {}
    for route in solution.routes:
        for stop in route.stops:
            if stop.service != LUNCH:
                given.setdefault((stop.patient, stop.service), []).append((route.carer, stop))
    faults += [fault for day in days.values() for fault in day.faults]
    for patient in instance.patients:
        faults += _covered(patient, given)
    terms = _time_terms(instance, days) | _visit_terms(instance, given)
    faults += [
        _fault("hard_term", term, f"{terms[term]:g}")
        for term in TERMS
        if term in instance.hard and terms[term]
    ]
    return Verdict(
        objective=float(sum(instance.weights[term] * terms[term] for term in TERMS)),
        terms=terms,
        vehicles=sum(1 for route in solution.routes if any(stop.service != LUNCH for stop in route.stops)),
        faults=tuple(faults),
    )


def _fault(rule: str, where: str, seen: str) -> Fault:
    return Fault(rule=rule, where=where, seen=seen)


def _names(solution: Solution, patients: dict[str, Patient], carers: dict[str, Carer]) -> list[Fault]:
    counts = Counter(route.carer for route in solution.routes)
    faults = [
        _fault("unknown_carer", carer, "not in the instance") for carer in counts if carer not in carers
    ]
    faults += [_fault("carer_twice", carer, f"{n} routes") for carer, n in counts.items() if n > 1]
    for route in solution.routes:
        for stop in route.stops:
            if stop.service != LUNCH and stop.patient not in patients:
                faults.append(_fault("unknown_patient", route.carer, stop.patient))
    return faults


def _day(instance: Instance, carer: Carer, route: Route) -> Day:
    day = Day()
    opens, closes = carer.shift
    visits = [stop for stop in route.stops if stop.service != LUNCH]
    lunches = [stop for stop in route.stops if stop.service == LUNCH]
    _lunches(instance, carer, day, lunches)
    if not visits:
        day.idle = closes - opens - sum(lunch.end - lunch.start for lunch in lunches)
        return day
    rows = {patient.id: patient.row for patient in instance.patients}
    place, free, left = carer.leaves, opens, opens
    for number, stop in enumerate(visits):
        row = rows[stop.patient]
        travel = instance.travel[place][row]
        early = opens if number == 0 else free
        eaten = sum(
            lunch.end - lunch.start
            for lunch in lunches
            if number and free <= lunch.start and lunch.end <= stop.start
        )
        if number == 0 and not instance.leaves_at_shift_start:
            left = stop.start - travel
        elif stop.start >= early + travel + eaten:
            day.waits.append(stop.start - early - travel - eaten)
        if stop.start < early + travel + eaten:
            day.faults.append(
                _fault("too_early_for_travel", f"{carer.id} at {stop.patient}", f"{stop.start}")
            )
        day.travel += travel
        day.service += stop.end - stop.start
        place, free = row, stop.end
    home = instance.travel[place][carer.returns]
    day.travel += home
    after = sum(lunch.end - lunch.start for lunch in lunches if lunch.start >= free)
    before = sum(lunch.end - lunch.start for lunch in lunches if lunch.end <= visits[0].start)
    back = free + home + after
    day.extra = max(0, back - closes)
    day.idle = left - opens + sum(day.waits) + max(0, closes - back) - before
    _overlaps(carer, day, visits, lunches)
    return day


def _lunches(instance: Instance, carer: Carer, day: Day, lunches: list[Stop]) -> None:
    day.ate = bool(lunches)
    for lunch in lunches:
        where = f"{carer.id} lunch"
        if instance.lunch is None:
            day.faults.append(_fault("no_lunch_here", where, f"{lunch.start}"))
            continue
        first, last, length = instance.lunch
        if not first <= lunch.start <= last:
            day.faults.append(_fault("lunch_out_of_hours", where, f"{lunch.start}"))
        if lunch.end - lunch.start < length:
            day.faults.append(_fault("lunch_too_short", where, f"{lunch.end - lunch.start}"))
    if len(lunches) > 1:
        day.faults.append(_fault("lunch_twice", carer.id, f"{len(lunches)}"))


def _overlaps(carer: Carer, day: Day, visits: list[Stop], lunches: list[Stop]) -> None:
    for lunch in lunches:
        for stop in visits:
            if lunch.start < stop.end and stop.start < lunch.end:
                day.faults.append(
                    _fault("lunch_during_visit", f"{carer.id} at {stop.patient}", f"{lunch.start}")
                )


def _covered(patient: Patient, given: Given) -> list[Fault]:
    count = {care.service: len(given.get((patient.id, care.service), [])) for care in patient.cares}
    wanted = Counter(care.service for care in patient.cares)
    visits = [
        (carer, stop) for (who, _), stops in given.items() if who == patient.id for carer, stop in stops
    ]
    if patient.optional and not visits:
        return []
    faults = []
    for _, stop in visits:
        if stop.service not in wanted:
            faults.append(_fault("unwanted_service", f"{patient.id} {stop.service}", "not asked for"))
        elif stop.end - stop.start not in [c.duration for c in patient.cares if c.service == stop.service]:
            faults.append(
                _fault("wrong_duration", f"{patient.id} {stop.service}", f"{stop.end - stop.start}")
            )
        if stop.start < patient.windows[0][0]:
            faults.append(_fault("before_window", f"{patient.id} {stop.service}", f"{stop.start}"))
    for service, times in wanted.items():
        if count[service] < times:
            faults.append(
                _fault("missing_service", f"{patient.id} {service}", f"{count[service]} of {times}")
            )
        elif count[service] > times:
            faults.append(_fault("service_twice", f"{patient.id} {service}", f"{count[service]} of {times}"))
    if not faults and len(patient.cares) == 2:
        faults += _together(patient, given)
    return faults


def _together(patient: Patient, given: Given) -> list[Fault]:
    first, second = patient.cares[0].service, patient.cares[1].service
    if first == second:
        one, two = sorted(given[patient.id, first], key=lambda pair: pair[1].start)
    else:
        one, two = given[patient.id, first][0], given[patient.id, second][0]
    # The source does not say so for independent services, but no published solution has one carer for both.
    faults = [_fault("same_carer", patient.id, one[0])] if one[0] == two[0] else []
    if patient.sync == INDEPENDENT:
        return faults
    gap = two[1].start - one[1].start
    least, most = (0, 0) if patient.sync == SIMULTANEOUS else patient.gap
    if not least <= gap <= most:
        faults.append(_fault("out_of_step", patient.id, f"{gap} not in [{least}, {most}]"))
    return faults


def _time_terms(instance: Instance, days: dict[str, Day]) -> dict[str, float]:
    worked = [day.travel + day.service for day in days.values()]
    total, carers = sum(worked), len(worked)
    waits = [wait for day in days.values() for wait in day.waits]
    # ceil(|w - total / carers|) in whole numbers
    balance = sum(-(-abs(carers * work - total) // carers) for work in worked)
    missed = sum(1 for carer in instance.carers if carer.lunch and not days[carer.id].ate)
    return {
        "travel_time": sum(day.travel for day in days.values()),
        "total_waiting_time": sum(waits),
        "max_waiting_time": max(waits, default=0),
        "total_extra_time": sum(day.extra for day in days.values()),
        "max_idle_time": max((day.idle for day in days.values()), default=0),
        "workload_balance": balance,
        "working_time": total,
        "missed_lunch_break": missed,
    }


def _visit_terms(instance: Instance, given: Given) -> dict[str, float]:
    able = {carer.id: carer.abilities for carer in instance.carers}
    patients = {patient.id: patient for patient in instance.patients}
    late, unable, unwelcome, unpreferred = [0], 0, 0, 0
    for (who, service), stops in given.items():
        patient = patients[who]
        for carer, stop in stops:
            window = next((w for w in reversed(patient.windows) if w[0] <= stop.start), patient.windows[0])
            late.append(max(0, (stop.end if instance.at_end else stop.start) - window[1]))
            unable += service not in able[carer]
            unwelcome += carer in patient.incompatible
            unpreferred += patient.preferred is not None and carer not in patient.preferred
    served = {who for who, _ in given}
    return {
        "total_tardiness": sum(late),
        "highest_tardiness": max(late),
        "caregiver_preferences": unpreferred,
        "optional_patients": sum(
            1 for patient in instance.patients if patient.optional and patient.id not in served
        ),
        "qualification": unable,
        "incompabilities": unwelcome,
    }
