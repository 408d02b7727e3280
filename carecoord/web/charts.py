"""
Charts drawn on the server as SVG shapes: numbers in, coordinates out. Each has a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

WIDTH, HEIGHT = 960, 260
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 14, 32


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
) -> Staircase | None:
    """
    Best value over time; None without any.

    Args:
        steps: moment and value, in order of moment.
        end: where the last value still holds.
        show: displays a value; the axis does not start at zero, its labels say so.
        show_column: displays a moment.
    """
    if not steps:
        return None
    values = [value for _, value in steps]
    low, high = min(values), max(*values, min(values) + 100)
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
        columns=[Tick(at=x(moment), label=show_column(moment)) for moment in ticks(0, int(end), 6)],
    )


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
