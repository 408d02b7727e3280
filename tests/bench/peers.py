"""
Our search, PyVRP and OR-Tools routing on one problem: `python tests/bench/peers.py FOLDER SECONDS [SEED]`.

The instances of a folder (the Italian ones of the home health care collection)
with the synchronisation dropped for all three: every service is a visit of its
own, with its ability, window and duration. Windows are hard for all three,
because PyVRP knows no others, and the cost is the travel of all rounds. Where
no plan keeps all windows, they are made longer for all three, by the fewest
quarters of an hour with which one does. One
thread each, the same processor time (which equals wall time on a quiet
machine), one after the other in one run. Every answer is replayed by the
evaluator of the collection; a late start or a carer without the ability is
said beside the cost.

* Abilities: PyVRP has no list of vehicles for a visit. It has two tries with the
  full time each, and the better one counts: a routing profile for each set of
  abilities in which arcs to visits beyond it are too long to be driven, and a
  load for each ability of which only able carers have room. OR-Tools has the
  vehicles without the ability taken off each visit.
* Ours and OR-Tools price lateness instead of forbidding it: here a late minute
  costs as much as twenty of travel. (With hard windows the insertion of OR-Tools
  often finds no start.)

PyVRP is the extra `bench` (`pip install .[bench]`); the product never imports it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from carecoord.planning.bench.hhcrsp_codec import read_instance
from carecoord.planning.bench.hhcrsp_evaluate import evaluate
from carecoord.planning.bench.hhcrsp_model import Instance
from carecoord.planning.bench.hhcrsp_solve import UNITS, to_problem, to_solution
from carecoord.planning.engine.hhcrsp_data import HhcrspProblem
from carecoord.planning.engine.hhcrsp_search import Budget, anneal_problem, warm_up

if importlib.util.find_spec("pyvrp") is None:
    print("PyVRP is not installed (extra `bench`): comparison with peers skipped.")
    raise SystemExit(0)

# isort: split
import pyvrp
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

LATE_PRICE = 20

# Time of the search that looks whether the windows can be kept at all.
PROBE_S = 3.0

# Travel to a visit beyond a carer's abilities, in minutes: no detour is as long.
NO_WAY = 1_000

Rounds = tuple[tuple[int, ...], ...]


class Limit(NamedTuple):
    """Seconds of processor time for one solver, and its seed."""

    seconds: float
    seed: int


class Result(NamedTuple):
    """Travel in minutes, total lateness, other faults, and the processor seconds used."""

    travel: float
    late: float
    faults: int
    seconds: float


def apart(instance: Instance) -> Instance:
    """Every service as a patient of its own, at the same place."""
    patients, rows = [], [0]
    for row, patient in enumerate(instance.patients, start=1):
        for number, care in enumerate(patient.cares):
            patients.append(
                msgspec.structs.replace(patient, id=f"{patient.id}/{number}", cares=(care,), sync=None)
            )
            rows.append(row)
    travel = tuple(tuple(instance.travel[a][b] if a != b else 0.0 for b in rows) for a in rows)
    return msgspec.structs.replace(instance, patients=tuple(patients), travel=travel)


def widened(instance: Instance, more: int) -> Instance:
    """Every window open `more` minutes longer."""
    return msgspec.structs.replace(
        instance,
        patients=tuple(
            msgspec.structs.replace(patient, closes=patient.closes + more) for patient in instance.patients
        ),
    )


def possible(instance: Instance, seed: int) -> tuple[Instance, int]:
    """The instance with windows just wide enough, by quarters of an hour, for a short search to keep them."""
    limit = Limit(seconds=PROBE_S, seed=seed)
    for more in range(0, 24 * 60, 15):
        candidate = widened(instance, more)
        result = measured(candidate, ours, limit)
        if result and not result.late:
            return candidate, more
    raise SystemExit(f"{instance.name}: no plan keeps its windows")


def ours(problem: HhcrspProblem, limit: Limit) -> Rounds:
    """The product's own search of the published problems."""
    budget = Budget(seconds=limit.seconds, iterations=0, seed=limit.seed, processor=True)
    return anneal_problem(problem._replace(late_price=LATE_PRICE), budget).routes


def minutes(values: np.ndarray) -> np.ndarray:
    """Engine units as whole minutes; the Italian instances have no fractions."""
    if (values % UNITS).any():
        raise SystemExit("these instances are not in whole minutes")
    return values // UNITS


