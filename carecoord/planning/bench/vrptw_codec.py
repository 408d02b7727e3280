"""
VRPTW instance files (Solomon, Gehring-Homberger) to structs.
"""

from __future__ import annotations

from carecoord.planning.bench.text_reading import Row, TextReader
from carecoord.planning.bench.vrptw_model import Instance, Node

COLUMNS = 7

# More nodes or larger numbers than these would not fit the engine's tables.
NODES_MOST = 3_001
NUMBER_MOST = 1e6


def read_instance(name: str, content: bytes) -> Instance:
    """
    Read an instance file: its name, the VEHICLE block, then a line for each node.

    Raises:
        Invalid: `bench_instance_malformed` with every defect found and the number of its line.
    """
    reader = TextReader(name)
    rows = reader.rows(content)
    vehicles, capacity = _fleet(reader, rows)
    nodes: list[Node] = []
    for row in _after(reader, rows, "CUSTOMER"):
        node = _node(reader, row, len(nodes))
        if node is not None:
            nodes.append(node)
    if len(nodes) < 2:
        reader.wrong("document", "too_few", f"a depot and a customer are expected, {len(nodes)} nodes read")
    elif len(nodes) > NODES_MOST:
        reader.wrong("document", "too_many", f"at most {NODES_MOST} nodes, {len(nodes)} read")
    else:
        _check_nodes(reader, nodes, capacity)
    reader.finish()
    return Instance(name=name, vehicles=vehicles, capacity=capacity, nodes=tuple(nodes))


def _after(reader: TextReader, rows: list[Row], word: str) -> list[Row]:
    """
    The lines after a block's name and its head line.
    """
    for place, row in enumerate(rows):
        if row.words[0].upper() == word and len(row.words) == 1:
            return rows[place + 2 :]
    reader.wrong("document", "no_block", f"no line {word}")
    return []


def _fleet(reader: TextReader, rows: list[Row]) -> tuple[int, int]:
    block = _after(reader, rows, "VEHICLE")
    numbers = reader.numbers(block[0], 2) if block else None
    if numbers is None:
        return 1, 1
    line = block[0].line
    return (
        reader.whole(line, numbers[0], "number of vehicles", least=1),
        reader.whole(line, numbers[1], "capacity", least=1),
    )


def _node(reader: TextReader, row: Row, expected: int) -> Node | None:
    numbers = reader.numbers(row, COLUMNS)
    if numbers is None:
        return None
    number, x, y, demand, ready, due, service = numbers
    where = f"line {row.line}"
    if number != expected:
        reader.wrong(where, "node_number", f"node {number:g} where {expected} is expected")
    if max(abs(value) for value in numbers) > NUMBER_MOST:
        reader.wrong(where, "too_large", f"a number is beyond {NUMBER_MOST:g}")
    if ready > due:
        reader.wrong(where, "window_reversed", f"ready time {ready:g} is after due date {due:g}")
    if min(ready, due, service) < 0:
        reader.wrong(where, "negative_time", "a time is negative")
    return Node(
        x=x,
        y=y,
        demand=reader.whole(row.line, demand, "demand"),
        ready=ready,
        due=due,
        service=service,
    )


def _check_nodes(reader: TextReader, nodes: list[Node], capacity: int) -> None:
    if nodes[0].demand:
        reader.wrong("node 0", "depot_demand", "the depot has a demand")
    for number, node in enumerate(nodes):
        if node.demand > capacity:
            reader.wrong(f"node {number}", "over_capacity", f"demand {node.demand} is above {capacity}")
