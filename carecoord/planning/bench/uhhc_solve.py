"""
UHHC instance to engine arrays, and what the engine found back to a published solution.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.bench.uhhc_codec import write_solution
from carecoord.planning.bench.uhhc_model import (
    INDEPENDENT,
    LUNCH,
    SIMULTANEOUS,
    Care,
    Instance,
    Patient,
    Route,
    Solution,
    Stop,
)
from carecoord.planning.engine import uhhc_data as engine
from carecoord.planning.engine.uhhc_search import UhhcFound

# In the order of the places of `UhhcProblem.weights`.
WEIGHED = (
    "travel_time",
    "total_tardiness",
    "highest_tardiness",
    "total_waiting_time",
    "max_waiting_time",
    "total_extra_time",
    "max_idle_time",
    "workload_balance",
    "working_time",
    "caregiver_preferences",
    "optional_patients",
    "missed_lunch_break",
)


def _cares(instance: Instance) -> list[tuple[int, Patient, Care]]:
    return [(p, patient, care) for p, patient in enumerate(instance.patients) for care in patient.cares]


def to_problem(instance: Instance) -> engine.UhhcProblem:
    """
    One operation per service wanted, in the order of the file; synchronised ones share a task.
    """
    cares = _cares(instance)
    tasks = _tasks(instance)
    task_of = {op: number for number, task in enumerate(tasks) for op in task[:2] if op >= 0}
    ops = [_op(instance, care, task_of[number], number) for number, care in enumerate(cares)]
    able = [
        [
            int(care.service in carer.abilities and carer.id not in patient.incompatible)
            for _, patient, care in cares
        ]
        for carer in instance.carers
    ]
    disliked = [
        [int(patient.preferred is not None and carer.id not in patient.preferred) for _, patient, _ in cares]
        for carer in instance.carers
    ]
    weights = [engine.HARD if term in instance.hard else instance.weights[term] for term in WEIGHED]
    return engine.UhhcProblem(
        travel=np.array(instance.travel, dtype=np.int64),
        ops=np.array(ops, dtype=np.int64),
        tasks=np.array(tasks, dtype=np.int64),
        carers=np.array(
            [[c.leaves, c.returns, *c.shift, int(c.lunch)] for c in instance.carers], dtype=np.int64
        ),
        able=np.array(able, dtype=np.int8),
        disliked=np.array(disliked, dtype=np.int8),
        optional=np.array([int(patient.optional) for patient in instance.patients], dtype=np.int8),
        weights=np.array(weights, dtype=np.int64),
        hard=np.array([int(term in instance.hard) for term in WEIGHED], dtype=np.int8),
        settings=np.array(
            [int(instance.leaves_at_shift_start), *(instance.lunch or (0, 0, 0))], dtype=np.int64
        ),
    )


def _tasks(instance: Instance) -> list[list[int]]:
    tasks, op = [], 0
    for patient in instance.patients:
        if len(patient.cares) == 2 and patient.sync != INDEPENDENT:
            mode = engine.SIMULTANEOUS if patient.sync == SIMULTANEOUS else engine.SEQUENTIAL
            tasks.append([op, op + 1, mode, *patient.gap])
        else:
            tasks += [[op + j, -1, engine.SINGLE, 0, 0] for j in range(len(patient.cares))]
        op += len(patient.cares)
    return tasks


def _op(instance: Instance, care: tuple[int, Patient, Care], task: int, op: int) -> list[int]:
    number, patient, wanted = care
    # The two cares of a patient are neighbours.
    mate = -1 if len(patient.cares) == 1 else op + 1 if wanted is patient.cares[0] else op - 1
    before_close = wanted.duration if instance.at_end else 0
    windows = [(opens, closes - before_close) for opens, closes in patient.windows]
    most = max(len(each.windows) for each in instance.patients)
    unused = [(0, 0)] * (most - len(windows))
    bounds = [bound for window in windows + unused for bound in window]
    return [patient.row, wanted.duration, number, task, len(windows), mate, *bounds]


def publish(instance: Instance, found: UhhcFound) -> bytes:
    """
    Solution file of what the search found.
    """
    cares = _cares(instance)
    routes = []
    for carer, route, lunch in zip(instance.carers, found.routes, found.lunches, strict=True):
        stops = [
            Stop(
                patient=cares[op][1].id,
                service=cares[op][2].service,
                start=found.starts[op],
                end=found.starts[op] + cares[op][2].duration,
            )
            for op in route
        ]
        if lunch is not None and instance.lunch is not None:
            end = lunch.start + instance.lunch[2]
            stops.append(Stop(patient=cares[lunch.op][1].id, service=LUNCH, start=lunch.start, end=end))
        stops.sort(key=lambda stop: (stop.start, stop.end))
        routes.append(Route(carer=carer.id, stops=tuple(stops)))
    return write_solution(Solution(routes=tuple(routes)))
