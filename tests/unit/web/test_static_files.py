"""
Built assets found by their source.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from carecoord.web.static_files import Assets


def test_url_of_a_source(tmp_path: Path) -> None:
    """The manifest leads from a source to the hashed file."""
    (tmp_path / "manifest.json").write_text(
        '{"carecoord/web/styles/main.css": {"file": "assets/main-1a.css", "isEntry": true}}'
    )

    assert Assets(tmp_path).url("styles/main.css") == "/static/assets/main-1a.css"


def test_missing_build_is_explained(tmp_path: Path) -> None:
    """Without a build the process stops at once and says what to run."""
    with pytest.raises(RuntimeError, match=r"build_hooks/assets\.py"):
        Assets(tmp_path)
