"""
The list of JSON routers, in one readable table.
"""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from carecoord.api import (
    beneficiaries,
    careplans,
    communes,
    daybook,
    imports,
    meal_rounds,
    meals,
    offers,
    organisations,
    repairs,
    reports,
    ride_plans,
    ride_requests,
    rosters,
    sessions,
    vigilance,
    workforce,
)
from carecoord.api.health import health

# Version 1. One line per resource.
V1 = Router(
    path="/v1",
    route_handlers=[
        sessions.ROUTER,
        organisations.ROUTER,
        beneficiaries.ROUTER,
        daybook.ROUTER,
        workforce.ROUTER,
        careplans.ROUTER,
        imports.ROUTER,
        rosters.ROUTER,
        meals.ROUTER,
        meal_rounds.ROUTER,
        vigilance.ROUTER,
        offers.ROUTER,
        repairs.ROUTER,
        ride_plans.ROUTER,
        ride_requests.ROUTER,
        reports.ROUTER,
        communes.ROUTER,
    ],
)

ROUTES: tuple[ControllerRouterHandler, ...] = (health, V1)
"""All are served under `/api`."""
