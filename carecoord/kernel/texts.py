"""
Texts typed by people: present, not absurdly long, without characters that no database keeps.
"""

from __future__ import annotations

import re

from carecoord.kernel.errors import Defect

LINE_LENGTH = 200
"""Characters; for names, numbers and one-line labels."""
NOTE_LENGTH = 4000
"""Characters; for notes."""

# Control characters, line breaks and tabulations apart; PostgreSQL refuses the first of them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def text_defects(text: str, where: str, *, longest: int = LINE_LENGTH, required: bool = True) -> list[Defect]:
    """
    What is wrong with a text, at most one defect.

    Args:
        longest: characters.
        required: whether blanks alone are a defect.
    """
    if required and not text.strip():
        return [Defect(code="text_missing", where=where, why="is empty")]
    if len(text) > longest:
        return [
            Defect(
                code="text_long",
                where=where,
                why=f"has more than {longest} characters",
                args={"longest": longest},
            )
        ]
    if not is_printable(text):
        return [Defect(code="text_control", where=where, why="holds a control character")]
    return []


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold, or even compare with, a text at all."""
    return "\x00" not in text


def is_printable(text: str) -> bool:
    """Whether a text holds no control character but line breaks and tabulations."""
    return _CONTROL.search(text) is None
