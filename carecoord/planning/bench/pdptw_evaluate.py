"""
Independent evaluator of PDPTW solutions: every hard rule, the vehicles used and the distance.

Reads only the instance and the solution file, in double precision; shares no
code with the search.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

from carecoord.planning.bench.pdptw_model import Instance, Solution, Task
from carecoord.planning.bench.verdict import Fault, Verdict

# Sums of a hundred distances in double precision differ by less than that.
TIME_TOLERANCE = 1e-6

# Published costs have at least two decimals.
COST_TOLERANCE = 0.0051


def evaluate(instance: Instance, solution: Solution) -> Verdict:
    """
    Replay a solution: its total distance, the vehicles used, and every fault.
    """
    faults: list[Fault] = []
    routes = [route for route in solution.routes if route]
    known = []
    for index, route in enumerate(routes, start=1):
        strange = [number for number in route if not 0 < number < len(instance.tasks)]
        faults += [_fault("unknown_task", f"route {index}", str(number)) for number in strange]
        known.append([number for number in route if number not in strange])
    distance = sum(_distance(instance, tasks) for tasks in known)
    for index, tasks in enumerate(known, start=1):
        faults += _on_time(instance, tasks, index)
        faults += _loads(instance, tasks, index)
    faults += _served(instance, known)
    faults += _pairs(instance, known)
    if len(routes) > instance.vehicles:
        faults.append(_fault("too_many_vehicles", instance.name, f"{len(routes)} of {instance.vehicles}"))
    if solution.cost is not None and abs(solution.cost - distance) > COST_TOLERANCE:
        faults.append(_fault("wrong_cost", instance.name, f"{solution.cost:.4f} for {distance:.4f}"))
    return Verdict(
        objective=distance, terms={"distance": distance}, vehicles=len(routes), faults=tuple(faults)
    )


def _fault(rule: str, where: str, seen: str) -> Fault:
    return Fault(rule=rule, where=where, seen=seen)


def _apart(one: Task, two: Task) -> float:
    return math.hypot(one.x - two.x, one.y - two.y)


def _distance(instance: Instance, route: list[int]) -> float:
    stops = [instance.tasks[number] for number in (0, *route, 0)]
    return sum(_apart(before, after) for before, after in pairwise(stops))


def _on_time(instance: Instance, route: list[int], index: int) -> list[Fault]:
    """
    Windows and return: each service starts as early as it can, which nothing else can better.
    """
    faults = []
    place = instance.tasks[0]
    free = place.earliest
    for number in route:
        task = instance.tasks[number]
        start = max(task.earliest, free + _apart(place, task))
        if start > task.latest + TIME_TOLERANCE:
            where = f"route {index} task {number}"
            faults.append(_fault("after_window", where, f"{start:.6f} > {task.latest:g}"))
        place, free = task, start + task.service
    back = free + _apart(place, instance.tasks[0])
    if back > instance.tasks[0].latest + TIME_TOLERANCE:
        faults.append(_fault("late_return", f"route {index}", f"{back:.6f} > {instance.tasks[0].latest:g}"))
    return faults


def _loads(instance: Instance, route: list[int], index: int) -> list[Fault]:
    faults = []
    load = 0
    for number in route:
        load += instance.tasks[number].demand
        if load > instance.capacity:
            where = f"route {index} task {number}"
            faults.append(_fault("overloaded", where, f"{load} > {instance.capacity}"))
    return faults


def _served(instance: Instance, routes: list[list[int]]) -> list[Fault]:
    counts = Counter(number for route in routes for number in route)
    faults = [_fault("task_twice", f"task {number}", f"{n} times") for number, n in counts.items() if n > 1]
    missing = (number for number in range(1, len(instance.tasks)) if number not in counts)
    return faults + [_fault("task_missing", f"task {number}", "never") for number in missing]


def _pairs(instance: Instance, routes: list[list[int]]) -> list[Fault]:
    faults = []
    places = {number: (index, at) for index, route in enumerate(routes, 1) for at, number in enumerate(route)}
    for number, task in enumerate(instance.tasks):
        if not task.delivery or number not in places or task.delivery not in places:
            continue
        (one, before), (two, after) = places[number], places[task.delivery]
        where = f"tasks {number} and {task.delivery}"
        if one != two:
            faults.append(_fault("pair_apart", where, f"routes {one} and {two}"))
        elif before > after:
            faults.append(_fault("delivery_first", where, f"route {one}"))
    return faults
