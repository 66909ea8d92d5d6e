#!/usr/bin/env bash
# sessions.sh VERSION: the release steps of pip's own documentation, in its order: the push comes last.
set -euo pipefail

nox -s prepare-release -- "$1"
nox -s build-release -- "$1"
nox -s upload-release -- "$1"
git push --quiet --atomic origin main "v$1"
