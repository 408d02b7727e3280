"""
Slot offers through HTTP: asked, taken once, defects told together.
"""

from __future__ import annotations

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week

from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock

ASK = {"first_day": "2026-11-24", "duration_minutes": 60, "earliest_minute": 600, "latest_minute": 780}


async def test_a_program_asks_and_takes(
    client: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """Three offers with their price; the first one taken twice under one reference is taken once."""
    await drafted_week(engine, actor, clock)
    people = (await client.get("/api/v1/people")).json()["items"]
    ask = {**ASK, "person_id": people[0]["id"]}

    found = (await client.post("/api/v1/offers", json=ask)).json()
    slots = [
        {name: visit[name] for name in ("on_date", "starts_at", "aide_ids")}
        for visit in found["offers"][0]["visits"]
    ]
    taking = {"ask": ask, "reference": "N1", "label": "Ménage", "slots": slots}
    one = await client.post("/api/v1/offers/accept", json=taking)
    two = await client.post("/api/v1/offers/accept", json=taking)
    late = await client.post("/api/v1/offers/accept", json={**taking, "reference": "N2"})

    assert 1 <= len(found["offers"]) <= 3
    assert all(sum(offer["terms"].values()) == offer["cents"] for offer in found["offers"])
    assert (one.status_code, one.json()["again"]) == (200, False)
    assert (two.status_code, two.json()["again"]) == (200, True)
    assert (late.status_code, late.json()["code"]) == (409, "slot_gone")


async def test_defects_of_a_question_are_told_together(client: httpx.AsyncClient) -> None:
    """Nobody named, a window that ends before it starts, a team of three."""
    answer = await client.post(
        "/api/v1/offers", json={**ASK, "latest_minute": 500, "team_size": 3, "weekdays": [7]}
    )

    assert answer.status_code == 422
    assert {defect["where"] for defect in answer.json()["defects"]} == {
        "latest_minute", "team_size", "weekdays", "person_id",
    }  # fmt: skip
