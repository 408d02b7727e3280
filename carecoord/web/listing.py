"""
Pages of a list: which rows are shown, and the addresses of the page before and after.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from carecoord.kernel.page import PageResult
from carecoord.web.filters import NARROW, counted, number


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """
    What the macro `pagination` shows.

    Args:
        shown: a sentence, such as « 51 à 100 sur 312 personnes ».
        previous: address, None on the first page.
        next: address, None on the last page.
    """

    shown: str
    previous: str | None
    next: str | None

    @property
    def is_needed(self) -> bool:
        """Whether there is more than one page."""
        return bool(self.previous or self.next)


def pages_of(found: PageResult[Any], path: str, query: dict[str, str], noun: str, many: str = "") -> Pages:
    """
    The pages of a list.

    Args:
        query: what the list was asked for, besides the page.
        noun: what its rows are, in the singular.
    """
    first, last = (found.page - 1) * found.size + 1, (found.page - 1) * found.size + len(found.items)
    shown = counted(found.total, noun, many)
    if found.items and found.pages > 1:
        shown = f"{number(first)} à {number(last)} sur{NARROW}{shown}"
    return Pages(
        shown=shown,
        previous=_address(path, query, min(found.page - 1, found.pages)) if found.page > 1 else None,
        next=_address(path, query, found.page + 1) if found.page < found.pages else None,
    )


def _address(path: str, query: dict[str, str], page: int) -> str:
    return f"{path}?{urlencode({**query, 'page': str(page)})}"
