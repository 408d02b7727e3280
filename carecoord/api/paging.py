"""
Query parameters -> PageRequest; PageResult -> JSON with its total, and links (RFC 8288).
"""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from litestar import Request, Response

from carecoord.kernel.errors import Defect, Invalid
from carecoord.kernel.page import MAX_PAGE_SIZE, PageRequest, PageResult

T = TypeVar("T")


def page_request(page: int, size: int) -> PageRequest:
    """
    The slice wanted.

    Raises:
        Invalid: page or size out of bounds; both are told.
    """
    defects = []
    if page < 1:
        defects.append(Defect(code="out_of_bounds", where="page", why=f"{page} is less than 1"))
    if not 1 <= size <= MAX_PAGE_SIZE:
        defects.append(Defect(code="out_of_bounds", where="size", why=f"{size} is not in 1..{MAX_PAGE_SIZE}"))
    if defects:
        raise Invalid(defects)
    return PageRequest(page=page, size=size)


def paged(request: Request[Any, Any, Any], result: PageResult[T]) -> Response[PageResult[T]]:
    """The slice with the header `Link`: first, prev, next, last."""
    wanted = {"first": 1, "prev": result.page - 1, "next": result.page + 1, "last": result.pages}
    links = [
        f'<{_url(request, page, result.size)}>; rel="{relation}"'
        for relation, page in wanted.items()
        if 1 <= page <= result.pages
    ]
    return Response(result, headers={"Link": ", ".join(links)})


def _url(request: Request[Any, Any, Any], page: int, size: int) -> str:
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in {"page", "size"}
    ]
    query = urlencode([*kept, ("page", page), ("size", size)])
    return f"{request.url.path}?{query}"
