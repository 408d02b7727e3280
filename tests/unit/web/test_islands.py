"""
The islands' own unit tests and types, run with the Node.js of the wheel.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NODE = Path(__file__).parents[3] / "build_hooks" / "node.py"


@pytest.mark.parametrize("command", ["check", "test"])
def test_islands(command: str) -> None:
    """Types are right and every model's test passes."""
    done = subprocess.run([sys.executable, str(NODE), command], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
