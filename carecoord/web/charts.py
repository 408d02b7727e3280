"""
Charts drawn on the server as SVG shapes: numbers in, coordinates out. Each has a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

WIDTH, HEIGHT = 520, 240
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 14, 32
TIME_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600)
TIME_INTERVALS = 5


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A mark of an axis: where, and what is written there."""

    at: int
    label: str


class Staircase(msgspec.Struct, frozen=True, kw_only=True):
    """
    Values that hold until the next one.

    Args:
        points: of a polyline.
        last: where the line ends.
    """

    points: str
    last: tuple[int, int]
    rows: list[Tick]
    columns: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def staircase(
    steps: Sequence[tuple[float, int]],
    end: float,
    show: Callable[[int], str],
    show_column: Callable[[int], str],
    *,
    least_range: int = 1,
) -> Staircase | None:
    """
    Best value over time; None without any.

    Args:
        steps: moment and value, in order of moment.
        end: where the last value still holds.
        show: displays a value; the axis does not start at zero, its labels say so.
        show_column: displays a moment, in seconds.
        least_range: values closer than this are not spread over the whole height.
    """
    if not steps:
        return None
    values = [value for _, value in steps]
    low, high = min(values), max(*values, min(values) + least_range)
    end = max(end, steps[-1][0], 1)

    def x(moment: float) -> int:
        return round(LEFT + moment / end * (WIDTH - LEFT - RIGHT))

    def y(value: float) -> int:
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM))

    corners = [(x(steps[0][0]), y(steps[0][1]))]
    for moment, value in steps[1:]:
        corners += [(x(moment), corners[-1][1]), (x(moment), y(value))]
    corners.append((x(end), corners[-1][1]))
    return Staircase(
        points=" ".join(f"{left},{top}" for left, top in corners),
        last=corners[-1],
        rows=[Tick(at=y(value), label=show(value)) for value in ticks(low, high, 4)],
        columns=[
            Tick(at=x(moment), label=show_column(moment)) for moment in range(0, int(end) + 1, time_step(end))
        ],
    )


def time_step(end: float) -> int:
    """Seconds between two marks of a time axis."""
    return next((step for step in TIME_STEPS_S if end <= TIME_INTERVALS * step), TIME_STEPS_S[-1])


def ticks(low: int, high: int, most: int) -> list[int]:
    """Round values between two bounds, 1, 2 or 5 times a power of ten apart, `most` intervals at most."""
    step = 1
    while (high - low) > most * step:
        step = _next_step(step)
    first = -(-low // step) * step
    return list(range(first, high + 1, step))


def _next_step(step: int) -> int:
    """1, 2, 5, 10, 20, 50…"""
    return step * 5 // 2 if str(step).startswith("2") else step * 2
