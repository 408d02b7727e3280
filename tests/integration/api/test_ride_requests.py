"""
Requests for rides through HTTP: answered, recorded once, refused with the article, ended, counted.
"""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
from builders.rides import Service, a_driver, an_ask, ride_service, to
from sqlalchemy.ext.asyncio import AsyncEngine

from carecoord.db.uow import open_uow
from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock

KEY = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
async def service(engine: AsyncEngine, actor: Actor, clock: FixedClock) -> Service:
    """An association with destinations, one driver and one person."""
    async with open_uow(engine, actor, clock=clock) as uow:
        await a_driver(uow, actor)
        return await ride_service(uow, actor)


def asked(service: Service, key: str = KEY, **changes: Any) -> dict[str, Any]:
    """A ride to the market and back."""
    found: dict[str, Any] = msgspec.to_builtins(an_ask(service, **changes))
    return {"key": key, "ask": found}


async def test_a_program_asks_records_and_ends(client: httpx.AsyncClient, service: Service) -> None:
    """The answer changes nothing; one key is one request; cancelled with its version and reason."""
    told = (await client.post("/api/v1/rides/answer", json=asked(service))).json()
    none = (await client.get("/api/v1/rides/requests/looking")).json()
    one = await client.post("/api/v1/rides/requests", json=asked(service))
    two = await client.post("/api/v1/rides/requests", json=asked(service))
    path = f"/api/v1/rides/requests/{one.json()['id']}"
    last = (await client.get(f"/api/v1/people/{service.person_id}/rides/last")).json()
    share = (await client.get("/api/v1/rides/share?first=2026-12-01&last=2026-12-31")).json()
    ended = await client.post(f"{path}/end", json={"kind": "cancelled", "version": 1, "text": "reporté"})
    stale = await client.post(f"{path}/end", json={"kind": "cancelled", "version": 1, "text": "reporté"})

    assert told["answer"]["outcome"] == "found"
    assert told["basis"]["criterion"] == "rural"
    assert none == []
    assert one.status_code == two.status_code == 201
    assert one.json()["id"] == two.json()["id"]
    assert one.json()["state"] == "placed"
    assert [item["id"] for item in last] == [one.json()["id"]]
    assert (share["satisfied"], share["settled"], share["ratio"]) == (1, 1, 1.0)
    assert (ended.status_code, ended.json()["state"]) == (200, "cancelled")
    assert stale.status_code == 409


async def test_what_is_refused_names_the_rule(client: httpx.AsyncClient, service: Service) -> None:
    """The defect carries the article; the refusal may be recorded, and counts."""
    there = asked(service, destination=to(service.hospital))

    refused = await client.post("/api/v1/rides/requests", json=there)
    kept = await client.post("/api/v1/rides/requests", json={**there, "refused": True})
    share = (await client.get("/api/v1/rides/share?first=2026-12-01&last=2026-12-31")).json()

    assert refused.status_code == 422
    assert [item["code"] for item in refused.json()["defects"]] == ["ride_perimeter"]
    assert kept.json()["refusal"]["article"] == "R3133-4"
    assert share["causes"] == [{"code": "perimeter", "article": "R3133-4", "count": 1}]


async def test_records_and_return(client: httpx.AsyncClient, service: Service) -> None:
    """Destinations, rights and the return of a year; a year to come is none."""
    right = {
        "person_id": str(service.person_id),
        "criterion": "aah",
        "proof": "notification MDPH",
        "seen_on": "2026-11-20",
    }

    done = await client.post("/api/v1/rides/rights", json=right)
    rights = (await client.get(f"/api/v1/people/{service.person_id}/rides/rights")).json()
    places = (await client.get("/api/v1/rides/places")).json()
    told = await client.get("/api/v1/rides/returns/2026")
    none = await client.get("/api/v1/rides/returns/2027")

    assert done.status_code == 204
    assert [item["criterion"] for item in rights] == ["aah"]
    assert len(places) == 3
    assert (told.status_code, told.json()["trips"], none.status_code) == (200, 0, 422)
