"""
A day being repaired, as it is told: what happened, repairs side by side, who to call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from carecoord.beneficiaries.domain import Person
from carecoord.kernel.clock import local_instant
from carecoord.rosters.repairs import (
    AideTold,
    CallTold,
    LeftTold,
    Proposal,
    Repair,
    RepairCall,
    RepairEvent,
    VisitTold,
)
from carecoord.web.filters import MINUS, NARROW, counted, duration, euros, hour, km, moment, number, phone
from carecoord.web.planning_words import unserved_words
from carecoord.web.views.left_out import cause_sentences
from carecoord.web.views.names import hours, named, of, person_full
from carecoord.web.views.plan import Plan
from carecoord.web.views.summary import BreachLine, breach_lines
from carecoord.web.wording_planning import TIER_WORDS, UNREPAIRED

BREADTHS = {
    "first": "Première réparation",
    "small": "Petite",
    "medium": "Moyenne",
    "free": "Libre",
}
REACH = {
    "first": "Trouvée tout de suite : chaque visite à la place légale la moins coûteuse.",
    "small": "Seules changent les visites qui le doivent.",
    "medium": "Quelques personnes de plus peuvent changer d’aide ou d’heure.",
    "free": "Toute la journée peut changer, chaque changement ayant un prix.",
}
PHASES = {
    "": "La recherche de trois réparations attend un serveur de calcul.",
    "start": "Le serveur de calcul se prépare.",
    "small": "Recherche d’une réparation où seules changent les visites qui le doivent.",
    "medium": "Recherche d’une réparation qui touche quelques personnes de plus.",
    "free": "Recherche d’une réparation où toute la journée peut changer.",
}


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """
    Somebody to telephone.

    Args:
        number: as it is read; `dial` as a telephone takes it.
        about: what to say, one sentence a visit.
        done: who called and when; empty while nobody did.
    """

    id: str
    who: str
    number: str
    dial: str
    is_aide: bool
    before: str
    about: list[str]
    done: str = ""


class LeftLine(msgspec.Struct, frozen=True, kw_only=True):
    """A visit that nobody would make any more."""

    who: str
    when: str
    cause: str
    causes: list[str]


class AideLine(msgspec.Struct, frozen=True, kw_only=True):
    """Hours and ways of one aide, signed."""

    who: str
    work: str
    travel: str
    distance: str
    visits: str


class ProposalView(msgspec.Struct, frozen=True, kw_only=True):
    """
    One repair.

    Args:
        figures: label -> value, the same labels for every repair.
        changes: who gets whom and when, one sentence a visit that people notice.
        shifts: how many visits move by no more than the tolerance.
        needs_reason: a rule is broken that somebody has to answer for.
        worse_than: title of an earlier one that is at least as good by every figure, if there is one.
    """

    breadth: str
    title: str
    reach: str
    rank: int
    figures: list[tuple[str, str]]
    changes: list[tuple[str, str]]
    shifts: str
    calls: list[CallLine]
    aides: list[AideLine]
    law: list[BreachLine]
    left: list[LeftLine]
    needs_reason: bool
    worse_than: str = ""


class Told:
    """
    Puts names on a repair.

    Args:
        plan: the week of the day.
        people: of the visits concerned, by identifier.
        accounts: who may have called, by account.
    """

    def __init__(
        self,
        plan: Plan,
        repair: Repair,
        people: Mapping[UUID, Person],
        accounts: Mapping[UUID, str] | None = None,
    ) -> None:
        self.plan = plan
        self.repair = repair
        self.people = people
        self.accounts = accounts or {}

    def events(self) -> list[str]:
        """What happened, one sentence an event."""
        return [self._event(event) for event in self.repair.events]

    def proposals(self) -> list[ProposalView]:
        """
        The repairs to choose from: those that were searched, best first; else the first one.
        """
        searched = [item for item in self.repair.proposals if item.breadth != "first"]
        shown = searched or self.repair.proposals
        return [self.proposal(item, shown[:index]) for index, item in enumerate(shown)]

    def proposal(self, item: Proposal, better: list[Proposal]) -> ProposalView:
        """One repair, after those that are ranked before it."""
        felt = [change for change in item.changes if _is_felt(change)]
        moved = len(item.changes) - len(felt)
        return ProposalView(
            breadth=item.breadth,
            title=BREADTHS[item.breadth],
            reach=REACH[item.breadth],
            rank=len(better) + 1,
            figures=_figures(item),
            changes=[(self._person(change.person_id), self._change(change)) for change in felt],
            shifts=counted(moved, "autre visite change", "autres visites changent") if moved else "",
            calls=[self._call(call, item.changes) for call in item.calls],
            aides=[self._aide(aide) for aide in item.aides],
            law=breach_lines(self.plan, item.law),
            left=[self._left(left) for left in sorted(item.left_out, key=self._planned_s)],
            needs_reason=item.needs_reason,
            worse_than=next((BREADTHS[other.breadth] for other in better if _is_worse(item, other)), ""),
        )

    def calls(self) -> list[CallLine]:
        """The list of calls of an applied repair."""
        made = self.repair.proposal(self.repair.applied or "")
        changes = made.changes if made is not None else []
        return [self._call(call, changes) for call in self.repair.calls]

    def _event(self, event: RepairEvent) -> str:
        if event.kind == "absent":
            who = self.plan.names.get(event.aide_id, "Une aide") if event.aide_id else "Une aide"
            midnight, end = (local_instant(self.repair.on_date, minutes) for minutes in (0, 24 * 60))
            told = f"{who} est absente"
            if event.from_at and event.from_at > midnight:
                told += f" à partir de {hour(event.from_at)}"
            if event.until_at and event.until_at < end:
                told += f" jusqu’à {hour(event.until_at)}"
            return f"{told}."
        visit = self.plan.board.visits.get(event.visit_id) if event.visit_id else None
        whom = self._person(visit.person_id) if visit is not None else "une personne"
        if event.kind == "cancelled":
            return f"La visite de {whom} est annulée."
        if event.kind == "added":
            return f"Une visite chez {whom} s’ajoute."
        return f"La visite de {whom} dure {event.extra_minutes}{NARROW}min de plus."

    def _person(self, person_id: UUID) -> str:
        return person_full(self.people.get(person_id))

    def _place(self, aides: Iterable[UUID], change_at: object) -> str:
        return f"{named(self.plan.names, aides)} à {hour(change_at)}"  # type: ignore[arg-type] # an instant

    def _change(self, change: VisitTold) -> str:
        """`Lisa D. à 9 h 10 au lieu d’Amina B. à 9 h 00`; the hour once, where it stays."""
        if not change.after:
            was = self._place(change.before, change.before_at) if change.before_at else ""
            return f"personne ne peut venir (prévu : {was})" if was else "personne ne peut venir"
        now = self._place(change.after, change.after_at)
        if not change.before:
            return f"{now}, visite nouvelle"
        if not change.aide_changed:
            return f"{now} au lieu de {hour(change.before_at)}" if change.before_at else now
        if change.after_at is not None and change.before_at == change.after_at:
            after, before = named(self.plan.names, change.after), named(self.plan.names, change.before)
            return f"{after} au lieu {of(before)}, toujours à {hour(change.after_at)}"
        return f"{now} au lieu {of(self._place(change.before, change.before_at))}"

    def _call(self, call: CallTold | RepairCall, changes: list[VisitTold]) -> CallLine:
        concerned = [change for change in changes if change.visit_id in call.visit_ids]
        done = ""
        if isinstance(call, RepairCall) and call.called_at is not None:
            by = self.accounts.get(call.called_by, "") if call.called_by else ""
            done = f"Appel passé {moment(call.called_at)}" + (f", par {by}" if by else "")
        if call.kind == "aide":
            aide = self.plan.aides.get(call.who)
            return CallLine(
                id=str(call.id) if isinstance(call, RepairCall) else "",
                who=self.plan.names.get(call.who, "Une aide"),
                number=phone(aide.phone) if aide else "",
                dial=(aide.phone or "") if aide else "",
                is_aide=True,
                before=hour(call.before_at),
                about=[self._for_aide(item, call.who) for item in concerned],
                done=done,
            )
        person = self.people.get(call.who)
        return CallLine(
            id=str(call.id) if isinstance(call, RepairCall) else "",
            who=self._person(call.who),
            number=phone(person.phone) if person else "",
            dial=(person.phone or "") if person else "",
            is_aide=False,
            before=hour(call.before_at),
            about=[self._change(item) for item in concerned if _is_felt(item)],
            done=done,
        )

    def _for_aide(self, change: VisitTold, aide_id: UUID) -> str:
        whom = self._person(change.person_id)
        if aide_id not in change.after or change.after_at is None:
            return f"{whom} : n’y va plus"
        at = hour(change.after_at)
        if aide_id not in change.before:
            return f"{whom} : y va à {at}"
        if change.before_at is None or change.before_at == change.after_at:
            return f"{whom} : à {at}"
        return f"{whom} : à {at} au lieu de {hour(change.before_at)}"

    def _aide(self, item: AideTold) -> AideLine:
        parts = [
            counted(len(item.gained), "visite de plus", "visites de plus") if item.gained else "",
            counted(len(item.lost), "visite de moins", "visites de moins") if item.lost else "",
            counted(len(item.moved), "heure changée", "heures changées") if item.moved else "",
        ]
        return AideLine(
            who=self.plan.names.get(item.aide_id, "Une aide"),
            work=_signed(item.work_s, hours),
            travel=_signed(item.travel_s, duration),
            distance=_signed(item.distance_m, km),
            visits=", ".join(part for part in parts if part),
        )

    def _planned_at(self, item: LeftTold) -> datetime | None:
        """When a visit left out was to begin; None for one that was in no round."""
        told = (change for proposal in self.repair.proposals for change in proposal.changes)
        return next((change.before_at for change in told if change.visit_id == item.visit_id), None)

    def _planned_s(self, item: LeftTold) -> float:
        before = self._planned_at(item)
        return before.timestamp() if before else float("inf")

    def _left(self, item: LeftTold) -> LeftLine:
        visit = self.plan.board.visits.get(item.visit_id)
        roster = self.plan.rosters.get(self.repair.on_date) or self.plan.board.roster
        before = self._planned_at(item)
        return LeftLine(
            who=self._person(visit.person_id) if visit is not None else "Une personne",
            when=hour(before) if before else "",
            cause=UNREPAIRED.get(item.cause, UNREPAIRED["not_tried"]),
            causes=cause_sentences(self.plan, item.causes, roster),
        )


def _is_felt(change: VisitTold) -> bool:
    return change.aide_changed or change.hour_changed or not change.after or not change.before


def _figures(item: Proposal) -> list[tuple[str, str]]:
    left = sum(1 for _ in item.left_out)
    people = sum(call.kind == "person" for call in item.calls)
    return [
        ("Personnes qui changent d’aide ou d’heure", number(len(item.disturbed))),
        ("Appels à passer", number(len(item.calls))),
        ("dont à des aides", number(len(item.calls) - people)),
        ("Visites sans solution", number(left) if left else "aucune"),
        ("Non servies sur la période", unserved_words(item.unserved) or "aucune"),
        ("Kilomètres entre visites", _signed(item.distance_m, km)),
        ("Heures de travail", _signed(item.work_s, hours)),
        ("Règles nouvellement enfreintes", number(len(item.law)) if item.law else "aucune"),
        ("Prix pour le plan", _signed(_whole_euros(item.soft_cents), euros)),
    ]


def _is_worse(item: Proposal, other: Proposal) -> bool:
    """Whether nothing speaks for a repair beside another one: each figure is as bad, or worse."""
    mine, theirs = _weights(item), _weights(other)
    return mine != theirs and all(one >= two for one, two in zip(mine, theirs, strict=True))


def _weights(item: Proposal) -> list[int]:
    left = [item.unserved.get(tier, 0) for tier in TIER_WORDS]
    told = [len(item.disturbed), len(item.calls), len(item.left_out), len(item.law)]
    return [*left, *told, item.distance_m, item.work_s, item.soft_cents]


def _whole_euros(cents: int) -> int:
    return (cents + 50) // 100 * 100


def _signed(value: int, show: object) -> str:
    display = show if callable(show) else str
    if not value:
        return "="
    return f"{'+' if value > 0 else MINUS}{display(abs(value))}"


def day_choices(plan: Plan, day: date) -> list[tuple[str, str]]:
    """Visits of a day to choose from: hour, person, aides."""
    found: list[tuple[object, str, str]] = []
    for visit_id, crew in plan.crews.items():
        stops = [stop for stop in plan.board.stops if stop.visit_id == visit_id and stop.on_date == day]
        if stops:
            text = (
                f"{hour(stops[0].starts_at)} · {plan.person_full_name(visit_id)} ({named(plan.names, crew)})"
            )
            found.append((stops[0].starts_at, str(visit_id), text))
    return [(key, text) for _, key, text in sorted(found, key=lambda item: (str(item[0]), item[2]))]
