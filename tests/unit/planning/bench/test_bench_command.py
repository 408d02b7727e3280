"""
`carecoord bench` from end to end.
"""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from carecoord.cli.bench import bench
from carecoord.kernel.errors import Invalid
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
