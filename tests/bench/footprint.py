"""
First and later solves, and the memory of an idle worker: `python tests/bench/footprint.py [RUNS]`.

Run right after `make setup` on a clean clone: the first solve is then the first of the installation.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 5
QUIET_S = 20
"""A worker is measured after so long without any job."""


def carecoord(*words: str, environ: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """One of our commands, in its own process."""
    return subprocess.Popen(
        [sys.executable, "-m", "carecoord", *words], env=environ, stdout=subprocess.DEVNULL
    )


def solves(folder: Path, runs: int) -> list[float]:
    """Wall seconds of whole `carecoord plan solve` processes, one after the other."""
    if carecoord("demo-problems", str(folder)).wait():
        raise SystemExit("no problem to solve")
    problem = next(folder.glob("bocage-*.json"))
    found = []
    for _ in range(runs):
        started = time.monotonic()
        command = (
            "plan",
            "solve",
            str(problem),
            "--seconds",
            str(SECONDS),
            "--out",
            str(folder / "plan.json"),
        )
        if carecoord(*command, "--quiet").wait():
            raise SystemExit("the solve failed")
        found.append(time.monotonic() - started)
    return found


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (entry / "stat").exists():
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            below.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found


def memory_mib(pid: int) -> dict[str, float]:
    """Resident memory of the Python processes of a family, by command line."""
    found = {}
    for one in family(pid):
        words = Path(f"/proc/{one}/cmdline").read_text().replace("\0", " ").strip()
        if "python" in words.partition(" ")[0]:
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
            resident = next(line for line in lines if line.startswith("VmRSS:"))
            found[f"{one} {words[-60:]}"] = int(resident.split()[1]) / 1024
    return found


def idle_worker(folder: Path) -> dict[str, float]:
    """A worker on an embedded database of its own, after some quiet seconds."""
    environ = {**os.environ, "CARECOORD_HOME": str(folder / "home")}
    if carecoord("database", "upgrade", environ=environ).wait():
        raise SystemExit("the database was not made")
    worker = carecoord("worker", environ=environ)
    try:
        time.sleep(QUIET_S)
        if worker.poll() is not None:
            raise SystemExit("the worker ended")
        return memory_mib(worker.pid)
    finally:
        worker.terminate()
        worker.wait()


def main(runs: int) -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, *later = solves(folder, runs)
        rest = sum(later) / len(later)
        print(f"first solve {first:.1f} s, later {rest:.1f} s (budget {SECONDS} s): +{first - rest:.1f} s")
        found = idle_worker(folder)
        for words, mib in found.items():
            print(f"  {mib:7.1f} MiB  {words}")
        print(f"idle worker: {sum(found.values()):.0f} MiB resident")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
