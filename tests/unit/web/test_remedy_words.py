"""
Remedies as sentences: each kind of fact, who has to agree, who shifts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from carecoord.rosters.effects import Shift
from carecoord.rosters.remedial import (
    Fact,
    LargerBudget,
    LiftedPin,
    LongerShift,
    MissingSkills,
    MoreContract,
    MovedVisit,
    OtherDay,
    OtherHour,
    OtherSetting,
    SuggestedRemedy,
)
from carecoord.web.views.plan import Plan
from carecoord.web.views.remedies import remedy_view

LISA, PAUL = UUID(int=1), UUID(int=2)
VISIT, OTHER = UUID(int=11), UUID(int=12)
MONDAY = date(2026, 11, 23)


def paris(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An hour of winter in Paris."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def plan() -> Plan:
    """What the sentences read of a plan: two aides, two people."""
    people = {VISIT: "Mme Petit", OTHER: "M. Roux"}
    return cast(
        "Plan",
        SimpleNamespace(
            names={LISA: "Lisa M.", PAUL: "Paul D."},
            person_name=people.__getitem__,
            visit=lambda _: SimpleNamespace(due_on=MONDAY),
        ),
    )


def remedy(**changes: object) -> SuggestedRemedy:
    """At 8 h 40 with Lisa on Monday."""
    values: dict[str, object] = {
        "key": "k",
        "kind": "insert",
        "visit_id": VISIT,
        "aide_ids": [LISA],
        "on_date": MONDAY,
        "starts_at": paris(8, 40),
    }
    return SuggestedRemedy(**{**values, **changes})  # type: ignore[arg-type]  # keyword by keyword above


def plain(text: str) -> str:
    """Narrow spaces read as spaces."""
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        (
            OtherHour(earliest_at=paris(7), latest_at=paris(8), minutes=40, is_later=True),
            "Commencer à 8 h 40 au lieu de 8 h 00 au plus tard.",
        ),
        (
            OtherHour(earliest_at=paris(9), latest_at=paris(10), minutes=20, is_later=False),
            "Commencer à 8 h 40 au lieu de 9 h 00 au plus tôt.",
        ),
        (
            OtherDay(instead_of=MONDAY, on_date=date(2026, 11, 24)),
            "Faire la visite mar. 24 novembre au lieu de lun. 23 novembre.",
        ),
        (
            LongerShift(
                aide_id=LISA,
                starts_at=paris(7, 45),
                ends_at=paris(12),
                starts_before=paris(8),
                ends_before=paris(12),
            ),
            "Lisa M. commence 15 min plus tôt (7 h 45 au lieu de 8 h 00).",
        ),
        (
            LongerShift(aide_id=LISA, starts_at=paris(8, 40), ends_at=paris(9, 40)),
            "Faire venir Lisa M., qui n’est pas de service à ce moment-là, de 8 h 40 à 9 h 40.",
        ),
        (
            MoreContract(aide_id=LISA, before_s=86_400, after_s=87_600),
            "+20 min de contrat par semaine pour Lisa M. (24 h 20 au lieu de 24 h).",
        ),
        (
            LiftedPin(visit_id=OTHER, aspects=["hour"]),
            "Libérer l’heure de la visite de M. Roux, fixée à la main.",
        ),
        (
            OtherSetting(field="daily_work_max_s", before_s=28_800, after_s=30_600),
            "Relever un plafond propre à votre structure à 8 h 30 au lieu de 8 h ; la branche le permet.",
        ),
        (
            MissingSkills(aide_id=PAUL, skills=["toilette"]),
            "Paul D. pourrait, si sa fiche portait la compétence : toilette.",
        ),
        (LargerBudget(before=3, after=4), "Accepter 4 personnes dérangées au lieu de 3."),
    ],
)
def test_each_fact_has_its_sentence(fact: Fact, sentence: str) -> None:
    """What changes, with the old value beside the new one."""
    (step,) = remedy_view(plan(), remedy(facts=[fact])).steps

    assert plain(step) == sentence


def test_a_place_as_things_are_is_one_press() -> None:
    """Nothing to agree, nothing to write down."""
    told = remedy_view(plan(), remedy())

    assert plain(told.title) == "8 h 40 avec Lisa M."
    assert (told.steps, told.notes, told.reason, told.confirm) == ([], [], "", "Placer la visite")


def test_who_agrees_is_asked() -> None:
    """Another hour is the person's to agree, a longer shift the aide's; both are written down."""
    hour = OtherHour(earliest_at=paris(7), latest_at=paris(8), minutes=40, is_later=True)
    shift = LongerShift(aide_id=LISA, starts_at=paris(8, 40), ends_at=paris(9, 40))

    told = remedy_view(plan(), remedy(kind="call_in", facts=[hour, shift], needs_reason=True))

    assert [note.split()[2] for note in told.notes[:2]] == ["de", "de"]
    assert "personne" in told.notes[0]
    assert "aide" in told.notes[1]
    assert "pour ce plan seulement" in told.notes[2]
    assert told.reason == "Qui a donné son accord, et quand ?"
    assert told.confirm == "Accord obtenu : placer la visite"


def test_a_skill_is_a_fact_without_a_button() -> None:
    """A skill is not obtained by a click."""
    facts: list[Fact] = [MissingSkills(aide_id=LISA, skills=["toilette"])]

    told = remedy_view(plan(), remedy(kind="skill", facts=facts, needs_reason=True, can_apply=False))

    assert (told.reason, told.confirm) == ("", "")


def test_who_gives_a_place_up_and_who_shifts_is_told_round_by_round() -> None:
    """Old hour and new one, under the name of the aide."""
    moved = MovedVisit(
        visit_id=OTHER, aides_before=[LISA], aides_after=[PAUL], before=paris(8, 30), after=paris(9)
    )
    shifts = [
        Shift(visit_id=VISIT, aide_id=PAUL, before=paris(10), after=paris(10, 15)),
        Shift(visit_id=OTHER, aide_id=PAUL, before=paris(9), after=paris(9, 5)),
    ]

    told = remedy_view(plan(), remedy(kind="swap", moved=moved, shifts=shifts))

    assert plain(told.steps[0]) == "Confier la visite de M. Roux (8 h 30, Lisa M.) à Paul D., à 9 h 00."
    assert [item.who for item in told.shifts] == ["Paul D."]
    assert [plain(line) for line in told.shifts[0].lines] == [
        "M. Roux : 9 h 00 → 9 h 05",
        "Mme Petit : 10 h 00 → 10 h 15",
    ]


def test_a_warning_asks_why() -> None:
    """The rule is named, and the reason asked for."""
    told = remedy_view(plan(), remedy(kind="warning", rules=["break"], needs_reason=True))

    assert told.steps[0].startswith("Accepter un avertissement : ")
    assert told.reason == "Pourquoi accepter cet avertissement ?"
