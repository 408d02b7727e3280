"""
Rules of meals, of rides and of the three services together have one name everywhere, as those of home help.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from carecoord.planning.joint import check as joint_check
from carecoord.planning.meals import build as meal_build
from carecoord.planning.meals import check as meal_check
from carecoord.planning.meals import check_work, timing
from carecoord.planning.rides import board, ground
from carecoord.planning.rides import build as ride_build
from carecoord.planning.rides import check as ride_check
from carecoord.web import ride_plan_words, wording_meal_rounds

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "planning" / "constraints.md").read_text(encoding="utf-8")
TESTS = ROOT / "tests" / "unit" / "planning"

MEALS_READ = {
    "kitchen": {"opens_s", "closes_s", "kitchen"}, "release": {"release_s"}, "reload": {"loading_s"},
    "travel": {"travel_s"}, "window": {"earliest_s", "latest_s"}, "capacity_cold": {"cold"},
    "capacity_hot": {"hot"}, "cold_time": {"limits", "keeps_cold"}, "hot_time": {"limits", "keeps_hot"},
    "shift": {"shifts"}, "trips": {"trips_max"}, "vehicle_allowed": {"vehicles"}, "refusal": {"refused"},
    "pin": {"pin"}, "daily_work": {"daily_work_max_s", "worked_s"},
    "weekly_work": {"weekly_work_max_s", "week_work_s"}, "span": {"span_max_s", "since_s"},
    "daily_rest": {"daily_rest_min_s", "last_end_s"}, "break": {"break_after_s", "break_min_s"},
    "meal": {"meal_min_s", "meal_window_start_min"},
    "meal_absent": {"closed"}, "meal_before_visit": {"closed"},
}  # fmt: skip
"""Rule of meal rounds -> what both its builder and its checker must read."""

MEALS_BY_SHAPE = {"unknown", "served_once", "vehicle_twice", "driver_twice"}
"""Rules that the tables of the search keep by what they are: one row a driver, one place a delivery."""

RIDES_READ = {
    "travel_time": {"seconds", "boarding_s", "alighting_s"}, "window": {"pick_early_s", "drop_late_s"},
    "promise": {"promise_s", "promise_tolerance_s"}, "ride_time": {"ride_max_s"},
    "seats": {"seats", "wheelchairs"}, "apart": {"apart", "alone"}, "availability": {"start_s", "end_s"},
    "volunteer_limit": {"day_max_s", "distance_max_m"}, "person_busy": {"busy", "person"}, "mate": {"mate"},
    "refused": {"refused"}, "pin": {"pin"}, "shuttle": {"shuttle"},
}  # fmt: skip
"""Rule of rides -> what both its builder and its checker must read."""

RIDES_BY_SHAPE = {"pairing", "precedence"}


def attributes(*modules: ModuleType) -> set[str]:
    """Every attribute that some modules read."""
    return {
        node.attr
        for module in modules
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute)
    }


def listed(section: str) -> set[str]:
    """Rules of one table of the catalogue; several may share a line."""
    text = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def planted(folder: str) -> str:
    """The tests of one service's planner."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted((TESTS / folder).glob("test_*.py")))


@pytest.mark.parametrize(
    ("rules", "section", "folder", "sentences"),
    [
        (meal_check.RULES, "Meal rounds", "meals", wording_meal_rounds.RULES),
        (ride_check.RULES, "Rides", "rides", ride_plan_words.RULES),
    ],
)
def test_a_rule_has_its_line_its_sentence_and_its_test(
    rules: tuple[str, ...], section: str, folder: str, sentences: dict[str, str]
) -> None:
    """Catalogue, words and planted faults go by the names of the checker, and by no other."""
    assert listed(section) == set(rules)
    assert set(sentences) == set(rules)
    assert [rule for rule in rules if f'"{rule}"' not in planted(folder)] == []


def test_rules_of_three_services_together_have_their_test_and_their_word() -> None:
    """Each is tried in the tests of the exchange and told in its page."""
    page = (ROOT / "docs" / "planning" / "joint.md").read_text(encoding="utf-8")
    for rule in joint_check.RULES:
        assert f'"{rule}"' in planted("joint"), rule
        assert f"`{rule}`" in page, rule


def test_every_rule_is_told_or_kept_by_shape() -> None:
    """No rule without what is read for it."""
    assert {*MEALS_READ, *MEALS_BY_SHAPE} == set(meal_check.RULES)
    assert {*RIDES_READ, *RIDES_BY_SHAPE} == set(ride_check.RULES)


@pytest.mark.parametrize("rule", MEALS_READ)
def test_meals_are_built_and_judged_by_the_same_figures(rule: str) -> None:
    """A figure that only one of builder and checker reads is a rule for one of them only."""
    assert MEALS_READ[rule] <= attributes(meal_build, timing)
    assert MEALS_READ[rule] <= attributes(meal_check, check_work)


@pytest.mark.parametrize("rule", RIDES_READ)
def test_rides_are_built_and_judged_by_the_same_figures(rule: str) -> None:
    """The same for rides: builder and board against the checker."""
    assert RIDES_READ[rule] <= attributes(ride_build, ground, board)
    assert RIDES_READ[rule] <= attributes(ride_check)
