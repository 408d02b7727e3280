#!/bin/sh
# Everything the project checks, in one go: style, types, import directions, page scripts, then the
# Python suite on the embedded PostgreSQL and the database part once more on Debian's PostgreSQL 15.
# Argument: the virtual environment's bin. What tests need from the system is installed here.
set -eu
bin=$1

need() { # need FILE PACKAGE: install a Debian package unless the file it brings is there
  [ -e "$1" ] && return 0
  if [ "$(id -u)" -eq 0 ]; then as_root=""
  elif sudo -n true 2>/dev/null; then as_root="sudo -n"
  else missing "$1" "$2" "this account may not install it"
  fi
  command -v apt-get >/dev/null || missing "$1" "$2" "there is no apt-get here"
  echo "Installing $2 for the tests…"
  $as_root apt-get update -qq || echo "apt-get update failed; trying with the lists that are here." >&2
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
    missing "$1" "$2" "apt-get could not install it"
  [ -e "$1" ] || missing "$1" "$2" "the package does not bring that file here"
}

missing() { # missing FILE PACKAGE WHY
  echo "The tests need $1, and $3. Have an administrator run: apt-get install $2; then try again." >&2
  exit 1
}

need /usr/bin/chromium chromium
need /usr/lib/postgresql/15/bin/postgres postgresql-15

echo "== style, types, import directions"
"$bin/ruff" check .
"$bin/ruff" format --check --quiet .
"$bin/mypy"
"$bin/lint-imports"
echo "== page scripts"
"$bin/python" build_hooks/node.py test
echo "== suite on the embedded PostgreSQL"
"$bin/python" -m pytest -q -n 2 --dist loadfile
echo "== database part on Debian's PostgreSQL 15"
CARECOORD_TEST_SERVER=debian "$bin/python" -m pytest -q -n 2 --dist loadfile tests/integration tests/isolation tests/migrations
