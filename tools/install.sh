#!/bin/sh
# Installs locked dependencies, the project itself (its build compiles the pages' assets) and
# compiles the planner's kernels once. Arguments: the virtual environment's bin, the lock file.
set -eu
bin=$1
lock=$2
echo "Python: $("$bin/python" --version 2>&1)"
echo "Installation des dépendances ($lock)…"
"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
echo "Installation de carecoord et construction des pages…"
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
echo "Préparation du moteur de planification (une fois)…"
"$bin/carecoord" plan warm
