"""States of the project, and wishes, that an update does not begin with."""

from __future__ import annotations

from tests.support.evolution import OLD, Evolution
from tests.support.refusing import paste
from tests.support.updating import refusal, updated


def test_a_tree_that_is_not_clean_is_refused(updatable: Evolution) -> None:
    updatable.project.write("README.md", "# Mine\n")

    told = refusal(updatable)

    assert told == (
        "cannot update\n  why: uncommitted changes:\n        M README.md\n"
        "  run: git stash --include-untracked      (git stash pop --index restores it)"
    )
    paste(updatable.project, told)
    updated(updatable)


def test_a_detached_head_is_refused(updatable: Evolution) -> None:
    updatable.project.git("checkout", "--quiet", "--detach")

    assert refusal(updatable) == "cannot update\n  why: HEAD is detached\n  run: git switch main"


def test_an_older_version_is_refused(updatable: Evolution) -> None:
    updated(updatable, "--yes")

    assert refusal(updatable, "--to", OLD) == (
        "cannot update\n  why: 0.1.0 is older than 0.2.0, which this project was made from\n"
        "  run: git revert COMMIT_OF_THE_UPDATE"
    )


def test_a_version_that_is_not_there_is_refused(updatable: Evolution) -> None:
    assert refusal(updatable, "--to", "0.9") == (
        f"cannot update\n  why: the template at {updatable.template.project} has no 0.9: 0.1.0, 0.2.0\n"
        "  run: inv update"
    )
