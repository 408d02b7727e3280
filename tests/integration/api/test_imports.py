"""
Imports through HTTP: tried, applied, abandoned; nobody else's.
"""

from __future__ import annotations

import httpx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def tried(client: httpx.AsyncClient, content: bytes, kind: str = "workbook") -> httpx.Response:
    """A file given for a dry run."""
    name = "export.xlsx" if kind == "workbook" else "personnes.csv"
    return await client.post("/api/v1/imports", data={"kind": kind}, files={"file": (name, content)})


async def test_the_template_and_the_export_are_workbooks(client: httpx.AsyncClient) -> None:
    """Both are downloads that a spreadsheet opens."""
    answers = [await client.get(f"/api/v1/{path}") for path in ("import-template", "export")]

    assert [answer.headers["content-type"] for answer in answers] == [XLSX, XLSX]
    assert all(answer.content[:2] == b"PK" for answer in answers)
    assert "attachment" in answers[0].headers["content-disposition"]


async def test_an_export_is_imported_unchanged(client: httpx.AsyncClient) -> None:
    """Tried and applied, twice; the second time says the same."""
    export = (await client.get("/api/v1/export")).content

    made = await tried(client, export)
    applied = await client.post(f"/api/v1/imports/{made.json()['id']}/apply")
    again = await client.post(f"/api/v1/imports/{made.json()['id']}/apply")

    assert (made.status_code, made.json()["state"]) == (201, "checked")
    assert (applied.json()["state"], again.json()["state"]) == ("applied", "applied")
    assert made.json()["report"]["refusals"] == []


async def test_an_unknown_kind_is_a_problem_document(client: httpx.AsyncClient) -> None:
    """The framework's refusal of a form is told like any other."""
    answer = await tried(client, b"x", kind="recipes")

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_organisation_finds_no_import(
    client: httpx.AsyncClient, other_client: httpx.AsyncClient
) -> None:
    """Neither read, nor applied, nor dropped, nor listed."""
    made = await tried(client, (await client.get("/api/v1/export")).content)
    path = f"/api/v1/imports/{made.json()['id']}"

    statuses = [
        (await other_client.get(path)).status_code,
        (await other_client.post(f"{path}/apply")).status_code,
        (await other_client.delete(path)).status_code,
    ]
    own = await client.delete(path)

    assert statuses == [404, 404, 404]
    assert (await other_client.get("/api/v1/imports")).json()["total"] == 0
    assert own.status_code == 204
