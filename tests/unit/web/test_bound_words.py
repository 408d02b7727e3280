"""
How far from the best a plan may be, in words.
"""

from __future__ import annotations

import pytest

from carecoord.web.planning_words import bound_words


def test_a_proved_bound_says_how_much_less_at_most():
    """Cost 2,500 euros, bound 2,000: at best 500 less, and it is proved."""
    said = bound_words(250_000, 200_000).replace("\u202f", " ").replace("\u00a0", " ")

    assert said.startswith("Au mieux 500")
    assert "ne coûte moins de 2 000" in said
    assert said.endswith("(borne prouvée).")


def test_rounding_to_euros_keeps_what_is_proved():
    """Cost 2,500.40, bound 2,000.60: less by at most 500, and nothing below 2,000, is true; 2,001 is not."""
    said = bound_words(250_040, 200_060).replace("\u202f", " ").replace("\u00a0", " ")

    assert said.startswith("Au mieux 500")
    assert "ne coûte moins de 2 000" in said


def test_no_bound_is_said_as_such():
    """Nothing proved: no figure is given."""
    none = "Aucune borne prouvée : on ne sait pas de combien le meilleur plan serait moins cher."

    assert bound_words(250_000, None) == none


def test_a_bound_above_the_cost_is_not_shown_and_is_logged(caplog: pytest.LogCaptureFixture):
    """A proof that its own plan contradicts: no figure is shown, one warning is logged."""
    said = bound_words(100_000, 200_000)

    assert said == bound_words(100_000, None)
    assert [item.levelname for item in caplog.records] == ["WARNING"]
    assert "200000" in caplog.text
