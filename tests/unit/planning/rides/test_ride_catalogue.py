"""
One name per rule of rides: checker, sentence, page of constraints; causes have sentences too.
"""

from __future__ import annotations

from pathlib import Path

from carecoord.planning.rides.check import RULES
from carecoord.planning.rides.explain import LIFTED
from carecoord.rides.plan_domain import Breach, Cause
from carecoord.web.ride_plan_words import BY_VOLUNTEER, LEFT_OUT, cause_sentences, rule_sentence
from carecoord.web.ride_plan_words import RULES as SENTENCES

PAGE = Path(__file__).parents[4] / "docs" / "planning" / "constraints.md"


def test_every_rule_has_a_sentence_and_a_line() -> None:
    """Nothing more, nothing less, in the words; each in the catalogue."""
    assert set(SENTENCES) == set(RULES)
    rides = PAGE.read_text(encoding="utf-8").split("## Rides")[1]
    assert [rule for rule in RULES if f"| `{rule}` |" not in rides] == []


def test_every_cause_has_words() -> None:
    """For everybody and by volunteer."""
    lifted = {code for code, _ in LIFTED} | {"refused", "pin", "window", "several"}
    assert lifted == set(BY_VOLUNTEER)
    assert lifted | {"has_place", "no_volunteer", "person_busy", "ride_impossible", "not_tried"} == set(
        LEFT_OUT
    )


def test_sentences_show_figures() -> None:
    """Seconds as minutes, names, the hour at which somebody would be free."""
    late = Breach(rule="ride_time", amount=2460, limit=2400)
    assert rule_sentence(late).replace("\u202f", " ") == "41 min à bord, au plus 40 min."
    causes = [
        Cause(code="availability"),
        Cause(code="availability", name="Jean Morel", args={"over_s": 900}),
        Cause(code="window", name="Anne Roux", args={"pickup_s": 10 * 3600}),
        Cause(code="several", name="Luc Petit"),
    ]
    told = [text.replace("\u202f", " ") for text in cause_sentences(causes)]
    assert told == [
        "Les bénévoles ne sont pas disponibles à cette heure.",
        "Jean Morel pourrait, en restant disponible 15 min de plus.",
        "Anne Roux conduit déjà à cette heure, et serait libre vers 10 h 00.",
        "Essayé aussi, sans place : 1 autre bénévole.",
    ]
