"""
Every code of planning has its French sentence, and every sentence can be filled.
"""

from __future__ import annotations

import inspect
import re
import string

import pytest

from carecoord.planning import codec, lookup, shapes, validate
from carecoord.planning.check import LAW
from carecoord.planning.homecare.explain import CAUSES as CAUSE_CODES
from carecoord.planning.homecare.explain import CODES
from carecoord.planning.problem import TIERS
from carecoord.planning.rules import parameters
from carecoord.planning.score import TERMS as TERM_NAMES
from carecoord.planning.solution import Unassigned, Violation, WorkerCause
from carecoord.web import wording_planning as wording

OWN = {
    "window",
    "pin",
    "skill",
    "refused",
    "availability",
    "travel_time",
    "person_overlap",
    "person_busy",
    "meal_before_visit",
    "team",
    "once",
    "duration",
    "disturbance_budget",
}
RULES = {*LAW, *OWN}


def test_every_rule_has_a_sentence_and_a_short_name() -> None:
    """Rules of law and of home help, none missing and none too many."""
    assert {code.partition("/")[0] for code in wording.VIOLATIONS} == RULES
    assert wording.SHORT.keys() == RULES


def test_every_cause_has_a_sentence() -> None:
    """Causes for one aide are the working-time rules and what keeps an aide away before them."""
    assert {code.partition("/")[0] for code in wording.CAUSES} == {*LAW, *CAUSE_CODES}


def test_every_word_term_and_tier_has_its_wording() -> None:
    """Words for a visit left out, terms of the cost, tiers."""
    assert wording.UNSERVED.keys() == {*CODES, "not_tried"}
    assert wording.TERMS.keys() == set(TERM_NAMES)
    assert wording.TIER_WORDS.keys() == wording.TIERS_WORDS.keys() == set(TIERS)


def test_every_defect_has_its_wording() -> None:
    """Codes that the validation, the codec and the regimes can give, found in their sources."""
    codes: set[str] = set()
    for module in (codec, shapes, validate, lookup, parameters):
        source = inspect.getsource(module)
        codes |= set(re.findall(r'(?:_defect\(\s*|Defect\(\s*code=|_unknown\(\s*)"([a-z_]+)"', source))

    kinds = {"regime", "place", "person", "day", "worker", "visit"}
    expected = {f"{code}_unknown" if code in kinds else code for code in codes} | {"negative"}

    assert wording.DEFECTS.keys() == expected


@pytest.mark.parametrize("table", [wording.VIOLATIONS, wording.CAUSES])
def test_sentences_use_known_arguments_only(table: dict[str, str]) -> None:
    """No sentence waits for an argument that nobody gives."""
    known = {"amount", "limit", "short", "travel", "start", "skills"}

    used = {name for text in table.values() for _, name, _, _ in string.Formatter().parse(text) if name}

    assert used <= known


def test_violation_is_told_in_hours() -> None:
    """A rest of ten hours and a half reads as such."""
    item = Violation(rule="daily_rest", severity="block", amount=37_800, limit=39_600, unit="s")

    text = wording.violation_text(item)

    assert text.replace("\u202f", " ") == "Repos de 10 h 30 entre deux journées, au moins 11 h."


def test_counted_span_has_its_own_sentence() -> None:
    """The eighth long day of a month is counted in days, not in hours."""
    item = Violation(rule="span", severity="block", amount=8, limit=7, unit="days")

    assert wording.violation_text(item) == "8e jour du mois à grande amplitude, au plus 7."


def test_cause_tells_what_else_is_in_the_way() -> None:
    """A miss for two reasons names both."""
    args: dict[str, int | str] = {"skills": "lifting", "also": "daily_rest, span"}
    cause = WorkerCause(worker="w1", code="skill", args=args)

    text = wording.cause_text(cause, naming={"lifting": "transfert"}.__getitem__)

    assert text == "n’a pas la compétence : transfert ; aussi : repos entre deux journées, amplitude"


def test_cause_of_travel_tells_minutes() -> None:
    """Ten minutes short, with forty on the road."""
    cause = WorkerCause(worker="w1", code="travel_time", args={"short_s": 600, "travel_s": 2400})

    text = wording.cause_text(cause)

    assert text.replace("\u202f", " ") == "il manque 10 min entre deux visites (trajets : 40 min)"


def test_unserved_visit_has_its_sentence() -> None:
    """The word of the cause becomes a sentence."""
    assert wording.unserved_text(Unassigned(visit="v1", code="no_pair")).startswith("Il n’y a pas deux")
