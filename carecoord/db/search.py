"""
Text as people look for it: without accents or capitals, and without a contrib extension.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, literal_column


def folded(text: SQLColumnExpression[str]) -> ColumnElement[str]:
    """SQL expression of `text` in lower case without accents; sort and search on it."""
    bare: Any = func.regexp_replace(
        func.normalize(text, literal_column("NFD")), literal_column(r"'[\u0300-\u036f]'"), "", "g"
    )
    return func.lower(bare)


def fold(text: str) -> str:
    """The same for a Python text."""
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text)).lower()


def like_pattern(search: str) -> str:
    """Pattern that finds `search` anywhere in a folded text; `%`, `_` and the backslash mean themselves."""
    bare = fold(search.replace("\x00", "").strip())
    return "%" + re.sub(r"([\\%_])", r"\\\1", bare) + "%"
