"""
HHCRSP instance to engine arrays, and engine routes back to a published solution.
"""

from __future__ import annotations

import numpy as np

from carecoord.planning.bench.hhcrsp_codec import write_solution
from carecoord.planning.bench.hhcrsp_model import SEQUENTIAL, SIMULTANEOUS, Instance, Route, Solution, Stop
from carecoord.planning.engine import hhcrsp_data as engine
from carecoord.planning.engine.hhcrsp_search import Found

# Published numbers have at most three decimals.
UNITS = 1000


def _units(value: float) -> int:
    return round(value * UNITS)


def to_problem(instance: Instance) -> engine.HhcrspProblem:
    """
    Thousandths of a minute, one operation per service wanted, in the order of the file.
    """
    cares = [(p, j) for p, patient in enumerate(instance.patients) for j in range(len(patient.cares))]
    patients = [instance.patients[p] for p, _ in cares]
    mode, mate = [], []
    for index, ((_, j), patient) in enumerate(zip(cares, patients, strict=True)):
        double = len(patient.cares) == 2
        mate.append(index + 1 - 2 * j if double else -1)
        if patient.sync == SIMULTANEOUS:
            mode.append(engine.SIMULTANEOUS)
        elif patient.sync == SEQUENTIAL:
            mode.append(engine.FIRST if j == 0 else engine.SECOND)
        else:
            mode.append(engine.SINGLE)
    able = [
        [
            int(patient.cares[j].service in carer.abilities)
            for (_, j), patient in zip(cares, patients, strict=True)
        ]
        for carer in instance.carers
    ]

    def column(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)

    return engine.HhcrspProblem(
        travel=np.array([[_units(cell) for cell in row] for row in instance.travel], dtype=np.int64),
        row=column([p + 1 for p, _ in cares]),
        duration=column([_units(instance.patients[p].cares[j].duration) for p, j in cares]),
        earliest=column([_units(patient.opens) for patient in patients]),
        due=column([_units(patient.closes) for patient in patients]),
        mate=column(mate),
        mode=column(mode),
        gap_min=column([_units(patient.gap[0]) for patient in patients]),
        gap_max=column([_units(patient.gap[1]) for patient in patients]),
        able=np.array(able, dtype=np.int8),
    )


def to_solution(instance: Instance, routes: tuple[tuple[int, ...], ...], starts: tuple[int, ...]) -> Solution:
    """
    Published form of engine routes with the start of each operation in engine units.
    """
    cares = [(patient, care) for patient in instance.patients for care in patient.cares]
    published = []
    for carer, route in zip(instance.carers, routes, strict=True):
        stops = []
        for op in route:
            patient, care = cares[op]
            stops.append(
                Stop(
                    patient=patient.id,
                    service=care.service,
                    start=starts[op] / UNITS,
                    end=(starts[op] + _units(care.duration)) / UNITS,
                )
            )
        published.append(Route(carer=carer.id, stops=tuple(stops)))
    return Solution(routes=tuple(published))


def publish(instance: Instance, found: Found) -> bytes:
    """
    Solution file of what the search found.
    """
    return write_solution(to_solution(instance, found.routes, found.starts))
