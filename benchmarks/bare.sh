#!/usr/bin/env bash
# bare.sh VERSION: a release by the tools themselves, as a careful maintainer writes it down once.
set -euo pipefail

version=$1
branch=$(git branch --show-current)

if [ -n "$(git status --porcelain)" ]; then
  echo "there are changes that are not committed" >&2
  exit 1
fi

bump-my-version bump --new-version "$version"
towncrier build --yes --version "$version"
git commit --quiet --all --message "Release $version"

rm -rf dist
python -m build --installer uv

git tag --annotate --message "Release $version" "v$version"
git push --quiet --atomic origin "$branch" "v$version"
twine upload --non-interactive --disable-progress-bar dist/*
