"""
Documents stay true: the paths they name exist, and nothing tells where it was written.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]

# `carecoord/…`, `migrations/…`, `tests/…`, `docs/…`, `tools/…` in backquotes; not patterns.
_NAMED_PATH = re.compile(r"`((?:carecoord|migrations|tests|docs|tools|build_hooks)/[\w./-]+)`")


def tracked_files() -> list[Path]:
    """Files that git keeps."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listing.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_named_in_documents_exist(document: Path):
    """A path written in backquotes leads somewhere."""
    named = _NAMED_PATH.findall(document.read_text(encoding="utf-8"))

    missing = [path for path in named if not (ROOT / path).exists()]

    assert missing == []


def test_no_download_address_in_lock_files():
    """Lock files hold versions and hashes; where packages come from is each machine's setting."""
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", ROOT / "package-lock.json"]

    addresses = [path.name for path in locks if re.search(r"https?://", path.read_text(encoding="utf-8"))]

    assert addresses == []


def test_no_home_folder_in_the_tree():
    """No tracked text file names somebody's home folder."""
    pattern = re.compile("/" + r"(?:root|home/\w+)/")
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, a compressed table, or a file removed but not yet committed
        found += [str(path.relative_to(ROOT)) for match in [pattern.search(text)] if match]

    assert found == []
