#!/bin/sh
# Prints the newest Python from 3.11 to 3.13 that works: on PATH first, then pyenv's own versions.
# A candidate must run (a pyenv shim may not) and be able to make virtual environments.
set -u
works() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (int(sys.argv[1]), int(sys.argv[2])))' 3 "$2" >/dev/null 2>&1; }
pyenv="${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "${HOME:-/nonexistent}/.pyenv")}"
for minor in 13 12 11; do
  for candidate in "$(command -v "python3.$minor" 2>/dev/null)" "$(command -v python3 2>/dev/null)" \
    "$pyenv"/versions/3."$minor".*/bin/python3."$minor"; do
    if [ -n "$candidate" ] && [ -x "$candidate" ] && works "$candidate" "$minor"; then
      printf '%s\n' "$candidate"
      exit 0
    fi
  done
done
echo "carecoord needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: apt install python3 python3-venv)." >&2
exit 1
