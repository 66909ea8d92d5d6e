"""Words with which forges refuse a push, and what is advised then."""

from __future__ import annotations

import pytest

from release.adapters.git.push_refusals import mending
from release.base.shell import Completed
from tests.support.making import ready
from tests.support.requests import protect
from tests.support.world import World

ADVICE = '$EDITOR release.toml      (push = "request" at its top: the branch takes only requests)'


@pytest.mark.parametrize(
    ("said", "protected"),
    [
        ("remote: error: GH006: Protected branch update failed for refs/heads/main.", True),
        (" ! [remote rejected] main -> main (protected branch hook declined)", True),
        ("remote: error: GH013: Rule violations found\nremote: - Changes must be made through a pull request.", True),
        ("remote: error: GH013: Repository rule violations found\nremote: - Cannot update this protected ref.", True),
        ("remote: GitLab: You are not allowed to push code to protected branches on this project.", True),
        ("remote: Gitea: Not allowed to push to protected branch main", True),
        ("remote: error: GH013: Repository rule violations found\nremote: - GITHUB PUSH PROTECTION", False),
        (" ! [rejected] main -> main (fetch first)", False),
    ],
)
def test_the_setting_is_advised_where_the_branch_is_protected(said: str, protected: bool) -> None:
    refused = Completed(("git", "push"), 1, "", said)

    assert mending(refused, "git pull") == (ADVICE if protected else "git pull")


def test_a_release_from_a_protected_branch_advises_the_setting(repository: World) -> None:
    ready(repository)
    protect(repository)

    ran = repository.inv("release", "minor", "--yes")

    assert ran.code == 1
    assert "cannot push v0.1.0 to origin\n" in ran.err
    assert "GH006: Protected branch update failed for refs/heads/main." in ran.err
    assert ran.err.endswith(f"  run: inv abort && {ADVICE}\n")
