"""
Shapes of a JSON document against structs: every defect, and the document mended.

A mended document has a stand-in for whatever did not fit, so that defects of meaning can be
told together with those of shape; `independent` leaves out those that only a stand-in causes.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable
from typing import Any

import msgspec

from carecoord.kernel.errors import Defect

STAND_INS: dict[type, Any] = {int: 1, float: 1.0, bool: False}
"""For values whose type says all there is to say; other types give their own."""

_FOLLOWS_DAYS = frozenset({"day_unknown", "window_outside_day", "shift_outside", "reference_outside"})
_POINTERS = {
    "places": frozenset({"place_unknown", "matrix_not_square"}),
    "matrices": frozenset({"mode_without_matrix"}),
    "regimes": frozenset({"regime_unknown"}),
    "workers": frozenset({"worker_unknown"}),
    "persons": frozenset({"person_unknown"}),
    "visits": frozenset({"visit_unknown"}),
}
_IDENTIFIERS = ("id", "key", "mode")


def mended(raw: Any, wanted: Any, where: str, found: list[Defect]) -> Any:
    """
    A value that fits a type: itself, or with stand-ins for what did not fit.

    Args:
        where: path of the value, empty for the whole.
        found: receives every defect.
    """
    struct = _struct_in(wanted)
    if struct is not None and isinstance(raw, dict):
        return _mended_struct(raw, struct, where, found)
    item = _item_in(wanted)
    if item is not None and isinstance(raw, list):
        return [mended(value, item, f"{where}[{index}]", found) for index, value in enumerate(raw)]
    try:
        msgspec.convert(raw, wanted)
    except msgspec.ValidationError as error:
        found.append(Defect(code="shape", where=where or "$", why=str(error)))
        return _stand_in(wanted, where)
    return raw


def _mended_struct(
    raw: dict[str, Any], struct: type[msgspec.Struct], where: str, found: list[Defect]
) -> dict[str, Any]:
    dot = f"{where}." if where else ""
    known = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    hints = typing.get_type_hints(struct)
    fitting: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known:
            found.append(Defect(code="field_unknown", where=f"{dot}{name}", why="no such field"))
            continue
        before = len(found)
        better = mended(value, hints[known[name].name], f"{dot}{name}", found)
        # what has a default and is wrong as a whole is left to its default
        if known[name].required or not any(item.where == f"{dot}{name}" for item in found[before:]):
            fitting[name] = better
    for name, field in known.items():
        if field.required and name not in raw:
            found.append(Defect(code="field_missing", where=f"{dot}{name}", why="is required"))
            fitting[name] = _stand_in(hints[field.name], f"{dot}{name}")
    return fitting


def _stand_in(wanted: Any, where: str) -> Any:
    """Something of a type; text is the path itself, so that identifiers stay distinct."""
    origin, choices = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is typing.Literal:
        return choices[0]
    if isinstance(wanted, types.UnionType):
        return None if type(None) in choices else _stand_in(choices[0], where)
    if origin in (list, dict):
        return origin()
    if (struct := _struct_in(wanted)) is not None:
        return _mended_struct({}, struct, where, [])
    if wanted is str:
        return where
    return STAND_INS.get(wanted, "2000-01-01")


def independent(meant: Iterable[Defect], shapes: list[Defect]) -> list[Defect]:
    """Defects of meaning that do not come from a stand-in for a defect of shape."""
    hidden: set[str] = set()
    for item in shapes:
        if item.code != "field_unknown":
            hidden |= _hidden_codes(item.where)
    roots = [_root(item.where) for item in shapes if item.code != "field_unknown"]
    return [
        item
        for item in meant
        if item.code not in hidden and not any(_touches(item.where, root) for root in roots)
    ]


def _hidden_codes(where: str) -> frozenset[str]:
    """Codes that may follow from a stand-in elsewhere: days, and identifiers that others point at."""
    group, _, rest = where.partition("[")
    if group == "days":
        return _FOLLOWS_DAYS
    field = rest.partition("]")[2].lstrip(".")
    if not field or field in _IDENTIFIERS:
        return _POINTERS.get(group, frozenset())
    return frozenset({"pin_too_many"}) if field == "team_size" else frozenset()


def _root(where: str) -> str:
    """The part of the document that a stand-in makes unfit for judgement: the innermost small struct."""
    if where.startswith("days"):
        return "days"
    if (shifts := re.match(r"workers\[\d+\]\.shifts", where)) is not None:
        return shifts.group()
    inner = re.match(r"(visits\[\d+\]\.(?:options\[\d+\]|pin))\.", where)
    return inner.group(1) if inner is not None else where


def _touches(where: str, root: str) -> bool:
    """Whether a path is a root, within it, or around it."""
    longer, shorter = (where, root) if len(where) >= len(root) else (root, where)
    return longer == shorter or (longer.startswith(shorter) and longer[len(shorter)] in ".[")


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
