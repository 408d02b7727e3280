"""
Dial-a-ride instance files (text) to structs, solution files (JSON) from and to structs.

The second number of the first line is the number of requests in the `a` and
`b` files and twice that in the `R` files; `a` and `b` files end with a copy of
the depot. How many lines there are tells which of these a file is.
"""

from __future__ import annotations

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.bench.darp_model import Instance, Node, Solution
from carecoord.planning.bench.text_reading import Row, TextReader

HEAD = 5
COLUMNS = 7


def read_instance(name: str, content: bytes) -> Instance:
    """
    Read an instance file.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = TextReader(name)
    rows = reader.rows(content)
    if len(rows) < 4:
        reader.wrong("document", "too_few", "a first line, a depot and a request are expected")
    reader.finish()
    head = reader.numbers(rows[0], HEAD) or [1.0, 1.0, 0.0, 0.0, 0.0]
    line = rows[0].line
    vehicles = reader.whole(line, head[0], "vehicles", least=1)
    capacity = reader.whole(line, head[3], "capacity")
    requests = _requests(reader, rows, reader.whole(line, head[1], "requests", least=1))
    for what, value in (("route duration", head[2]), ("ride time", head[4])):
        if value < 0:
            reader.wrong(f"line {line}", "negative_duration", f"{what} is negative")
    nodes = tuple(_node(reader, row, number) for number, row in enumerate(rows[1 : 2 * requests + 2]))
    if len(rows) == 2 * requests + 3:
        copy = _node(reader, rows[-1], 2 * requests + 1)
        if (copy.x, copy.y) != (nodes[0].x, nodes[0].y):
            reader.wrong(f"line {rows[-1].line}", "depot", "the last line is no copy of the depot")
    reader.finish()
    _check_loads(reader, nodes, [row.line for row in rows[1:]], capacity)
    reader.finish()
    return Instance(
        name=name, vehicles=vehicles, capacity=capacity, duration_max=head[2], ride_max=head[4], nodes=nodes
    )


def _requests(reader: TextReader, rows: list[Row], given: int) -> int:
    """
    Number of requests, from the number of lines and what the first line says.
    """
    lines = len(rows) - 1
    requests = (lines - 1) // 2
    if requests not in {given, given / 2}:
        why = f"{lines} nodes are neither those of {given} requests nor of {given / 2:g}"
        reader.wrong("document", "requests", why)
    return requests


def _node(reader: TextReader, row: Row, number: int) -> Node:
    values = reader.numbers(row, COLUMNS)
    if values is None:
        return Node(x=0, y=0, service=0, load=0, earliest=0, latest=0)
    where = f"line {row.line}"
    if values[0] != number:
        reader.wrong(where, "node_number", f"node {number} is expected, {values[0]:g} given")
    if values[3] < 0:
        reader.wrong(where, "negative_duration", "a service is negative")
    if values[4] != int(values[4]):
        reader.wrong(where, "not_whole", f"load: {values[4]:g} is no whole number")
    if values[5] > values[6]:
        reader.wrong(where, "pair_reversed", f"{values[5]:g} is above {values[6]:g}")
    return Node(
        x=values[1],
        y=values[2],
        service=values[3],
        load=int(values[4]),
        earliest=values[5],
        latest=values[6],
    )


def _check_loads(reader: TextReader, nodes: tuple[Node, ...], lines: list[int], capacity: int) -> None:
    half = len(nodes) // 2
    if nodes[0].load:
        reader.wrong(f"line {lines[0]}", "depot", "the depot has no load")
    for number in range(1, half + 1):
        load = nodes[number].load
        if not 0 < load <= capacity:
            reader.wrong(
                f"line {lines[number]}",
                "load",
                f"a load of {load}, not 1 to {capacity}",
            )
        if nodes[half + number].load != -load:
            reader.wrong(f"line {lines[half + number]}", "load", f"the delivery of {number} has another load")


def read_solution(name: str, content: bytes) -> Solution:
    """
    Read a solution file: `{"routes":[{"departure":t,"return":t,"stops":[{"node":i,"start":t}]}]}`.

    Raises:
        Invalid: `bench_instance_malformed` when it is not of that form.
    """
    try:
        return msgspec.json.decode(content, type=Solution)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        defect = Defect(code="solution_form", where=f"{name}: document", why=str(error))
        raise Invalid([defect], code="bench_instance_malformed") from error


def write_solution(solution: Solution) -> bytes:
    """
    A solution file.
    """
    return msgspec.json.format(msgspec.json.encode(solution), indent=1) + b"\n"
