"""The Invoke tasks that keep the release process itself up to date: their arguments; the work is done in commands/."""

from __future__ import annotations

import sys
from collections.abc import Callable

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import REFUSED, told


def _agreeing(yes: bool) -> Callable[[str], bool]:
    """Return what asks on a terminal; elsewhere only `yes` agrees, and what was not agreed to is left."""

    def agree(text: str) -> bool:
        from release.base.control_characters import visible

        print(visible(text))
        return yes or (sys.stdin.isatty() and input("Continue? [y/N] ").strip().lower() in ("y", "yes"))

    return agree


@task(help={"yes": "write it without asking", "dry-run": "show what would be written; change nothing"})
@told
def adopt(c: Invocation, yes: bool = False, dry_run: bool = False) -> None:
    """Recognise how a project is released; write what is missing."""
    from release.commands import adopt
    from release.context_loader import load_context

    adopt.adopt(load_context(write=False), _agreeing(yes), dry_run=dry_run)


@task(
    help={
        "to": "a version of the template; default: the newest",
        "template": "where the template is now, if it has moved",
        "check": "change nothing; exit code 1 when there is something to update",
        "request": "push the branch and print the text of a pull or merge request",
        "yes": "move the current branch forward to the update without asking",
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
    from release.commands import update
    from release.context_loader import load_context

    wish = update.Wish(to, template, dry_run or check, request)
    if update.update(load_context(write=not wish.dry_run), wish, _agreeing(yes)) and check:
        raise Exit(code=REFUSED)
