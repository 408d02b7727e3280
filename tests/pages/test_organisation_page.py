"""
The organisation: rules told with their source, tokens shown once and revoked at once.
"""

from __future__ import annotations

import re
from datetime import date

import httpx
from litestar import Litestar
from support.visitors import ADDRESS, VisitorOf

from carecoord.planning.problem import Weights
from carecoord.planning.rules.parameters import REGIMES, in_force
from carecoord.rosters.service.rules import thresholds
from carecoord.web.rules_words import THRESHOLDS, WEIGHTS, threshold_value

TODAY = date(2026, 11, 23)
SECRET = re.compile(r"<code[^>]*>(carecoord_[\w-]+)</code>")


def test_every_threshold_and_price_has_words() -> None:
    """No rule of any regime, and no price, is shown by its code."""
    used = {field for key in REGIMES for field in in_force(key, TODAY)}

    assert used - THRESHOLDS.keys() == set()
    assert set(Weights.__struct_fields__) == set(WEIGHTS)


def test_a_threshold_is_told_in_its_unit_and_with_its_source() -> None:
    """Ten hours of daily work come from article V.5; an employer's own value says so."""
    branch = {item.field: item for item in thresholds("BAD_2941", {}, TODAY)}
    own = {item.field: item for item in thresholds("BAD_2941", {"daily_work_max_s": 32_400}, TODAY)}

    daily = branch["daily_work_max_s"]
    assert (threshold_value(daily), daily.source) == ("10\u202fh", "IDCC 2941, art. V.5")
    assert threshold_value(own["daily_work_max_s"]) == "9\u202fh"
    assert own["daily_work_max_s"].is_own
    assert not daily.is_own


def test_no_rules_without_a_regime() -> None:
    """An organisation without aides has none."""
    assert thresholds(None, {}, TODAY) == []


async def test_rules_and_prices_are_shown(visitor_of: VisitorOf) -> None:
    """A reader sees them, and no token."""
    page = await (await visitor_of("reader")).get("/organisation")

    assert "Travail dans une journée, au plus" in page.text
    assert "IDCC 2941, art. V.5" in page.text
    assert "à confirmer" in page.text
    assert "0,38\u202f€" in page.text
    assert "Jetons" not in page.text


async def test_an_agent_sees_her_organisation_and_role_alone(ccas_visitor_of: VisitorOf) -> None:
    """Without permission for more, the page still says where and as what one works."""
    page = await (await ccas_visitor_of("agent")).get("/organisation")

    assert page.status_code == 200
    assert "Accueil" in page.text
    assert "Règles de temps de travail" not in page.text


async def test_a_token_is_shown_once_and_opens_until_it_is_revoked(
    visitor_of: VisitorOf, app: Litestar
) -> None:
    """Its secret is in one answer only; revoked, it opens nothing at the next request."""
    visitor = await visitor_of("coordinator")

    issued = await visitor.post("/organisation/jetons", {"label": "Paie", "duree": "365"})
    found = SECRET.search(issued.text)
    assert found is not None
    page = await visitor.get("/organisation")
    before = await call(app, found[1])
    (revoke,) = re.findall(r'action="(/organisation/jetons/[0-9a-f-]+/revoquer)"', page.text)
    await visitor.post(revoke)
    again = await visitor.post(revoke)
    after = await call(app, found[1])

    assert "Paie" in page.text
    assert found[1] not in page.text
    # from 23 November 2026, one year
    assert "23/11/2027" in page.text
    assert (before.status_code, after.status_code) == (200, 401)
    assert again.status_code == 303
    assert "révoqué" in (await visitor.get("/organisation")).text


async def test_a_token_needs_a_name(visitor_of: VisitorOf) -> None:
    """So that one knows later which to revoke."""
    answer = await (await visitor_of("coordinator")).post(
        "/organisation/jetons", {"label": " ", "duree": "2"}
    )

    assert answer.status_code == 422
    assert 'id="erreur-label"' in answer.text
    assert 'id="erreur-duree"' in answer.text


async def call(app: Litestar, secret: str) -> httpx.Response:
    """What a program reads with a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ADDRESS) as client:
        return await client.get("/api/v1/session", headers={"Authorization": f"Bearer {secret}"})
