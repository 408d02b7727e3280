"""
The families of literature instances `carecoord bench` can run, as a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.bench import (
    darp_codec,
    darp_solve,
    hhcrsp_codec,
    hhcrsp_evaluate,
    hhcrsp_solve,
    pdptw_codec,
    pdptw_solve,
    uhhc_codec,
    uhhc_evaluate,
    uhhc_solve,
    vrptw_codec,
    vrptw_evaluate,
    vrptw_solve,
)
from carecoord.planning.bench.text_reading import read_routes
from carecoord.planning.bench.verdict import OBJECTIVE_TOLERANCE, Verdict
from carecoord.planning.engine import darp_search, hhcrsp_search, pdp_search, uhhc_search, vrp_search
from carecoord.planning.engine.hhcrsp_workers import Parts, Team


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """
    How one family is read, solved, written and judged.

    Args:
        read: (name, file content) -> instance; raises `Invalid` with every defect.
        problem: instance -> arrays of the engine.
        search: (problem, Budget) -> what was found, with its engine `cost`; importable by a worker process.
        warm: loads or compiles the search; importable by a worker process.
        publish: (instance, found) -> solution file content.
        judge: (instance, solution file content) -> verdict, without any code of the search.
        claims: found -> the published objective, as the search counts it; the judge must see the same.
        size: instance -> number of its patients, customers, tasks or requests.
        suffixes: how the names of instance files end.
        solution_suffix: how the names of solution files end.
        parts: the same search in two parts, when several processes may exchange what they found.
        classes: largest sizes of the classes of the report; a last class takes the others.
        objective_kind: how the description of the right best-known values begins; all where empty.
        fleet_first: whether fewer vehicles come before the objective.
    """

    name: str
    read: Callable[[str, bytes], Any]
    problem: Callable[[Any], Any]
    search: Callable[[Any, hhcrsp_search.Budget], Any]
    warm: Callable[[], None]
    publish: Callable[[Any, Any], bytes]
    judge: Callable[[Any, bytes], Verdict]
    claims: Callable[[Any], float]
    size: Callable[[Any], int]
    suffixes: tuple[str, ...] = (".json",)
    solution_suffix: str = ".sol.json"
    parts: Parts | None = None
    classes: tuple[int, ...] = (10, 25, 50, 75, 100, 200, 300)
    objective_kind: str = ""
    fleet_first: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """
    A judged solution: its file content, verdict and the number of draws of the search.
    """

    content: bytes
    verdict: Verdict
    iterations: int


def _hhcrsp_judge(instance: Any, content: bytes) -> Verdict:
    solution = hhcrsp_codec.read_solution(instance.name, content)
    return hhcrsp_evaluate.evaluate(instance, solution)


def _uhhc_judge(instance: Any, content: bytes) -> Verdict:
    solution = uhhc_codec.read_solution(instance.name, content)
    return uhhc_evaluate.evaluate(instance, solution)


def _vrptw_judge(instance: Any, content: bytes) -> Verdict:
    return vrptw_evaluate.evaluate(instance, read_routes(instance.name, content), one_decimal=False)


def _one_decimal_judge(instance: Any, content: bytes) -> Verdict:
    return vrptw_evaluate.evaluate(instance, read_routes(instance.name, content), one_decimal=True)


def _customers(instance: Any) -> int:
    return int(instance.customers)


VRPTW_CLASSES = (25, 50, 100, 200, 400, 600, 800)


def _patients(instance: Any) -> int:
    return len(instance.patients)


FAMILIES: dict[str, Family] = {
    "hhcrsp": Family(
        name="hhcrsp",
        read=hhcrsp_codec.read_instance,
        problem=hhcrsp_solve.to_problem,
        search=hhcrsp_search.anneal_problem,
        warm=hhcrsp_search.warm_up,
        publish=hhcrsp_solve.publish,
        judge=_hhcrsp_judge,
        claims=lambda found: found.cost / (3.0 * hhcrsp_solve.UNITS),
        size=_patients,
        parts=Parts(hhcrsp_search.start_elites, hhcrsp_search.improve_elites, 0.55),
    ),
    "uhhc": Family(
        name="uhhc",
        read=uhhc_codec.read_instance,
        problem=uhhc_solve.to_problem,
        search=uhhc_search.anneal_problem,
        warm=uhhc_search.warm_up,
        publish=uhhc_solve.publish,
        judge=_uhhc_judge,
        claims=lambda found: float(found.cost),
        size=_patients,
    ),
    "darp": Family(
        name="darp",
        read=darp_codec.read_instance,
        problem=darp_solve.to_problem,
        search=darp_search.anneal_problem,
        warm=darp_search.warm_up,
        publish=darp_solve.publish,
        judge=darp_solve.judge,
        claims=darp_solve.claims,
        size=lambda instance: instance.requests,
        suffixes=(".txt",),
        parts=Parts(darp_search.start_routes, darp_search.improve_routes, darp_search.FIRST_PART),
        classes=(24, 48, 72, 96, 120),
    ),
    "pdptw": Family(
        name="pdptw",
        read=pdptw_codec.read_instance,
        problem=pdptw_solve.to_problem,
        search=pdp_search.anneal_problem,
        warm=pdp_search.warm_up,
        publish=pdptw_solve.publish,
        judge=pdptw_solve.judge,
        claims=pdptw_solve.claims,
        size=lambda instance: len(instance.tasks) - 1,
        suffixes=(".txt",),
        solution_suffix=".sol",
        parts=Parts(pdp_search.start_elites, pdp_search.improve_elites, 0.5),
        classes=(150, 300, 600, 1000),
        fleet_first=True,
    ),
    "vrptw-1d": Family(
        name="vrptw-1d",
        read=vrptw_codec.read_instance,
        problem=vrptw_solve.one_decimal_problem,
        search=vrp_search.search_problem,
        warm=vrp_search.warm_up,
        publish=vrptw_solve.publish_one_decimal,
        judge=_one_decimal_judge,
        claims=vrptw_solve.claimed,
        size=_customers,
        suffixes=(".txt",),
        solution_suffix=".sol",
        parts=Parts(vrp_search.start_elites, vrp_search.improve_elites, 0.55),
        classes=VRPTW_CLASSES,
        objective_kind="total distance",
    ),
    "vrptw": Family(
        name="vrptw",
        read=vrptw_codec.read_instance,
        problem=vrptw_solve.fleet_problem,
        search=vrp_search.search_problem,
        warm=vrp_search.warm_up,
        publish=vrptw_solve.publish_exact,
        judge=_vrptw_judge,
        claims=vrptw_solve.claimed,
        size=_customers,
        suffixes=(".txt",),
        solution_suffix=".sol",
        parts=Parts(vrp_search.start_elites, vrp_search.improve_elites, 0.55),
        classes=VRPTW_CLASSES,
        objective_kind="first the number of vehicles",
        fleet_first=True,
    ),
}


def solve(family: Family, instance: Any, team: Team, budget: hhcrsp_search.Budget) -> Outcome:
    """
    Search, publish and judge one instance.

    Raises:
        Invalid: `bench_solution_wrong` when the judge finds a fault, or another objective than the search.
    """
    return judged(family, instance, team.best(family.search, family.problem(instance), budget, family.parts))


def judged(family: Family, instance: Any, found: Any) -> Outcome:
    """
    Publish and judge what a search found.

    Raises:
        Invalid: `bench_solution_wrong` when the judge finds a fault, or another objective than the search.
    """
    content = family.publish(instance, found)
    verdict = family.judge(instance, content)
    defects = [
        Defect(code=fault.rule, where=f"{instance.name}: {fault.where}", why=f"{fault.rule}: {fault.seen}")
        for fault in verdict.faults
    ]
    claimed = family.claims(found)
    if abs(claimed - verdict.objective) > OBJECTIVE_TOLERANCE:
        why = f"the search counted {claimed:.4f}, the judge {verdict.objective:.4f}"
        defects.append(Defect(code="objective_differs", where=instance.name, why=why))
    if defects:
        raise Invalid(defects, code="bench_solution_wrong")
    return Outcome(content=content, verdict=verdict, iterations=found.iterations)
