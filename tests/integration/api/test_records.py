"""
People, aides, absences, interventions and visits through HTTP.
"""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
from builders.rosters import aide_command, line, person


def body(*commands: Any) -> Any:
    """Commands as JSON values."""
    return msgspec.to_builtins(list(commands))


async def filled(client: httpx.AsyncClient) -> None:
    """Three people, one aide, one line, written through the API."""
    for path, commands in (
        ("people", body(person("P1"), person("P2"), person("P3"))),
        ("aides", body(aide_command("A1"))),
        ("interventions", body(line("L1", wanted_aides=["A1"]))),
    ):
        answer = await client.put(f"/api/v1/{path}", json=commands)
        assert answer.status_code == 200, answer.text


async def test_people_are_listed_by_pages_with_links(client: httpx.AsyncClient) -> None:
    """Two of three on the first page, and the way to the rest."""
    await filled(client)

    answer = await client.get("/api/v1/people", params={"size": 2, "search": "berthier"})

    assert [item["reference"] for item in answer.json()["items"]] == ["P1", "P2"]
    assert answer.json()["total"] == 3
    assert answer.headers["link"].split(", ") == [
        '</api/v1/people?search=berthier&page=1&size=2>; rel="first"',
        '</api/v1/people?search=berthier&page=2&size=2>; rel="next"',
        '</api/v1/people?search=berthier&page=2&size=2>; rel="last"',
    ]


async def test_page_bounds_are_told_together(client: httpx.AsyncClient) -> None:
    """Page 0 of size 1000 has two defects."""
    answer = await client.get("/api/v1/people", params={"page": 0, "size": 1000})

    assert answer.status_code == 422
    assert [defect["where"] for defect in answer.json()["defects"]] == ["page", "size"]


async def test_writing_again_changes_nothing(client: httpx.AsyncClient) -> None:
    """The report of a second writing of the same people says unchanged."""
    await filled(client)

    again = await client.put("/api/v1/people", json=body(person("P1"), person("P2", first_name="Jeanne")))

    assert again.json() == {"created": [], "changed": ["P2"], "unchanged": ["P1"]}


async def test_every_defect_of_a_list_is_told(client: httpx.AsyncClient) -> None:
    """Two wrong people: nothing is written, both are named."""
    answer = await client.put(
        "/api/v1/people", json=body(person("P1", insee="91"), person("P2", last_name=""), person("P3"))
    )
    listed = await client.get("/api/v1/people")

    assert answer.status_code == 422
    assert {defect["where"].rpartition(".")[2] for defect in answer.json()["defects"]} == {
        "insee",
        "last_name",
    }
    assert listed.json()["total"] == 0


async def test_a_body_of_another_shape_is_a_problem_document(client: httpx.AsyncClient) -> None:
    """A field that does not exist is refused by name."""
    answer = await client.post("/api/v1/planning-runs", json={"first_day": "2026-11-23", "speed": 3})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "speed" in answer.json()["defects"][0]["why"]


async def test_an_aide_is_away_and_listed_so(client: httpx.AsyncClient) -> None:
    """An absence declared is found again by the stretch of time it touches."""
    await filled(client)
    aide_id = (await client.get("/api/v1/aides")).json()["items"][0]["id"]
    stretch = {"starts_at": "2026-11-24T07:00:00Z", "ends_at": "2026-11-25T07:00:00Z"}

    declared = await client.post("/api/v1/absences", json={"aide_id": aide_id, **stretch, "kind": "sickness"})
    found = await client.get(f"/api/v1/aides/{aide_id}/absences", params=stretch)

    assert declared.status_code == 201
    assert [item["kind"] for item in found.json()] == ["sickness"]


async def test_an_exception_and_an_end_are_kept_with_the_line(client: httpx.AsyncClient) -> None:
    """One date cancelled, then a last day."""
    await filled(client)
    person_id = (await client.get("/api/v1/people")).json()["items"][0]["id"]
    (found,) = (await client.get(f"/api/v1/people/{person_id}/interventions")).json()

    excepted = await client.post(
        f"/api/v1/interventions/{found['id']}/exceptions",
        json={"intervention_id": found["id"], "on_date": "2026-11-24", "kind": "cancelled"},
    )
    current = (await client.get(f"/api/v1/interventions/{found['id']}")).json()
    ended = await client.post(
        f"/api/v1/interventions/{found['id']}/end",
        json={"intervention_id": found["id"], "ends_on": "2026-12-31", "version": current["version"]},
    )

    assert excepted.status_code == 201
    assert [item["on_date"] for item in current["exceptions"]] == ["2026-11-24"]
    assert ended.json()["ends_on"] == "2026-12-31"


async def test_visits_are_asked_for_a_month_at_most(client: httpx.AsyncClient) -> None:
    """A period of 32 days is refused."""
    answer = await client.get("/api/v1/visits", params={"first": "2026-11-01", "last": "2026-12-02"})

    assert answer.status_code == 422


async def test_a_commune_is_found_by_code_and_never_by_postcode_alone(client: httpx.AsyncClient) -> None:
    """A name or a postcode must be given, not both, not none."""
    neither = await client.get("/api/v1/communes")
    unknown = await client.get("/api/v1/communes/99999")

    assert neither.status_code == 422
    assert unknown.status_code == 404
