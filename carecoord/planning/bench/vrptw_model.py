"""
VRPTW instances as published: whole numbers in the file's unit, node 0 the depot.

Sources: M. M. Solomon, Operations Research 35 (1987); H. Gehring, J. Homberger, EUROGEN (1999).
"""

from __future__ import annotations

import math

import msgspec


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """
    The depot or a customer; service must start between `ready` and `due`.
    """

    x: float
    y: float
    demand: int
    ready: float
    due: float
    service: float


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One instance: at most `vehicles` vehicles of one `capacity`; node 0 is the depot.
    """

    name: str
    vehicles: int
    capacity: int
    nodes: tuple[Node, ...]

    @property
    def customers(self) -> int:
        """
        Number of customers.
        """
        return len(self.nodes) - 1


def exact(one: Node, two: Node) -> float:
    """
    Euclidean distance in double precision.
    """
    return math.hypot(one.x - two.x, one.y - two.y)


def truncated(one: Node, two: Node) -> float:
    """
    Euclidean distance cut after one decimal, the convention of CVRPLIB and of the DIMACS challenge.
    """
    return tenths(one, two) / 10


def tenths(one: Node, two: Node) -> int:
    """
    The same in whole tenths: exact for the whole coordinates of the published files.
    """
    square = 100 * ((one.x - two.x) ** 2 + (one.y - two.y) ** 2)
    return math.isqrt(int(square)) if square == int(square) else math.floor(math.sqrt(square))
