"""
Figures of parts put together: every field of them, those of other features too.
"""

from __future__ import annotations

from carecoord.rosters.domain import KeyFigures
from carecoord.rosters.keeping import Kept
from carecoord.rosters.parts import summed


def test_figures_of_parts_are_summed_field_by_field() -> None:
    """Numbers, tables of numbers and what was kept add up; bounds of parts are no bound of the whole."""
    one = KeyFigures(
        served={"vital": 3}, unserved={"vital": 1}, work_s=100, terms={"travel": 5},
        kept=Kept(visits=3, aide=2, hour=1, people=1), bound_cents=400,
    )  # fmt: skip
    two = KeyFigures(
        served={"vital": 4, "comfort": 2}, unserved={}, work_s=50, terms={"distance": 7},
        kept=Kept(visits=5, aide=5, hour=5), bound_cents=600,
    )  # fmt: skip

    whole = summed([one, two])

    assert whole == KeyFigures(
        served={"vital": 7, "comfort": 2}, unserved={"vital": 1}, work_s=150,
        terms={"travel": 5, "distance": 7},
        kept=Kept(visits=8, aide=7, hour=6, people=1), bound_cents=None,
    )  # fmt: skip


def test_no_parts_have_empty_figures() -> None:
    """Nothing planned: nothing served, nothing left out."""
    assert summed([]) == KeyFigures(served={}, unserved={})
