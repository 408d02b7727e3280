"""
The day of three services in words: steps in the order of planning, clashes person by person.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from carecoord.daybook.domain import ItemKind
from carecoord.daybook.whole import WholeDay
from carecoord.meals.rounds_domain import MealRun
from carecoord.rides.plan_domain import RideRun
from carecoord.web.filters import counted
from carecoord.web.views.daybook import SERVICES, ClashView, clash_views

PATH = "/journee"

ORDER: tuple[ItemKind, ...] = ("visit", "ride", "meal")
"""Who plans around whom: rides around visits, meals around both."""

AROUND: dict[ItemKind, str] = {
    "visit": "Les visites évitent les trajets et les repas déjà promis.",
    "ride": "Les trajets se placent autour des visites publiées.",
    "meal": "Les repas arrivent quand la personne est chez elle, avant la visite qui les sert.",
}
NOUNS: dict[ItemKind, tuple[str, str, str, str]] = {
    "visit": ("visite placée", "visites placées", "sans heure", "sans heure"),
    "ride": ("trajet placé", "trajets placés", "sans chauffeur", "sans chauffeur"),
    "meal": ("livraison placée", "livraisons placées", "dans aucune tournée", "dans aucune tournée"),
}
ACTIVE = ("queued", "running", "stopping")
RIDE_SECONDS, MEAL_SECONDS = "30", "45"


class RunLink(msgspec.Struct, frozen=True, kw_only=True):
    """The latest calculation of a service for the day."""

    href: str
    label: str
    tone: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """
    One service, as a step of planning the day.

    Args:
        href: its own page of the day.
        plan_href: where a calculation is asked for; `fields` are sent with it. Empty: nothing to ask.
        is_form: asked for by a button, otherwise by a page of its own.
    """

    kind: ItemKind
    name: str
    around: str
    promised: str
    open: str
    people: str
    href: str
    plan_href: str
    is_form: bool
    fields: dict[str, str]
    run: RunLink | None


class BrokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A person whose day does not hold."""

    name: str
    href: str
    clashes: list[ClashView]


def steps_of(found: WholeDay, runs: Mapping[str, RunLink], may_plan: Mapping[str, bool]) -> list[Step]:
    """The services that the reader may see, in the order in which they are planned."""
    by_kind = {one.kind: one for one in found.services}
    day = found.on.isoformat()
    hrefs = {"visit": "/tournees", "ride": "/transport/jour", "meal": "/repas/tournees"}
    plans = {
        "visit": ("/planifier", False, {}),
        "ride": ("/transport/jour/planifier", True, {"jour": day, "secondes": RIDE_SECONDS}),
        "meal": ("/repas/tournees", True, {"jour": day, "secondes": MEAL_SECONDS}),
    }
    steps = []
    for kind in ORDER:
        one = by_kind.get(kind)
        if one is None:
            continue
        href, is_form, fields = plans[kind]
        words = NOUNS[kind]
        has_any = one.promised + one.open > 0
        steps.append(
            Step(
                kind=kind,
                name=SERVICES[kind],
                around=AROUND[kind],
                promised=counted(one.promised, words[0], words[1]),
                open=f"{one.open} {words[2]}" if one.open else "",
                people=counted(one.people, "personne"),
                href=f"{hrefs[kind]}?jour={day}",
                plan_href=href if may_plan.get(kind, False) and has_any else "",
                is_form=is_form,
                fields=fields,
                run=runs.get(kind),
            )
        )
    return steps


def ride_run_link(run: RideRun) -> RunLink:
    """The latest plan of rides of the day."""
    return _link(f"/transport/jour/plans/{run.id}", run.state, is_taken=run.state == "published")


def meal_run_link(run: MealRun) -> RunLink:
    """The latest plan of meal rounds of the day."""
    return _link(f"/repas/tournees/calcul/{run.id}", run.state, is_taken=run.published_at is not None)


def _link(href: str, state: str, *, is_taken: bool) -> RunLink:
    if is_taken:
        return RunLink(href=href, label="appliqué", tone="ok")
    if state in ACTIVE:
        return RunLink(href=href, label="calcul en cours", tone="warn")
    if state == "done":
        return RunLink(href=href, label="proposition à examiner", tone="warn")
    return RunLink(href=href, label="sans résultat", tone="")


def broken_views(found: WholeDay, names: Mapping[UUID, str]) -> list[BrokenView]:
    """People whose day does not hold, each clash with what to do."""
    return [
        BrokenView(
            name=names.get(one.person_id, "—"),
            href=f"/personnes/{one.person_id}/jour?jour={found.on}",
            clashes=clash_views(one.person_id, found.on, one.clashes),
        )
        for one in found.broken
    ]
