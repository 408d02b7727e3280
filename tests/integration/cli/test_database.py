"""
`carecoord database` and `carecoord worker` as a user runs them, on an embedded server of their own.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from support.server import open_folder
from support.waiting import wait_until

PROGRAM = Path(sys.executable).parent / "carecoord"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder on which `carecoord database upgrade` was run."""
    with open_folder() as folder:
        assert carecoord(folder / "home", "database", "upgrade").returncode == 0
        yield folder / "home"


def environment(home: Path) -> dict[str, str]:
    """Only what the command needs."""
    return {"PATH": os.environ["PATH"], "CARECOORD_HOME": str(home), "LANG": "C.UTF-8"}


def carecoord(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [str(PROGRAM), *words],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_upgrade_again_changes_nothing(home: Path) -> None:
    """A second upgrade succeeds and says the same."""
    done = carecoord(home, "database", "upgrade")

    assert (done.returncode, done.stdout[:12]) == (0, "Base à jour ")


def test_status_of_an_upgraded_database(home: Path) -> None:
    """Server and revision are told; exit code 0."""
    done = carecoord(home, "database", "status")

    assert done.returncode == 0
    assert "Serveur : embarqué, PostgreSQL" in done.stdout


def test_check_finds_no_drift(home: Path) -> None:
    """The upgraded database is what the models say."""
    done = carecoord(home, "database", "check")

    assert (done.returncode, done.stdout) == (0, "La base correspond aux modèles.\n")


def test_rls_lists_every_table(home: Path) -> None:
    """Each table is listed with its protection, or the reason for having none."""
    done = carecoord(home, "database", "rls")

    assert done.returncode == 0
    assert re.search(r"^person +cloisonnée$", done.stdout, re.MULTILINE)
    assert re.search(r"^pgqueuer +commune : queue of jobs", done.stdout, re.MULTILINE)


def test_wrong_settings_are_listed_before_anything_starts(home: Path) -> None:
    """Every defect on its own line, exit code 1."""
    done = subprocess.run(
        [str(PROGRAM), "database", "status"],
        env={**environment(home), "CARECOORD_BIND_PORT": "0", "CARECOORD_LOG_LEVEL": "LOUD"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert [line.split(" : ")[1] for line in done.stderr.splitlines()] == [
        "CARECOORD_LOG_LEVEL",
        "CARECOORD_BIND_PORT",
    ]


def test_worker_refuses_a_database_without_schema() -> None:
    """The message names the remedy."""
    with open_folder() as folder:
        done = carecoord(folder / "home", "worker")

    assert done.returncode == 1
    assert "carecoord database upgrade" in done.stderr


@pytest.mark.parametrize("order", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_worker_stops_with_its_database(home: Path, order: signal.Signals) -> None:
    """Asked to stop, the worker ends with code 0 and the server it had started is gone."""
    worker = subprocess.Popen(
        [str(PROGRAM), "worker"], env=environment(home), stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    assert "prêt" in worker.stdout.readline()
    pid = int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    wait_until(lambda: any("carecoord_app" in title for title in backends(pid)))
    worker.send_signal(order)
    code = worker.wait(timeout=30)
    worker.stdout.close()

    assert code == 0
    assert not psutil.pid_exists(pid)


def backends(pid: int) -> list[str]:
    """Titles of the server's processes; a connection shows its role and database."""
    return ["".join(child.cmdline()) for child in psutil.Process(pid).children()]


def test_backup_restored_elsewhere_holds_guarded_rows(home: Path) -> None:
    """A restored base opens with its roles and policies, and knows the accounts of the first."""
    account = ["--name", "Essai", "--kind", "provider", "--insee", "91114", "--regime", "BAD_2941"]
    account += ["--email", "a@essai.example", "--display-name", "A", "--password", "douze-caracteres"]
    created = carecoord(home, "users", "create", *account)
    file = home.parent / "sauvegarde.dump"

    saved = carecoord(home, "database", "backup", str(file))
    onto_itself = carecoord(home, "database", "restore", str(file))
    with open_folder() as folder:
        restored = carecoord(folder / "home", "database", "restore", str(file))
        guarded = carecoord(folder / "home", "database", "rls")
        again = carecoord(folder / "home", "users", "create", *account)

    assert (created.returncode, saved.returncode, restored.returncode) == (0, 0, 0)
    assert file.stat().st_mode & 0o777 == 0o600
    assert (onto_itself.returncode, "CARECOORD_HOME" in onto_itself.stderr) == (1, True)
    assert guarded.returncode == 0
    assert (again.returncode, "email_taken" in again.stderr) == (1, True)
