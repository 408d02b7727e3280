"""
PDPTW instance files (Li and Lim) to structs; solution files (CVRPLIB, SINTEF) from and to structs.
"""

from __future__ import annotations

from carecoord.planning.bench.pdptw_model import Instance, Solution, Task
from carecoord.planning.bench.text_reading import Row, TextReader, read_routes, write_routes

HEAD = 3
COLUMNS = 9


def read_instance(name: str, content: bytes) -> Instance:
    """
    Read an instance file: `vehicles capacity speed`, then a line per task, in the order of their numbers.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = TextReader(name)
    rows = reader.rows(content)
    if len(rows) < 2:
        reader.wrong("document", "too_few", "a first line and a depot are expected")
    reader.finish()
    vehicles, capacity = _head(reader, rows[0])
    tasks = tuple(_task(reader, row, number) for number, row in enumerate(rows[1:]))
    reader.finish()
    _check_depot(reader, tasks[0], rows[1].line)
    _check_pairs(reader, tasks, [row.line for row in rows[1:]], capacity)
    reader.finish()
    return Instance(name=name, vehicles=vehicles, capacity=capacity, tasks=tasks)


def _head(reader: TextReader, row: Row) -> tuple[int, int]:
    values = reader.numbers(row, HEAD)
    if values is None:
        return 0, 0
    # The third number, a speed, is 1 or 0 in the collection and means nothing: travel time is the distance.
    vehicles = reader.whole(row.line, values[0], "vehicles", least=1)
    return vehicles, reader.whole(row.line, values[1], "capacity")


def _task(reader: TextReader, row: Row, number: int) -> Task:
    values = reader.numbers(row, COLUMNS)
    if values is None:
        return Task(x=0, y=0, demand=0, earliest=0, latest=0, service=0, pickup=0, delivery=0)
    if values[0] != number:
        reader.wrong(f"line {row.line}", "task_number", f"task {number} is expected, {values[0]:g} given")
    if values[4] > values[5]:
        reader.wrong(f"line {row.line}", "pair_reversed", f"{values[4]:g} is above {values[5]:g}")
    if values[6] < 0:
        reader.wrong(f"line {row.line}", "negative_duration", "a service is negative")
    if values[3] != int(values[3]):
        reader.wrong(f"line {row.line}", "not_whole", f"demand: {values[3]:g} is no whole number")
    return Task(
        x=values[1],
        y=values[2],
        demand=int(values[3]),
        earliest=values[4],
        latest=values[5],
        service=values[6],
        pickup=reader.whole(row.line, values[7], "pickup"),
        delivery=reader.whole(row.line, values[8], "delivery"),
    )


def _check_depot(reader: TextReader, depot: Task, line: int) -> None:
    if depot.demand or depot.pickup or depot.delivery:
        reader.wrong(f"line {line}", "depot", "the depot has neither demand nor sibling")


def _check_pairs(reader: TextReader, tasks: tuple[Task, ...], lines: list[int], capacity: int) -> None:
    for number, task in enumerate(tasks[1:], start=1):
        where = f"line {lines[number]}"
        mate = task.delivery or task.pickup
        if bool(task.pickup) == bool(task.delivery) or mate == number or mate >= len(tasks):
            reader.wrong(where, "sibling", "exactly one sibling, another task, is expected")
            continue
        other = tasks[mate]
        if (task.delivery and other.pickup != number) or (task.pickup and other.delivery != number):
            reader.wrong(where, "sibling", f"task {mate} does not name task {number} as its sibling")
        elif task.delivery and (task.demand <= 0 or other.demand != -task.demand):
            reader.wrong(where, "demand", f"{task.demand} picked up, {-other.demand} delivered")
        elif task.demand > capacity:
            reader.wrong(where, "demand", f"{task.demand} is more than a vehicle holds")


def read_solution(name: str, content: bytes) -> Solution:
    """
    Read a solution file in the form of CVRPLIB or of SINTEF.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    found = read_routes(name, content)
    return Solution(routes=found.routes, cost=found.cost)


def write_solution(solution: Solution) -> bytes:
    """
    The CVRPLIB form, the cost (0 where none is claimed) with four decimals.
    """
    return write_routes(solution.routes, f"{solution.cost or 0.0:.4f}")
