"""
Prepared road networks on disk: manifests, which one is in use, and where the tools are.

Layout of the folder: `<network>/manifest.json`, `<network>/<mode>/roads.osrm.*`, and `current`, a file that
holds the name of the network in use.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import msgspec

from carecoord.db.filelock import FileLock
from carecoord.kernel.errors import NotFound
from carecoord.travel.domain import Mode
from carecoord.travel.provider import TravelUnavailable

ATTRIBUTION = "© les contributeurs d'OpenStreetMap"
LICENCE = "ODbL 1.0"
BASE_NAME = "roads.osrm"

_CURRENT = "current"
_MANIFEST = "manifest.json"
_BUILDING = ".building-"


class RoadManifest(msgspec.Struct, frozen=True, kw_only=True):
    """
    What a prepared network was made of.

    Args:
        name: folder name, unique in its home.
        source: file name of the extract.
        sha256: digest of the extract.
        timestamp: instant of the data, when the extract says it.
        bbox: west, south, east, north in degrees, when the extract says it.
        modes: profiles prepared.
        tool: name and version of what prepared it; data of another version cannot be read.
        build_s: seconds spent per step.
        attribution: to be shown with every result (ODbL 4.3).
    """

    name: str
    source: str
    size_bytes: int
    sha256: str
    timestamp: datetime | None
    bbox: tuple[float, float, float, float] | None
    modes: tuple[Mode, ...]
    tool: str
    built_at: datetime
    build_s: dict[str, float]
    attribution: str = ATTRIBUTION
    licence: str = LICENCE

    @property
    def dataset(self) -> str:
        """Same extract and same tool give the same travel times: the cache key."""
        return f"{self.sha256[:16]}|{self.tool}"


def tool_folder() -> Path:
    """
    Folder of the wheel that carries the OSRM programs.

    Raises:
        TravelUnavailable: `travel_roads_unsupported` when no wheel exists for this Python or system.
    """
    spec = find_spec("osrm")
    if spec is None or spec.origin is None or not (Path(spec.origin).parent / "bin").is_dir():
        raise TravelUnavailable(
            "travel_roads_unsupported",
            "embedded roads need Python 3.12 or newer on Linux or macOS (package osrm-bindings)",
        )
    return Path(spec.origin).parent


def tool_version() -> str:
    """Name and version of the OSRM programs."""
    return f"osrm {metadata.version('osrm-bindings')}"


def read_manifest(folder: Path) -> RoadManifest:
    """
    The manifest of a prepared network.

    Raises:
        TravelUnavailable: `travel_roads_damaged` when it is absent or cannot be read.
    """
    try:
        return msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=RoadManifest)
    except (OSError, msgspec.DecodeError) as error:
        raise TravelUnavailable("travel_roads_damaged", f"no manifest in {folder.name}") from error


def write_manifest(folder: Path, manifest: RoadManifest) -> None:
    """Write the manifest of a network being prepared."""
    (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2))


def current_network(home: Path) -> tuple[Path, RoadManifest]:
    """
    The network in use and its folder.

    Raises:
        TravelUnavailable: `travel_roads_missing` when none was prepared.
    """
    try:
        name = (home / _CURRENT).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise TravelUnavailable("travel_roads_missing", "no road network was prepared") from error
    return home / name, read_manifest(home / name)


def list_networks(home: Path) -> list[RoadManifest]:
    """Every network prepared, oldest first."""
    folders = [path.parent for path in home.glob(f"[!.]*/{_MANIFEST}")]
    return sorted((read_manifest(folder) for folder in folders), key=lambda found: found.built_at)


def use_network(home: Path, name: str) -> RoadManifest:
    """
    Put a prepared network in use, at once for every process.

    Raises:
        NotFound: `roads_unknown`.
    """
    manifest = _named(home, name)
    fresh = home / f".{_CURRENT}-{os.getpid()}"
    fresh.write_text(manifest.name + "\n", encoding="utf-8")
    fresh.replace(home / _CURRENT)
    return manifest


def remove_network(home: Path, name: str) -> RoadManifest:
    """
    Delete a prepared network; if it was in use, none is afterwards.

    Raises:
        NotFound: `roads_unknown`.
    """
    manifest = _named(home, name)
    with contextlib.suppress(TravelUnavailable):
        if current_network(home)[1].name == name:
            (home / _CURRENT).unlink()
    shutil.rmtree(home / name)
    return manifest


@contextlib.contextmanager
def building_folder(home: Path) -> Iterator[Path]:
    """
    A fresh folder to prepare a network in, removed on the way out unless it was renamed.

    Folders left by a killed preparation are swept first.

    Raises:
        TravelUnavailable: `travel_roads_busy` while another preparation is under way.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / ".lock")
    folder = home / f"{_BUILDING}{os.getpid()}"
    try:
        if not lock.try_acquire():
            raise TravelUnavailable("travel_roads_busy", "another road network is being prepared")
        for leftover in home.glob(f"{_BUILDING}*"):
            shutil.rmtree(leftover)
        folder.mkdir()
        try:
            yield folder
        finally:
            if folder.exists():
                shutil.rmtree(folder)
    finally:
        lock.release()


def _named(home: Path, name: str) -> RoadManifest:
    known = {manifest.name: manifest for manifest in list_networks(home)}
    if name not in known:
        raise NotFound("roads_unknown", f"no road network named {name}", name=name)
    return known[name]
