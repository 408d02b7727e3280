"""
Home: each role starts where its day starts.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, open_desk
from carecoord.web.layout import entries_of, layout_of

BOARD_PATH = "/tournees"


@get("/")
async def home(request: AnyRequest) -> Response[Any]:
    """Today's board for those who follow rounds; for others, what they can do here and what comes later."""
    async with open_desk(request) as desk:
        entries = entries_of(desk.signed_in)
        if any(entry.href == BOARD_PATH for entry in entries):
            return Redirect(BOARD_PATH, status_code=303)
        context = {
            "layout": layout_of(desk.signed_in),
            "first_name": desk.signed_in.account.display_name.split()[0],
            "paths": {entry.href for entry in entries},
        }
    return Template("home/desk.html", context=context)


ROUTES = (home,)
