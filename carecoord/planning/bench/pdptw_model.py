"""
Pickup and delivery with time windows (PDPTW): instances and solutions as published.

Source: H. Li, A. Lim, International Journal on Artificial Intelligence Tools 12 (2003) 173-186.
"""

from __future__ import annotations

import msgspec


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """
    One stop: service must start between `earliest` and `latest` and lasts `service`.

    A pickup has a positive demand and names its `delivery`, a delivery a
    negative one and its `pickup`; the number that does not apply is 0. Task 0
    is the depot, whose `latest` is the latest return.
    """

    x: float
    y: float
    demand: int
    earliest: float
    latest: float
    service: float
    pickup: int
    delivery: int


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """
    One instance: at most `vehicles` vehicles of one `capacity`; tasks by number, task 0 the depot.

    The Euclidean distance between two tasks is also the travel time.
    """

    name: str
    vehicles: int
    capacity: int
    tasks: tuple[Task, ...]


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """
    Task numbers of each route in order, the depot left out, and the cost claimed (None: nothing claimed).
    """

    routes: tuple[tuple[int, ...], ...]
    cost: float | None
