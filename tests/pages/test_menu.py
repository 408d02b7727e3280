"""
The menu and the home page: each role sees what it may do, and nothing dead.
"""

from __future__ import annotations

import re

import pytest
from support.visitors import VisitorOf

SERVICES = ["/repas", "/transport", "/vigilance"]
ALL = ["/tournees", "/creneaux", "/personnes", "/equipe", *SERVICES, "/planifier", "/importer", "/chiffres"]


def menu_of(page: str) -> list[str]:
    """Addresses of the menu, once."""
    return list(dict.fromkeys(re.findall(r'<li><a href="(/[a-z]+)"', page)))


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        ("administrator", ALL),
        ("coordinator", ALL),
        ("reader", ["/tournees", "/creneaux", "/personnes", "/equipe", *SERVICES, "/chiffres"]),
        ("agent", ["/creneaux", "/personnes", *SERVICES]),
    ],
)
async def test_menu_of_a_provider_follows_permissions(
    visitor_of: VisitorOf, role: str, entries: list[str]
) -> None:
    """Entries are those the role may open, and each of them opens."""
    visitor = await visitor_of(role)

    page = await visitor.get("/organisation")

    assert menu_of(page.text) == entries
    for entry in entries:
        assert (await visitor.get(entry)).status_code == 200, entry


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        ("agent", ["/personnes", *SERVICES]),
        ("manager", ["/personnes", *SERVICES, "/importer"]),
        ("administrator", ALL),
    ],
)
async def test_a_ccas_has_no_entry_about_rounds_it_cannot_make(
    ccas_visitor_of: VisitorOf, role: str, entries: list[str]
) -> None:
    """Pages about rounds show up in a CCAS for those who may make rounds there."""
    visitor = await ccas_visitor_of(role)

    page = await visitor.get("/organisation")

    assert menu_of(page.text) == entries


async def test_a_coordinator_starts_on_the_board(visitor_of: VisitorOf) -> None:
    """What waits for a coordinator is today's rounds."""
    answer = await (await visitor_of("coordinator")).get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/tournees")


async def test_a_ccas_agent_starts_with_people_and_what_comes_later(ccas_visitor_of: VisitorOf) -> None:
    """An agent finds people at once; links of the page all lead somewhere."""
    visitor = await ccas_visitor_of("agent")

    page = await visitor.get("/")
    links = set(re.findall(r'href="(/[a-z]*)"', page.text)) - {"/"}

    assert "Trouver une personne" in page.text
    assert "Importer" not in page.text
    for link in links:
        assert (await visitor.get(link)).status_code == 200, link


@pytest.mark.parametrize("path", ["/equipe/absences", "/planifier", "/importer", "/importer/export.xlsx"])
async def test_a_page_not_permitted_says_so(visitor_of: VisitorOf, path: str) -> None:
    """An address typed by hand opens nothing more than the menu does."""
    answer = await (await visitor_of("reader")).get(path)

    assert answer.status_code == 403
    assert "Votre compte ne permet pas cette action." in answer.text
