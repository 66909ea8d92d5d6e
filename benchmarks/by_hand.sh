#!/usr/bin/env bash
# The checks of a preflight as a person types them, one after the other; the Pythons to install on are the arguments.
set -euo pipefail
nox --non-interactive --session lint types tests coverage docs
nox --non-interactive --session build
kingfisher scan --no-validate --no-update-check --git-history none --quiet src tests docs dist || test $? = 200
ruff check --select S src || true
zizmor --offline --quiet .github/workflows 2>/dev/null || true
pip-audit --strict --disable-pip --no-deps --progress-spinner off --requirement constraints.txt || true
for python in "$@"; do
  for file in dist/*.whl dist/*.tar.gz; do
    place=$(mktemp -d)
    uv venv --quiet --python "$python" "$place/venv"
    env -u UV_CONSTRAINT uv pip install --quiet --python "$place/venv/bin/python" "$file"
    "$place/venv/bin/python" -c "import acme"
    rm -r "$place"
  done
done
