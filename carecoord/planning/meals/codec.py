"""
JSON to meal problems and plans and back, versioned; every defect is listed.
"""

from __future__ import annotations

import zlib

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning.meals import problem as vocabulary
from carecoord.planning.meals import solution as outcome
from carecoord.planning.meals.problem import Problem
from carecoord.planning.meals.solution import Solution
from carecoord.planning.meals.validate import validate
from carecoord.planning.shapes import independent, mended

LEVEL = 6


def decode_problem(data: bytes) -> Problem:
    """
    A problem from JSON.

    Raises:
        Invalid: not JSON, another format or version, a shape that does not fit, or any
            defect of `validate`; all are listed.
    """
    try:
        problem = msgspec.json.decode(data, type=Problem)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(_defects_of(data, vocabulary.FORMAT, Problem)) from error
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
    try:
        return msgspec.json.decode(data, type=Solution)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(_defects_of(data, outcome.FORMAT, Solution)) from error


def encode_solution(solution: Solution) -> bytes:
    """A plan as JSON; decoding gives an equal plan."""
    return msgspec.json.encode(solution)


def pack(document: Problem | Solution) -> bytes:
    """A problem or a plan as it is kept with a run: JSON, compressed."""
    return zlib.compress(msgspec.json.encode(document), LEVEL)


def unpack_problem(data: bytes) -> Problem:
    """
    The problem that was packed.

    Raises:
        Invalid: the document has defects; all are listed.
    """
    return decode_problem(zlib.decompress(data))


def unpack_solution(data: bytes) -> Solution:
    """
    The plan that was packed.

    Raises:
        Invalid: the document has defects; all are listed.
    """
    return decode_solution(zlib.decompress(data))


def _defects_of(data: bytes, name: str, wanted: type[Problem] | type[Solution]) -> list[Defect]:
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return [Defect(code="not_json", where="$", why=str(error))]
    if not isinstance(raw, dict):
        return [Defect(code="shape", where="$", why="an object is expected")]
    if raw.get("format", name) != name:
        why = f"{raw['format']!r} where {name!r} is expected"
        return [Defect(code="format_unknown", where="format", why=why)]
    if raw.get("version", 1) != 1:
        return [Defect(code="version_unknown", where="version", why=f"version {raw['version']!r}, not 1")]
    shapes: list[Defect] = []
    fitting = mended(raw, wanted, "", shapes)
    if wanted is Problem:
        try:
            meant = validate(msgspec.convert(fitting, Problem))
        except msgspec.ValidationError:
            meant = []
        return [*shapes, *independent(meant, shapes)]
    return shapes
