"""Whether there is something to tell about the release, and whether it has not been told yet."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import PurePosixPath

from packaging.version import Version

from release.adapters.git.marks import RELEASE
from release.base.changelog import has_section
from release.base.control_characters import first_control, visible
from release.base.errors import ReleaseError
from release.base.unreleased_notes import waiting_in
from release.config.towncrier_config import read_fragments
from release.context import Context
from release.engine.gate import Gate, Reads, Verdict
from release.repository.commit_diff import version_at
from release.versioning.changelog_writer import drafted

_FOLDERS = ("newsfragments", "changelog.d", "news", "changes", "changelog")  # usual names of folders of fragments


def _fragments(ctx: Context) -> Verdict:
    notes = ctx.project.notes
    try:
        fragments = read_fragments(ctx.root, notes)
    except ReleaseError as error:
        return Verdict(False, f"{error.what}: {error.why}", f"$EDITOR {notes.folder}")
    for fragment in fragments:
        if found := first_control(f"{fragment.name}{fragment.text}"):
            shown = visible(fragment.name)
            fact = f"{shown} has the control character {found}, which would affect the terminal that shows the notes"
            return Verdict(False, fact, f"$EDITOR {fragment.folder}/{shown}")
    if not fragments:
        again = _marking_again(ctx)
        return Verdict(False, f"there is no fragment in {' or '.join(notes.folders)}", again) if again else _none(ctx)
    counts = Counter(fragment.kind for fragment in fragments)
    return Verdict(True, ", ".join(f"{counts[kind]} {kind}" for kind in notes.kinds if kind in counts))


def _none(ctx: Context) -> Verdict:
    """Refuse a release without a fragment; one that towncrier does not look for is named."""
    notes = ctx.project.notes
    fact = f"there is no fragment in {' or '.join(notes.folders)}"
    listing = (PurePosixPath(path) for path in ctx.git.read("ls-files", "-z", "--", ":!release").split("\0") if path)
    beside = [path for path in listing if path.parent.name in _FOLDERS and not notes.holds(str(path))]
    missed = [path for path in beside if set(path.name.split(".")[1:]) & set(notes.kinds)]
    if missed:
        move = f"mkdir -p {notes.folder} && git mv {missed[0]} {notes.folder}/      (or directory in [tool.towncrier])"
        return Verdict(False, f"{fact}, where towncrier looks; it ignores {missed[0]}", move)
    return Verdict(False, fact, f'inv note {notes.mending} "what changed"')


def _changelog(ctx: Context) -> Verdict:
    name, version = ctx.project.notes.changelog, ctx.release.version
    path = ctx.root / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if has_section(text, version):
        return Verdict(False, f"{name} has a section of {version} already", _marking_again(ctx) or f"$EDITOR {name}")
    return Verdict(True, f"{name} has no section of {version} yet")


def _marking_again(ctx: Context) -> str:
    """Return what helps where the newest commit is a release commit that lost what marks it; empty where it is not."""
    line, head = ctx.release.line, ctx.git.commit_of(f"refs/heads/{ctx.release.line}")
    version = version_at(ctx.git, head) if head and ctx.git.commit_of(f"{head}^") else None
    if version is None or Version(version).is_devrelease or version_at(ctx.git, f"{head}^") == version:
        return ""
    marked = any(commit == head for commit, _ in ctx.git.marks.trailers((RELEASE,), str(head)))
    if marked or ctx.config.tag_of(Version(version)) in ctx.git.tags():
        return ""
    on_remote = ctx.git.remote_refs(ctx.config.remote).branches.get(line)
    if on_remote and ctx.git.commit_of(on_remote) and ctx.git.contains(on_remote, str(head)):
        return f"git revert --no-edit {str(head)[:12]}      (a release commit without its trailer; it is made again)"
    words = (ctx.git.subject(f"Release {ctx.project.canonical} {version}"), ctx.git.mark(RELEASE, version))
    messages = " ".join(f"--message={shlex.quote(each)}" for each in words)
    return f"git commit --amend {messages}      (the release commit lost its trailer)"


def _readable(ctx: Context) -> Verdict:
    """Read each fragment, and the section that they make, as Markdown: what stays open would swallow what follows."""
    from markdown_it import MarkdownIt

    if not ctx.project.notes.changelog.endswith(".md"):
        return Verdict(True, f"{ctx.project.notes.changelog} is not Markdown")
    for fragment in read_fragments(ctx.root, ctx.project.notes):
        tokens = MarkdownIt("commonmark").parse(fragment.text)
        lines = fragment.text.splitlines()
        heading = next((token for token in tokens if token.type == "heading_open"), None)
        if heading and heading.map:
            fact = (
                f"{fragment.name} has a heading, which would end the section in the changelog: {lines[heading.map[0]]}"
            )
            return Verdict(False, fact, f"$EDITOR {fragment.path}")
        if left := _left_open(fragment.text):
            fact = f"{fragment.name} opens {left} and does not close it; the following text would become part of it"
            return Verdict(False, fact, f"$EDITOR {fragment.path}")
    section = drafted(ctx, ctx.release.version)
    first = next((line for line in section.splitlines() if line.strip()), "")
    shows = "inv notes      (its template: tool.towncrier in pyproject.toml)"
    if str(ctx.release.version) not in first:
        return Verdict(False, f'the section begins with "{first}", which does not contain {ctx.release.version}', shows)
    if left := _left_open(section):
        return Verdict(False, f"the section opens {left} and does not close it", shows)
    return Verdict(True, "every fragment is valid Markdown, and so is the section")


def _texts(ctx: Context) -> str:
    """Return what all fragments say, wherever the project keeps them."""
    try:
        return repr(read_fragments(ctx.root, ctx.project.notes))
    except ReleaseError:
        return ""


def _left_open(text: str) -> str:
    """Return what a text opens and does not close, so that a heading below it is none; empty for nothing."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(f"{text}\n\n# Below\n")
    if tokens[-1].type == "heading_close" and tokens[-2].content == "Below":
        return ""
    return "a code block" if tokens[-1].type == "fence" else "a comment or a tag of HTML"


def _unreleased(ctx: Context) -> Verdict:
    """Look for texts in the changelog that wait for a release: it takes fragments alone, and leaves them there."""
    name = ctx.project.notes.changelog
    path = ctx.root / name
    found = waiting_in(path.read_text(encoding="utf-8", errors="replace")) if path.exists() else []
    if not found:
        return Verdict(True, f"{name} has no unreleased section with text")
    commands = [command for each in found for command in each.commands(ctx.project.notes.kinds)]
    titles = ", ".join(f'"{each.title}"' for each in found)
    fact = f"{name} has {len(commands)} entries below {titles}, which this release would not include"
    run = " \\\n  && ".join(commands)
    return Verdict(False, fact, f"{run}\n  && $EDITOR {name}      (remove them there)")


UNRELEASED = Gate("unreleased", _unreleased)
FRAGMENTS = Gate("fragments", _fragments)
CHANGELOG = Gate("changelog", _changelog)
READABLE = Gate(
    "notes markdown",
    _readable,
    needs=("fragments",),
    reads=Reads(("pyproject.toml", "towncrier.toml"), tools=("towncrier",), version=True, beside=_texts),
)
