"""The Invoke task that sets a project up: its questions on a terminal; commands/getting_started/ does the work."""

from __future__ import annotations

import getpass
import sys

from invoke.context import Context as Invocation
from invoke.exceptions import Exit
from invoke.tasks import task

from release.tasks.invoke_support import DRY_RUN, REFUSED, load, told


class _Terminal:
    """Asks on the terminal; what is secret is not shown."""

    def ask(self, text: str, default: str) -> str:
        """Return what was typed, else the default."""
        return input(f"{text} [{default}]: ").strip() or default

    def secret(self, text: str) -> str:
        """Return what was typed and not shown, empty for nothing."""
        return getpass.getpass(f"{text}: ").strip()


@task(
    help={
        "index": "pypi, testpypi, none, or the address that twine uploads to",
        "simple": "where installers read an index of your own; default: simple/ below its address",
        "forge": "github, gitlab, gitea or none: which forge shows the releases",
        "dry-run": DRY_RUN,
    }
)
@told
def setup(c: Invocation, index: str = "", simple: str = "", forge: str = "", dry_run: bool = False) -> None:
    """Ask for index, forge and credentials; write and try them."""
    from release.commands.getting_started import setup

    person = _Terminal() if sys.stdin.isatty() else None
    wish = setup.Wish(index, simple, forge)
    if not setup.set_up(load(write=False), lambda: load(write=False), wish, person, dry_run=dry_run):
        raise Exit(code=REFUSED)
