"""Writing a note: one change's text as a fragment, committed by itself, so that nobody needs to know towncrier."""

from __future__ import annotations

import re
import shlex

from release.base.control_characters import first_control, visible
from release.base.errors import ReleaseError
from release.context import Context
from release.values.fragment import parse_fragment

_LONGEST_NAME = 40


def note(ctx: Context, kind: str, text: str, issue: str = "", *, commit: bool, dry_run: bool = False) -> None:
    """Write a fragment of type `kind` and commit it, or only stage it; other changes stay as they are.

    Raises ReleaseError for a type that is not configured and for an empty text; nothing is left behind then.
    """
    notes = ctx.project.notes
    stem = issue.lstrip("#") or "+" + _words(text)
    name = f"{stem}.{kind}{notes.extension}"
    parse_fragment(name, text or "", notes.kinds)
    if found := first_control(text):
        why = f"it has the control character {found}, which would affect the terminal that shows the notes"
        raise ReleaseError("cannot write this note", why=why, run=f"inv note {kind} {shlex.quote(visible(text))}")
    if dry_run:
        ctx.report.foretell(f"{notes.folder}/{name} would be {'committed' if commit else 'staged'}")
        return
    try:
        path = ctx.tools.create_fragment(ctx.root, name, text)
    finally:
        ctx.tools.close()
    shown = path.relative_to(ctx.root)
    try:
        ctx.git.change("add", "--", path)
        if commit:
            ctx.git.commit_only(f"note: {_first_line(text)}", path)
    except ReleaseError:
        ctx.git.ask("rm", "--quiet", "--force", "--cached", "--", path)
        path.unlink(missing_ok=True)
        raise
    ctx.report.say(f"{shown} is {'committed' if commit else 'staged'}")


def _words(text: str) -> str:
    """Return the first words of a text as a file name can hold them."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words)[:_LONGEST_NAME].strip("-") or "change"


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= 60 else line[:59] + "…"
