"""
`carecoord bench` from end to end.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from carecoord.cli.bench import bench
from carecoord.cli.bench_report import Line, summary
from carecoord.kernel.errors import Invalid
from carecoord.planning.bench.best_known import BestKnown
from carecoord.planning.bench.hhcrsp_codec import read_instance, read_solution
from carecoord.planning.bench.hhcrsp_evaluate import evaluate

TOY = Path(__file__).parents[4] / "../shared/bench/hhcrsp_toy/instances/toy.json"


def test_toy_is_solved_and_written(tmp_path: Path) -> None:
    """One second with two workers: the optimum, its gap, and a file the evaluator accepts."""
    run = CliRunner().invoke(
        bench, ["hhcrsp", str(TOY.parent), "--seconds", "1", "--workers", "2", "--out", str(tmp_path)]
    )

    assert run.exit_code == 0, run.output
    assert "111.3333*" in run.output
    assert "optimums prouvés (*) atteints : 1 sur 1" in run.output
    solution = read_solution("toy", (tmp_path / "toy.sol.json").read_bytes())
    verdict = evaluate(read_instance("toy", TOY.read_bytes()), solution)
    assert verdict.faults == ()
    assert round(verdict.objective, 4) == 111.3333


def test_iterations_give_the_same_file_twice(tmp_path: Path) -> None:
    """With one worker and a number of draws, two runs write the same bytes."""
    arguments = ["hhcrsp", str(TOY), "--iterations", "20000", "--workers", "1", "--seed", "4", "--out"]

    for name in ("one", "two"):
        run = CliRunner().invoke(bench, [*arguments, str(tmp_path / name)])
        assert run.exit_code == 0, run.output

    assert (tmp_path / "one/toy.sol.json").read_bytes() == (tmp_path / "two/toy.sol.json").read_bytes()


def test_malformed_instance_fails_without_a_file(tmp_path: Path) -> None:
    """A bad file among good ones is reported; the others are solved; the command fails."""
    bad = tmp_path / "bad.json"
    bad.write_text("{}")

    run = CliRunner().invoke(
        bench,
        [
            "hhcrsp",
            str(bad),
            str(TOY),
            "--iterations",
            "1000",
            "--workers",
            "1",
            "--out",
            str(tmp_path / "out"),
        ],
    )

    assert isinstance(run.exception, Invalid)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy.sol.json"]


def test_side_by_side_solves_each_instance_once(tmp_path: Path) -> None:
    """Three instances with two processes on processor time: three files, and the classes of the table."""
    small = [
        TOY.parents[2] / f"hhcrsp_mankowska/instances/InstanzCPLEX_HCSRP_10_{number}.json"
        for number in (2, 4)
    ]

    run = CliRunner().invoke(
        bench,
        [
            "hhcrsp",
            str(TOY),
            *map(str, small),
            *("--seconds", "0.5", "--clock", "cpu", "--side-by-side", "2", "--out", str(tmp_path)),
        ],
    )

    assert run.exit_code == 0, run.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "InstanzCPLEX_HCSRP_10_2.sol.json",
        "InstanzCPLEX_HCSRP_10_4.sol.json",
        "toy.sol.json",
    ]
    classes = [line.split() for line in run.output.splitlines() if line.startswith("hhcrsp_")]
    assert [(line[0], line[1], line[2], " ".join(line[-3:])) for line in classes] == [
        ("hhcrsp_mankowska", "10", "2", "2 sur 2"),
        ("hhcrsp_toy", "6", "1", "1 sur 1"),
    ]


def test_side_by_side_goes_on_after_a_bad_instance(tmp_path: Path) -> None:
    """A file that is no instance is refused; the other is solved; the command fails."""
    bad = tmp_path / "bad.json"
    bad.write_text("{}")

    run = CliRunner().invoke(
        bench,
        [
            *("hhcrsp", str(bad), str(TOY), "--iterations", "1000", "--side-by-side", "1"),
            *("--out", str(tmp_path / "out")),
        ],
    )

    assert isinstance(run.exception, Invalid)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["toy.sol.json"]


def test_side_by_side_and_workers_exclude_each_other(tmp_path: Path) -> None:
    """Several searches on one instance and one on each of several cannot both be asked for."""
    run = CliRunner().invoke(
        bench, ["hhcrsp", str(TOY), "--side-by-side", "2", "--workers", "2", "--out", str(tmp_path)]
    )

    assert run.exit_code == 2
    assert "sans --workers" in run.output


def test_summary_counts_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    """Gaps of -10, +10 and 0 % (proved): means by size, from 50 patients on, and how many are better."""

    def line(name: str, size: int, objective: float, *, proved: bool = False) -> Line:
        return Line(
            name=name,
            collection="set",
            size=size,
            objective=objective,
            best=BestKnown(objective=100.0, optimal=proved),
            vehicles=1,
            elapsed_s=1.0,
        )

    summary([line("a", 100, 90.0), line("b", 75, 110.0), line("c", 10, 100.0, proved=True)], (10, 50, 75))

    rows = [text.split() for text in capsys.readouterr().out.splitlines() if text.startswith("set")]
    assert rows == [
        ["set", "10", "1", "+0.000", "+0.000", "+0.000", "0", "1", "sur", "1"],
        ["set", "75", "1", "+10.000", "+10.000", "+10.000", "0", "–"],
        ["set", "100", "1", "-10.000", "-10.000", "-10.000", "1", "–"],
        ["set", "50", "et", "plus", "2", "+0.000", "+10.000", "-10.000", "1", "–"],
        ["set", "100", "et", "plus", "1", "-10.000", "-10.000", "-10.000", "1", "–"],
        ["set,", "toutes", "3", "+0.000", "+10.000", "-10.000", "1", "1", "sur", "1"],
    ]


def test_summary_counts_vehicles_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten, eleven and nine vehicles for ten known: distances are compared where there are ten, +2 % there."""
    best = BestKnown(objective=100.0, vehicles=10)
    lines = [
        Line(
            name=f"{vehicles}",
            collection="set",
            size=100,
            objective=objective,
            best=best,
            vehicles=vehicles,
            elapsed_s=1.0,
            fleet_first=True,
        )
        for vehicles, objective in ((10, 102.0), (11, 90.0), (9, 130.0))
    ]

    summary(lines, (100,))

    output = capsys.readouterr().out
    assert "autant que connu 1 sur 3, moins 1, plus 1 (au pire +1)" in output
    assert "à nombre égal de véhicules : écart moyen +2.000 %, pire +2.000 %" in output


def test_best_known_value_of_the_right_objective() -> None:
    """A table with two objectives gives the one asked for, or none."""
    both = BestKnown(
        objective=971.5,
        objective_kind="total distance, truncated",
        hierarchical=BestKnown(objective=1007.31, vehicles=9, objective_kind="first the vehicles"),
    )

    assert both.of_kind("total distance") == both
    assert both.of_kind("first") == both.hierarchical
    assert both.hierarchical is not None
    assert both.hierarchical.of_kind("total distance") is None
