"""
What is said on top of a day or a week: state of the plan, key figures, travel times, warnings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from carecoord.rosters.boards import totals_of
from carecoord.rosters.domain import Roster, RuleBreach, permille
from carecoord.web.filters import day as day_text
from carecoord.web.filters import moment, number, percent
from carecoord.web.views.plan import Plan
from carecoord.web.wording_planning import rule_text

PROVIDERS = {
    "great_circle": ("Estimés", "trajets à vol d’oiseau"),
    "roads": ("Routes réelles", "trajets, réseau OpenStreetMap"),
    "osrm": ("OSRM", "trajets, routes réelles"),
    "valhalla": ("Valhalla", "trajets, routes réelles"),
}
"""Name of a travel provider -> what it is called, and what it says."""


class Kpi(msgspec.Struct, frozen=True, kw_only=True):
    """One key figure; `tone` good or bad colours the note."""

    value: str
    label: str
    note: str = ""
    tone: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """
    Where a plan stands.

    Args:
        text: `Publié le …` or `Brouillon · …`.
        can_publish: it is a draft that breaks no blocking rule.
    """

    text: str
    is_draft: bool
    can_publish: bool
    roster: Roster


def state_of(roster: Roster, changes: int | None) -> State:
    """
    Where a roster stands.

    Args:
        changes: visits that differ from what is published; None when nothing was published.
    """
    blocked = bool(roster.figures.blocking)
    if roster.state == "published" and roster.published_at is not None:
        text = f"Publié {moment(roster.published_at)}"
    elif roster.state == "replaced":
        text = "Remplacé par un autre plan"
    elif changes is None:
        text = "Brouillon · jamais publié"
    else:
        text = f"Brouillon · {number(changes)} changement{'s' if changes > 1 else ''}"
    return State(
        text=text,
        is_draft=roster.state == "draft",
        can_publish=roster.state == "draft" and not blocked,
        roster=roster,
    )


def day_kpis(plan: Plan, days: Sequence[date]) -> list[Kpi]:
    """Key figures of the days shown, recomputed from their stops; rules are those of the whole plan."""
    stops = [stop for day in days for stop in plan.stops_on(day)]
    served = Counter(plan.visit(visit).tier for visit in {stop.visit_id for stop in stops})
    left = Counter(plan.visit(item.visit_id).tier for day in days for item in plan.unserved_on(day))
    totals = totals_of(list(plan.aides.values()), stops)
    work_s, travel_s = sum(item.work_s for item in totals), sum(item.travel_s for item in totals)
    known = sum(stop.known_face for stop in stops)
    roster = plan.rosters.get(days[0])
    vital = left["vital"]
    found = [
        Kpi(
            value=f"{number(served.total())} / {number(served.total() + left.total())}",
            label="visites servies",
            note=f"{vital} vitale{'s' if vital > 1 else ''} non servie{'s' if vital > 1 else ''}"
            if vital
            else "toutes les vitales"
            if served["vital"]
            else "",
            tone="bad" if vital else "good",
        ),
        Kpi(
            value=percent(permille(travel_s, work_s) / 1000),
            label="du temps en trajet",
            note=naive_note(roster),
            tone="good" if naive_note(roster) else "",
        ),
        Kpi(value=percent(permille(known, len(stops)) / 1000, 0), label="de visages connus"),
    ]
    return [*found, *(_rule_kpis(roster) if roster is not None else [])]


def naive_note(roster: Roster | None) -> str:
    """`plan entier : −41 % par rapport au plan naïf`; empty without gain or without a naive plan."""
    if roster is None or roster.naive is None or not roster.naive.travel_s:
        return ""
    saved = roster.naive.travel_s - roster.figures.travel_s
    if saved <= 0:
        return ""
    change = percent(-saved / roster.naive.travel_s, 0)
    return f"plan entier : {change} par rapport au plan naïf"


def _rule_kpis(roster: Roster) -> list[Kpi]:
    broken = sum(roster.figures.blocking.values())
    warned = sum(roster.figures.warnings.values())
    used = sorted({item.provider for item in roster.travel})
    main = used[0] if len(used) == 1 else "mixed"
    value, label = PROVIDERS.get(main, ("Plusieurs sources", "temps de trajet"))
    replaced = sum(item.fallback_pairs for item in roster.travel)
    return [
        Kpi(
            value=number(broken),
            label="règle enfreinte" if broken < 2 else "règles enfreintes",
            note="publication impossible" if broken else "sur tout le plan",
            tone="bad" if broken else "",
        ),
        Kpi(
            value=number(warned),
            label="avertissement" if warned < 2 else "avertissements",
            note="sur tout le plan",
        ),
        Kpi(
            value=value,
            label=label,
            note=f"{number(replaced)} estimés à vol d’oiseau" if replaced else "",
            tone="bad" if replaced else "",
        ),
    ]


class BreachLine(msgspec.Struct, frozen=True, kw_only=True):
    """One broken rule as a sentence."""

    who: str
    when: str
    text: str
    source: str
    is_blocking: bool


def breach_lines(plan: Plan, breaches: Sequence[RuleBreach]) -> list[BreachLine]:
    """Broken rules as sentences, blocking ones first."""
    listed = sorted(
        breaches, key=lambda item: (item.severity != "block", item.on_date or date.max, item.rule)
    )
    return [breach_line(plan, item) for item in listed]


def breach_line(plan: Plan, item: RuleBreach) -> BreachLine:
    """One broken rule as a sentence."""
    who = plan.names.get(item.aide_id, "") if item.aide_id is not None else ""
    if item.visit_id is not None and item.visit_id in plan.board.visits:
        who = " · ".join(part for part in (who, plan.person_name(item.visit_id)) if part)
    return BreachLine(
        who=who,
        when=day_text(item.on_date) if item.on_date is not None else "",
        text=breach_text(item),
        source=item.source,
        is_blocking=item.severity == "block",
    )


def breach_text(item: RuleBreach) -> str:
    """The sentence of a broken rule."""
    return rule_text(item.rule, amount=item.amount, limit=item.limit, unit=item.unit)
