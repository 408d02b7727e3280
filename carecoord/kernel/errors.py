"""
Errors by meaning. Anything else that is raised is a bug and is left to fail.

Each class carries a stable `code` and typed arguments; the French sentence
lives in `carecoord.web.wording`, the HTTP status in `carecoord.api.errors`.
"""

from __future__ import annotations

import msgspec


class Defect(msgspec.Struct, frozen=True, kw_only=True):
    """
    One thing wrong with an input.

    Args:
        code: stable code of the defect, such as `window_empty`.
        where: which field or line, such as `visits[3].options[0].latest_s`.
        why: what is wrong, in English for programs; pages word it from the code.
        fix: what to do about it.
        args: values for the French sentence.
    """

    code: str
    where: str
    why: str
    fix: str = ""
    args: dict[str, str | int | float | None] = {}


class DomainError(Exception):
    """Base of the errors a caller can answer."""

    meaning = "error"

    def __init__(self, code: str, message: str = "", **args: str | int | float | None) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.args_by_name = args


class NotFound(DomainError):
    """There is no such object, or the actor may not see it (never told apart)."""

    meaning = "not_found"


class Refused(DomainError):
    """The actor is known but lacks the permission."""

    meaning = "refused"


class Conflict(DomainError):
    """The object changed meanwhile, or its state does not allow this."""

    meaning = "conflict"


class Invalid(DomainError):
    """The input has defects; all of them are listed."""

    meaning = "invalid"

    def __init__(self, defects: list[Defect], *, code: str = "invalid_input") -> None:
        summary = "; ".join(f"{d.where}: {d.why}" for d in defects[:5])
        more = "" if len(defects) <= 5 else f" (and {len(defects) - 5} more)"
        super().__init__(code, summary + more)
        self.defects = defects


class Unavailable(DomainError):
    """Something outside did not answer; trying again later may work."""

    meaning = "unavailable"
