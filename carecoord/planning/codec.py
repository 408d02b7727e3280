"""
JSON to problem and solution structs and back, versioned.

A document that does not fit is refused with every defect: when decoding the whole fails,
each field of each item is tried alone, so that a reader mends everything at once.
"""

from __future__ import annotations

import types
import typing
from typing import Any, TypeVar

import msgspec

from carecoord.kernel.errors import Defect, Invalid
from carecoord.planning import problem as vocabulary
from carecoord.planning import solution as outcome
from carecoord.planning.problem import Problem
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
    problem = _decode(data, Problem, vocabulary.FORMAT)
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


def _decode(data: bytes, wanted: type[T], name: str) -> T:
    try:
        return msgspec.json.decode(data, type=wanted)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as whole:
        try:
            raw = msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Invalid([Defect(code="not_json", where="$", why=str(error))]) from error
        defects = _head(raw, name) or list(_shape(raw, wanted, ""))
        if not defects:
            defects = [Defect(code="shape", where="$", why=str(whole))]
        raise Invalid(defects) from whole


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


def _shape(raw: Any, wanted: Any, where: str) -> typing.Iterator[Defect]:
    """Defects of a value against a type; structs and lists of structs are entered."""
    struct = _struct_in(wanted)
    if struct is not None and isinstance(raw, dict):
        yield from _struct_shape(raw, struct, where)
        return
    item = _item_in(wanted)
    if item is not None and isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _shape(value, item, f"{where}[{index}]")
        return
    try:
        msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        yield Defect(code="shape", where=where or "$", why=str(error))


def _struct_shape(raw: dict[str, Any], struct: type[msgspec.Struct], where: str) -> typing.Iterator[Defect]:
    dot = f"{where}." if where else ""
    known = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    hints = typing.get_type_hints(struct)
    for name, value in raw.items():
        if name not in known:
            yield Defect(code="field_unknown", where=f"{dot}{name}", why="no such field")
        else:
            yield from _shape(value, hints[known[name].name], f"{dot}{name}")
    for name, field in known.items():
        if field.required and name not in raw:
            yield Defect(code="field_missing", where=f"{dot}{name}", why="is required")


def _struct_in(wanted: Any) -> type[msgspec.Struct] | None:
    choices = typing.get_args(wanted) if isinstance(wanted, types.UnionType) else (wanted,)
    for choice in choices:
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct):
            return choice
    return None


def _item_in(wanted: Any) -> Any:
    """The item type of a list of structs or of lists; None for other types (converted whole)."""
    if typing.get_origin(wanted) is not list:
        return None
    (item,) = typing.get_args(wanted)
    return item if _struct_in(item) is not None or typing.get_origin(item) is list else None
