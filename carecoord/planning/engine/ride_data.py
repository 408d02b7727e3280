"""
Arrays of a dial-a-ride problem, and what the search gives back.

Requests are pairs of a pickup and a delivery by one vehicle. Times and
distances are integers in units chosen by the caller (seconds and cents, or
hundred-thousandths of a minute): costs never mix with times but through
`time_cost`.

What goes beyond the literature (J.-F. Cordeau, G. Laporte, Transportation
Research Part B 37 (2003) 579-594): vehicles with places, shifts and seats of
their own, several kinds of seats in several arrangements, requests that may be
left out for a penalty, requests bound to one vehicle or to each other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Small = NDArray[np.int8]

MUST = -1
"""Penalty of a request that must be served."""

NEVER = 1 << 50
"""A time or cost no plan reaches."""


class RideArrays(NamedTuple):
    """
    One problem of `n` requests, `V` vehicles, `P` places, `K` kinds of seats.

    Node `r` is the pickup of request `r`, node `n + r` its delivery. Windows
    bound the start of the service at the node; a vehicle may wait before it.

    Args:
        travel, cost: time and cost from place to place, [P, P].
        pick_place, drop_place, pick_service, drop_service: place and length of service, [n].
        pick_early, pick_late, drop_early, drop_late: windows, [n].
        ride_max: longest time from the end of service at the pickup to the start of the delivery, [n].
        load: seats of each kind taken, [n, K].
        penalty: cost of leaving a request out, `MUST` where it must be served, [n].
        allowed: 1 where a vehicle may serve a request, [n, V].
        assign_cost: cost of a request in a vehicle, [n, V].
        mate: a request that must be in the same vehicle or left out as well, -1 for none, [n].
        fixed_vehicle: the only vehicle that may serve a request, -1 for any, [n].
        start_place, end_place, shift_start, shift_end: where and when a vehicle may drive, [V].
        duration_max: longest time from departure to return, [V].
        capacity: seats of each kind, [V, K], or of several arrangements [V, C, K], of which one
            must do for the whole route (an arrangement of -1 seats is none).
        fixed_cost: cost of a vehicle that drives at all, [V].
        time_cost: cost of a unit of time from departure to return, [V].
    """

    travel: Ints
    cost: Ints
    pick_place: Ints
    drop_place: Ints
    pick_service: Ints
    drop_service: Ints
    pick_early: Ints
    pick_late: Ints
    drop_early: Ints
    drop_late: Ints
    ride_max: Ints
    load: Ints
    penalty: Ints
    allowed: Small
    assign_cost: Ints
    mate: Ints
    fixed_vehicle: Ints
    start_place: Ints
    end_place: Ints
    shift_start: Ints
    shift_end: Ints
    duration_max: Ints
    capacity: Ints
    fixed_cost: Ints
    time_cost: Ints

    @property
    def requests(self) -> int:
        """Number of requests."""
        return int(self.pick_place.shape[0])

    @property
    def vehicles(self) -> int:
        """Number of vehicles."""
        return int(self.start_place.shape[0])


class RideFound(NamedTuple):
    """
    A plan.

    Args:
        routes: the nodes of each vehicle in order (`r` a pickup, `n + r` a delivery).
        departures, returns: when each vehicle leaves and is back, -1 where it does not drive.
        starts: start of service at each node, -1 where the request is left out, [2n].
        cost: all costs and the penalties of optional requests left out.
        unserved: the requests left out, in order.
        iterations: steps of the search done.
    """

    routes: tuple[tuple[int, ...], ...]
    departures: tuple[int, ...]
    returns: tuple[int, ...]
    starts: tuple[int, ...]
    cost: int
    unserved: tuple[int, ...]
    iterations: int = 0


Routes = tuple[tuple[int, ...], ...]


def arrangements(arrays: RideArrays) -> Ints:
    """Seats as [V, C, K], whichever way they were given."""
    seats = np.asarray(arrays.capacity, dtype=np.int64)
    return np.ascontiguousarray(seats if seats.ndim == 3 else seats[:, None, :])


def wrong(arrays: RideArrays) -> list[str]:
    """
    What is wrong with the arrays: one line each, none when they may be searched.
    """
    n, vehicles = arrays.requests, arrays.vehicles
    places, kinds = arrays.travel.shape[0], arrays.load.shape[1] if arrays.load.ndim == 2 else -1
    shapes = {
        "travel": (places, places), "cost": (places, places), "load": (n, kinds), "allowed": (n, vehicles),
        "assign_cost": (n, vehicles),
        **dict.fromkeys(_OF_REQUEST, (n,)), **dict.fromkeys(_OF_VEHICLE, (vehicles,)),
    }  # fmt: skip
    defects = [
        f"{name} has shape {getattr(arrays, name).shape}, not {shape}"
        for name, shape in shapes.items()
        if getattr(arrays, name).shape != shape
    ]
    seats = arrangements(arrays)
    if seats.shape[0] != vehicles or seats.shape[2] != kinds or not 1 <= seats.shape[1] <= 32:
        defects.append(f"capacity has shape {arrays.capacity.shape}")
    if defects:
        return defects
    for name in ("pick_place", "drop_place", "start_place", "end_place"):
        column = getattr(arrays, name)
        if column.size and (column.min() < 0 or column.max() >= places):
            defects.append(f"{name} names a place that is not there")
    if (arrays.mate >= n).any() or (arrays.fixed_vehicle >= vehicles).any():
        defects.append("mate or fixed_vehicle names nothing that is there")
    if (arrays.travel < 0).any():
        defects.append("travel has negative times")
    return defects


_OF_REQUEST = (
    "pick_place", "drop_place", "pick_service", "drop_service", "pick_early", "pick_late", "drop_early",
    "drop_late", "ride_max", "penalty", "mate", "fixed_vehicle",
)  # fmt: skip

_OF_VEHICLE = (
    "start_place", "end_place", "shift_start", "shift_end", "duration_max", "fixed_cost", "time_cost",
)  # fmt: skip


def units_of(arrays: RideArrays) -> list[list[int]]:
    """
    Requests that stand or fall together, each list in order of the earliest pickup.
    """
    group = list(range(arrays.requests))

    def root(r: int) -> int:
        while group[r] != r:
            r = group[r]
        return r

    for r, other in enumerate(arrays.mate.tolist()):
        if other >= 0:
            one, two = sorted((root(r), root(other)))
            group[two] = one
    units: dict[int, list[int]] = {}
    for r in range(arrays.requests):
        units.setdefault(root(r), []).append(r)
    return [sorted(unit, key=lambda r: (int(arrays.pick_early[r]), r)) for unit in units.values()]
