"""
Key figures of a period.
"""

from __future__ import annotations

from datetime import date

from litestar import Router, get
from litestar.params import FromQuery

from carecoord.edge.access import AnyRequest, open_program
from carecoord.reporting.domain import PeriodFigures
from carecoord.reporting.service import figures_of_period


@get("/reports/figures")
async def figures(request: AnyRequest, first: FromQuery[date], last: FromQuery[date]) -> PeriodFigures:
    """Key figures of the published rounds, first and last day included."""
    async with open_program(request, "report:read") as (uow, actor):
        return await figures_of_period(uow, actor, first, last)


ROUTER = Router(path="/", route_handlers=[figures], tags=["reports"])
