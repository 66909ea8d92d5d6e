"""Reading and editing the coming notes before a release: its fragments in $EDITOR, what was changed is committed."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from release.base.errors import ReleaseError
from release.base.shell import on_the_terminal
from release.commands.getting_started.possible_versions import continues
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.current_release import start
from release.versioning.changelog_writer import drafted


def offer_to_edit(ctx: Context, wanted: str, pre: str | None, ask: Callable[[str], str]) -> bool:
    """Show the notes of the release that is asked for, and let a person edit them; return whether any were changed.

    Then the context is no longer true. Nothing is asked where no editor is set, no note waits, or the branch takes
    pull requests only.
    """
    editor = ctx.environment.get("VISUAL") or ctx.environment.get("EDITOR") or ""
    found = read_fragments(ctx.root, ctx.project.notes)
    if not editor or not found or ctx.config.takes_requests(ctx.line) or continues(ctx):
        return False
    ctx.report.say("\n" + drafted(ctx, start(ctx, wanted, pre).version) + "\n")
    if ask("edit these notes first? [y/N] ").lower() not in ("y", "yes"):
        return False
    paths = [each.path for each in found]
    if code := on_the_terminal([*shlex.split(editor), *paths], cwd=ctx.root, env=ctx.withheld):
        raise ReleaseError("cannot write the notes", why=f"{editor} ended with exit code {code}", run="inv release")
    edited = [path for path in paths if ctx.git.ask("diff", "--quiet", "HEAD", "--", path).code != 0]
    if edited:
        ctx.git.commit_only("notes: edit them before the release", *edited)
        ctx.report.say(f"{', '.join(edited)}: the edited text is committed")
    return bool(edited)
