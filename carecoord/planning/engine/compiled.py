"""
The one way our search functions are compiled: cached on disk, without the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def njit(function: F) -> F:
    """
    Compile a function of tables and integers at its first call, and keep the result on disk.

    `error_model="numpy"` takes the test for a zero divisor out of inner loops; no kernel
    divides by a value that may be zero.
    """
    kernel: F = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return kernel
