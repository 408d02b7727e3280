"""
What a draft changes, visit by visit, and key figures side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from carecoord.rosters.domain import KeyFigures, Roster
from carecoord.rosters.service.changes import VisitChange, VisitPlace
from carecoord.web.filters import day as day_text
from carecoord.web.filters import duration, hour, km, number, percent
from carecoord.web.views.addresses import Links
from carecoord.web.views.names import named
from carecoord.web.views.plan import Plan

NOWHERE = "dans aucune tournée"


class ChangeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One visit that is elsewhere."""

    name: str
    href: str
    before: str
    after: str


def change_lines(
    plan: Plan, published: Plan, changes: Sequence[VisitChange], links: Links
) -> list[ChangeLine]:
    """
    Changes as lines.

    Args:
        published: knows the visits that the draft does not have.
    """
    names = {**published.names, **plan.names}
    return [
        ChangeLine(
            name=(plan if item.visit_id in plan.board.visits else published).person_name(item.visit_id),
            href=links.visit(item.visit_id),
            before=_place(names, item.before),
            after=_place(names, item.after),
        )
        for item in changes
    ]


def _place(names: Mapping[UUID, str], place: VisitPlace | None) -> str:
    if place is None:
        return NOWHERE
    return f"{day_text(place.starts_at)}, {hour(place.starts_at)}, {named(names, place.aide_ids)}"


def compared(draft: Roster, published: Roster | None) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Heads, and rows of key figures: the draft, what is published, the naive plan, where they exist."""
    heads, columns = ["Ce brouillon"], [draft.figures]
    if published is not None and published.id != draft.id:
        heads, columns = [*heads, "Publié aujourd’hui"], [*columns, published.figures]
    if draft.naive is not None:
        heads, columns = [*heads, "Plan naïf"], [*columns, draft.naive]
    cells = [_cells(item) for item in columns]
    return heads, [(label, [cell[label] for cell in cells]) for label in cells[0]]


def _cells(figures: KeyFigures) -> dict[str, str]:
    return {
        "Visites servies": f"{number(sum(figures.served.values()))} / {number(figures.visits)}",
        "Vitales non servies": number(figures.unserved.get("vital", 0)),
        "Temps en trajet": f"{percent(figures.travel_permille / 1000)} ({duration(figures.travel_s)})",
        "Kilomètres": km(figures.distance_m),
        "Visage connu": percent(figures.known_permille / 1000, 0),
        "Heures de contrat faites": percent(figures.contract_permille / 1000, 0),
        "Règles enfreintes": number(sum(figures.blocking.values())),
        "Avertissements": number(sum(figures.warnings.values())),
    }
