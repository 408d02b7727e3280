"""
The two ways the inner loops are compiled, typed so that callers keep their signatures.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Body = TypeVar("Body", bound=Callable[..., Any])


def compiled(body: Body) -> Body:
    """
    Compile a function, keep the machine code on disk, release the interpreter lock while it runs.
    """
    result: Body = numba.njit(cache=True, error_model="numpy", nogil=True, _nrt=False)(body)
    return result


def inlined(body: Body) -> Body:
    """
    Compile a function into its callers.

    Calls cost more than these small bodies: every array of the data and of
    the state is passed, and counted, anew at each call.
    """
    result: Body = numba.njit(cache=True, error_model="numpy", nogil=True, forceinline=True, _nrt=False)(body)
    return result
