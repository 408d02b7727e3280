"""
The one way our search functions are compiled: cached on disk, without the interpreter's lock.

Numba looks at the file of a function only when it decides whether a cached version is
still good, not at the files of the functions it calls. So the cache lies in a folder named
after all sources of the engine: any change makes a new folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent


def _sources_digest() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {sys.version}".encode())
    for path in sorted(_HERE.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    name = f"kernels-{_sources_digest()}"
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return beside / name
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "carecoord" / name


CACHE_FOLDER = _cache_folder()


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
    numba.config.CACHE_DIR = before or str(CACHE_FOLDER)
    try:
        kernel: F = numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return kernel
