"""
Travel times of a plan, asked for by a job: in transactions of their own, with a note of who answered.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from carecoord.jobs.spec import JobContext
from carecoord.kernel.geo import Density, Point
from carecoord.rosters.domain import TravelNote, TravelUsed
from carecoord.territory.service import communes_by_code
from carecoord.travel.configure import open_travel
from carecoord.travel.domain import Mode, TravelMatrix, TravelWarning
from carecoord.travel.store import DatabaseCache

Owners = Sequence[tuple[str, str]] | None
"""Who is at each point: `person` or `aide`, and an identifier."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """
    Places between which travel is wanted.

    Args:
        communes: INSEE code of each point.
        owners: who is at each point, for warnings about it.
    """

    points: Sequence[Point]
    communes: Sequence[str]
    modes: Sequence[Mode]
    owners: Owners = None


async def matrices_of(context: JobContext, asked: Asked) -> dict[Mode, TravelMatrix]:
    """
    One matrix for each mode, from the provider that is set up or from what is known already.
    """
    async with context.open_uow() as uow:
        communes = await communes_by_code(uow, set(asked.communes))
    # A commune that left the official list counts as suburban, in estimates alone.
    densities = [communes[code].density if code in communes else Density.SUBURBAN for code in asked.communes]
    travel = open_travel(context.settings)
    try:
        return {
            mode: await travel.matrix(asked.points, mode, densities=densities, cache=ShortCache(context))
            for mode in asked.modes
        }
    finally:
        await travel.aclose()


class ShortCache:
    """
    The database cache of matrices in transactions of their own: none stays open while a server thinks.
    """

    def __init__(self, context: JobContext) -> None:
        self._context = context

    async def get(self, key: str) -> bytes | None:
        """The packed answer, or None."""
        async with self._context.open_uow() as uow:
            return await DatabaseCache(uow).get(key)

    async def put(self, key: str, matrix: TravelMatrix, mode: Mode) -> None:
        """Keep an answer."""
        async with self._context.open_uow() as uow:
            await DatabaseCache(uow).put(key, matrix, mode)


def travel_used(mode: Mode, matrix: TravelMatrix, owners: Owners) -> TravelUsed:
    """Who answered for a mode, and what must be known about it."""
    return TravelUsed(
        mode=mode.value,
        provider=matrix.provider,
        dataset=matrix.dataset,
        pairs=matrix.pairs,
        fallback_pairs=matrix.fallback_pairs,
        notes=[_note(warning, owners) for warning in matrix.warnings],
    )


def _note(warning: TravelWarning, owners: Owners) -> TravelNote:
    """A warning about a point says whose door it is instead of its index."""
    args = dict(warning.args)
    point = args.pop("point", None)
    if isinstance(point, int) and owners is not None:
        kind, owner = owners[point]
        args[kind] = owner
    return TravelNote(code=warning.code, args=args)
