"""
A planning run and its key figures in French: states, phases, failures, travel, breaches, comparison.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import msgspec

from carecoord.rosters.domain import KeyFigures, PlanningRun, RuleBreach, TravelUsed
from carecoord.web.filters import MINUS, counted, day, duration, euros, km, number, percent, week_of
from carecoord.web.wording_planning import SHORT, TIER_WORDS, VIOLATIONS

log = logging.getLogger(__name__)

WEEK_DAYS = 7

RUN_STATES: dict[str, tuple[str, str]] = {
    "queued": ("en attente", "warn"),
    "running": ("en cours", "warn"),
    "stopping": ("arrêt demandé", "warn"),
    "done": ("terminé", "ok"),
    "failed": ("échoué", "stop"),
    "cancelled": ("annulé", ""),
}
PHASES: dict[str, str] = {
    "": "Le calcul attend qu’un serveur de calcul soit libre.",
    "waiting": "Le serveur de calcul s’est arrêté. Un autre reprendra là où il en était.",
    "gather": "Lecture des visites, des aides et des temps de trajet.",
    "construct": "Construction d’un premier plan qui respecte toutes les règles.",
    "search": "Un plan légal est trouvé ; recherche de meilleures tournées.",
    "sectors": "Le territoire est partagé en secteurs, calculés côte à côte.",
    "borders": "Les secteurs sont planifiés. Leurs bordures sont recalculées avec les aides des deux côtés.",
    "done": "Vérification et enregistrement du plan.",
}
OVER: dict[str, str] = {
    "stopping": "Arrêt demandé : le meilleur plan trouvé est enregistré dans quelques secondes.",
    "done": "Le plan est prêt.",
    "failed": "Le calcul a échoué.",
    "cancelled": "Le calcul est annulé.",
}
"""State after which the phase says nothing -> sentence."""

FAILURES: dict[str, str] = {
    "attempts_exhausted": "Le calcul s’est arrêté trois fois de suite et n’est pas relancé.",
    "child_crashed": "Le calcul s’est arrêté brutalement.",
    "child_memory": "Le calcul a demandé plus de mémoire que le serveur n’en accorde. "
    "Essayez avec moins de jours.",
    "child_timeout": "Le calcul n’a pas répondu dans le temps accordé.",
    "crashed": "Le serveur de calcul s’est arrêté plusieurs fois pendant ce calcul.",
    "database_unavailable": "La base de données ne répondait plus.",
    "invalid_input": "Les données de la période ne permettent pas de la planifier : "
    "vérifiez les horaires des aides et les lignes de plan d’aide.",
    "timeout": "Le calcul a dépassé le temps qu’un serveur peut y consacrer.",
}
FAILURE = "Le calcul a échoué pour une raison inattendue, notée dans le journal du serveur."
FAILURE_REMEDY = "Rien n’a changé dans vos tournées. Vous pouvez relancer le calcul."

PROVIDERS: dict[str, str] = {
    "great_circle": "estimation à vol d’oiseau",
    "osrm": "réseau routier (OSRM)",
    "valhalla": "réseau routier (Valhalla)",
    "roads": "réseau routier installé ici",
}
TRAVEL_MODES: dict[str, str] = {"car": "en voiture", "bike": "à vélo", "foot": "à pied"}
TRAVEL_NOTES: dict[str, str] = {
    "provider_unavailable": "Le service d’itinéraires ne répondait pas : les trajets sont estimés.",
    "mode_not_served": "Le service d’itinéraires ne connaît pas ce mode de déplacement : trajets estimés.",
    "point_off_network": "Un domicile est à {snap_m} m de la route la plus proche : vérifiez son adresse.",
    "pairs_replaced": "{pairs} trajets sans itinéraire connu sont estimés.",
    "zero_pairs_replaced": "{pairs} trajets donnés pour nuls sont estimés.",
    "straight_line": "Des trajets sont tracés en ligne droite.",
}


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """
    One line of the comparison of a plan with the same work dealt by hand.

    Args:
        change: signed difference; empty when there is none.
        tone: `good`, `bad` or nothing, for the difference.
    """

    label: str
    plan: str
    naive: str
    change: str
    tone: str


def period_words(first: date, day_count: int) -> str:
    """`semaine du 23 au 29 novembre 2026`, or the days when it is no civil week."""
    last = date.fromordinal(first.toordinal() + day_count - 1)
    if day_count == 1:
        return f"{day(first)} {first.year}"
    if day_count == WEEK_DAYS and first.weekday() == 0:
        return week_of(first)
    return f"du {day(first)} au {day(last)} {last.year}"


def run_message(run: PlanningRun) -> str:
    """What is being done, how good the best plan is so far."""
    if run.state in OVER:
        return OVER[run.state]
    phase = PHASES.get(run.phase if run.state != "queued" else "", PHASES["search"])
    if run.best is None or run.phase != "search":
        return phase
    left = sum(run.best.unserved.values())
    # No price here: it changes every second, and this sentence is read aloud when it changes.
    return f"{phase} {f'Il y reste {not_served(left)}.' if left else 'Toutes les visites y sont servies.'}"


def failure_words(run: PlanningRun) -> str:
    """Why a run failed."""
    return FAILURES.get(run.failure or "", FAILURE)


def round_euros(cents: int) -> int:
    """Whole euros, still in cents: nobody decides on the cents of a plan."""
    return (cents + 50) // 100 * 100


def bound_words(cost_cents: int, bound_cents: int | None) -> str:
    """How far from the best a plan may be, as far as that is proved."""
    if bound_cents is not None and bound_cents > cost_cents:
        # A proof that its own plan contradicts is a fault of the program: whoever runs it has to know.
        log.warning("bound of %d cents above the cost of %d cents: not shown", bound_cents, cost_cents)
        bound_cents = None
    if bound_cents is None:
        return "Aucune borne prouvée : on ne sait pas de combien le meilleur plan serait moins cher."
    # Whole euros, rounded so that what is said stays proved.
    most, floor = -(-(cost_cents - bound_cents) // 100) * 100, bound_cents // 100 * 100
    return (
        f"Au mieux {euros(most)} de moins : aucun plan légal qui sert autant de visites vitales,"
        f" importantes et de confort ne coûte moins de {euros(floor)} (borne prouvée)."
    )


def visits(count: int) -> str:
    """`12 visites`."""
    return counted(count, "visite")


def not_served(count: int) -> str:
    """`2 visites non servies`."""
    return counted(count, "visite non servie", "visites non servies")


def unserved_words(unserved: Mapping[str, int]) -> str:
    """`2 vitales, 3 importantes`; tiers without any are left out."""
    parts = []
    for tier, word in TIER_WORDS.items():
        count = unserved.get(tier, 0)
        plural = "s" if count > 1 and not word.startswith("de ") else ""
        if count:
            parts.append(f"{number(count)} {word}{plural}")
    return ", ".join(parts)


def compared(plan: KeyFigures, naive: KeyFigures | None) -> list[Compared]:
    """The lines that tell whether the plan is worth having; the same measure of both."""
    other = naive or plan
    rows = [
        _line("Visites non servies", _left(plan), _left(other), number),
        _line("Trajets entre visites", plan.travel_s, other.travel_s, duration),
        _share("Part des trajets dans le travail", plan.travel_permille, other.travel_permille, lower=True),
        _line("Kilomètres entre visites", plan.distance_m, other.distance_m, km),
        _share("Passages par un visage connu", plan.known_permille, other.known_permille, lower=False),
        _share("Heures de contrat remplies", plan.contract_permille, other.contract_permille, lower=False),
        _line("Coupures dans les journées", plan.interruptions, other.interruptions, number),
        _line("Avertissements", _sum(plan.warnings), _sum(other.warnings), number),
    ]
    if naive is None:
        return [msgspec.structs.replace(row, naive="", change="", tone="") for row in rows]
    return rows


def _left(figures: KeyFigures) -> int:
    return sum(figures.unserved.values())


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _line(label: str, plan: int, naive: int, show: object) -> Compared:
    display = show if callable(show) else str
    change = plan - naive
    return Compared(
        label=label,
        plan=display(plan),
        naive=display(naive),
        change=_signed(display(abs(change)), change),
        tone=_tone(change, lower=True),
    )


def _share(label: str, plan: int, naive: int, *, lower: bool) -> Compared:
    change = plan - naive
    points = f"{number(abs(change) / 10, 1)} pt"
    return Compared(
        label=label,
        plan=percent(plan / 1000),
        naive=percent(naive / 1000),
        change=_signed(points, change),
        tone=_tone(change, lower=lower),
    )


def _signed(text: str, change: int) -> str:
    if not change:
        return "="
    return f"{'+' if change > 0 else MINUS}{text}"


def _tone(change: int, *, lower: bool) -> str:
    if not change:
        return ""
    return "good" if (change < 0) is lower else "bad"


def breach_words(breach: RuleBreach, aides: Mapping[UUID, str]) -> dict[str, str]:
    """A broken rule: who, when, what, from which article."""
    sentence = VIOLATIONS.get(f"{breach.rule}/{breach.unit}") or VIOLATIONS.get(breach.rule, breach.rule)
    show = duration if breach.unit == "s" else _permille if breach.unit == "permille" else number
    return {
        "rule": SHORT.get(breach.rule, breach.rule),
        "who": aides.get(breach.aide_id, "") if breach.aide_id else "",
        "when": day(breach.on_date) if breach.on_date else "",
        "what": sentence.format(amount=show(breach.amount), limit=show(breach.limit)),
        "source": breach.source,
    }


def _permille(value: int) -> str:
    return percent(value / 1000)


def travel_words(used: Iterable[TravelUsed]) -> list[dict[str, object]]:
    """Where travel times come from, mode by mode, with what must be known about them."""
    found: list[dict[str, object]] = []
    for item in used:
        notes = [
            TRAVEL_NOTES[note.code].format_map({"pairs": "", "snap_m": "", **note.args})
            for note in item.notes
            if note.code in TRAVEL_NOTES
        ]
        found.append(
            {
                "mode": TRAVEL_MODES.get(item.mode, item.mode),
                "source": PROVIDERS.get(item.provider, item.provider),
                "is_mixed": item.provider != "great_circle" and item.fallback_pairs > 0,
                "is_estimate": item.provider == "great_circle" or item.fallback_pairs > 0,
                "notes": list(dict.fromkeys(notes)),
            }
        )
    return found
