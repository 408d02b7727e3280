"""
A data folder that cannot be written to is a clear refusal, not a traceback.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from carecoord.cli.wording import sentence
from carecoord.db.embedded import embedded_server
from carecoord.kernel.errors import Unavailable


def test_home_that_cannot_be_made(tmp_path: Path) -> None:
    """A folder below a file, as below a read-only disk: refused for root too, with the remedy."""
    (tmp_path / "file").write_text("", encoding="ascii")

    with pytest.raises(Unavailable) as caught:
        embedded_server(tmp_path / "file" / "home")

    assert caught.value.code == "home_not_usable"
    assert "CARECOORD_HOME" in sentence(caught.value)
