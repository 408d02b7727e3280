"""
Every code of the records has a sentence.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carecoord.kernel.errors import Defect, NotFound
from carecoord.web.wording import DEFECTS, ERRORS, defect_sentence, error_sentence

ROOT = Path(__file__).parents[3] / "carecoord"
SOURCES = [
    path
    for folder in ("identity", "beneficiaries", "workforce", "careplans")
    for path in sorted((ROOT / folder).glob("*.py"))
]
SOURCES += [ROOT / "kernel" / "texts.py", ROOT / "kernel" / "upsert.py"]


def codes(pattern: str) -> set[str]:
    """Every code that the sources of the records give by this pattern."""
    return {
        code for path in SOURCES for code in re.findall(pattern, path.read_text(encoding="utf-8"), flags=re.S)
    }


def test_every_error_has_a_sentence() -> None:
    """A use case that refuses is explained in French."""
    raised = codes(r'(?:NotFound|Conflict|Refused)\(\s*"(\w+)"') | codes(r'Broken\(\s*code="(\w+)"')

    assert len(raised) > 10
    assert sorted(raised - ERRORS.keys()) == []


def test_every_defect_has_a_sentence() -> None:
    """A field that is wrong says in French what to do."""
    found = codes(r'Defect\(\s*code="(\w+)"') | {"insee_malformed", "siret_malformed"}

    assert len(found) > 20
    assert sorted(found - DEFECTS.keys()) == []


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ({"low": 1, "high": 8}, "Donnez un nombre de 1 à 8."),
        ({}, "Donnez un nombre de … à …."),
    ],
)
def test_values_in_a_sentence(args: dict[str, str | int | float | None], sentence: str) -> None:
    """Values that a defect carries stand in its sentence; missing ones do not fail the page."""
    assert defect_sentence(Defect(code="number_range", where="x", why="y", args=args)) == sentence


def test_sentence_of_an_error() -> None:
    """An error of a record is told in its own words."""
    error = NotFound("person_unknown", "no such person")

    assert error_sentence(error) == "Cette personne n’est pas suivie par votre organisation."
