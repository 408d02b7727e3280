"""
Answers every page shares: errors in French, problem documents, headers, CSRF.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Template
from litestar.testing import TestClient

from carecoord.app import create_app
from carecoord.kernel.errors import Defect, Invalid
from carecoord.settings import Settings
from carecoord.web.layout import Layout, MenuItem


@get("/essai", include_in_schema=False, sync_to_thread=False)
def show() -> Template:
    """A signed-in page with nothing in it."""
    menu = (MenuItem(label="Tournées", href="/tournees", current=True, waiting=3),)
    return Template(
        "base.html", context={"layout": Layout(person="Claire M.", organisation="Val d’Yerres", menu=menu)}
    )


@post("/essai", include_in_schema=False, sync_to_thread=False)
def change() -> str:
    """Anything that changes something."""
    return "fait"


@get("/api/essai/{name:str}", sync_to_thread=False)
def defects(name: FromPath[str]) -> str:
    """Always refuses what it was given."""
    raise Invalid([Defect(code="too_short", where="name", why=name, fix="longer")])


@get("/panne/{name:str}", include_in_schema=False, sync_to_thread=False)
def fail(name: FromPath[str]) -> str:
    """A bug of ours."""
    raise ZeroDivisionError("a bug")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The application with three routes of the tests' own, without a database."""
    settings = Settings(home=tmp_path, roads_folder=tmp_path, secret_key="s" * 40)
    app = create_app(settings)
    for handler in (show, change, defects, fail):
        app.register(handler)
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_unknown_address_is_a_french_page(client: TestClient) -> None:
    """A wrong address gets a page that leads back, with the same strict headers as any other."""
    answer = client.get("/nulle-part")

    assert answer.status_code == 404
    assert "<h1>Page introuvable</h1>" in answer.text
    assert 'lang="fr"' in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_unknown_api_address_is_a_problem(client: TestClient) -> None:
    """Programs get a problem document."""
    answer = client.get("/api/nulle-part")

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.json()["instance"] == "/api/nulle-part"


def test_problem_lists_every_defect(client: TestClient) -> None:
    """A refused input comes back with all its defects and a stable code."""
    answer = client.get("/api/essai/x")

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert answer.json()["defects"] == [{"code": "too_short", "where": "name", "why": "x", "fix": "longer"}]


def test_bug_is_logged_without_the_address_asked_for(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug shows a reference found in the log, which names the route and not the person in it."""
    with caplog.at_level(logging.ERROR, logger="carecoord.app"):
        answer = client.get("/panne/berthier?nom=berthier")

    reference = re.search(r"support : <b>([0-9a-f]{8})</b>", answer.text)
    assert answer.status_code == 500
    assert reference is not None
    assert f"error {reference[1]} on GET /panne/{{name" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "berthier" not in caplog.text


def test_form_needs_its_token(client: TestClient) -> None:
    """A form without the page's token is refused; with it, accepted."""
    page = client.get("/essai").text
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', page)

    assert token is not None
    assert client.post("/essai", data={"a": "b"}).status_code == 403
    assert client.post("/essai", data={"_csrf_token": token[1]}).status_code == 201


def test_bearer_needs_no_form_token(client: TestClient) -> None:
    """Programs with a token of their own send no form token."""
    assert client.post("/essai", headers={"Authorization": "Bearer abc"}).status_code == 201


def test_files_are_kept_and_carry_no_cookie(client: TestClient) -> None:
    """Hashed files are kept for ever by browsers, and never come with somebody's cookie."""
    style = re.search(r'href="(/static/assets/main[^"]+)"', client.get("/nulle-part").text)
    assert style is not None

    answer = client.get(style[1])

    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers


def test_openapi_lists_programs_routes_only(client: TestClient) -> None:
    """The description of the interface is OpenAPI 3.1, is complete, and leaves pages out."""
    document = client.get("/api/schema/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    assert "/api/health" in document["paths"]
    assert [path for path in document["paths"] if not path.startswith("/api/")] == []


def test_health(client: TestClient) -> None:
    """The process says that it lives, and its version."""
    assert client.get("/api/health").json()["status"] == "ok"


def test_token_of_an_earlier_key_is_replaced(client: TestClient):
    """After the secret key was changed, the next page gives a token that works, not a dead end."""
    earlier = "0" * 128
    client.cookies.set("carecoord-csrf", earlier)

    refused = client.post("/essai", data={"_csrf_token": earlier})
    page = client.get("/essai")
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', page.text)

    assert refused.status_code == 403
    assert token is not None
    assert token[1] != earlier
    given = re.search(r"carecoord-csrf=([0-9a-f]+)", page.headers["set-cookie"])
    assert given is not None
    client.cookies.clear()
    client.cookies.set("carecoord-csrf", given[1])
    assert client.post("/essai", data={"_csrf_token": token[1]}).status_code == 201
