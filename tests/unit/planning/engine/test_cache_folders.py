"""
Compiled code is found again only while nothing it contains has changed.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from carecoord.planning import engine
from carecoord.planning.engine.compiled import sources_of

FOLDER = Path(engine.__file__).parent
PACKAGE = engine.__name__


def imported(name: str) -> set[str]:
    """Engine modules that a module imports itself, by its syntax tree."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            found.add(str(node.module).rpartition(".")[2])
    return found


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"))
def test_every_module_a_kernel_contains_is_in_its_digest(name: str) -> None:
    """The modules looked at are the module itself, those it imports and theirs."""
    expected, waiting = set(), {name}
    while waiting:
        one = waiting.pop()
        expected.add(one)
        waiting |= imported(one) - expected

    assert sources_of(name) == expected
