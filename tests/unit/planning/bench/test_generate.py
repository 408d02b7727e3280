"""
The generator of home-help problems: sizes exact, shares as told, valid, the same from the same seed.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from statistics import pstdev

from click.testing import CliRunner

from carecoord.cli.plan import plan
from carecoord.planning.bench.generate import PRESETS, Size, generated_problem, generated_territory
from carecoord.planning.codec import decode_problem, encode_problem
from carecoord.planning.validate import validate


def test_a_day_has_the_sizes_and_shares_told() -> None:
    """350 visits of 30 minutes on average, 30 aides; tiers 55/30/15, 5 to 8 % visits for two; no defect."""
    size = PRESETS["day"]

    problem = generated_problem(visits=size.visits, workers=size.workers, seed=3)

    assert validate(problem) == []
    assert (len(problem.visits), len(problem.workers), len(problem.days)) == (350, 30, 1)
    assert abs(sum(visit.duration_s for visit in problem.visits) / 350 - 1800) < 60
    tiers = Counter(visit.tier for visit in problem.visits)
    assert abs(tiers["vital"] / 350 - 0.55) < 0.01
    assert abs(tiers["important"] / 350 - 0.30) < 0.01
    assert 0.05 <= sum(visit.team_size == 2 for visit in problem.visits) / 350 <= 0.08


def test_a_week_has_comfort_visits_on_several_days_and_weekends_off() -> None:
    """In a week comfort visits have day alternatives; aides have weekends off and four or five days."""
    problem = generated_problem(visits=400, workers=14, days=7, mean_minutes=44, seed=2)

    assert validate(problem) == []
    assert len(problem.visits) == 400
    assert any(len({option.day for option in visit.options}) > 1 for visit in problem.visits)
    sunday = problem.days[6]
    resting = [w for w in problem.workers if all(s.end_s <= sunday.starts_s for s in w.shifts)]
    assert 4 <= len(resting) <= 12
    worked = {
        w.id: len(
            {day.date for day in problem.days for s in w.shifts if day.starts_s <= s.start_s < day.ends_s}
        )
        for w in problem.workers
    }
    assert set(worked.values()) <= {4, 5}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    """A seed decides the whole problem."""
    one, again, other = (
        encode_problem(generated_problem(visits=60, workers=6, seed=seed)) for seed in (1, 1, 2)
    )

    assert one == again
    assert one != other


def test_clock_changes_are_counted() -> None:
    """In the week of 28 March 2027 the Sunday has 23 hours and its visits stay at their wall-clock hour."""
    problem = generated_problem(visits=200, workers=8, days=7, seed=1, first_day=date(2027, 3, 22))

    assert validate(problem) == []
    sunday = problem.days[6]
    assert sunday.ends_s - sunday.starts_s == 82_800
    wishes = [o.preferred_s for v in problem.visits for o in v.options if o.day == 6 and o.preferred_s]
    # 7:00 at the earliest on the clock, an hour less since midnight
    assert min(wishes) - sunday.starts_s >= 6 * 3600


def test_density_does_not_grow_with_size() -> None:
    """Four times the visits spread over about twice the width."""
    widths = []
    for visits, workers in ((1_000, 100), (4_000, 400)):
        found = generated_territory(Size(visits=visits, workers=workers), seed=1).problem
        widths.append(pstdev(place.lat or 0.0 for place in found.places))

    assert 1.5 < widths[1] / widths[0] < 2.7


def test_the_command_writes_a_problem_that_can_be_read(tmp_path: Path) -> None:
    """`carecoord plan generate` writes a valid problem of the size asked for."""
    out = tmp_path / "day.json"

    result = CliRunner().invoke(plan, ["generate", "--visits", "40", "--aides", "5", "--out", str(out)])

    assert result.exit_code == 0, result.output
    assert len(decode_problem(out.read_bytes()).visits) == 40
