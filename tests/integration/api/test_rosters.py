"""
Runs, boards, moves, publication through HTTP; another organisation sees none of it.
"""

from __future__ import annotations

from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine
from support.rosters import drafted_week

from carecoord.kernel.actor import Actor
from carecoord.kernel.clock import FixedClock


async def test_a_run_is_accepted_then_stopped(client: httpx.AsyncClient) -> None:
    """202 with the address to follow; a second request for the same days conflicts; stopping cancels."""
    asked = await client.post("/api/v1/planning-runs", json={"first_day": "2026-11-23"})
    again = await client.post("/api/v1/planning-runs", json={"first_day": "2026-11-29", "day_count": 1})
    stopped = await client.post(f"{asked.headers['location']}/stop")
    followed = await client.get(asked.headers["location"])
    curve = await client.get(f"{asked.headers['location']}/progress")

    assert asked.status_code == 202
    assert asked.json()["state"] == "queued"
    assert (again.status_code, again.json()["code"]) == (409, "run_active")
    assert stopped.status_code == 202
    assert followed.json()["state"] == "cancelled"
    assert curve.json() == []


async def test_every_defect_of_a_request_is_told(client: httpx.AsyncClient) -> None:
    """Too many days, too short a budget, a negative seed."""
    answer = await client.post(
        "/api/v1/planning-runs", json={"first_day": "2026-11-23", "day_count": 29, "seconds": 1, "seed": -1}
    )

    assert answer.status_code == 422
    assert [defect["where"] for defect in answer.json()["defects"]] == ["day_count", "seconds", "seed"]


