"""
Periods planned in parts: when, how big, and the documents that pass between their jobs: pure.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from carecoord.kernel.errors import Invalid
from carecoord.planning.borders import Border
from carecoord.planning.parts import Leg
from carecoord.planning.problem import Problem
from carecoord.planning.sectors import TARGET_DAY, TARGET_WEEK
from carecoord.planning.solution import Solution
from carecoord.planning.validate import validate
from carecoord.rosters.domain import BestSoFar, KeyFigures, TravelUsed

T = TypeVar("T")

SECTORS, BORDERS = 0, 1
"""Stages of a run in parts."""

BORDER_SHARE = 0.4
"""Share of the search time that goes to the borders; a sector has the rest."""

PLACES_MAX = 1_500
"""Places of which one matrix is kept; beyond that each part asks for its own."""

PERIOD_FACTOR = 2.5
"""A period of several days is planned in one piece up to so many times the visits of a day."""

LEVEL = 6

PartState = Literal["queued", "running", "done"]


class PlanningPart(msgspec.Struct, frozen=True, kw_only=True):
    """
    One part of a run, without its documents.

    Args:
        stage: `SECTORS` or `BORDERS`.
        visits: those to be planned in it.
        best: score of its best plan so far.
    """

    id: UUID
    run_id: UUID
    stage: int
    index: int
    state: PartState
    visits: int
    aides: int
    attempts: int
    generation: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    best: BestSoFar | None = None


class TerritoryDocument(msgspec.Struct, frozen=True, kw_only=True):
    """
    A period to be planned in parts.

    Args:
        problem: with its matrices, or with none where there are too many places.
        communes: INSEE code of each place of the problem, in order.
    """

    problem: Problem
    communes: list[str]


class PartDocument(msgspec.Struct, frozen=True, kw_only=True):
    """
    One part to be planned.

    Args:
        problem: with its matrices, or with none: then they are asked for.
        communes: INSEE code of each place of the problem, in order.
        border: what it was cut from, for a border part.
    """

    problem: Problem
    communes: list[str]
    border: Border | None = None


class PartOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a part was planned to, with every way that its rounds travel."""

    solution: Solution
    legs: list[Leg]


def is_divided(problem: Problem, whole_visits: int) -> bool:
    """Whether a period is planned in parts: more visits than one search plans well."""
    return len(problem.visits) > whole_visits * (1 if len(problem.days) == 1 else PERIOD_FACTOR)


def target_of(problem: Problem, whole_visits: int) -> int:
    """Visits of one part."""
    if len(problem.days) == 1:
        return max(1, min(TARGET_DAY, whole_visits // 2))
    return max(1, min(TARGET_WEEK, int(whole_visits * PERIOD_FACTOR) // 2))


def pack(document: object) -> bytes:
    """A document of this module, compressed."""
    return zlib.compress(msgspec.msgpack.encode(document), LEVEL)


def unpack(data: bytes, kind: type[T]) -> T:
    """The document that was packed."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=kind)


def judged_territory(document: TerritoryDocument) -> TerritoryDocument:
    """
    The document itself.

    Raises:
        Invalid: its problem has defects, but for the matrices that parts will ask for; all are listed.
    """
    defects = validate(document.problem)
    if not document.problem.matrices:
        defects = [defect for defect in defects if defect.code != "mode_without_matrix"]
    if defects:
        raise Invalid(defects)
    return document


def summed(figures: Iterable[KeyFigures]) -> KeyFigures:
    """Key figures of parts that share nothing, as those of the whole; without a bound, which no part has."""
    total: dict[str, Any] = {"served": {}, "unserved": {}}
    for item in figures:
        told: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(item, bound_cents=None))
        total = _added(total, {name: value for name, value in told.items() if value is not None})
    return msgspec.convert(total, KeyFigures)


def _added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two tables of numbers, and of such tables, name by name."""
    found = dict(one)
    for name, value in other.items():
        if isinstance(value, dict):
            found[name] = _added(one.get(name, {}), value)
        else:
            found[name] = one.get(name, 0) + value
    return found


def joined_travel(used: Iterable[TravelUsed]) -> list[TravelUsed]:
    """Who answered for the parts, one line for each mode and provider; a note is told once."""
    found: dict[tuple[str, str, str], TravelUsed] = {}
    for item in used:
        key = (item.mode, item.provider, item.dataset)
        before = found.get(key)
        if before is None:
            found[key] = item
            continue
        found[key] = msgspec.structs.replace(
            before,
            pairs=before.pairs + item.pairs,
            fallback_pairs=before.fallback_pairs + item.fallback_pairs,
            notes=[*before.notes, *(note for note in item.notes if note not in before.notes)],
        )
    return list(found.values())