def kinds(problem: HhcrspProblem) -> list[list[int]]:
    """Carers by set of abilities."""
    found: dict[bytes, list[int]] = {}
    for carer in range(problem.carers):
        found.setdefault(problem.able[carer].tobytes(), []).append(carer)
    return list(found.values())


def by_profiles(problem: HhcrspProblem, limit: Limit) -> Rounds:
    """PyVRP's search with its own defaults; abilities as routing profiles."""
    travel = minutes(problem.travel)
    distances, fleet = [], []
    for number, carers in enumerate(kinds(problem)):
        matrix = travel.copy()
        beyond = np.flatnonzero(problem.able[carers[0]] == 0) + 1
        matrix[:, beyond] = NO_WAY
        matrix[beyond, beyond] = 0
        distances.append(matrix)
        fleet.append(pyvrp.VehicleType(num_available=len(carers), profile=number))
    clients = [pyvrp.Client(**visit) for visit in visits(problem)]
    return by_pyvrp(problem, limit, clients=clients, fleet=fleet, distances=distances)


def by_loads(problem: HhcrspProblem, limit: Limit) -> Rounds:
    """The same; abilities as loads that only able carers have room for."""
    needs: dict[bytes, list[int]] = {}
    for op in range(problem.operations):
        needs.setdefault(problem.able[:, op].tobytes(), []).append(op)
    room = problem.operations
    fleet = [
        pyvrp.VehicleType(
            num_available=len(carers),
            capacity=[room * int(problem.able[carers[0], ops[0]]) for ops in needs.values()],
        )
        for carers in kinds(problem)
    ]
    clients = [
        pyvrp.Client(**visit, delivery=[int(op in ops) for ops in needs.values()])
        for op, visit in enumerate(visits(problem))
    ]
    return by_pyvrp(problem, limit, clients=clients, fleet=fleet, distances=[minutes(problem.travel)])


def visits(problem: HhcrspProblem) -> list[dict[str, int]]:
    """Place, duration and hard window of each visit, as PyVRP names them."""
    columns = (minutes(values).tolist() for values in (problem.duration, problem.earliest, problem.due))
    return [
        {"location": op + 1, "service_duration": duration, "tw_early": earliest, "tw_late": due}
        for op, (duration, earliest, due) in enumerate(zip(*columns, strict=True))
    ]


def by_pyvrp(
    problem: HhcrspProblem,
    limit: Limit,
    *,
    clients: list[pyvrp.Client],
    fleet: list[pyvrp.VehicleType],
    distances: list[np.ndarray],
) -> Rounds:
    """Solve, and give each route to a carer of its kind."""
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(problem.operations + 1)],
        clients=clients,
        depots=[pyvrp.Depot(location=0)],
        vehicle_types=fleet,
        distance_matrices=distances,
        duration_matrices=[minutes(problem.travel) for _ in distances],
    )
    began = time.process_time()
    best = pyvrp.solve(
        data, stop=lambda _: time.process_time() - began > limit.seconds, seed=limit.seed, display=False
    ).best
    rounds: list[tuple[int, ...]] = [() for _ in range(problem.carers)]
    free = [list(carers) for carers in kinds(problem)]
    for route in best.routes():
        rounds[free[route.vehicle_type()].pop()] = tuple(stop.idx for stop in route if stop.is_client())
    return tuple(rounds)


def by_routing(problem: HhcrspProblem, limit: Limit) -> Rounds | None:
    """Plain OR-Tools routing: parallel cheapest insertion, then guided local search."""
    travel = minutes(problem.travel).tolist()
    duration = [0, *minutes(problem.duration).tolist()]
    manager = pywrapcp.RoutingIndexManager(problem.operations + 1, problem.carers, 0)
    routing = pywrapcp.RoutingModel(manager)
    arc = routing.RegisterTransitMatrix(travel)
    routing.SetArcCostEvaluatorOfAllVehicles(arc)
    span = routing.RegisterTransitMatrix(
        [[cell + duration[place] for cell in row] for place, row in enumerate(travel)]
    )
    horizon = 10_000
    routing.AddDimension(span, horizon, horizon, False, "time")
    clock = routing.GetDimensionOrDie("time")
    earliest, due = minutes(problem.earliest).tolist(), minutes(problem.due).tolist()
    for op in range(problem.operations):
        index = manager.NodeToIndex(op + 1)
        clock.CumulVar(index).SetMin(earliest[op])
        clock.SetCumulVarSoftUpperBound(index, due[op], LATE_PRICE)
        routing.VehicleVar(index).RemoveValues(np.flatnonzero(problem.able[:, op] == 0).tolist())
    began = time.process_time()
    routing.AddSearchMonitor(
        routing.solver().CustomLimit(lambda: time.process_time() - began > limit.seconds)
    )
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    # A net below the processor limit, which the monitor sets.
    parameters.time_limit.seconds = round(limit.seconds * 30) + 60
    found = routing.SolveWithParameters(parameters)
    if found is None:
        return None
    rounds = []
    for carer in range(problem.carers):
        route, index = [], found.Value(routing.NextVar(routing.Start(carer)))
        while not routing.IsEnd(index):
            route.append(manager.IndexToNode(index) - 1)
            index = found.Value(routing.NextVar(index))
        rounds.append(tuple(route))
    return tuple(rounds)