async def test_a_draft_is_seen_moved_and_published(
    client: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """The way of a coordinator: look at the week, take a visit off, publish, look at the day."""
    roster_id = await drafted_week(engine, actor, clock)
    week = (await client.get("/api/v1/weeks/2026-11-26", params={"roster_id": str(roster_id)})).json()
    roster = week["rosters"][0]
    visit_id = next(stop["visit_id"] for stop in week["stops"] if stop["on_date"] == "2026-11-28")
    move = {"version": roster["version"], "visit_id": visit_id, "aide_ids": []}

    preview = await client.post(f"/api/v1/rosters/{roster_id}/moves/preview", json=move)
    moved = await client.post(f"/api/v1/rosters/{roster_id}/moves", json={**move, "reason": "hospitalisée"})
    late = await client.post(f"/api/v1/rosters/{roster_id}/moves", json=move)
    published = await client.post(
        f"/api/v1/rosters/{roster_id}/publish", json={"version": moved.json()["version"]}
    )
    saturday = (await client.get("/api/v1/days/2026-11-28")).json()
    figures = (await client.get(f"/api/v1/rosters/{roster_id}/figures")).json()

    assert preview.json()["unserved_delta"] == {"important": 1}
    assert moved.status_code == 200, moved.text
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    assert published.json()["state"] == "published", published.text
    assert saturday["stops"] == []
    assert [(item["visit_id"], item["cause"]) for item in saturday["unserved"]] == [(visit_id, "taken_off")]
    assert figures["figures"]["unserved"] == {"vital": 0, "important": 1, "comfort": 0}


async def test_a_pin_is_set_and_lifted(
    client: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """A pin without content is refused; a lifted one is gone."""
    await drafted_week(engine, actor, clock)
    stop = (await client.get("/api/v1/days/2026-11-23")).json()["stops"][0]
    path = f"/api/v1/visits/{stop['visit_id']}/pin"

    empty = await client.put(path, json={})
    pinned = await client.put(path, json={"aide_ids": [stop["aide_id"]], "reason": "le connaît"})
    shown = (await client.get("/api/v1/days/2026-11-23")).json()["pins"]
    lifted = await client.delete(path)
    again = await client.delete(path)

    assert empty.json()["defects"][0]["code"] == "pin_empty"
    assert pinned.status_code == 200
    assert [pin["visit_id"] for pin in shown] == [stop["visit_id"]]
    assert (lifted.status_code, again.status_code) == (204, 404)


async def test_another_organisation_finds_nothing(
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    engine: AsyncEngine,
    actor: Actor,
    clock: FixedClock,
) -> None:
    """Every address with an identifier of the first organisation is a 404 to the second."""
    roster_id = await drafted_week(engine, actor, clock)
    known = await identifiers(client, str(roster_id))

    answers = {
        f"{method} {path}": await ask(other_client, method, path, body)
        for method, path, body in routes(known)
    }
    own = {f"{method} {path}": await ask(client, method, path, body) for method, path, body in routes(known)}

    assert {path: status for path, status in answers.items() if status != 404} == {}
    assert {path: status for path, status in own.items() if status in {401, 403, 404, 405, 500}} == {}


async def test_lists_of_another_organisation_are_empty(
    other_client: httpx.AsyncClient, engine: AsyncEngine, actor: Actor, clock: FixedClock
) -> None:
    """What the first organisation has appears in no list of the second."""
    await drafted_week(engine, actor, clock)

    totals = [
        (await other_client.get(f"/api/v1/{name}")).json()["total"]
        for name in ("people", "aides", "planning-runs", "rosters")
    ]
    board = (await other_client.get("/api/v1/weeks/2026-11-23")).json()
    visits = (
        await other_client.get("/api/v1/visits", params={"first": "2026-11-23", "last": "2026-11-29"})
    ).json()

    assert totals == [0, 0, 0, 0]
    assert (board["stops"], board["aides"], board["rosters"], visits) == ([], [], [], [])


async def identifiers(client: httpx.AsyncClient, roster_id: str) -> dict[str, str]:
    """One identifier of each kind, as the organisation itself sees them."""
    week = (await client.get("/api/v1/weeks/2026-11-23")).json()
    stop = week["stops"][0]
    visit = week["visits"][stop["visit_id"]]
    return {
        "roster": roster_id,
        "run": week["rosters"][0]["run_id"],
        "visit": stop["visit_id"],
        "aide": stop["aide_id"],
        "person": visit["person_id"],
        "intervention": visit["intervention_id"],
    }


def routes(known: dict[str, str]) -> list[tuple[str, str, Any]]:
    """Every route that takes an identifier, with a body that fits."""
    move = {"version": 1, "visit_id": known["visit"]}
    exception = {"intervention_id": known["intervention"], "on_date": "2026-11-24", "kind": "cancelled"}
    end = {"intervention_id": known["intervention"], "ends_on": "2027-01-01", "version": 1}
    offer = {"person_id": known["person"], "first_day": "2026-11-24", "duration_minutes": 60,
             "earliest_minute": 600, "latest_minute": 780}  # fmt: skip
    stretch = "starts_at=2026-11-24T07:00:00Z&ends_at=2026-11-25T07:00:00Z"
    return [
        ("GET", f"people/{known['person']}", None),
        ("GET", f"people/{known['person']}/interventions", None),
        ("GET", f"people/{known['person']}/weeks/2026-11-23", None),
        ("GET", f"aides/{known['aide']}", None),
        ("GET", f"aides/{known['aide']}/absences?{stretch}", None),
        ("GET", f"aides/{known['aide']}/weeks/2026-11-23", None),
        ("POST", "absences", {"aide_id": known["aide"], "starts_at": "2026-11-24T07:00:00Z",
                              "ends_at": "2026-11-24T09:00:00Z"}),
        ("GET", f"interventions/{known['intervention']}", None),
        ("POST", f"interventions/{known['intervention']}/exceptions", exception),
        ("POST", f"interventions/{known['intervention']}/end", end),
        ("GET", f"visits/{known['visit']}", None),
        ("PUT", f"visits/{known['visit']}/pin", {"on_date": "2026-11-23"}),
        ("DELETE", f"visits/{known['visit']}/pin", None),
        ("GET", f"planning-runs/{known['run']}", None),
        ("GET", f"planning-runs/{known['run']}/progress", None),
        ("POST", f"planning-runs/{known['run']}/stop", {}),
        ("GET", f"rosters/{known['roster']}", None),
        ("GET", f"rosters/{known['roster']}/figures", None),
        ("GET", f"days/2026-11-23?roster_id={known['roster']}", None),
        ("GET", f"weeks/2026-11-23?roster_id={known['roster']}", None),
        ("POST", f"rosters/{known['roster']}/moves/preview", move),
        ("POST", f"rosters/{known['roster']}/moves", move),
        ("POST", f"rosters/{known['roster']}/publish", {"version": 1}),
        ("POST", "offers", offer),
        ("POST", "offers/accept", {"ask": offer, "reference": "N1", "label": "Ménage",
                                   "slots": [{"on_date": "2026-11-24", "starts_at": "2026-11-24T09:00:00Z",
                                              "aide_ids": [known["aide"]]}]}),
    ]  # fmt: skip


async def ask(client: httpx.AsyncClient, method: str, path: str, body: Any) -> int:
    """Status of one request."""
    return (await client.request(method, f"/api/v1/{path}", json=body)).status_code


async def test_a_visit_left_out_is_placed_by_its_remedy(
    client: httpx.AsyncClient,
    other_client: httpx.AsyncClient,
    engine: AsyncEngine,
    actor: Actor,
    clock: FixedClock,
) -> None:
    """Taken off, asked about, placed again; the same remedy twice, or one that nobody told, conflicts."""
    roster_id = await drafted_week(engine, actor, clock)
    week = (await client.get("/api/v1/weeks/2026-11-26", params={"roster_id": str(roster_id)})).json()
    visit_id = next(stop["visit_id"] for stop in week["stops"] if stop["on_date"] == "2026-11-28")
    move = {"version": week["rosters"][0]["version"], "visit_id": visit_id, "aide_ids": []}
    path = f"/api/v1/rosters/{roster_id}/visits/{visit_id}/remedies"

    served = (await client.get(path)).json()
    await client.post(f"/api/v1/rosters/{roster_id}/moves", json=move)
    told = (await client.get(path)).json()
    asked = {"version": told["version"], "key": told["found"][0]["key"]}
    forged = await client.post(path, json=asked | {"key": "of nobody"})
    elsewhere = [await other_client.get(path), await other_client.post(path, json=asked)]
    made = await client.post(path, json=asked)
    again = await client.post(path, json=asked)
    saturday = await client.get("/api/v1/days/2026-11-28", params={"roster_id": str(roster_id)})

    assert (served["is_served"], served["found"]) == (True, [])
    assert [item["kind"] for item in told["found"]] == ["insert"]
    assert [answer.status_code for answer in elsewhere] == [404, 404]
    assert (forged.status_code, forged.json()["code"]) == (409, "remedy_gone")
    assert made.status_code == 200, made.text
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    assert [stop["visit_id"] for stop in saturday.json()["stops"]] == [visit_id]
