"""
Constraint name -> domain error, once for all features.

`carecoord.wiring.constraints` registers the table of each feature; a violated constraint that no
feature claims is a bug and is left to fail.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from carecoord.kernel.errors import Conflict, Defect, DomainError, Invalid, NotFound, Unavailable


class Broken(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a violated constraint means.

    Args:
        code: stable code of the domain error.
        why: what is wrong, in English.
        meaning: `conflict`, `invalid` or `not_found`.
        where: the field at fault, for `invalid`.
    """

    code: str
    why: str
    meaning: str = "conflict"
    where: str = ""


_known: dict[str, Broken] = {}

SERIALISATION_STATES = frozenset({"40001", "40P01"})
DATA_STATES = "22"
"""Class of data exceptions: the last line of defence, for forms name the field before."""
BUSY_STATES = frozenset({"55P03", "57014", "57P01", "57P02", "57P03", "53300"})


def register_constraints(table: Mapping[str, Broken]) -> None:
    """
    Declare what the constraints of a feature mean; declaring the same again is harmless.

    Raises:
        ValueError: a constraint is already declared with another meaning.
    """
    for name, broken in table.items():
        if _known.setdefault(name, broken) != broken:
            raise ValueError(f"constraint {name} is declared twice, differently")


def domain_error(error: Exception) -> DomainError | None:
    """The domain error that a database error stands for, or None when it is a bug."""
    if isinstance(error, StaleDataError):
        return Conflict("changed_meanwhile", "the object was changed by somebody else meanwhile")
    if not isinstance(error, DBAPIError):
        return None
    if isinstance(error, IntegrityError):
        return _broken_constraint(constraint_name(error))
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith(DATA_STATES):
        why = "a value cannot be stored: a number too large, or a text with characters that are none"
        return Invalid([Defect(code="value_refused", where="", why=why)])
    if state in SERIALISATION_STATES:
        return Conflict("concurrent_change", "another transaction changed the same rows; try again")
    lost = error.connection_invalidated or (
        isinstance(error, InterfaceError | OperationalError) and not state
    )
    if lost or state in BUSY_STATES or state.startswith("08"):
        return Unavailable("database_unavailable", "the database does not answer or is busy")
    return None


def constraint_name(error: DBAPIError) -> str | None:
    """Name of the violated constraint, as asyncpg tells it."""
    cause = getattr(error.orig, "__cause__", None)
    name = getattr(cause, "constraint_name", None)
    return str(name) if name else None


def _broken_constraint(name: str | None) -> DomainError | None:
    broken = _known.get(name or "")
    if broken is None:
        return None
    match broken.meaning:
        case "invalid":
            return Invalid([Defect(code=broken.code, where=broken.where, why=broken.why)], code=broken.code)
        case "not_found":
            return NotFound(broken.code, broken.why)
        case _:
            return Conflict(broken.code, broken.why)
