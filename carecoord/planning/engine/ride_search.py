"""
The ride search as the planner calls it: a first plan at once, then better ones until time is up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from carecoord.planning.engine.ride_data import RideArrays, RideFound, wrong
from carecoord.planning.engine.ride_layout import (
    DISTANCE,
    N_DONE,
    N_PRICE,
    Data,
    State,
    blank_state,
    prepare,
)
from carecoord.planning.engine.ride_start import adopt, schedule
from carecoord.planning.engine.ride_step import anneal, empty, keep_best, recreate

CHUNK = 100
"""Steps between two looks at the clock, at first."""

LOOK_S = 0.2
"""Seconds between two looks at the clock, about."""

HOT, COLD = 0.6, 0.01
"""First and last temperature, as shares of the mean cost of a request."""


def search(
    arrays: RideArrays,
    seconds: float,
    seed: int,
    *,
    iterations: int = 0,
    start: Sequence[Sequence[int]] | None = None,
    on_improvement: Callable[[RideFound], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RideFound:
    """
    Plan rides within `seconds`, or `iterations` steps when that is not 0 (then a seed settles everything).

    Args:
        start: routes as in `RideFound`, one a vehicle; what is legal of them is kept, the rest put anew.
        on_improvement: called with the first plan and with better ones, a few times a second at most.
        should_stop: asked a few times a second; the best plan so far is returned.

    Raises:
        ValueError: the arrays do not fit together.
    """
    defects = wrong(arrays)
    if defects:
        raise ValueError("; ".join(defects))
    run = RideRun(arrays, seed)
    run.construct(start)
    if on_improvement is not None:
        on_improvement(run.found())
    if arrays.requests and arrays.vehicles:
        run.improve(seconds, iterations, on_improvement, should_stop)
    return run.found()


class RideRun:
    """
    One search under way.
    """

    def __init__(self, arrays: RideArrays, seed: int) -> None:
        """Lay out the tables, with every vehicle empty."""
        self.arrays = arrays
        self.data: Data = prepare(arrays)
        self.state: State = blank_state(self.data, seed)
        empty(self.data, self.state)

    def construct(self, start: Sequence[Sequence[int]] | None = None) -> None:
        """A first plan: what is legal of `start`, then every request where it costs least."""
        if start is not None:
            adopt(self.data, self.state, start)
        if self.arrays.requests and self.arrays.vehicles:
            recreate(self.data, self.state, 0)
        keep_best(self.data, self.state)
        self.state.num[N_PRICE] = 10 * self.scale()

    def scale(self) -> int:
        """Mean cost of a request in the best plan: the yardstick of temperatures."""
        served = max(1, int((self.state.where >= 0).sum()))
        driven = int(self.state.head[: self.arrays.vehicles, DISTANCE].sum())
        return max(1, driven // served)

    def improve(
        self,
        seconds: float,
        iterations: int,
        on_improvement: Callable[[RideFound], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        """Anneal once from hot to cold."""
        began, chunk, share = time.monotonic(), CHUNK, 0.0
        hot, cold = HOT * self.scale(), COLD * self.scale()
        while share < 1.0:
            if should_stop is not None and should_stop():
                return
            before = time.monotonic()
            heat = hot * (cold / hot) ** share
            steps = min(chunk, iterations - int(self.state.num[N_DONE])) if iterations else chunk
            better = anneal(self.data, self.state, steps, heat, heat)
            now = time.monotonic()
            if iterations:
                share = int(self.state.num[N_DONE]) / iterations
            else:
                share = (now - began) / seconds
                chunk = max(1, min(20_000, round(chunk * LOOK_S / max(1e-4, now - before))))
            if better and on_improvement is not None:
                on_improvement(self.found())

    def found(self) -> RideFound:
        """The best plan so far, timed."""
        return schedule(self.data, self.state)
