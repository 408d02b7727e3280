"""
The list of page routers, in one readable table.
"""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from carecoord.web.pages import home, imports, people, sign_in, team

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *sign_in.ROUTES,
    *home.ROUTES,
    *people.ROUTES,
    *team.ROUTES,
    *imports.ROUTES,
)
