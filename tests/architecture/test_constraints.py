"""
Each constraint has one name everywhere: builder, checker, cause, sentence, planted fault, page.

Names are read from the sources, so that a rule added in one place and forgotten in another
fails here with its name.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from carecoord.planning import check, timeline
from carecoord.planning.homecare import build, build_law, overlap
from carecoord.planning.homecare import check as own
from carecoord.planning.homecare.explain import CAUSES
from carecoord.planning.problem import Regime
from carecoord.planning.rules import breaks, rests, sundays, working_time
from carecoord.web import wording_planning as wording

ROOT = Path(__file__).parents[2]
CATALOGUE = (ROOT / "docs" / "planning" / "constraints.md").read_text(encoding="utf-8")
JUDGES: tuple[ModuleType, ...] = (check, own, working_time, rests, breaks, sundays)
BUILDERS: tuple[ModuleType, ...] = (build, build_law, overlap)

READ_BY_BUILDER = {
    "window": {"earliest_s", "latest_s"},
    "pin": {"pin"},
    "skill": {"skills"},
    "refused": {"refused"},
    "availability": {"shifts"},
    "travel_time": {"seconds"},
    "person_overlap": {"person"},
    "person_busy": {"busy"},
    "meal_before_visit": {"meal_s"},
    "team": {"team_size"},
    "once": {"team_size"},
    "duration": {"duration_s"},
    "disturbance_budget": {"persons_max", "reference", "hour_tolerance_s"},
}
"""Home help's own rules -> fields of the problem that the builder must read to lay them down."""

NOT_A_LIMIT = {"key", "doubtful", "fortnight_anchor"}
"""Fields of a regime that no rule compares with anything by itself."""


def catalogued() -> list[str]:
    """Rules of the first table of the catalogue, in order."""
    section = CATALOGUE.partition("## Rules")[2].partition("\n## ")[0].partition("###")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def emitted(module: ModuleType) -> set[str]:
    """Names under which a module of the checker tells violations: `rule=` and first text of a breach."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        told = [item.value for item in node.keywords if item.arg == "rule"]
        told += node.args[:1] if called in {"breach", "_breach"} else []
        names |= {
            item.value for item in told if isinstance(item, ast.Constant) and isinstance(item.value, str)
        }
    return names


def described(module: ModuleType) -> list[str]:
    """Rules whose function says so: a docstring that opens with the name in backquotes."""
    found = []
    for _, function in inspect.getmembers(module, inspect.isfunction):
        if function.__module__ == module.__name__:
            found += re.findall(r"^`(\w+)`: ", inspect.getdoc(function) or "")
    return found


def attributes(*modules: ModuleType) -> set[str]:
    """Every attribute that some modules read."""
    return {
        node.attr
        for module in modules
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Attribute)
    }


def test_the_checker_tells_what_the_catalogue_lists() -> None:
    """No rule is told under a name that the page does not explain, and none is only explained."""
    rules = catalogued()

    assert len(rules) == len(set(rules))
    assert set().union(*map(emitted, JUDGES)) == set(rules)


def test_each_rule_is_one_function_of_the_checker() -> None:
    """A function of the checker opens its docstring with the rule's name; `window` has a second one."""
    functions = [name for module in JUDGES for name in described(module)]

    assert sorted(functions) == sorted([*catalogued(), "window"])


def test_sentences_and_causes_go_by_the_same_names() -> None:
    """Every rule has a sentence and a short name; every law and every cause, a sentence for one aide."""
    rules = set(catalogued())

    assert {code.partition("/")[0] for code in wording.VIOLATIONS} == rules
    assert set(wording.SHORT) == rules
    assert {code.partition("/")[0] for code in wording.CAUSES} == {*check.LAW, *CAUSES}
    assert {*check.LAW, *CAUSES} <= rules


def test_own_rules_and_laws_are_all_the_rules() -> None:
    """The table of what the builder reads names every rule that is not a working-time one."""
    assert {*READ_BY_BUILDER, *check.LAW} == set(catalogued())


@pytest.mark.parametrize("rule", READ_BY_BUILDER)
def test_the_builder_reads_what_a_rule_is_about(rule: str) -> None:
    """The engine cannot keep a rule whose figures never reach it."""
    assert READ_BY_BUILDER[rule] <= attributes(*BUILDERS)


@pytest.mark.parametrize("name", sorted(set(Regime.__struct_fields__) - NOT_A_LIMIT))
def test_each_threshold_is_laid_down_and_judged(name: str) -> None:
    """A threshold of the law that only one of builder and checker reads is a rule for one of them only."""
    assert name in attributes(*BUILDERS)
    assert name in attributes(timeline, *JUDGES)


def test_each_rule_has_its_planted_fault() -> None:
    """A fault of each kind is planted in a legal plan, and must be found."""
    planted = (ROOT / "tests" / "unit" / "planning" / "test_seeded_faults.py").read_text(encoding="utf-8")

    assert [rule for rule in catalogued() if f'"{rule}"' not in planted] == []
