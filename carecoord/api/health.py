"""
Liveness and version, for supervisors and load balancers.
"""

from __future__ import annotations

import msgspec
from litestar import get

from carecoord import __version__


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """The process answers; nothing is said about what it depends on."""

    status: str
    version: str


@get("/health", opt={"anonymous": True, "exclude_from_csrf": True}, sync_to_thread=False, tags=["health"])
def health() -> Health:
    """Answer as long as the process serves requests."""
    return Health(status="ok", version=__version__)
