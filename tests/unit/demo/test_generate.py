"""
The demonstration territory: its size, its shape, its determinism.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from carecoord.demo.generate import DemoProvider, figures, generate

MONDAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def providers() -> list[DemoProvider]:
    """The territory of seed 1."""
    return generate(1, MONDAY)


def test_same_seed_same_territory(providers: list[DemoProvider]):
    """Two generations from one seed are equal, another seed differs."""
    assert generate(1, MONDAY) == providers
    assert generate(2, MONDAY) != providers


def test_visits_of_each_day(providers: list[DemoProvider]):
    """350 visits on each weekday, 150 on each day of the weekend: 2,050 in the week."""
    days = Counter(day for provider in providers for line in provider.lines for day in line.weekdays)

    assert [days[day] for day in range(7)] == [350, 350, 350, 350, 350, 150, 150]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_figures_of_the_week(seed: int):
    """65 aides at 28 h, visits of 45 minutes on average, about one in twenty for two aides."""
    seen = figures(generate(seed, MONDAY))

    assert seen["aides"] == 65
    assert 27 <= seen["contract_hours"] / 65 <= 29.5
    assert 43 <= seen["mean_minutes"] <= 47.5
    assert 0.035 <= seen["two_aides_share"] <= 0.065


def test_references_lead_somewhere(providers: list[DemoProvider]):
    """Every line names a person and aides of its own provider."""
    for provider in providers:
        people = {person.reference for person in provider.people}
        aides = {aide.reference for aide in provider.aides}

        assert {line.person_reference for line in provider.lines} == people
        assert {name for line in provider.lines for name in line.wanted_aides + line.refused_aides} <= aides
        assert {absence.aide_reference for absence in provider.absences} <= aides


def test_every_line_can_be_done_by_somebody(providers: list[DemoProvider]):
    """For each line there are at least as many aides with its skills as it needs."""
    for provider in providers:
        for line in provider.lines:
            able = [aide for aide in provider.aides if set(line.skills) <= set(aide.skills)]

            assert len(able) >= line.team_size + len(line.refused_aides)
