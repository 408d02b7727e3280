"""
`carecoord plan`: files in, files and French lines out, status by what was found.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from builders.planning import at, option, problem, round_of, solution, stop, visit, worker
from builders.planning_weeks import random_week
from click.testing import CliRunner, Result

from carecoord.cli.plan import plan
from carecoord.planning.codec import decode_solution, encode_problem, encode_solution
from carecoord.planning.homecare.naive import naive
from carecoord.planning.problem import Problem
from carecoord.planning.solution import Solution


def run(*arguments: str | Path) -> Result:
    """One command, as typed."""
    return CliRunner().invoke(plan, [str(argument) for argument in arguments])


def written(folder: Path, given: Problem, made: Solution) -> tuple[Path, Path]:
    """A problem and a plan as files."""
    first, second = folder / "problem.json", folder / "plan.json"
    first.write_bytes(encode_problem(given))
    second.write_bytes(encode_solution(made))
    return first, second


def test_check_of_a_legal_plan_ends_well(tmp_path: Path) -> None:
    """No blocking violation: status 0, and the cost by term."""
    given = random_week(1, aides=5, weekday_visits=12, weekend_visits=6)

    result = run("check", *written(tmp_path, given, naive(given)))

    assert result.exit_code == 0
    assert "0 blocage(s)" in result.output
    assert "Trajets et attentes payés" in result.output


def test_check_of_a_plan_that_may_not_be_published(tmp_path: Path) -> None:
    """A blocking violation is told with aide, visit and day: status 1."""
    item = visit(refused=["w1"])
    made = solution(round_of("w1", 0, stop(item, at("09:00"))))

    result = run("check", *written(tmp_path, problem(visits=[item]), made))

    assert result.exit_code == 1
    assert "BLOCAGE aide w1, visite v1, jour 1 : La personne a refusé cette aide." in result.output


def test_explain_tells_each_aide(tmp_path: Path) -> None:
    """The visit with its word, then each aide with the cause."""
    item = visit(skills=["lifting"])

    result = run("explain", *written(tmp_path, problem(visits=[item]), solution()))

    assert result.exit_code == 0
    assert "v1 (importante) : Personne n’a les compétences demandées." in result.output
    assert "w1 : n’a pas la compétence : lifting" in result.output


def test_explain_as_json(tmp_path: Path) -> None:
    """The same for programs."""
    result = run("explain", "--json", *written(tmp_path, problem(visits=[visit()]), solution()))

    assert json.loads(result.output) == [{"visit": "v1", "code": "insertable", "causes": []}]


def test_naive_writes_a_plan(tmp_path: Path) -> None:
    """The plan dealt out by hand is written, and can be read again."""
    given = problem(visits=[visit()], workers=[worker()])
    source, _ = written(tmp_path, given, solution())
    target = tmp_path / "naive.json"

    result = run("naive", source, "--out", target)

    assert result.exit_code == 0
    assert decode_solution(target.read_bytes()) == naive(given)


def test_solve_writes_a_legal_plan(tmp_path: Path) -> None:
    """A few iterations are enough for a small problem; the plan then passes the check."""
    visits = [visit(f"v{k}", person=f"h{k}", options=[option(k, "08:00", "10:00")]) for k in range(3)]
    source, _ = written(tmp_path, problem(visits=visits), solution())
    target = tmp_path / "solved.json"

    result = run("solve", source, "--iterations", "50", "--seed", "3", "--quiet", "--out", target)

    assert result.exit_code == 0
    assert run("check", source, target).exit_code == 0
    assert decode_solution(target.read_bytes()).statistics.seed == 3


@pytest.mark.parametrize("command", ["check", "explain"])
def test_a_bad_file_gets_all_its_defects(tmp_path: Path, command: str) -> None:
    """Every defect on its own line, in French: status 2."""
    source, made = written(tmp_path, problem(), solution())
    bad = msgspec.structs.replace(problem(), workers=[worker(regime="moon"), worker("w2", mode="bike")])
    source.write_bytes(encode_problem(bad))

    result = run(command, source, made)

    assert result.exit_code == 2
    assert "workers[0].regime : ce régime de travail n’existe pas" in result.output
    assert "workers[1].mode : il n’y a pas de matrice" in result.output
    assert "2 défaut(s)." in result.output


@pytest.mark.parametrize("command", ["solve", "naive"])
def test_a_folder_that_does_not_exist_is_told_before_the_computation(tmp_path: Path, command: str) -> None:
    """Nothing is computed for a file that could not be written: status 2, in French, no traceback."""
    source = tmp_path / "problem.json"
    source.write_bytes(encode_problem(problem(visits=[visit()])))

    result = run(command, source, "--out", tmp_path / "absent" / "plan.json")

    assert result.exit_code == 2
    assert "n'existe pas" in result.output
    assert isinstance(result.exception, SystemExit)
