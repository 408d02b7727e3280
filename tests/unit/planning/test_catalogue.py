"""
The catalogue of constraints and the page of the format name everything there is.
"""

from __future__ import annotations

from pathlib import Path

from carecoord.planning.homecare.explain import CODES
from carecoord.planning.problem import Problem
from carecoord.planning.score import TERMS
from carecoord.planning.solution import Solution
from carecoord.web.wording_planning import DEFECTS, VIOLATIONS

DOCS = Path(__file__).parents[3] / "docs" / "planning"

# codes of employers' overrides: not defects of a problem file
ELSEWHERE = {"threshold_type", "threshold_negative"}


def test_every_rule_has_its_line_and_its_sentence() -> None:
    """Rules, sentences by rule and unit, and words for visits left out are in the catalogue."""
    page = (DOCS / "constraints.md").read_text(encoding="utf-8")

    for code in (*VIOLATIONS, *CODES):
        assert f"| `{code}` |" in page, code
    for sentence in VIOLATIONS.values():
        assert sentence in page


def test_every_term_is_in_the_formulation() -> None:
    """Each soft term says what it counts."""
    page = (DOCS / "formulation.md").read_text(encoding="utf-8")

    assert [term for term in TERMS if f"| `{term}` |" not in page] == []


def test_every_field_and_defect_is_in_the_format() -> None:
    """Top-level fields of both files, and every defect of a problem."""
    page = (DOCS / "problem-format.md").read_text(encoding="utf-8")

    fields = {*Problem.__struct_fields__, *Solution.__struct_fields__}
    missing = [name for name in sorted(fields | DEFECTS.keys() - ELSEWHERE) if f"`{name}`" not in page]

    assert missing == []
