"""
The list of JSON routers, in one readable table.
"""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from carecoord.api.health import health

ROUTES: tuple[ControllerRouterHandler, ...] = (health,)
"""All are served under `/api`."""
