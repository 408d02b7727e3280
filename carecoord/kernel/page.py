"""
Page request and result, shared by JSON lists and HTML lists.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")

MAX_PAGE_SIZE = 200


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """
    Which slice of a list is wanted.

    Args:
        page: 1 for the first.
        size: rows a page, at most `MAX_PAGE_SIZE`.
    """

    page: int = 1
    size: int = 50

    @property
    def offset(self) -> int:
        """Rows to pass over."""
        return (self.page - 1) * self.size


class PageResult(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One slice of a list with the total, so that a reader knows how much there is."""

    items: list[T]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.size))
