"""
What the web process must never load.
"""

from __future__ import annotations

import subprocess
import sys


def test_web_process_loads_no_solver() -> None:
    """Importing the application brings in neither the solver nor the compiler nor pandas."""
    script = (
        "import sys, carecoord.app; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'ortools', 'numba', 'pandas'}))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
