"""
Built styles, scripts and fonts: where a source is found once built, and how it is served.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from carecoord.web.security import STATIC_PATH

STATIC_FOLDER = Path(__file__).parent / "static"
HASHED_FOLDER = "assets"
YEAR_S = 365 * 24 * 3600
HOUR_S = 3600


class Built(msgspec.Struct, frozen=True):
    """One line of the build's manifest: the file made from a source."""

    file: str


class Assets:
    """The build's manifest, read once."""

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        """
        Read the manifest of `folder`.

        Raises:
            RuntimeError: the assets were never built.
        """
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            raise RuntimeError(
                f"{manifest} is missing: the styles and scripts were not built; "
                "install the package again (pip install .) or run python build_hooks/assets.py"
            )
        self._built = msgspec.json.decode(manifest.read_bytes(), type=dict[str, Built])

    def url(self, source: str) -> str:
        """
        Address of what was built from `source`, such as `styles/main.css`.

        Raises:
            KeyError: no such source in the manifest.
        """
        return f"{STATIC_PATH}/{self._built[f'carecoord/web/{source}'].file}"


def static_routers(folder: Path = STATIC_FOLDER) -> list[Router]:
    """Hashed files are kept for ever by browsers; the few others (icon) for an hour."""
    return [
        create_static_files_router(
            path=f"{STATIC_PATH}/{HASHED_FOLDER}",
            directories=[folder / HASHED_FOLDER],
            name="hashed",
            cache_control=CacheControlHeader(public=True, immutable=True, max_age=YEAR_S),
        ),
        create_static_files_router(
            path=STATIC_PATH,
            directories=[folder],
            name="static",
            cache_control=CacheControlHeader(public=True, max_age=HOUR_S),
        ),
    ]
