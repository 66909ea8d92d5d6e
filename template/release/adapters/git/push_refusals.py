"""What a remote says of a push to a branch that takes only requests: then a push will never do, and a setting will."""

from __future__ import annotations

import re

from release.base.shell import Completed

# GitHub: GH006 by branch protection; by a ruleset GH013, which also stands before what a secret scanner found.
# GitLab: "not allowed to push code to protected branches". Gitea, Forgejo: "Not allowed to push to protected branch".
_REQUESTS_ONLY = re.compile(
    r"GH006|protected (branch|ref)|must be made through a (pull|merge) request|required status check", re.IGNORECASE
)

_NOT_ATOMIC = "does not support --atomic push"


def takes_only_requests(pushed: Completed) -> bool:
    """Return whether a push was refused because the branch is protected."""
    return bool(_REQUESTS_ONLY.search(pushed.printed))


def mending(pushed: Completed, otherwise: str, first: str = "") -> str:
    """Return what to run after a push that was refused: where the branch is protected, `first`, and the setting."""
    if _NOT_ATOMIC in pushed.err:
        setting = "receive.advertiseAtomic true"
        return f"git config {setting}      (in the repository there: branch and tag go together or not at all)"
    if not takes_only_requests(pushed):
        return otherwise
    return f'{first}$EDITOR release.toml      (push = "request" at its top: the branch takes only requests)'
