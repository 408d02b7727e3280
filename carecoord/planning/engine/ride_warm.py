"""
Compile the kernels of the ride search, once for an installation.
"""

from __future__ import annotations

import functools

import numpy as np

from carecoord.planning.engine.ride_data import MUST, RideArrays
from carecoord.planning.engine.ride_run import RideRun
from carecoord.planning.engine.ride_search import search

ALIGHTING_FIRST = (2, 0, 3, 1)
"""A route of the smallest problem that no rule allows."""


@functools.cache
def warm() -> None:
    """Run every kernel on a problem of two requests; in a second where they are compiled already."""
    found = search(smallest(), 0.0, 1, iterations=20)
    if found.unserved:
        raise AssertionError("the smallest problem of rides was not solved")
    # What a search calls only now and then: a plan given that breaks a rule, and a return to an elite.
    run = RideRun(smallest(), 1)
    run.construct([ALIGHTING_FIRST])
    run.back_to(found.routes)
    run.keep()
    run.again(1)


def smallest() -> RideArrays:
    """
    Two requests bound to each other, and one vehicle whose time counts.
    """

    def of(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(values, dtype=np.int64)

    travel = np.abs(np.arange(5)[:, None] - np.arange(5)[None, :]).astype(np.int64)
    return RideArrays(
        travel=travel,
        cost=travel.copy(),
        pick_place=of(1, 2),
        drop_place=of(3, 4),
        pick_service=of(1, 1),
        drop_service=of(1, 1),
        pick_early=of(0, 0),
        pick_late=of(90, 90),
        drop_early=of(0, 0),
        drop_late=of(99, 99),
        ride_max=of(20, 20),
        load=of(1, 1).reshape(2, 1),
        penalty=of(MUST, MUST),
        allowed=np.ones((2, 1), dtype=np.int8),
        assign_cost=np.zeros((2, 1), dtype=np.int64),
        mate=of(1, -1),
        fixed_vehicle=of(-1, -1),
        start_place=of(0),
        end_place=of(0),
        shift_start=of(0),
        shift_end=of(120),
        duration_max=of(120),
        capacity=of(2).reshape(1, 1),
        fixed_cost=of(0),
        time_cost=of(1),
    )
