"""
JSON to problem and solution structs and back, versioned.

A document that does not fit is refused with every defect: when decoding the whole fails,
each field of each item is tried alone, and the meaning of all that does fit is judged too, so
that a reader mends everything at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning import problem as vocabulary
from carecoord.planning import solution as outcome
from carecoord.planning.problem import Problem
from carecoord.planning.shapes import independent, mended
from carecoord.planning.solution import Solution
from carecoord.planning.validate import validate

T = TypeVar("T")


def decode_problem(data: bytes) -> Problem:
    """
    A problem from JSON (see docs/planning/problem-format.md).

    Raises:
        Invalid: not JSON, another format or version, a shape that does not fit, or any
            defect of `carecoord.planning.validate`; all are listed.
    """
    problem = _decode(data, Problem, vocabulary.FORMAT, validate)
    if defects := validate(problem):
        raise Invalid(defects)
    return problem


def encode_problem(problem: Problem) -> bytes:
    """A problem as JSON; decoding gives an equal problem."""
    return msgspec.json.encode(problem)


def decode_solution(data: bytes) -> Solution:
    """
    A plan from JSON.

    Raises:
        Invalid: not JSON, another format or version, or a shape that does not fit.
    """
    return _decode(data, Solution, outcome.FORMAT)


def encode_solution(solution: Solution) -> bytes:
    """A plan as JSON; decoding gives an equal plan."""
    return msgspec.json.encode(solution)


def _decode(data: bytes, wanted: type[T], name: str, judge: Callable[[T], list[Defect]] | None = None) -> T:
    try:
        return msgspec.json.decode(data, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as whole:
        try:
            raw = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid([Defect(code="not_json", where="$", why=str(error))]) from error
        defects = _head(raw, name) or _every_defect(raw, wanted, judge)
        if not defects:
            defects = [Defect(code="shape", where="$", why=str(whole))]
        raise Invalid(defects) from whole


def _every_defect(raw: Any, wanted: type[T], judge: Callable[[T], list[Defect]] | None) -> list[Defect]:
    """Defects of shape, then those of meaning in what fits."""
    shapes: list[Defect] = []
    fitting = mended(raw, wanted, "", shapes)
    if judge is None:
        return shapes
    try:
        whole = msgspec.convert(fitting, wanted)
    except msgspec.ValidationError:
        return shapes
    return [*shapes, *independent(judge(whole), shapes)]


def _head(raw: Any, name: str) -> list[Defect]:
    if not isinstance(raw, dict):
        return [Defect(code="shape", where="$", why="an object is expected")]
    if raw.get("format", name) != name:
        why = f"{raw['format']!r} where {name!r} is expected"
        return [Defect(code="format_unknown", where="format", why=why)]
    if raw.get("version", 1) != 1:
        why = f"version {raw['version']!r}, this program reads 1"
        return [Defect(code="version_unknown", where="version", why=why)]
    return []
