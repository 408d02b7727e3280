"""
The list of page routers, in one readable table.
"""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from carecoord.web.pages import (
    board,
    figures,
    home,
    imports,
    moves,
    organisation,
    people,
    plan_run,
    plans,
    publication,
    sign_in,
    team,
    visit,
)

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *sign_in.ROUTES,
    *home.ROUTES,
    *people.ROUTES,
    *team.ROUTES,
    *imports.ROUTES,
    *plans.ROUTES,
    *plan_run.ROUTES,
    *publication.ROUTES,
    *figures.ROUTES,
    *organisation.ROUTES,
    *board.ROUTES,
    *visit.ROUTES,
    *moves.ROUTES,
)
