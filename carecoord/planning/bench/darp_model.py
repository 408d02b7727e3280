"""
Dial-a-ride instances and solutions (Cordeau and Laporte) as published: minutes as floating numbers.

Source: J.-F. Cordeau, G. Laporte, Transportation Research Part B 37 (2003)
579-594; J.-F. Cordeau, Operations Research 54 (2006) 573-586.
"""

from __future__ import annotations

import math

import msgspec


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """
    One stop: its service takes `service` minutes and starts between `earliest` and `latest`.

    `load` is above 0 at a pickup, and taken off again at its delivery.
    """

    x: float
    y: float
    service: float
    load: int
    earliest: float
    latest: float


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One instance: node 0 the depot, nodes 1 to n the pickups, request `i` delivered at node `n + i`.

    `duration_max` bounds return - departure of a route, `ride_max` the time from
    the end of service at a pickup to the start of its delivery.
    """

    name: str
    vehicles: int
    capacity: int
    duration_max: float
    ride_max: float
    nodes: tuple[Node, ...]

    @property
    def requests(self) -> int:
        """
        Number of requests.
        """
        return len(self.nodes) // 2

    def distance(self, a: int, b: int) -> float:
        """
        Distance and travel time between two nodes.
        """
        one, two = self.nodes[a], self.nodes[b]
        return math.hypot(one.x - two.x, one.y - two.y)


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    A node, and when its service starts.
    """

    node: int
    start: float


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    One vehicle's way: when it leaves the depot and is back, and its stops in order.
    """

    departure: float
    return_: float = msgspec.field(name="return")
    stops: tuple[Stop, ...]


class Solution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The routes of a solution; vehicles that stay at the depot may be left out.
    """

    routes: tuple[Route, ...]
