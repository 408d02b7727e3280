"""
The ride search as a planner calls it: a first plan at once, then better ones until time is up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from carecoord.planning.engine.ride_data import RideArrays, RideFound, wrong
from carecoord.planning.engine.ride_run import Pace, RideRun


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
    tell = None if on_improvement is None else (lambda: on_improvement(run.found()))
    pace = Pace(seconds, iterations, should_stop=should_stop, on_better=tell)
    run.construct(start)
    if tell is not None:
        tell()
    if arrays.requests and arrays.vehicles and (seconds > 0 or iterations):
        run.improve(pace)
    return run.found()
