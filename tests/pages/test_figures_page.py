"""
Figures of a period: those of published rounds, the same in the table and in the file.
"""

from __future__ import annotations

import csv
import io
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week
from support.visitors import VisitorOf

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock
from carecoord.reporting.domain import AideHours
from carecoord.rosters.service.boards import get_roster
from carecoord.rosters.service.publication import publish
from carecoord.web.pages.figures import csv_of

WEEK = "du=2026-11-23&au=2026-11-29"


@pytest.fixture
async def published(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> None:
    """The small week, published."""
    roster_id = await drafted_week(engine, actor, clock)
    async with open_uow(engine, actor, clock=clock) as uow:
        roster = await get_roster(uow, actor, roster_id)
        await publish(uow, actor, roster_id, roster.version)


async def test_figures_of_a_published_week(visitor_of: VisitorOf, published: None) -> None:
    """Ten vital visits, seven important, five of comfort: all served; the plan is compared."""
    page = await (await visitor_of("reader")).get("/chiffres")

    # L1 (5) and L4 (5) are vital, L2 (7) important, L3 (5) of comfort
    for label, served in (("Vitale", 10), ("Importante", 7), ("De confort", 5)):
        row = f'<th scope="row">{label}</th><td class="num">{served}</td><td class="num">0</td>'
        assert row in page.text, label
    assert "Aucune règle enfreinte." in page.text
    assert "Plan comparé au plan naïf" in page.text


async def test_the_file_holds_the_same_hours(visitor_of: VisitorOf, published: None) -> None:
    """Spreadsheets in French open it: UTF-8 told, semicolons, decimal commas; both aides are there."""
    answer = await (await visitor_of("reader")).get(f"/chiffres/aides.csv?{WEEK}")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "carecoord-heures-2026-11-23-2026-11-29.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Prénom", "Nom", "Visites", "Jours travaillés"]
    assert [row[1] for row in rows[1:]] == ["Diallo A1", "Diallo A2"]
    # 17 visits for one aide and 5 for two
    assert sum(int(row[2]) for row in rows[1:]) == 27
    # contracts of 35 hours a week
    assert [row[5] for row in rows[1:]] == ["35,00", "35,00"]


async def test_drafts_do_not_count(
    visitor_of: VisitorOf, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A week planned and not published has no figures, and the page says what to do."""
    await drafted_week(engine, actor, clock)

    page = await (await visitor_of("coordinator")).get("/chiffres")

    assert "Aucune tournée publiée pour ces jours" in page.text


@pytest.mark.parametrize(
    "query", ["du=hier&au=demain", "du=2026-11-29&au=2026-11-23", "du=2020-01-01&au=2026-01-01"]
)
async def test_a_period_that_makes_no_sense_is_told(visitor_of: VisitorOf, query: str) -> None:
    """The page stays usable; the file is refused rather than empty."""
    visitor = await visitor_of("reader")

    page = await visitor.get(f"/chiffres?{query}")
    file = await visitor.get(f"/chiffres/aides.csv?{query}")

    assert page.status_code == file.status_code == 422
    assert "Cette période ne convient pas" in page.text


def test_a_name_is_never_a_formula() -> None:
    """A name that spreadsheets would compute is kept as text."""
    aide = AideHours(
        aide_id=UUID(int=1),
        first_name="=1+1",
        last_name="Diallo",
        stops=1,
        days=1,
        work_s=5400,
        travel_s=0,
        travel_m=1250,
        contract_s=3600,
    )

    (_, line) = csv_of([aide]).decode("utf-8-sig").splitlines()

    # 5400 s are an hour and a half; 1250 m are 1.25 km
    assert line == "'=1+1;Diallo;1;1;1,50;1,00;0,00;1,25"
