"""
Size limits of the house: files, functions, parameters, imports inside functions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "carecoord").rglob("*.py")) + sorted((ROOT / "build_hooks").rglob("*.py"))

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
BUILD_FUNCTION_LINES_MAX = 60
LONG_FUNCTION_LINES = 40
LONG_FUNCTION_SHARE_MAX = 0.03
POSITIONAL_MAX = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(path: Path) -> Iterator[Function]:
    """Every function of a source file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def lines_without_docstring(function: Function) -> int:
    """Lines of the body, docstring left out."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def is_compiled_kernel(function: Function) -> bool:
    """A numba kernel: its many arrays are parameters because structs do not compile."""
    words = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    return any(word in words for word in ("njit", "compiled", "inlined"))


def test_sources_are_found():
    """The walk below looks at the product, not at an empty list."""
    assert len(SOURCES) > 50


def test_no_file_is_too_long():
    """A file past 400 lines is split."""
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES_MAX
    }

    assert too_long == {}


def test_no_function_is_too_long():
    """A function past 50 lines (60 where a model is built) is split."""
    too_long = []
    for path in SOURCES:
        limit = BUILD_FUNCTION_LINES_MAX if path.name == "build.py" else FUNCTION_LINES_MAX
        too_long += [
            f"{path.relative_to(ROOT)}:{function.lineno} {function.name} {lines}"
            for function in functions_of(path)
            if (lines := lines_without_docstring(function)) > limit
        ]

    assert too_long == []


def test_long_functions_are_rare():
    """At most three functions in a hundred pass 40 lines."""
    lengths = [lines_without_docstring(function) for path in SOURCES for function in functions_of(path)]

    share = sum(length > LONG_FUNCTION_LINES for length in lengths) / len(lengths)

    assert share <= LONG_FUNCTION_SHARE_MAX


def test_few_positional_parameters():
    """More than five positional parameters ask for a struct; compiled kernels excepted."""
    crowded = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in SOURCES
        for function in functions_of(path)
        if not is_compiled_kernel(function)
        and len(function.args.posonlyargs) + len(function.args.args) > POSITIONAL_MAX
    ]

    assert crowded == []


def test_imports_stand_at_the_top():
    """No import inside a function outside the command line."""
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if "cli" not in path.relative_to(ROOT).parts
        for function in functions_of(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_packages_only_introduce_themselves():
    """An `__init__.py` holds a docstring and at most the version: nothing is re-exported."""
    talkative = []
    for path in SOURCES:
        if path.name != "__init__.py":
            continue
        body = ast.parse(path.read_text(encoding="utf-8")).body
        if not (body and isinstance(body[0], ast.Expr)):
            talkative.append(f"{path.relative_to(ROOT)}: no docstring")
        talkative += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in body[1:]
            if not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__")
        ]

    assert talkative == []


def test_modules_say_what_they_are_for():
    """Every module opens with a docstring."""
    silent = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]

    assert silent == []
