"""What a remote says of a push to a branch that takes only requests: then a push will never do, and a setting will."""

from __future__ import annotations

import re

from release.shell import Completed

# GitHub's branch protection (GH006) and rulesets (GH013); GitLab and Gitea both say "protected branch".
_REQUESTS_ONLY = re.compile(r"GH006|GH013|protected branch", re.IGNORECASE)


def takes_only_requests(pushed: Completed) -> bool:
    """Return whether a push was refused because the branch is protected."""
    return bool(_REQUESTS_ONLY.search(pushed.out + pushed.err))


def mending(pushed: Completed, otherwise: str) -> str:
    """Return what to run after a push that was refused: where the branch is protected, the setting that it needs."""
    if not takes_only_requests(pushed):
        return otherwise
    return '$EDITOR release.toml      (push = "request" at its top: commits get onto the branch by requests)'
