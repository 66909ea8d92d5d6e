#!/usr/bin/env bash
# hotfix_by_hand.sh COMMIT: a hotfix of 0.1.0 as a maintainer types it who makes no mistake and checks nothing.
set -euo pipefail
git switch --quiet --create hotfix/0.1.1 v0.1.0
git cherry-pick -x "$1" > /dev/null
bump-my-version bump --new-version 0.1.1
towncrier build --yes --version 0.1.1
git commit --quiet --all --message "Release acme 0.1.1"

rm -rf dist
python -m build --installer uv

git tag --annotate --message "acme 0.1.1" v0.1.1
git push --quiet --atomic origin hotfix/0.1.1 v0.1.1
twine upload --non-interactive --disable-progress-bar dist/*

git switch --quiet main
git merge --no-ff --no-commit hotfix/0.1.1 > /dev/null || true # the version conflicts
git checkout --quiet --ours pyproject.toml
git add pyproject.toml
git rm --quiet --force --ignore-unmatch changelog.d/+mend.fix.md
git commit --quiet --message "Merge acme 0.1.1 into main"
git push --quiet origin main :hotfix/0.1.1
git branch --quiet --delete hotfix/0.1.1
