"""
Repairs through HTTP: asked for, read, made, called, taken back; another organisation sees none of it.
"""

from __future__ import annotations

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week

from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock

DAY = "2026-11-25"
SEVEN_TEN = "2026-11-25T07:10:00+01:00"


async def test_a_day_is_repaired_by_a_program(
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    engine: AsyncEngine,
    actor: Actor,
    clock: FixedClock,
) -> None:
    """202 with the first repair, made once though asked twice, a call ticked off, all put back."""
    roster_id = await drafted_week(engine, actor, clock)
    version = (await client.get(f"/api/v1/rosters/{roster_id}")).json()["version"]
    await client.post(f"/api/v1/rosters/{roster_id}/publish", json={"version": version})
    before = (await client.get(f"/api/v1/days/{DAY}")).json()
    aide = min(before["stops"], key=lambda stop: stop["starts_at"])["aide_id"]
    wanted = {
        "version": before["rosters"][0]["version"],
        "on_date": DAY,
        "at": SEVEN_TEN,
        "events": [{"kind": "absent", "aide_id": aide, "from_at": SEVEN_TEN}],
    }

    asked = await client.post(f"/api/v1/rosters/{roster_id}/repairs", json=wanted)
    address = asked.headers["location"]
    stopped = await client.post(f"{address}/stop")
    made = await client.post(f"{address}/apply", json={"breadth": "first"})
    twice = await client.post(f"{address}/apply", json={"breadth": "first"})
    unknown = await client.post(f"{address}/apply", json={"breadth": "free"})
    call = made.json()["calls"][0]["id"]
    called = await client.put(f"{address}/calls/{call}", json={"made": True})
    elsewhere = [
        await other_client.get(address),
        await other_client.post(f"/api/v1/rosters/{roster_id}/repairs", json=wanted),
        await other_client.post(f"{address}/stop"),
        await other_client.post(f"{address}/apply", json={"breadth": "first"}),
        await other_client.post(f"{address}/undo"),
        await other_client.put(f"{address}/calls/{call}", json={"made": False}),
    ]
    undone = await client.post(f"{address}/undo")
    after = (await client.get(f"/api/v1/days/{DAY}")).json()

    assert asked.status_code == 202, asked.text
    assert [item["breadth"] for item in asked.json()["proposals"]] == ["first"]
    assert stopped.json()["state"] == "done"
    assert (made.json()["state"], twice.json()["state"]) == ("applied", "applied"), made.text
    assert unknown.status_code == 404
    assert called.json()["calls"][0]["called_at"]
    assert [answer.status_code for answer in elsewhere] == [404] * 6
    assert undone.json()["state"] == "undone", undone.text
    places = [(stop["visit_id"], stop["aide_id"], stop["starts_at"]) for stop in before["stops"]]
    assert [(stop["visit_id"], stop["aide_id"], stop["starts_at"]) for stop in after["stops"]] == places
