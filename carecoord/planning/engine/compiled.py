"""
The one way our search functions are compiled: cached on disk, without the interpreter's lock.

Numba looks at the file of a function only when it decides whether a cached version is
still good, not at the files of the functions it calls. So the cache of a module lies in a
folder named after its source and those of all engine modules it imports: a change makes a
new folder for those it concerns, and for no other.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent


_IMPORTED = re.compile(r"^from carecoord\.planning\.engine(?:\.(\w+))? import (.*)$", re.MULTILINE)


@functools.cache
def sources_of(module: str) -> frozenset[str]:
    """Names of the engine modules whose code a module may contain: itself, what it imports, and so on."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _HERE / f"{name}.py"
        if name in seen or not path.exists():
            continue
        seen.add(name)
        for inside, names in _IMPORTED.findall(path.read_text("utf-8")):
            waiting += [inside] if inside else re.findall(r"\w+", names)
    return frozenset(seen)


def cache_folder(module: str) -> Path:
    """Where the compiled functions of an engine module lie, given its name without the package."""
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for name in sorted(sources_of(module)):
        digest.update((_HERE / f"{name}.py").read_bytes())
    return cache_root() / f"kernels-{digest.hexdigest()[:16]}"


def cache_root() -> Path:
    """Beside the sources where that may be written, else among the user's caches."""
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return beside
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "carecoord"


def njit(function: F) -> F:
    """
    Compile a function of tables and integers at its first call, and keep the result on disk.

    `error_model="numpy"` takes the test for a zero divisor out of inner loops; no kernel
    divides by a value that may be zero. `_nrt=False` leaves out reference counting, which
    cost more than the work itself at each call with a plan of thirty tables; so no kernel
    may make an array, nor assign one slice to another.
    """
    return compiled(function)


def inlined(function: F) -> F:
    """The same, compiled into its callers: calls of small bodies cost more than the bodies."""
    return compiled(function, forceinline=True)


def compiled(function: F, **options: bool) -> F:
    """Compile with the options that all kernels share, and some more."""
    before = numba.config.CACHE_DIR
    # The folder is read when the decorator runs; a folder given by the user is left alone.
    numba.config.CACHE_DIR = before or str(cache_folder(function.__module__.rpartition(".")[2]))
    try:
        kernel: F = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return kernel