def starts(problem: HhcrspProblem, rounds: Rounds) -> tuple[int, ...]:
    """Earliest starts of rounds that wait for nobody."""
    found = [0] * problem.operations
    for route in rounds:
        place = now = 0
        for op in route:
            here = int(problem.row[op])
            found[op] = max(int(problem.earliest[op]), now + int(problem.travel[place, here]))
            place, now = here, found[op] + int(problem.duration[op])
    return tuple(found)


def measured(
    instance: Instance, solver: Callable[[HhcrspProblem, Limit], Rounds | None], limit: Limit
) -> Result | None:
    """Run one solver and replay its answer."""
    problem = to_problem(instance)
    began = time.process_time()
    rounds = solver(problem, limit)
    seconds = time.process_time() - began
    if rounds is None:
        return None
    verdict = evaluate(instance, to_solution(instance, rounds, starts(problem, rounds)))
    return Result(
        travel=verdict.terms["distance"],
        late=verdict.terms["total_tardiness"],
        faults=len(verdict.faults),
        seconds=seconds,
    )


def better(one: Result | None, two: Result | None) -> Result | None:
    """The result with fewer faults, then less lateness, then less travel."""
    both = [result for result in (one, two) if result is not None]
    return min(both, key=lambda result: (result.faults, result.late, result.travel), default=None)


def compared(mine: Result | None, other: Result | None) -> float:
    """Our travel to another's; no number where either is late or has faults, so that nobody gains by it."""
    if mine is None or other is None or mine.late or mine.faults or other.late or other.faults:
        return float("nan")
    return mine.travel / other.travel


def cell(result: Result | None) -> str:
    """A cost, with what makes it illegal beside it."""
    if result is None:
        return "none"
    marks = (f" late {result.late:g}" if result.late else "") + (" faults" if result.faults else "")
    return f"{result.travel:g}{marks}"


def main(folder: Path, limit: Limit) -> None:
    """One line per instance, then the mean and the worst ratio to PyVRP."""
    warm_up()
    print(f"travel in minutes, {limit.seconds:g} s of one processor each, seed {limit.seed}")
    print(f"PyVRP {importlib.metadata.version('pyvrp')}")
    print(f"{'instance':<44}{'visits':>7}{'ours':>18}{'PyVRP':>18}{'OR-Tools':>22}{'ours/PyVRP':>12}")
    ratios = []
    for path in sorted(folder.glob("*.json")):
        instance, more = possible(apart(read_instance(path.stem, path.read_bytes())), limit.seed)
        mine, profiles, loads, routing = (
            measured(instance, solver, limit) for solver in (ours, by_profiles, by_loads, by_routing)
        )
        pyvrps = better(profiles, loads)
        ratio = compared(mine, pyvrps)
        ratios.append(ratio)
        print(
            f"{path.stem[9:52]:<44}{len(instance.patients):>7}{cell(mine):>18}{cell(pyvrps):>18}"
            f"{cell(routing):>22}{ratio:>12.4f}" + (f"  windows +{more} min" if more else ""),
            flush=True,
        )
    fair = [ratio for ratio in ratios if not math.isnan(ratio)]
    print(f"ours / PyVRP: mean {sum(fair) / len(fair):.4f}, worst {max(fair):.4f}")
    print(f"compared: {len(fair)} of {len(ratios)}, those that both keep in time and without fault")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Limit(seconds=float(sys.argv[2]), seed=int(sys.argv[3]) if len(sys.argv) > 3 else 1),
    )
