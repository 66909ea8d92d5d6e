"""The Invoke tasks that keep the release process itself up to date: their arguments; the work is done in flows."""

from __future__ import annotations

import sys

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.invoking import REFUSED, told


def _agreeing(yes: bool) -> bool | None:
    return True if yes else None if sys.stdin.isatty() else False


@task(
    help={
        "to": "a version of the template; default: the newest",
        "template": "where the template is now, if it has moved",
        "check": "change nothing; exit code 1 when there is something to update",
        "request": "push the branch and print the text of a pull or merge request",
        "yes": "move the current branch forward to the update without being asked",
        "dry-run": "print what would be done; change nothing",
    }
)
@told
def update(
    c: Invocation,
    to: str = "",
    template: str = "",
    check: bool = False,
    request: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Bring the project to the newest version of its template."""
    from release.context import load_context
    from release.flows import updating

    def agree(text: str) -> bool:
        print(text)
        decided = _agreeing(yes)
        return decided if decided is not None else input("go on? [y/N] ").strip().lower() in ("y", "yes")

    wish = updating.Wish(to, template, dry_run or check, request)
    if updating.update(load_context(write=not wish.dry_run), wish, agree) and check:
        raise Exit(code=REFUSED)
