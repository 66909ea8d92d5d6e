"""Whether there is something to tell about the release, and whether it has not been told yet."""

from __future__ import annotations

import re
from collections import Counter

from release.context import Context
from release.errors import ReleaseError
from release.project import read_fragments
from release.step import Gate, Verdict


def _fragments(ctx: Context) -> Verdict:
    notes = ctx.project.notes
    try:
        fragments = read_fragments(ctx.root, notes)
    except ReleaseError as error:
        return Verdict(False, f"{error.what}: {error.why}", f"$EDITOR {notes.folder}")
    if not fragments:
        return Verdict(False, f"there is no fragment in {notes.folder}", 'inv note fix "what changed"')
    counts = Counter(fragment.kind for fragment in fragments)
    return Verdict(True, ", ".join(f"{counts[kind]} {kind}" for kind in notes.kinds if kind in counts))


def _changelog(ctx: Context) -> Verdict:
    name, version = ctx.project.notes.changelog, ctx.release.version
    path = ctx.root / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    named = rf".*(?<![\w.])v?{re.escape(str(version))}(?![\w.])"
    if re.search(rf"^#+{named}|^{named}.*\n[=~^*-]{{3,}}$", text, re.MULTILINE):  # Markdown, or underlined
        return Verdict(False, f"{name} has a section of {version} already", f"$EDITOR {name}")
    return Verdict(True, f"{name} has no section of {version} yet")


FRAGMENTS = Gate("fragments", _fragments)
CHANGELOG = Gate("changelog", _changelog)
