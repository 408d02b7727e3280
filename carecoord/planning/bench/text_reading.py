"""
Reading instance and solution files in text form; every defect is told at once, with the number of its line.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from carecoord.planning.bench.reading import Reader

_ROUTE = re.compile(r"^\s*Route\s*#?\s*(\d+)\s*:(.*)$", re.IGNORECASE)
_COST = re.compile(r"^\s*Cost\s*:?\s*(\S+)\s*$", re.IGNORECASE)


class Row(NamedTuple):
    """
    A line that is not empty: its number from 1, and its words.
    """

    line: int
    words: tuple[str, ...]


class Routes(NamedTuple):
    """
    A solution file: node numbers of each route without the depot, and the cost it claims.
    """

    routes: tuple[tuple[int, ...], ...]
    cost: float | None


class TextReader(Reader):
    """
    Walks the lines of a text file and remembers what is wrong with it.
    """

    def rows(self, content: bytes) -> list[Row]:
        """
        The lines that are not empty.
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = content[: error.start].count(b"\n")
            self.wrong(f"line {before + 1}", "not_text", "not a text in UTF-8")
            return []
        lines = enumerate(text.splitlines(), start=1)
        return [Row(number, tuple(line.split())) for number, line in lines if line.strip()]

    def numbers(self, row: Row, count: int) -> list[float] | None:
        """
        The words of a line as `count` finite numbers; None, with defects remembered, where they are not.
        """
        before = len(self.defects)
        if len(row.words) != count:
            self.wrong(
                f"line {row.line}", "columns", f"{count} numbers are expected, {len(row.words)} words given"
            )
        values = [self.word(row.line, word) for word in row.words]
        return values if len(self.defects) == before else None

    def word(self, line: int, word: str) -> float:
        """
        One word as a finite number, or 0 with a defect remembered.
        """
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.wrong(f"line {line}", "not_number", f"{word[:40]} is not a finite number")
            return 0.0
        return value

    def whole(self, line: int, value: float, what: str, *, least: int = 0) -> int:
        """
        A number as a whole one of at least `least`, or that with a defect remembered.
        """
        if value != int(value) or value < least:
            self.wrong(
                f"line {line}", "not_whole", f"{what}: {value:g} is no whole number of at least {least}"
            )
            return least
        return int(value)


def read_routes(name: str, content: bytes) -> Routes:
    """
    Read `Route #1: 5 3 7` lines with a last line `Cost` (CVRPLIB), or a head and `Route 1 : 5 3 7` (SINTEF).

    Raises:
        Invalid: `bench_instance_malformed` with every defect found.
    """
    reader = TextReader(name)
    routes: list[tuple[int, ...]] = []
    cost = None
    for row in reader.rows(content):
        text = " ".join(row.words)
        route = _ROUTE.match(text)
        claimed = _COST.match(text)
        if route is not None:
            stops = [reader.word(row.line, word) for word in route[2].split()]
            routes.append(tuple(reader.whole(row.line, stop, "node", least=1) for stop in stops))
        elif claimed is not None:
            cost = reader.word(row.line, claimed[1])
        elif routes:
            reader.wrong(f"line {row.line}", "unknown_line", "a route or the cost is expected")
    if not routes:
        reader.wrong("document", "no_route", "no line begins with Route")
    reader.finish()
    return Routes(tuple(routes), cost)


def write_routes(routes: tuple[tuple[int, ...], ...], cost: str) -> bytes:
    """
    The CVRPLIB form; routes without a stop are left out.
    """
    used = [route for route in routes if route]
    lines = [f"Route #{number}: {' '.join(map(str, route))}" for number, route in enumerate(used, start=1)]
    return "\n".join([*lines, f"Cost {cost}", ""]).encode()
