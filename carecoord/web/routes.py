"""
The list of page routers, in one readable table.
"""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from carecoord.web.pages import (
    aide_week,
    board,
    figures,
    home,
    imports,
    moves,
    offers,
    organisation,
    people,
    person_week,
    plan_kept,
    plan_run,
    plans,
    publication,
    remedies,
    repair,
    ride_desk,
    ride_figures,
    ride_home,
    ride_passenger,
    ride_places,
    ride_request,
    ride_rules,
    round_map,
    sign_in,
    team,
    visit,
    week,
)

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *sign_in.ROUTES,
    *home.ROUTES,
    *people.ROUTES,
    *team.ROUTES,
    *imports.ROUTES,
    *plans.ROUTES,
    *plan_run.ROUTES,
    *plan_kept.ROUTES,
    *publication.ROUTES,
    *figures.ROUTES,
    *organisation.ROUTES,
    *board.ROUTES,
    *visit.ROUTES,
    *moves.ROUTES,
    *remedies.ROUTES,
    *repair.ROUTES,
    *offers.ROUTES,
    *ride_home.ROUTES,
    *ride_desk.ROUTES,
    *ride_request.ROUTES,
    *ride_passenger.ROUTES,
    *ride_places.ROUTES,
    *ride_rules.ROUTES,
    *ride_figures.ROUTES,
    *week.ROUTES,
    *round_map.ROUTES,
    *aide_week.ROUTES,
    *person_week.ROUTES,
)
