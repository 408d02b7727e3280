"""
Build hook: compiles the front-end with the Node.js that the build brings along.

`pip install .` and `pip install -e .` call it; by hand: `python build_hooks/assets.py`.
Nothing is done when the assets present were built from the very same sources: their
digest is kept beside them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand or by tests, where the build back-end is not installed
    BuildHookInterface = object  # type: ignore[assignment,misc]

sys.path.insert(0, str(Path(__file__).resolve().parent))

import fonts
import node

SOURCES = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
SOURCE_FOLDERS = ("carecoord/web/islands", "carecoord/web/styles", "carecoord/web/public")
OUTPUT = "carecoord/web/static"
STAMP = "stamp.json"


def source_files(root: Path) -> list[Path]:
    """Every file that the built assets depend on, in a fixed order; tests are left out."""
    files = [root / name for name in SOURCES]
    for folder in SOURCE_FOLDERS:
        found = (root / folder).rglob("*")
        files += [path for path in found if path.is_file() and not path.name.endswith(".test.ts")]
    return sorted(files)


def digest(root: Path) -> str:
    """Digest of names and contents of the sources."""
    total = hashlib.sha256()
    for path in source_files(root):
        total.update(path.relative_to(root).as_posix().encode())
        total.update(b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether assets are there and were built from the sources as they are now."""
    stamp = root / OUTPUT / STAMP
    if not stamp.is_file() or not (root / OUTPUT / "manifest.json").is_file() or not fonts.are_there(root):
        return False
    return bool(json.loads(stamp.read_text(encoding="utf-8")).get("sources") == digest(root))


def build(root: Path) -> bool:
    """
    Build the assets unless they are fresh; say whether anything was built.

    The new folder replaces the old one only once complete, so that a server
    already running never reads half of it.

    Raises:
        node.FrontEndError: npm or Vite failed.
    """
    if is_fresh(root):
        return False
    sources = digest(root)
    node.install(root)
    fonts.convert(root)
    fresh, old = root / "build" / "assets-new", root / "build" / "assets-old"
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    node.tool("vite/bin/vite.js", "build", "--outDir", str(fresh), "--logLevel", "warn", root=root)
    (fresh / STAMP).write_text(json.dumps({"sources": sources}), encoding="utf-8")
    if (root / OUTPUT).exists():
        (root / OUTPUT).rename(old)
    fresh.rename(root / OUTPUT)
    shutil.rmtree(old, ignore_errors=True)
    return True


def explain(error: Exception) -> str:
    """What a person installing the package reads when the front-end could not be built."""
    return (
        f"\ncarecoord: the pages' styles and scripts could not be built.\n{error}\n\n"
        "What to check: this machine reaches an npm registry (setting `registry` of npm), the project's "
        "folder can be written, and about 300 MB are free. Then run the same command again.\n"
    )


class AssetsBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's entry: builds the assets before a wheel, editable or not."""

    PLUGIN_NAME = "assets"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build for a wheel; a source archive carries the sources only."""
        del version, build_data
        if self.target_name != "wheel":
            return
        try:
            built = build(Path(self.root))
        except (node.FrontEndError, OSError) as error:
            print(explain(error), file=sys.stderr)
            raise SystemExit(1) from error
        self.app.display_info("front-end assets built" if built else "front-end assets already built")


if __name__ == "__main__":
    try:
        print("built" if build(node.ROOT) else "already built")
    except (node.FrontEndError, OSError) as error:
        print(explain(error), file=sys.stderr)
        sys.exit(1)
