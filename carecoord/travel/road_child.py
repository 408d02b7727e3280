"""
Becomes the program given, after asking the system to end it when its parent dies.

Run as a script in an isolated interpreter, so that a killed worker never leaves a route server behind:
`python -I -S road_child.py PARENT_PID PROGRAM ARGUMENT…`. Standard library only, no import of ours.
"""

import ctypes
import os
import platform
import signal
import subprocess
import sys
import time

_PR_SET_PDEATHSIG = 1
_WATCH_S = 1.0


def main() -> int:
    """On Linux the kernel watches (and this process is replaced); elsewhere this process stays to watch."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            return 0  # it died before the request was heard
        os.execv(command[0], command)  # noqa: S606 - no shell is the point
    child = subprocess.Popen(command)  # noqa: S603 - our own tool
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.terminate()
        time.sleep(_WATCH_S)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main())
