"""
Our search and PyVRP, routing with time windows: `python tests/bench/peers_vrptw.py SECONDS FILE...`.

Both under the convention that PyVRP's own benchmarks have: distances truncated to one decimal as
cost and travel time, in whole tenths, any number of vehicles up to that of the file. One thread
each, the same processor time (which equals wall time on a quiet machine), one after the other in
one run. `--seed K` settles both. Every answer is replayed by the judge of the family, which knows
neither of the two. FILE may be a folder of instances. The ratio is our distance to PyVRP's.

PyVRP is the extra `bench` (`pip install .[bench]`); the product never imports it.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import time
from pathlib import Path
from typing import NamedTuple

from carecoord.planning.bench.best_known import BestKnown, gap, read_best_known
from carecoord.planning.bench.text_reading import Routes
from carecoord.planning.bench.vrptw_codec import read_instance
from carecoord.planning.bench.vrptw_evaluate import evaluate
from carecoord.planning.bench.vrptw_model import Instance
from carecoord.planning.bench.vrptw_solve import one_decimal_problem
from carecoord.planning.engine.hhcrsp_search import Budget
from carecoord.planning.engine.vrp_data import VrpProblem
from carecoord.planning.engine.vrp_search import search_problem, warm_up

if importlib.util.find_spec("pyvrp") is None:
    print("PyVRP is not installed (extra `bench`): comparison with peers skipped.")
    raise SystemExit(0)

# isort: split
import pyvrp


class Result(NamedTuple):
    """Distance, vehicles, number of faults, and the processor seconds used."""

    distance: float
    vehicles: int
    faults: int
    seconds: float


def ours(problem: VrpProblem, seconds: float, seed: int) -> Routes:
    """The product's own search, in this process."""
    budget = Budget(seconds=seconds, iterations=0, seed=seed, processor=True)
    return Routes(search_problem(problem, budget).routes, None)


def theirs(problem: VrpProblem, seconds: float, seed: int) -> Routes:
    """PyVRP's search with its own defaults."""
    rows = range(1, problem.customers + 1)
    columns = (problem.demand, problem.service, problem.earliest, problem.latest)
    demand, service, earliest, latest = (column.tolist() for column in columns)
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(problem.customers + 1)],
        clients=[
            pyvrp.Client(
                location=row,
                delivery=[demand[row]],
                service_duration=service[row],
                tw_early=earliest[row],
                tw_late=latest[row],
            )
            for row in rows
        ],
        depots=[pyvrp.Depot(location=0)],
        vehicle_types=[
            pyvrp.VehicleType(
                num_available=problem.vehicles,
                capacity=[problem.capacity],
                tw_early=earliest[0],
                tw_late=latest[0],
            )
        ],
        distance_matrices=[problem.travel],
        duration_matrices=[problem.travel],
    )
    began = time.process_time()
    best = pyvrp.solve(
        data, stop=lambda _: time.process_time() - began > seconds, seed=seed, display=False
    ).best
    routes = (tuple(stop.idx + 1 for stop in route if stop.is_client()) for route in best.routes())
    return Routes(tuple(routes), None)


def measured(instance: Instance, routes: Routes, seconds: float) -> Result:
    """Replay an answer."""
    verdict = evaluate(instance, routes, one_decimal=True)
    return Result(verdict.objective, verdict.vehicles, len(verdict.faults), seconds)


def cell(result: Result, best: BestKnown | None) -> str:
    """Distance, vehicles and gap to the best known, with what makes it illegal beside it."""
    beyond = f" {100 * gap(result.distance, best.objective):+.3f} %" if best else ""
    wrong = f" {result.faults} faults" if result.faults else ""
    return f"{result.distance:.1f} ({result.vehicles}){beyond}{wrong}"


def known(path: Path) -> BestKnown | None:
    """The best known distance, any number of vehicles."""
    table = path.resolve().parent.parent / "best_known.json"
    line = read_best_known(table.read_bytes()).get(path.stem) if table.is_file() else None
    return line.of_kind("total distance") if line else None


def main(paths: list[Path], seconds: float, seed: int) -> None:
    """One line per instance, then the mean and the worst ratio."""
    warm_up()
    print(f"{seconds:g} s of one processor each, seed {seed}, PyVRP {importlib.metadata.version('pyvrp')}")
    print(f"{'instance':<12}{'customers':>10}{'ours':>30}{'PyVRP':>30}{'ratio':>10}{'seconds':>16}")
    ratios = []
    files = [file for path in paths for file in (sorted(path.glob("*.txt")) if path.is_dir() else [path])]
    for path in files:
        instance = read_instance(path.stem, path.read_bytes())
        problem, best = one_decimal_problem(instance), known(path)
        results = []
        for solver in (ours, theirs):
            began = time.process_time()
            routes = solver(problem, seconds, seed)
            results.append(measured(instance, routes, time.process_time() - began))
        mine, other = results
        legal = not mine.faults and not other.faults
        ratio = mine.distance / other.distance if legal else float("nan")
        ratios += [ratio] if legal else []
        print(
            f"{path.stem:<12}{instance.customers:>10}{cell(mine, best):>30}{cell(other, best):>30}"
            f"{ratio:>10.4f}{mine.seconds:>8.1f}{other.seconds:>8.1f}",
            flush=True,
        )
    if ratios:
        print(f"ours / PyVRP: mean {sum(ratios) / len(ratios):.4f}, worst {max(ratios):.4f}")
    print(f"compared: {len(ratios)} of {len(files)}, those that both answer without fault")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    main(given.files, given.seconds, given.seed)
