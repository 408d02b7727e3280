#!/bin/sh
# Everything the project checks, in one go: style, types, import directions, page scripts, then the
# Python suite on the embedded PostgreSQL and the database part once more on Debian's PostgreSQL 15.
# Argument: the virtual environment's bin. What tests need from the system is installed here.
set -eu
bin=$1

need() { # need FILE PACKAGE: install a Debian package unless the file it brings is there
  [ -e "$1" ] && return 0
  command -v apt-get >/dev/null || { echo "Tests need $2 ($1 is missing); install it and try again." >&2; exit 1; }
  sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo -n"
  echo "Installing $2 for the tests…"
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >/dev/null
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
"$bin/python" -m pytest -q
echo "== database part on Debian's PostgreSQL 15"
CARECOORD_TEST_SERVER=debian "$bin/python" -m pytest -q tests/integration tests/isolation tests/migrations
