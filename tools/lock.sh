#!/bin/sh
# Resolves requirements.lock and requirements-dev.lock for Python 3.11 to 3.13 on every platform:
# versions and hashes, no address. New releases wait a week before they are taken.
set -eu
bin=$1
"$bin/python" -m pip install --quiet uv
newest=$("$bin/python" -c "import datetime as d; print((d.datetime.now(d.UTC) - d.timedelta(days=7)).strftime('%Y-%m-%d'))")
common="--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet"
if "$bin/uv" pip compile pyproject.toml $common --exclude-newer "$newest" -o requirements.lock; then
  "$bin/uv" pip compile pyproject.toml --extra dev $common --exclude-newer "$newest" -o requirements-dev.lock
else
  echo "The index gives no release dates: taking the newest versions." >&2
  "$bin/uv" pip compile pyproject.toml $common -o requirements.lock
  "$bin/uv" pip compile pyproject.toml --extra dev $common -c requirements.lock -o requirements-dev.lock
fi
