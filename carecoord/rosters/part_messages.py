"""
What a worker and its child processes say to each other about periods in parts: pure, without the solver.
"""

from __future__ import annotations

import msgspec

from carecoord.rosters.apply import PlanDraft
from carecoord.rosters.domain import BestSoFar, KeyFigures

DIVIDE = "carecoord.rosters.part_solving:divide"
SOLVE_PART = "carecoord.rosters.part_solving:solve_one_part"
STITCH = "carecoord.rosters.part_solving:stitch"
"""By name, so that the worker itself never imports the solver."""


class DivideOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is to be divided.

    Args:
        territory: compressed `TerritoryDocument`.
        target: visits of a part.
    """

    territory: bytes
    target: int


class CutPart(msgspec.Struct, frozen=True, kw_only=True):
    """
    A part that was cut.

    Args:
        visits: those to be planned in it.
        document: compressed `PartDocument`.
    """

    index: int
    visits: int
    aides: int
    document: bytes


class PartOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is to be planned.

    Args:
        document: compressed `PartDocument`, with matrices.
        start: compressed plan to start from, if any.
        with_naive: whether the naive plan is wanted too, for comparison.
    """

    document: bytes
    seconds: float
    seed: int
    start: bytes | None = None
    with_naive: bool = True


class PartNews(msgspec.Struct, frozen=True, kw_only=True):
    """What the child tells while it plans; `solution` is compressed, when it improved."""

    best: BestSoFar
    solution: bytes | None = None


class PartResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a part was planned to; `outcome` is a compressed `PartOutcome`."""

    outcome: bytes
    best: BestSoFar
    naive: KeyFigures | None = None


class StitchOrder(msgspec.Struct, frozen=True, kw_only=True):
    """
    What is to be put together.

    Args:
        territory: compressed `TerritoryDocument`.
        sectors, borders: compressed document and outcome of each part.
        with_borders: whether border parts are to be cut.
    """

    territory: bytes
    sectors: list[tuple[bytes, bytes]]
    borders: list[tuple[bytes, bytes]]
    with_borders: bool


class StitchResult(msgspec.Struct, frozen=True, kw_only=True):
    """The whole plan, judged, and the border parts to be planned again; none when it is the end."""

    draft: PlanDraft
    borders: list[CutPart]
